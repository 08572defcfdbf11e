"""``kaohe json-schema``."""

from __future__ import annotations

import json
from argparse import Namespace

from kaohe import catalogue
from kaohe.cli.output import write_output


def print_json_schema(args: Namespace) -> int:
    """Write the JSON Schema of scheme files."""
    from kaohe.kit.json_schema import json_schema

    schema = json_schema(catalogue.syntaxes())
    return write_output(json.dumps(schema, ensure_ascii=False, indent=1) + "\n", args.output)
