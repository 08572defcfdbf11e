"""Figures and points below zero: brackets, shares, penalties, sheets, sections and their bounds."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from kaohe.scoring import FactErrors
from kaohe.scoring.execution import index_facts
from tests.scoring.test_item_rules import (
    DIRECT,
    facts,
    plan_of,
    points,
    result,
)

GROWTH = {
    "id": "growth", "title": "增幅", "points": "10",
    "bracket": {
        "of": {"title": "增幅", "unit": "%", "decimals": "2", "least": "-100", "most": "300"},
        "lowest": {"10": "10", "0": "6", "-5": "0", "-20.5": "-2.5"}, "otherwise": "-5",
    },
}  # fmt: skip
PENALTY = {
    "id": "late", "title": "逾期", "points": "0",
    "choice": {"按时": "0", "逾期": "-1.5", "未报": "-4"},
}  # fmt: skip
BALANCE = {
    "id": "money", "title": "结余", "points": "5",
    "ratio_bracket": {
        "part": {"title": "结余", "least": "-1000000"}, "whole": {"title": "预算"},
        "lowest": {"0": "5", "-10": "2"}, "otherwise": "-3", "empty": "-1",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "expected"),
    [("10", "10.00"), ("9.99", "6.00"), ("0", "6.00"), ("-0.01", "0.00"), ("-5", "0.00"),
     ("-5.01", "-2.50"), ("-20.5", "-2.50"), ("-20.51", "-5.00"), ("-100", "-5.00")],
)  # fmt: skip
def test_brackets_take_figures_and_points_below_zero(value: str, expected: str) -> None:
    found = result(plan_of(GROWTH), {"growth": value}, check=True)

    assert f"{found.scores['total']}" == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [("0", "9", "5.00"), ("-1", "10", "2.00"), ("-1", "9", "-3.00"), ("-1", "0", "-1.00")],
)
def test_shares_below_zero_are_compared_exactly(part: str, whole: str, expected: str) -> None:
    found = result(plan_of(BALANCE), {"money.part": part, "money.whole": whole}, check=True)

    assert f"{found.scores['total']}" == expected
    if whole == "9" and part == "-1":
        assert "−1 ÷ 9 = −11.1111…%" in found.derivation.inputs[0].inputs[0].sentence


def test_a_negative_figure_brings_no_points_in_proportion() -> None:
    figure = {"title": "增幅", "least": "-50"}
    items = [
        {"id": "x", "title": "甲", "points": "6", "pro_rata": {"of": figure, "full_at": "3"}},
        {"id": "y", "title": "乙", "points": "6", "each": {"of": figure, "points": "2"}},
    ]

    below = result(plan_of(*items), {"x": "-2", "y": "-1"}, check=True)

    assert f"{below.scores['total']}" == "0.00"
    assert [s.sentence for s in below.derivation.inputs[0].inputs] == ["小于 0，计 0 分"] * 2
    assert f"{result(plan_of(*items), {'x': '2', 'y': '1'}).scores['total']}" == "6.00"


@pytest.mark.parametrize("several", ["mean", "median", "trimmed"])
def test_sheets_and_sections_below_zero_are_added_and_averaged(several: str) -> None:
    sections = {"work": {"title": "工作"}, "order": {"title": "纪律"}}
    items = [{**GROWTH, "section": "work"}, {**PENALTY, "section": "order"}]
    sheets = [{"growth": g, "late": c} for g, c in (("-50", "3"), ("-6", "2"), ("1", "1"))]
    scores = {
        "total": {"title": "总分", "sheet": "sheet"},
        "order": {"title": "纪律", "section": "sheet.order"},
    }

    plan = plan_of(*items, sections=sections, scores=scores, several=several)
    found = result(plan, *sheets, check=True)

    assert f"{found.scores['total']}" == ("-2.33" if several == "mean" else "-4.00")
    assert f"{found.scores['order']}" == "-1.83"
    assert plan.bounds == {"total": (D(-9), D(10)), "order": (D(-4), D(0))}


def test_share_of_what_applies_may_be_negative() -> None:
    scores = {"total": {"title": "总分", "applicable": "sheet"}}
    plan = plan_of({**GROWTH, "optional": "true"}, DIRECT, scores=scores)

    assert points(plan, growth="-50", own="1") == "-26.67"
    assert points(plan, growth__na="1", own="1") == "20.00"
    assert plan.bounds["total"] == (D(-100), D(100))


def test_penalties_alone_have_no_share_and_stay_within_the_proved_bounds() -> None:
    scores = {"total": {"title": "总分", "applicable": "sheet"}}
    plan = plan_of(PENALTY, {**DIRECT, "optional": "true"}, scores=scores)
    table = facts({"late": "3", "own.na": "1"})

    found = result(plan, {"late": "3", "own.na": "1"}, check=True)

    assert found.scores["total"] is None
    assert "没有适用的项目" in found.derivation.missing
    evaluated = plan.executor.evaluate(index_facts(table)["k"])
    for name, rows in evaluated.rows.items():
        for _, values in rows:
            for value, (low, high) in zip(values, plan.program.blocks[name].ranges, strict=True):
                assert low <= value <= high


def test_points_are_rounded_one_by_one_within_the_proved_bounds() -> None:
    items = [{**PENALTY, "id": key, "choice": {"是": "0", "否": "-0.005"}} for key in "abc"]
    plan = plan_of(*items)

    assert f"{result(plan, dict.fromkeys('abc', '2')).scores['total']}" == "-0.03"
    assert plan.bounds["total"] == (D("-0.03"), D(0))


def test_a_typed_total_may_be_as_low_as_the_items() -> None:
    plan = plan_of(GROWTH, PENALTY)

    assert f"{result(plan, {'*': '-9'}, check=True).scores['total']}" == "-9.00"
    with pytest.raises(FactErrors, match="小于 −9"):
        plan.score(facts({"*": "-9.01"}))
    with pytest.raises(FactErrors, match="小于 −100"):
        plan.score(facts({"growth": "-100.01", "late": "1"}))


def test_scores_below_zero_are_read_on_straight_lines() -> None:
    line = {"of": "raw", "anchors": {"-5": "0", "-1": "4", "10": "9"}}
    scores = {
        "raw": {"title": "原值", "sheet": "sheet"}, "total": {"title": "总分", "interpolate": line}
    }  # fmt: skip
    plan = plan_of(GROWTH, scores=scores)

    found = result(plan, {"growth": "-10"})

    assert f"{found.scores['total']}" == "2.50"
    assert found.derivation.formula == "0 + ((−2.50) − (−5)) × (4 − 0) ÷ ((−1) − (−5))"
