"""A result that stands in several tables: on the sheet it is computed on and, say, in the notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from kaohe.comparing.arithmetic import half_up
from kaohe.comparing.grade_causes import labels_of, same_label
from kaohe.comparing.model import Cause, Difference
from kaohe.comparing.slips import find_slip
from kaohe.workbooks import match_key

if TYPE_CHECKING:
    from kaohe.comparing.bench import Bench, Line
    from kaohe.comparing.office import OfficeFigure

_COPIED = 20


def repeated_difference(
    bench: Bench,
    line: Line,
    meaning: str,
    copy: OfficeFigure,
    found: Callable[[str], Difference | None],
    decimals: int,
) -> Difference | None:
    """What is wrong with a figure that stands elsewhere already; None if nothing is.

    Args:
        found: the difference at a place, if there is one.
        decimals: how many both columns show.
    """
    first = line.row.figures[meaning]
    known = found(first.ref)
    if _same(bench, meaning, copy, first.text, first.value, decimals):
        if known is None:
            return None
        text = f"与 {first.ref} 是同一个数，那一格改正后，这里随之改正"
        cause = Cause("consequence", text, 0, upstream=(first.ref,))
        return replace(
            known, place=copy.ref, office=copy.text, cause=cause, others=(), office_steps=()
        )
    ours = known.ours if known else first.text
    right = _number(ours)
    if known and _same(bench, meaning, copy, ours, right, decimals):
        return None  # right here, wrong there
    places = max(0, -int(right.as_tuple().exponent)) if right is not None else 0
    slip = None
    if right is not None and copy.value is not None:
        slip = find_slip(right, copy.value, places)
    text = f"与 {first.ref} 的 {first.text} 不一致，抄到这里时写错了"
    cause = Cause(
        "digits", f"{text}（{slip.text}）" if slip else text, slip.rank if slip else _COPIED
    )
    by = None if right is None or copy.value is None else half_up(copy.value, places) - right
    return Difference(
        copy.ref, line.facts.subject.id, line.row.title, meaning, bench.meanings.plainly(meaning),
        "", copy.text, ours, by, cause,
    )  # fmt: skip


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except ArithmeticError:
        return None


def _same(
    bench: Bench,
    meaning: str,
    copy: OfficeFigure,
    text: str,
    value: Decimal | None,
    decimals: int,
) -> bool:
    kind, _, name = meaning.partition(":")
    if kind == "grade":
        return same_label(copy.text, text, labels_of(bench.scheme, name))
    if copy.value is None or value is None:
        return copy.value is None or match_key(copy.text) == match_key(text)
    return half_up(copy.value, decimals) == half_up(value, decimals)


def common_decimals(bench: Bench) -> dict[str, int]:
    """Meaning -> the decimals both columns show: a notice may show fewer than the calculation."""
    first: dict[str, list[Decimal | None]] = {}
    again: dict[str, list[Decimal | None]] = {}
    for line in bench.lines:
        for meaning, figure in line.row.again:
            again.setdefault(meaning, []).append(figure.value)
            first.setdefault(meaning, []).append(line.row.figures[meaning].value)
    return {m: min(_decimals(first[m]), _decimals(again[m])) for m in again}


def _decimals(column: list[Decimal | None]) -> int:
    """How many decimals a column shows: a workbook drops the zeros behind a figure."""
    return max((-int(v.as_tuple().exponent) for v in column if v is not None), default=0)
