"""Whole sheets of item rules: what does not apply, sections, single items, several sheets."""

from __future__ import annotations

import pytest

from tests.scoring.test_item_rules import ATTENDANCE, DIRECT, NOTES, PIECES, plan_of, result

OPTIONAL = {"id": "extra", "title": "选做", "points": "10", "optional": "true"}


def test_optional_item_brings_nothing_where_it_does_not_apply() -> None:
    plan = plan_of(DIRECT, OPTIONAL)

    assert result(plan, {"own": "5"}).scores["total"] is None
    assert f"{result(plan, {'own': '5', 'extra': '6'}).scores['total']}" == "11.00"
    found = result(plan, {"own": "5", "extra.na": "1"})
    assert f"{found.scores['total']}" == "5.00"
    assert found.derivation.inputs[0].applied == ("不适用，不计分：选做",)


APPLICABLE = {"total": {"title": "总分", "applicable": "sheet"}}


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [
        ([{"own": "5", "extra": "5"}], "66.67"),
        ([{"own": "4", "extra.na": "1"}], "80.00"),
        ([{"own": "5", "extra": "5"}, {"own": "4", "extra.na": "1"}], "73.34"),
        ([{"*": "12"}], "80.00"),
    ],
)
def test_applicable_is_a_share_of_what_applies(sheets: list[dict[str, str]], expected: str) -> None:
    plan = plan_of(DIRECT, OPTIONAL, scores=APPLICABLE)

    assert f"{result(plan, *sheets).scores['total']}" == expected


def test_applicable_is_missing_where_nothing_applies() -> None:
    plan = plan_of(OPTIONAL, scores=APPLICABLE)

    found = result(plan, {"extra.na": "1"})
    assert found.scores["total"] is None
    assert found.derivation.missing == "没有适用的项目"
    both = result(plan, {"extra.na": "1"}, {"extra": "5"})
    assert f"{both.scores['total']}" == "50.00"


SECTIONS = {"hard": {"title": "硬件", "total": "60"}, "soft": {"title": "软件"}}


def test_sections_have_subtotals_and_are_scores_of_their_own() -> None:
    items = [{**NOTES, "section": "hard"}, {**ATTENDANCE, "section": "hard"},
             {**DIRECT, "section": "soft"}]  # fmt: skip
    scores = {
        "hard": {"title": "硬件分", "section": "sheet.hard"},
        "seat": {"title": "出勤分", "item": {"sheet": "sheet", "item": "seat"}},
        "total": {"title": "总分", "sum": [{"sheet": "sheet"}, "hard", "seat"]},
    }
    plan = plan_of(*items, sections=SECTIONS, scores=scores)
    sheet = {
        "notes.talks": "4",
        "notes.late": "1",
        "seat.part": "9",
        "seat.whole": "10",
        "own": "4",
    }

    found = result(plan, sheet)

    assert {k: f"{v}" for k, v in found.scores.items()} == {
        "hard": "53.00", "seat": "20.00", "total": "130.00",
    }  # fmt: skip
    whole = found.derivation.inputs[0].inputs[0]
    assert [(s.title, f"{s.value}") for s in whole.inputs] == [("硬件", "53.00"), ("软件", "4.00")]
    assert whole.formula == "53.00 + 4.00"


def test_item_score_needs_the_items_not_only_a_total() -> None:
    plan = plan_of(DIRECT, OPTIONAL, scores={"total": {"title": "总分", "item": "sheet.own"}})

    assert f"{result(plan, {'own': '3', 'extra': '0'}).scores['total']}" == "3.00"
    assert result(plan, {"*": "12"}).scores["total"] is None
    mean = result(plan, {"own": "3", "extra": "0"}, {"own": "4", "extra.na": "1"})
    assert f"{mean.scores['total']}" == "3.50"


def test_optional_item_score_leaves_out_sheets_where_it_does_not_apply() -> None:
    plan = plan_of(DIRECT, OPTIONAL, scores={"total": {"title": "总分", "item": "sheet.extra"}})

    both = result(plan, {"own": "3", "extra": "8"}, {"own": "4", "extra.na": "1"})
    assert f"{both.scores['total']}" == "8.00"
    assert result(plan, {"own": "4", "extra.na": "1"}).scores["total"] is None


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (["4"], "4.00"), (["4", "1"], "2.50"), (["5", "0", "1"], "1.00"),
        (["5", "0", "1", "2"], "1.50"), (["3", "3", "3", "0", "5"], "3.00"),
    ],
)  # fmt: skip
def test_median_of_several_sheets(marks: list[str], expected: str) -> None:
    plan = plan_of(DIRECT, several="median")

    assert f"{result(plan, *({'own': m} for m in marks)).scores['total']}" == expected


@pytest.mark.parametrize(
    ("marks", "drop", "expected"),
    [
        (["5", "0"], "1", "2.50"), (["5", "0", "1"], "1", "1.00"),
        (["5", "5", "4", "0"], "1", "4.50"), (["5", "5", "5"], "1", "5.00"),
        (["5", "4", "3", "0"], "2", "3.00"), (["5", "4", "3.33", "1", "0"], "2", "3.33"),
    ],
)  # fmt: skip
def test_trimmed_mean_of_several_sheets(marks: list[str], drop: str, expected: str) -> None:
    plan = plan_of(DIRECT, several="trimmed", drop=drop)
    found = result(plan, *({"own": m} for m in marks))

    assert f"{found.scores['total']}" == expected
    enough = len(marks) > 2 * int(drop)
    assert ("不去掉" in found.derivation.sentence) is not enough


def test_incomplete_sheet_stops_the_median_too() -> None:
    plan = plan_of(DIRECT, PIECES, several="median")

    assert result(plan, {"own": "3", "pieces": "1"}, {"own": "4"}).scores["total"] is None
