"""What commands print: tables with Chinese in them, errors, files."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

UNUSABLE = 2


def complain(*lines: object) -> None:
    """Write lines to standard error."""
    for line in lines:
        print(line, file=sys.stderr)


def refuse(problems: Iterable[object], *, heading: str = "") -> int:
    """Report what makes the input unusable; returns the exit code."""
    listed = list(problems)
    if heading:
        complain(heading)
    complain(*listed)
    if len(listed) > 1:
        complain(f"共 {len(listed)} 处。改正后再试。")
    return UNUSABLE


def print_json(data: Any) -> None:
    """Print JSON for machines, Chinese as it is."""
    print(json.dumps(data, ensure_ascii=False, indent=2))


def write_output(content: bytes | str, output: str | None) -> int:
    """Write to a file, or to standard output if there is none."""
    if output is None or output == "-":
        if isinstance(content, bytes):
            sys.stdout.buffer.write(content)
        else:
            sys.stdout.write(content)
        return 0
    try:
        data = content.encode() if isinstance(content, str) else content
        Path(output).write_bytes(data)
    except OSError as error:
        return refuse([f"{output}：写不进去（{error.strerror or error}）。换一个位置。"])
    complain(f"已写入 {output}")
    return 0


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], *, right: set[int]) -> list[str]:
    """The lines of a table; Chinese characters take two columns."""
    from kaohe.scoring.result_text import display_width, fill_to

    widths = [
        max(display_width(text) for text in column) for column in zip(heading, *rows, strict=True)
    ]

    def line(cells: Sequence[str]) -> str:
        filled = (
            fill_to(cell, width, right=index in right)
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "  ".join(filled).rstrip()

    return [line(heading), "  ".join("─" * width for width in widths), *map(line, rows)]
