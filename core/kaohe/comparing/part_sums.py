"""A total beside nothing but its weighted parts: whether they add up."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from kaohe.comparing.columns import SCORE, Meanings
from kaohe.comparing.model import Cause
from kaohe.comparing.slips import find_slip

if TYPE_CHECKING:
    from kaohe.comparing.office import OfficeRow, OfficeTable
    from kaohe.scheme.model import Scheme

_LEFT_OUT = 16


class WrongSum(NamedTuple):
    """A total that its parts do not make."""

    ours: Decimal
    causes: list[Cause]
    told: str
    """Our calculation."""


def wrong_sums(
    table: OfficeTable, scheme: Scheme, meanings: Meanings, given: frozenset[str]
) -> dict[tuple[str, str], WrongSum]:
    """(subject, score) -> what is wrong, of scores all parts of which are shown and taken as given.

    The parts were rounded each: a sum that is off by no more than that is nobody's mistake.
    """
    found = {}
    for name in given & meanings.scheme.scores.keys():
        node = meanings.scheme.scores[name]
        parts = [key for key, part in meanings.parts.items() if part.into == name]
        is_whole = node.operator == "weighted" and len(node.args.nodes()) == len(parts)
        if is_whole and given.issuperset(parts):
            for row in table.rows.values():
                one = _check(row, name, parts, scheme)
                if one is not None:
                    found[row.subject, name] = one
    return found


def _check(row: OfficeRow, name: str, parts: list[str], scheme: Scheme) -> WrongSum | None:
    figures = [row.figures.get(f"{SCORE}:{one}") for one in (name, *parts)]
    values = [one.value for one in figures if one is not None and one.value is not None]
    if len(values) < len(figures):
        return None
    total, *addends = values
    shown = [scheme.scores[one].decimals for one in parts]
    decimals = scheme.scores[name].decimals
    decimals = scheme.decimals if decimals is None else decimals
    places = min(decimals, *(one for one in shown if one is not None))
    ours, slack = sum(addends, Decimal()), Decimal(len(parts) + 1).scaleb(-places) / 2
    if abs(ours - total) <= slack:
        return None
    causes = [
        Cause("formula", f"相加时漏了“{scheme.scores[part].title}”", _LEFT_OUT)
        for part, value in zip(parts, addends, strict=True)
        if value and abs(ours - value - total) <= slack
    ]
    slip = find_slip(ours, total, decimals)
    causes += [Cause("digits", slip.text, slip.rank)] if slip else []
    told = f"{scheme.scores[name].title or name}：{' + '.join(map(str, addends))} = {ours}"
    return WrongSum(ours, sorted(causes, key=lambda one: one.rank), told)
