"""Figures that belong to another row or another column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kaohe.comparing.arithmetic import half_up
from kaohe.comparing.model import Cause

if TYPE_CHECKING:
    from kaohe.comparing.bench import Bench, Line
    from kaohe.comparing.office import OfficeFigure

_SWAPPED, _NEIGHBOUR, _OTHER_ROW, _OTHER_COLUMN = 8, 13, 30, 16
_COMMON, _ROUND = 25, 10
"""Added where several rows have the figure, or where it is a round one: chance is likelier."""


def find_copies(bench: Bench, line: Line, name: str, figure: OfficeFigure) -> Iterator[Cause]:
    """Where in the table the written figure would have been right."""
    if figure.value is None:
        return
    decimals = bench.decimals(name)
    written = half_up(figure.value, decimals)
    here = bench.lines.index(line)
    same = [
        (abs(place - here), other)
        for place, other in enumerate(bench.lines)
        if other is not line and _ours(bench, other, name) == written
    ]
    mine = _ours(bench, line, name)
    for distance, other in sorted(same, key=lambda pair: pair[0])[:2]:
        theirs = other.office(name)
        cell = _cell(theirs.ref) if theirs else ""
        swapped = (
            theirs is not None and theirs.value is not None
            and half_up(theirs.value, decimals) == mine
        )  # fmt: skip
        if swapped:
            text = f"与“{other.row.title}”（{cell}）互相填反"
            yield Cause("row", text, _SWAPPED)
            continue
        rank = (_NEIGHBOUR if distance == 1 else _OTHER_ROW) + (_COMMON if len(same) > 1 else 0)
        yield Cause("row", f"是“{other.row.title}”的{bench.title(name)}（{cell}），填串了行", rank)
    for column, value in line.result.scores.items():
        if column != name and value is not None and value == written and written != 0:
            text = f"是同一行“{bench.title(column)}”的得分，填串了列"
            yield Cause("column", text, _OTHER_COLUMN + (0 if written % 1 else _ROUND))


def _ours(bench: Bench, line: Line, name: str) -> object:
    value = line.result.scores.get(name)
    return None if value is None else half_up(value, bench.decimals(name))


def _cell(ref: str) -> str:
    return ref.rpartition("!")[2]
