"""``kaohe template``."""

from __future__ import annotations

import sys
from argparse import Namespace

from kaohe import catalogue
from kaohe.cli.output import refuse, write_output
from kaohe.cli.sources import Unusable, find_source
from kaohe.scheme.errors import SchemeErrors


def print_template(args: Namespace) -> int:
    """Write a record to fill in."""
    try:
        source = find_source(args.scheme)
        if args.xlsx:
            if args.output is None and sys.stdout.isatty():
                return refuse(["XLSX 不能显示在屏幕上。用 -o 文件名.xlsx 写到文件。"])
            from kaohe.records.workbook_template import template_xlsx

            return write_output(template_xlsx(source, operators=catalogue.syntaxes()), args.output)
        from kaohe.records.json_template import template_json

        return write_output(template_json(source, operators=catalogue.syntaxes()), args.output)
    except Unusable as error:
        return refuse(error.problems)
    except SchemeErrors as errors:
        return refuse(errors.errors)
