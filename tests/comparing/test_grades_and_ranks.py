"""Grades and ranks an office got wrong by themselves."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from kaohe.comparing.comparison import Terms
from kaohe.comparing.model import Difference
from kaohe.scheme.reading import SchemeSource, read_source
from tests.comparing.making import (
    HEADINGS,
    SCHEME,
    Quirk,
    Sheet,
    Unit,
    compared,
    made_sheet,
    terms,
    written,
)

NINETY = Decimal(90)


def put(sheet: Sheet, number: int, unit: Unit, quirk: Quirk | None = None, **cells: Any) -> None:
    """Exchange a row."""
    sheet.units[number] = unit
    sheet.rows[number] = {**written(unit, quirk or Quirk()), **cells}
    sheet.rank()


def level(sheet: Sheet, number: int, value: str) -> Unit:
    """A unit that has the same figure everywhere; the ballots make 90."""
    figure = Decimal(value)
    return replace(
        sheet.units[number], own=figure, group=(figure,) * 3, bonus=(), votes=(20, 20, 0, 0),
        invalid=0, team=figure, head=figure,
    )  # fmt: skip


def changed(**keys: Any) -> Terms:
    """The scheme with some keys replaced."""
    data = read_source(SCHEME.read_bytes(), name="x").data
    return terms(SchemeSource.from_data({**data, **keys}))


def only(found: list[Difference]) -> Difference:
    """The single difference."""
    assert len(found) == 1, [(d.place, d.office, d.ours) for d in found]
    return found[0]


def test_a_limit_that_was_forgotten() -> None:
    sheet = made_sheet(31)
    unit = replace(level(sheet, 3, "97"), team=Decimal(70), head=Decimal(70))
    put(sheet, 3, unit, Quirk(limit=False))

    one = only(compared(sheet.content()).differences)

    assert (one.place, one.office, one.ours) == (sheet.cell(3, "主任等次"), "优秀", "良好")
    assert one.cause.code == "limit"
    assert any("述职评议低于 80" in step for step in one.our_steps)


def test_a_bound_that_was_reached_exactly() -> None:
    sheet = made_sheet(32)
    put(sheet, 5, level(sheet, 5, "90"), 单位等次="良好", 主任等次="良好")

    found = compared(sheet.content()).differences

    assert sheet.rows[5]["综合得分"] == NINETY
    assert [(d.meaning, d.cause.code) for d in found] == [
        ("grade:unit", "edge"), ("grade:head", "consequence"),
    ]  # fmt: skip


def test_a_total_rounded_before_it_was_graded() -> None:
    sheet = made_sheet(33)
    put(sheet, 5, level(sheet, 5, "89.5"), 单位等次="优秀", 主任等次="优秀")

    found = compared(sheet.content()).differences

    assert sheet.rows[5]["综合得分"] < NINETY
    assert [(d.meaning, d.cause.code) for d in found] == [
        ("grade:unit", "rounding"), ("grade:head", "consequence"),
    ]  # fmt: skip
    assert "取整" in found[0].cause.text


def test_a_word_the_scheme_does_not_know() -> None:
    sheet = made_sheet(34)
    sheet.rows[2]["单位等次"] = "合格"

    one = only(compared(sheet.content()).differences)

    assert one.cause.code == "label"
    assert "优秀、良好、一般、较差" in one.cause.text


@pytest.mark.parametrize("word", ["优秀 ", "优", "优秀等次"])
def test_the_same_grade_in_other_words_is_no_difference(word: str) -> None:
    sheet = made_sheet(35)
    put(sheet, 1, level(sheet, 1, "96"))
    assert sheet.rows[1]["单位等次"] == "优秀"
    sheet.rows[1]["单位等次"] = word

    assert compared(sheet.content()).differences == []


def test_a_grade_that_follows_a_wrong_total() -> None:
    sheet = made_sheet(36)
    put(sheet, 4, level(sheet, 4, "88"))
    sheet.rows[4] |= {"综合得分": Decimal("98.60"), "单位等次": "优秀", "主任等次": "优秀"}
    sheet.rank()

    found = compared(sheet.content())

    assert [d.meaning for d in found.own_errors] == ["score:total"]
    grades = [d for d in found.differences if d.meaning.startswith("grade:")]
    assert {d.cause.upstream for d in grades} == {(sheet.cell(4, "综合得分"),)}


def test_a_right_grade_beside_a_wrong_total_is_right() -> None:
    sheet = made_sheet(37)
    put(sheet, 4, level(sheet, 4, "88"))
    sheet.rows[4]["综合得分"] = Decimal("8.86")

    assert only(compared(sheet.content()).differences).meaning == "score:total"


def test_a_quota_that_was_forgotten() -> None:
    data = read_source(SCHEME.read_bytes(), name="x").data
    unit = {**data["grades"]["unit"], "quotas": [
        {"label": "优秀", "share": "20", "moves_to": "良好", "cite": "五"},
    ]}  # fmt: skip
    under = changed(grades={"unit": unit})
    sheet = made_sheet(38)
    for number, value in enumerate(("99", "98", "97", "96")):
        put(sheet, number, level(sheet, number, value))

    found = compared(sheet.content(tuple(h for h in HEADINGS if h != "主任等次")), under)

    quota = [d for d in found.differences if d.cause.code == "quota"]
    assert quota
    assert found.differences == quota
    assert {(d.office, d.ours) for d in quota} == {("优秀", "良好")}


def tied(seed: int) -> Sheet:
    """A workbook with two units that have the same total."""
    sheet = made_sheet(seed)
    order = sorted(range(12), key=lambda n: -sheet.rows[n]["综合得分"])
    first, second = order[3], order[7]
    unit = replace(sheet.units[first], title=sheet.units[second].title)
    put(sheet, second, unit)
    return sheet


def test_ranks_without_a_gap_after_a_tie() -> None:
    sheet = tied(41)
    totals = sorted({row["综合得分"] for row in sheet.rows}, reverse=True)
    for row in sheet.rows:
        row["名次"] = totals.index(row["综合得分"]) + 1

    found = compared(sheet.content()).differences

    assert len(found) >= 6
    assert {(d.meaning, d.cause.code) for d in found} == {("rank", "ranking")}
    assert all("没有空出名次" in d.cause.text for d in found)


def test_a_tie_that_was_ranked_one_after_the_other() -> None:
    sheet = tied(42)
    seen: set[int] = set()
    for row in sheet.rows:
        row["名次"] += row["名次"] in seen
        seen.add(row["名次"])

    one = only(compared(sheet.content()).differences)

    assert one.cause.code == "ranking"
    assert "没有并列" in one.cause.text


def test_ranks_inside_classes_taken_among_all() -> None:
    data = read_source(SCHEME.read_bytes(), name="x").data
    kind = {**data["subjects"]["unit"], "classes": {"a": "甲类", "b": "乙类"}}
    under = changed(subjects={**data["subjects"], "unit": kind}, rank_within="class")
    sheet = made_sheet(43)
    headings = ("单位名称", "类别", *HEADINGS[1:])
    for number, row in enumerate(sheet.rows):
        row["类别"] = "甲类" if number % 2 else "乙类"
    for row in sheet.rows:
        same = [r["综合得分"] for r in sheet.rows if r["类别"] == row["类别"]]
        row["名次"] = 1 + sum(other > row["综合得分"] for other in same)
    assert compared(sheet.content(headings), under).differences == []
    place = next(n for n, row in enumerate(sheet.rows) if row["名次"] > 2)
    everyone = [r["综合得分"] for r in sheet.rows]
    right = sheet.rows[place]["名次"]
    wrong = 1 + sum(t > sheet.rows[place]["综合得分"] for t in everyone)
    assert wrong != right
    sheet.rows[place]["名次"] = wrong

    one = only(compared(sheet.content(headings), under).differences)

    assert (one.office, one.ours, one.cause.code) == (str(wrong), str(right), "ranking")
    assert "在全体中" in one.cause.text


def test_ranks_that_follow_from_a_wrong_total() -> None:
    sheet = made_sheet(44)
    sheet.rows[6]["综合得分"] = Decimal("99.99")
    sheet.rank()

    found = compared(sheet.content())

    ranks = [d for d in found.differences if d.meaning == "rank"]
    assert ranks
    assert all(d.is_consequence for d in ranks)
    assert all(sheet.cell(6, "综合得分") in d.cause.upstream for d in ranks)
    assert {d.meaning for d in found.own_errors} == {"score:total"}


def decided() -> tuple[Sheet, int, int]:
    """Two units with equal totals, the second ahead by its debrief review."""
    sheet = made_sheet(45)
    put(sheet, 2, level(sheet, 2, "80"))
    second = replace(level(sheet, 7, "79"), team=Decimal(86), head=Decimal(86))
    put(sheet, 7, second)
    assert sheet.rows[2]["名次"] == sheet.rows[7]["名次"]
    return sheet, 2, 7


def test_ranks_that_follow_the_criteria_for_equal_totals_are_right() -> None:
    sheet, behind, _ = decided()
    sheet.rows[behind]["名次"] += 1

    assert compared(sheet.content(), changed(ties_by=["debrief"])).differences == []
    assert len(compared(sheet.content(), changed(ties_by=["target"])).differences) == 2


def test_equal_totals_that_were_left_tied_or_ranked_as_they_stand() -> None:
    sheet, _, ahead = decided()
    under = changed(ties_by=["debrief"])

    one = only(compared(sheet.content(), under).differences)
    assert (one.office, one.ours) == (
        str(sheet.rows[ahead]["名次"]), str(sheet.rows[ahead]["名次"] + 1),
    )  # fmt: skip
    assert one.cause.text == "综合得分相同的依次比较“述职评议”，却排成了并列"

    sheet.rows[ahead]["名次"] += 1
    causes = [d.cause.text for d in compared(sheet.content(), under).differences]
    assert causes == ["综合得分相同的依次比较“述职评议”，却按先后顺排"] * 2


def test_a_rank_that_follows_from_a_wrong_criterion() -> None:
    sheet, behind, ahead = decided()
    sheet.rows[behind]["述职评议得分"] = Decimal("99.00")
    sheet.rows[ahead]["名次"] += 1

    found = compared(sheet.content(), changed(ties_by=["debrief"]))

    causes = {d.meaning: d.cause.code for d in found.differences}
    assert causes["rank"] == "consequence"


def test_old_bands_in_several_rows_are_told_from_another_column() -> None:
    sheet = made_sheet(91, 20)
    for row in sheet.rows:
        if 85 <= row["综合得分"] < 90:
            row["单位等次"] = "优秀"

    found = [d for d in compared(sheet.content()).own_errors if d.meaning == "grade:unit"]

    assert len(found) > 1
    assert {d.cause.text for d in found} == {"“优秀”的界限用成 85 分，应为 90 分"}
