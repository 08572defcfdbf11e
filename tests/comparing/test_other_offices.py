"""What other offices' workbooks do: rows left out, rows unreadable, one habit everywhere."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kaohe.comparing.columns import Meanings
from kaohe.comparing.comparison import compare
from kaohe.comparing.marked_workbook import marked_workbook
from kaohe.comparing.report_text import comparison_text, repeated_causes
from kaohe.records.rolls import read_roll
from kaohe.workbooks.reading import read_workbook
from tests.comparing.making import HEADINGS, Sheet, compared, half_up, layout_of, made_sheet, terms
from tests.comparing.test_layouts import RESULTS, edited


def _row_of_rank(sheet: Sheet, rank: int) -> int:
    return next(n for n, row in enumerate(sheet.rows) if row["名次"] == rank)


def test_rows_around_an_unreadable_one_keep_their_ranks() -> None:
    sheet = made_sheet(71)
    broken = _row_of_rank(sheet, 3)
    sheet.rows[broken]["自评"] = "缺"

    found = compared(sheet.content())

    assert [p.place for p in found.problems] == [sheet.cell(broken, "自评")]
    assert found.differences == []


def test_ranks_are_not_judged_without_the_total_of_an_unreadable_row() -> None:
    sheet = made_sheet(72)
    broken = _row_of_rank(sheet, 3)
    sheet.rows[broken]["自评"], sheet.rows[broken]["综合得分"] = "缺", None

    found = compared(sheet.content())

    assert found.differences == []
    assert any("名次没有核对" in note for note in found.notes)


def test_a_wrong_rank_is_found_beside_an_unreadable_row() -> None:
    sheet = made_sheet(73)
    sheet.rows[_row_of_rank(sheet, 3)]["自评"] = "缺"
    wrong = _row_of_rank(sheet, 8)
    sheet.rows[wrong]["名次"] = 10

    assert [(d.place, d.ours) for d in compared(sheet.content()).differences] == [
        (sheet.cell(wrong, "名次"), "8")
    ]


def test_a_unit_ranked_along_and_left_out_is_one_cause() -> None:
    sheet = made_sheet(74)
    del sheet.rows[_row_of_rank(sheet, 5)]

    found = compared(sheet.content())

    assert {d.meaning for d in found.differences} == {"rank"}
    assert all(d.cause.text.startswith("从第 5 名起都多 1") for d in found.differences)
    assert [line.partition("：")[0] for line in repeated_causes(found)] == ["名次"]


def _roll(sheet: Sheet, path: Path, *more: str) -> Path:
    book = openpyxl.Workbook()
    rows = book.active
    assert rows is not None
    rows.append(["单位名称", "负责人"])
    for title in [*(row["单位名称"] for row in sheet.rows), *more]:
        rows.append([title, "某某"])
    book.save(path)
    return path


def test_a_unit_of_the_roll_without_a_row_is_told(tmp_path: Path) -> None:
    sheet, under = made_sheet(75), terms()
    roll = read_roll(_roll(sheet, tmp_path / "roll.xlsx"))
    gone = sheet.rows.pop(_row_of_rank(sheet, 12))["单位名称"]
    content = sheet.content()

    found = compare(read_workbook(content), layout_of(content, under), terms=under, roll=roll)

    assert [(p.place, p.what) for p in found.problems] == [
        ("汇总", f"花名册里有、表里没有：{gone}")
    ]
    assert gone in comparison_text(found)
    assert gone in str(
        list(openpyxl.load_workbook(io.BytesIO(marked_workbook(content, found)))["核对结果"].values)
    )


def test_a_part_of_the_roll_lacks_nothing(tmp_path: Path) -> None:
    sheet, under = made_sheet(76), terms()
    roll = read_roll(_roll(sheet, tmp_path / "roll.xlsx", *(f"别的{n}" for n in range(13))))
    content = sheet.content()

    found = compare(read_workbook(content), layout_of(content, under), terms=under, roll=roll)

    assert found.problems == []


def test_a_habit_in_all_rows_is_told_once_above_them() -> None:
    sheet = made_sheet(77)
    for row in sheet.rows:
        row["综合得分"] = half_up(row["综合得分"], Decimal("0.1"))
    sheet.rank()

    found = compared(sheet.content())
    told = repeated_causes(found)

    assert len(told) == 1
    assert "只保留 1 位小数" in told[0]
    text = comparison_text(found)
    assert text.index(told[0]) < text.index("1. ")


def test_a_slip_in_a_figure_with_more_decimals() -> None:
    sheet = made_sheet(78, units=40)
    for row in sheet.rows:
        parts = (row["目标考核得分"] * 60, row["民主测评得分"] * 30, row["述职评议得分"] * 10)
        row["综合得分"] = half_up(sum(parts, Decimal()) / 100, Decimal("0.001"))
    # The half makes two figures of it: 82.585 is shown as 82.59 and was written 83.585.
    place = next(n for n, row in enumerate(sheet.rows) if str(row["综合得分"]).endswith("85"))
    right = sheet.rows[place]["综合得分"]
    sheet.rows[place]["综合得分"] = right + (1 if int(right) % 10 < 9 else -1)

    own = [d for d in compared(sheet.content()).own_errors if d.meaning == "score:total"]

    assert [(d.cause.code, d.place) for d in own] == [("digits", sheet.cell(place, "综合得分"))]
    assert f"：{right} 写成" in own[0].cause.text


def test_sums_of_a_class_are_left_alone() -> None:
    content = edited(
        made_sheet(79).content(),
        lambda book: [
            book.worksheets[0].append([words, *[88.8] * 19])
            for words in ("小　计", "村级合计（12个）", "全乡总计")
        ],
    )

    found = compared(content)

    assert (found.differences, found.problems, found.subjects) == ([], [], 12)


def test_endless_decimals_are_told_short() -> None:
    sheet = made_sheet(80)
    sheet.rows[2]["综合得分"] = Decimal("71.2345678912345")

    found = compared(sheet.content()).own_errors[0]

    assert found.office == "71.234568"


def test_a_heading_may_leave_out_the_middle() -> None:
    short = tuple(h if h != "主任得分" else "主任评议" for h in HEADINGS)
    sheet = made_sheet(81)
    for row in sheet.rows:
        row["主任评议"] = row["主任得分"]

    layout = layout_of(sheet.content(short), terms())

    assert [c.meaning for t in layout.tables for c in t.columns if c.title == "主任评议"] == [
        "input:form.head"
    ]


def test_grades_below_a_common_heading_are_told_apart() -> None:
    meanings = Meanings(terms().scheme)

    found = meanings.match(
        [("单位名称",), ("等次评定", "主任"), ("等次评定", "单位"), ("等次评定", "综合得分")]
    )

    assert found == ["own:title", "grade:head", "grade:unit", "score:total"]


def test_findings_on_two_sheets_say_which() -> None:
    sheet = made_sheet(82)
    sheet.rows[3]["综合得分"] += Decimal("9.87")
    sheet.rows[4]["目标考核得分"] += Decimal("3.21")
    inputs = sheet.content(tuple(h for h in HEADINGS if h not in RESULTS[4:]))

    def add(book: openpyxl.Workbook) -> None:
        results = book.create_sheet("结果")
        results.append(["单位名称", "综合得分"])
        for row in sheet.rows:
            results.append([row["单位名称"], float(row["综合得分"])])

    content = edited(inputs, add)
    marked = openpyxl.load_workbook(io.BytesIO(marked_workbook(content, compared(content))))

    places = [row[0] for row in marked["核对结果"].iter_rows(min_row=5, values_only=True)]
    assert {"结果!B5", "汇总!O7"} <= set(places)


def test_subheadings_and_repeated_headings_are_no_units() -> None:
    def edit(book: openpyxl.Workbook) -> None:
        rows = book.worksheets[0]
        rows.insert_rows(3)
        rows["A3"] = "一、村党组织（6个）"
        rows.merge_cells(start_row=3, end_row=3, start_column=1, end_column=len(HEADINGS))
        rows.insert_rows(10)
        for column, heading in enumerate(HEADINGS, 1):
            rows.cell(10, column).value = heading

    found = compared(edited(made_sheet(83).content(), edit))

    assert (found.differences, found.problems, found.subjects) == ([], [], 12)


@pytest.mark.parametrize("column", ["目标考核得分", "民主测评得分"])
def test_a_part_left_empty_judges_neither_grade_nor_ranks(column: str) -> None:
    """Without inputs the office's parts are all there is: a total of the others means nothing."""
    results = ("单位名称", *RESULTS[1:])
    sheet = made_sheet(84)
    sheet.rows[_row_of_rank(sheet, 4)][column] = None

    found = compared(sheet.content(results))

    assert found.differences == []
    assert any("单位等次”没有核对" in note for note in found.notes)


def test_a_unit_without_an_input_keeps_its_place_in_the_order() -> None:
    sheet = made_sheet(85)
    sheet.rows[_row_of_rank(sheet, 4)]["自评"] = None

    assert [d for d in compared(sheet.content()).differences if d.meaning == "rank"] == []


def test_a_formula_without_a_value_says_one_thing_to_do() -> None:
    sheet = made_sheet(86)
    sheet.rows[3]["综合得分"] = "=A1"

    found = compared(sheet.content()).problems[0]

    assert (found.what, found.remedy) == (
        "公式还没有计算结果", "请在 Excel 中打开并保存一次再上传",
    )  # fmt: skip


def _with_notice(sheet: Sheet, edit: Callable[[list[dict[str, Any]]], None]) -> bytes:
    """A second sheet with what is made public, in the order of ranks."""
    rows = [dict(row) for row in sorted(sheet.rows, key=lambda row: row["名次"])]
    edit(rows)

    def add(book: openpyxl.Workbook) -> None:
        notice = book.create_sheet("公示")
        headings = ("名次", "单位名称", "综合得分", "单位等次", "主任等次")
        notice.append(headings)
        for row in rows:
            values = [row[h] for h in headings]
            notice.append([float(v) if isinstance(v, Decimal) else v for v in values])

    return edited(sheet.content(), add)


def test_a_right_notice_beside_the_calculation_has_no_differences() -> None:
    found = compared(_with_notice(made_sheet(87), lambda rows: None))

    assert found.differences == []
    assert found.compared == 12 * 8 + 12 * 4


def test_what_was_copied_wrongly_into_the_notice_is_found() -> None:
    sheet = made_sheet(88)
    right = sorted(sheet.rows, key=lambda row: row["名次"])

    def edit(rows: list[dict[str, Any]]) -> None:
        rows[2]["综合得分"] += 10
        rows[4]["单位等次"] = "较差"
        rows[6]["名次"] = 17

    found = compared(_with_notice(sheet, edit))

    assert {("公示!C4", "digits"), ("公示!D6", "digits"), ("公示!A8", "digits")} == {
        (d.place, d.cause.code) for d in found.differences
    }
    at = {d.place: d for d in found.differences}
    assert at["公示!C4"].ours == str(right[2]["综合得分"])
    assert sheet.cell(sheet.rows.index(right[2]), "综合得分") in at["公示!C4"].cause.text


def test_a_wrong_figure_that_was_copied_is_a_consequence_there() -> None:
    sheet = made_sheet(89)
    sheet.rows[3]["综合得分"] += Decimal("0.37")

    found = compared(_with_notice(sheet, lambda rows: None))

    totals = [d for d in found.differences if d.meaning == "score:total"]
    assert [d.is_consequence for d in totals] == [False, True]
    assert totals[1].cause.upstream == (totals[0].place,)


def test_a_notice_with_fewer_decimals_is_right() -> None:
    def edit(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row["综合得分"] = half_up(row["综合得分"], Decimal("0.1"))

    assert compared(_with_notice(made_sheet(90), edit)).differences == []
