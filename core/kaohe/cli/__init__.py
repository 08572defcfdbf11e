"""The command ``kaohe``.  Nothing is imported that the chosen command does not need."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from kaohe.cli.parser import build_parser

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 fine, 1 findings, 2 unusable."""
    from importlib import import_module

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A console that cannot show a character prints a substitute instead of failing.
            stream.reconfigure(errors="replace")
    given = list(sys.argv[1:] if argv is None else argv)
    parser = build_parser()
    if given[:1] == ["manage"]:
        from kaohe.cli.manage import manage

        return manage(given[1:])
    args = parser.parse_args(given)
    module, _, function = args.run.partition(":")
    try:
        return int(getattr(import_module(module), function)(args))
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe left; Python would complain once more
        return 0
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return 130
