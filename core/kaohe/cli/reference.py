"""``kaohe reference``."""

from __future__ import annotations

from argparse import Namespace

from kaohe.cli.output import write_output


def print_reference(args: Namespace) -> int:
    """Write the reference of the language as Markdown."""
    from kaohe.kit.reference import reference_page

    return write_output(reference_page(chinese=args.lang == "zh"), args.output)
