"""``kaohe export``."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from kaohe import catalogue
from kaohe.cli.output import refuse, write_output
from kaohe.cli.sources import Unusable, find_source


def export(args: Namespace) -> int:
    """Write a scheme as a workbook or as YAML; the name of the file says which."""
    try:
        source = find_source(args.scheme)
    except Unusable as error:
        return refuse(error.problems)
    suffix = Path(args.output).suffix.lower() if args.output and args.output != "-" else ""
    if suffix in ("", ".yaml", ".yml"):
        from kaohe.schemebooks.yaml_text import scheme_yaml

        return write_output(scheme_yaml(source.data), args.output)
    if suffix != ".xlsx":
        return refuse([f"{args.output}：不认识后缀“{suffix}”。写 .xlsx 或 .yaml。"])
    from kaohe.schemebooks import scheme_workbook

    return write_output(scheme_workbook(source, operators=catalogue.syntaxes()), args.output)
