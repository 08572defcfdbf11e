"""Item rules: points at every boundary, words, completeness, sections, several sheets."""

from __future__ import annotations

from decimal import Decimal as D
from fractions import Fraction
from typing import Any

import pandas as pd
import polars as pl
import pytest

from kaohe.scoring import compile_scheme
from kaohe.scoring.bulk import frame_rows
from kaohe.scoring.derivation import Step, SubjectResult
from kaohe.scoring.facts import Facts, Mark, Subject
from kaohe.scoring.frames import score_frames
from kaohe.scoring.plan import Plan
from tests.scoring.calculator import calculate
from tests.scoring.schemes import small

NOTES = {
    "id": "notes", "title": "学习笔记", "points": "35", "cite": "一",
    "deduct": [
        {"id": "branch", "title": "整个支部未交", "zero": "true", "cite": "一1"},
        {"id": "late", "title": "迟交", "each": "2", "unit": "人次"},
        {"id": "brief", "title": "应付", "each": "1", "most": "5", "unit": "本"},
        {"id": "plan", "title": "没有计划", "once": "4"},
        {"id": "talks", "title": "讲课", "each": "1.5", "at_least": "4", "unit": "次"},
    ],
}  # fmt: skip
MEASURED = {"title": "人数", "unit": "人"}
ATTENDANCE = {
    "id": "seat", "title": "出勤", "points": "25",
    "ratio_bracket": {
        "part": {"title": "实到", "unit": "人次"}, "whole": {"title": "应到", "unit": "人次"},
        "lowest": {"100": "25", "90": "20", "80": "15"}, "otherwise": "10", "empty": "25",
    },
}  # fmt: skip
PIECES = {
    "id": "pieces", "title": "投稿", "points": "10",
    "bracket": {"of": {"title": "篇数"}, "lowest": {"4": "10", "3": "6", "2": "3", "1": "1"}},
}  # fmt: skip
RANKED = {
    "id": "rank", "title": "名次", "points": "10",
    "bracket": {
        "of": {"title": "当月名次"}, "highest": {"5": "10", "10": "8", "15": "5"}, "otherwise": "3",
    },
}  # fmt: skip
FOUND = {
    "id": "out", "title": "采用", "points": "20", "choice": {"已采用": "20", "只投稿": "10", "没有": "0"},
}  # fmt: skip
HOURS = {
    "id": "law", "title": "法治村", "points": "20",
    "pro_rata": {"of": {"title": "达标率", "unit": "%", "decimals": "2"}, "full_at": "90"},
}  # fmt: skip
EACH = {
    "id": "info", "title": "信息", "points": "4",
    "each": {"of": {"title": "条数", "unit": "条"}, "points": "0.75"},
}  # fmt: skip
DIRECT = {"id": "own", "title": "自定", "points": "5"}


def plan_of(*items: Any, sections: Any = None, scores: Any = None, **sheet: Any) -> Plan:
    """A scheme of one sheet over the items."""
    group: dict[str, Any] = {"title": "项目", "items": list(items)}
    if sections:
        group["sections"] = sections
    instrument = {"type": "sheet", "title": "评分表", "by": "assessors", "items": "table", **sheet}
    return compile_scheme(small(
        items={"table": group}, instruments={"sheet": instrument}, entries={},
        scores=scores or {"total": {"title": "总分", "sheet": "sheet"}},
    ))  # fmt: skip


def facts(*sheets: dict[str, str]) -> Facts:
    rows = tuple(
        Mark("k", "sheet", f"r{n}", item, D(value))
        for n, sheet in enumerate(sheets)
        for item, value in sheet.items()
    )
    return Facts((Subject("k", "支部"),), rows)


def result(plan: Plan, *sheets: dict[str, str], check: bool = False) -> SubjectResult:
    """The result, after the formulas were redone and both engines agreed."""
    table = facts(*sheets)
    (found,) = plan.score(table, check=check).subjects
    for step in steps_of(found.derivation):
        assert bool(step.missing) == (step.exact is None)
        if step.exact is not None:
            assert calculate(step.formula) == step.exact
    long = frame_rows(table, decimals=2)
    for library in (pd, pl):
        native = {k: library.DataFrame(v) for k, v in long.items() if next(iter(v.values()))}
        frame = score_frames(plan, **native)
        for name, value in found.scores.items():
            cell = frame[f"score_{name}"][0]
            cell = None if cell is None or cell is pd.NA else int(cell)
            assert cell == (None if value is None else int(value.scaleb(2)))
    return found


def steps_of(step: Step) -> list[Step]:
    return [step, *(s for one in step.inputs for s in steps_of(one))]


def points(plan: Plan, **given: str) -> str:
    return f"{result(plan, {k.replace('__', '.'): v for k, v in given.items()}).scores['total']}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"talks": "4"}, "35.00"),
        ({"talks": "5"}, "35.00"),
        ({"talks": "3"}, "33.50"),
        ({"talks": "0"}, "29.00"),
        ({"talks": "4", "late": "2"}, "31.00"),
        ({"talks": "4", "brief": "5"}, "30.00"),
        ({"talks": "4", "brief": "6"}, "30.00"),
        ({"talks": "4", "plan": "1"}, "31.00"),
        ({"talks": "4", "late": "17"}, "1.00"),
        ({"talks": "4", "late": "18"}, "0.00"),
        ({"talks": "4", "branch": "1"}, "0.00"),
        ({"talks": "4", "branch": "0", "late": "0"}, "35.00"),
    ],
)
def test_deduction_table_at_every_boundary(given: dict[str, str], expected: str) -> None:
    rows = {f"notes.{key}": value for key, value in given.items()}

    assert f"{result(plan_of(NOTES), rows).scores['total']}" == expected


def test_deductions_are_told_row_by_row() -> None:
    found = result(
        plan_of(NOTES),
        {"notes.talks": "3", "notes.late": "2", "notes.brief": "9", "notes.plan": "1"},
    )

    (item,) = found.derivation.inputs[0].inputs
    assert item.formula == "35 − 2 × 2 − 5 − 4 − 1 × 1.5"
    assert [f"{f.label} {f.value} {f.note}" for f in item.facts] == [
        "迟交 2 人次 × 2 = 4", "应付 9 本 × 1 = 9，最多扣 5", "没有计划 是 扣 4",
        "讲课 3 次 应有 4，缺 1 次 × 1.5 = 1.5",
    ]  # fmt: skip
    assert item.not_applied == ("整个支部未交（没有发生）",)
    assert item.applied == ("“应付”最多扣 5",)
    assert item.cite == ("一",)


def test_floor_of_an_item_is_told() -> None:
    found = result(plan_of(NOTES), {"notes.talks": "4", "notes.late": "20"})

    (item,) = found.derivation.inputs[0].inputs
    assert item.sentence == "满分 35，扣分后低于 0，取 0"
    assert item.applied == ("扣分多于本项分值（35 − 20 × 2 = −5），本项最低 0 分",)


def test_typed_start_is_what_rows_are_taken_off() -> None:
    item = {
        "id": "debrief", "title": "述职", "points": "4",
        "deduct": {"start": "typed", "rows": [{"id": "no", "title": "没有做", "zero": "true"},
                                              {"id": "thin", "title": "空", "once": "1"}]},
    }  # fmt: skip
    plan = plan_of(item)

    assert points(plan, debrief="3.5") == "3.50"
    assert points(plan, debrief="3.5", debrief__thin="1") == "2.50"
    assert points(plan, debrief="0.5", debrief__thin="1") == "0.00"
    assert points(plan, debrief="3.5", debrief__no="1") == "0.00"
    assert result(plan, {"debrief.thin": "1"}).scores["total"] is None


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        ("200", "200", "25.00"), ("199", "200", "20.00"), ("180", "200", "20.00"),
        ("179", "200", "15.00"), ("160", "200", "15.00"), ("159", "200", "10.00"),
        ("0", "200", "10.00"), ("0", "0", "25.00"), ("2", "3", "10.00"),
        ("999998", "999999", "20.00"),
    ],
)  # fmt: skip
def test_ratio_brackets_compare_exactly(part: str, whole: str, expected: str) -> None:
    assert points(plan_of(ATTENDANCE), seat__part=part, seat__whole=whole) == expected


def test_ratio_without_a_whole_is_missing_unless_the_rule_says_otherwise() -> None:
    ratio = {k: v for k, v in ATTENDANCE["ratio_bracket"].items() if k != "empty"}  # type: ignore[attr-defined]
    found = result(plan_of({**ATTENDANCE, "ratio_bracket": ratio}),
                   {"seat.part": "0", "seat.whole": "0"})  # fmt: skip

    assert found.scores["total"] is None
    assert "“应到”是 0，没有比率可算" in found.derivation.missing


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0", "0.00"), ("1", "1.00"), ("2", "3.00"), ("3", "6.00"), ("4", "10.00"), ("9", "10.00")],
)
def test_bracket_from_the_top_at_every_bound(value: str, expected: str) -> None:
    assert points(plan_of(PIECES), pieces=value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", "10.00"), ("5", "10.00"), ("6", "8.00"), ("10", "8.00"), ("11", "5.00"),
     ("15", "5.00"), ("16", "3.00"), ("99", "3.00")],
)  # fmt: skip
def test_bracket_from_the_bottom_at_every_bound(value: str, expected: str) -> None:
    assert points(plan_of(RANKED), rank=value) == expected


@pytest.mark.parametrize(("value", "expected"), [("1", "20.00"), ("2", "10.00"), ("3", "0.00")])
def test_choice_brings_the_points_of_the_option(value: str, expected: str) -> None:
    found = result(plan_of(FOUND), {"out": value})

    assert f"{found.scores['total']}" == expected
    assert len(found.derivation.inputs[0].inputs[0].not_applied) == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [("90", "20.00"), ("95", "20.00"), ("89.99", "20.00"), ("89.97", "19.99"), ("45", "10.00"),
     ("0", "0.00"), ("10", "2.22")],
)  # fmt: skip
def test_pro_rata_is_rounded_as_an_item_and_capped(value: str, expected: str) -> None:
    assert points(plan_of(HOURS), law=value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("0", "0.00"), ("5", "3.75"), ("6", "4.00"), ("7", "4.00")]
)
def test_each_is_capped_by_the_items_points(value: str, expected: str) -> None:
    assert points(plan_of(EACH), info=value) == expected


def test_items_are_rounded_before_they_are_added() -> None:
    """Two thirds twice: 0.67 + 0.67, not 1.33."""
    third = {"of": {"title": "数"}, "full_at": "3"}
    items = [{"id": key, "title": key, "points": "1", "pro_rata": third} for key in ("x", "y")]

    found = result(plan_of(*items), {"x": "2", "y": "2"})

    assert f"{found.scores['total']}" == "1.34"
    assert found.derivation.inputs[0].formula == "0.67 + 0.67"


def test_sheet_of_many_kinds_is_complete_when_every_required_figure_is_there() -> None:
    plan = plan_of(NOTES, ATTENDANCE, PIECES, FOUND, DIRECT)
    full = {
        "notes.talks": "4", "seat.part": "9", "seat.whole": "10", "pieces": "3", "out": "1",
        "own": "4.5",
    }  # fmt: skip

    assert f"{result(plan, full).scores['total']}" == "85.50"
    for name in full:
        short = {k: v for k, v in full.items() if k != name}
        found = result(plan, short)
        assert found.scores["total"] is None
        assert "评分表 · r0缺 1 项" in found.derivation.missing


def test_sheet_of_optional_figures_exists_once_a_row_is_there() -> None:
    rows = [{"id": "late", "title": "迟交", "each": "2"}]
    plan = plan_of({"id": "notes", "title": "笔记", "points": "35", "deduct": rows})

    assert result(plan).scores["total"] is None
    assert points(plan, notes__late="0") == "35.00"


def test_typed_total_stands_for_the_items() -> None:
    plan = plan_of(NOTES, ATTENDANCE)

    found = result(plan, {"*": "51.5"})

    assert f"{found.scores['total']}" == "51.50"
    assert found.derivation.inputs[0].sentence == "录入的总分"


def test_bounds_of_rules_are_proved() -> None:
    plan = plan_of(NOTES, ATTENDANCE, PIECES, RANKED, FOUND, HOURS, EACH, DIRECT)

    assert plan.bounds["total"] == (D(0), D(129))
    assert Fraction(plan.bounds["total"][1]) == 129
