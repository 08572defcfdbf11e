"""Checks of what subjects reached in other periods."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kaohe.scheme.operators import Carried, Periods
from kaohe.scheme.references import nodes_of
from kaohe.scoring.checks.findings import Findings, places_of
from kaohe.scoring.operators.standing import source_names
from kaohe.scoring.periods import FORMS, parse_period
from kaohe.scoring.wording import plain


def check_standing(found: Findings) -> None:
    """Unknown subjects, unreadable periods, figures out of range, two figures for one period."""
    limits = _limits(found)
    seen: set[tuple[str, str, str]] = set()
    for row, one in enumerate(found.facts.standing):
        places = ["往期结果", one.period, one.score]
        if not found.knows_subject(one.subject, table="standing", row=row, places=places):
            continue
        where: dict[str, Any] = {
            "table": "standing", "row": row, "subject": one.subject, "item": one.score,
            "places": places,
        }  # fmt: skip
        if parse_period(one.period) is None:
            found.add("bad_period", f"看不懂时期“{one.period}”", f"写作 {FORMS}", **where)
        if one.value is not None and one.score in limits:
            _check_value(found, one.value, *limits[one.score], where)
        key = one.subject, one.period, one.score
        if one.score and key in seen:
            found.add("duplicate_standing", "同一时期同一得分出现两次", "只保留一个", **where)
        seen.add(key)


def _limits(found: Findings) -> dict[str, tuple[Decimal, Decimal]]:
    """Score of another period -> what it may be, from the operators that read it."""
    out: dict[str, tuple[Decimal, Decimal]] = {}
    for _, node in nodes_of(found.scheme):
        args = node.args
        if isinstance(args, Carried | Periods):
            for name in source_names(found.scheme, args.scheme, args.score):
                low, high = out.get(name, (args.low, args.high))
                out[name] = max(low, args.low), min(high, args.high)
    return out


def _check_value(
    found: Findings, value: Decimal, low: Decimal, high: Decimal, where: dict[str, Any]
) -> None:
    if not value.is_finite():
        found.add("not_a_number", f"“{value}”不是数字", "填写得分", **where)
    elif not low <= value <= high:
        found.add(
            "outside_bounds", f"往期得分 {value:f} 不在 {plain(low)} 到 {plain(high)} 之间",
            "核对往期结果", **where,
        )  # fmt: skip
    elif places_of(value) > found.scheme.decimals:
        found.add(
            "too_many_decimals", f"往期得分 {value:f} 的小数超过 {found.scheme.decimals} 位",
            f"最多保留 {found.scheme.decimals} 位小数", **where,
        )  # fmt: skip
