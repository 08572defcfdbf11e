"""Mistakes in a scheme workbook are named by sheet and cell; nothing is guessed or lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from kaohe.records.workbook_template import template_xlsx
from kaohe.scheme.errors import SchemeErrors
from kaohe.scheme.reading import SchemeSource
from kaohe.schemebooks import read_any_source, scheme_workbook
from tests.kit.schemes import RULED, small


def book_with(change: Callable[[Any], None], source: SchemeSource | None = None) -> bytes:
    """The workbook of the small scheme after somebody worked on it."""
    book = openpyxl.load_workbook(io.BytesIO(scheme_workbook(source or small())))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def problems(change: Callable[[Any], None], source: SchemeSource | None = None) -> list[str]:
    with pytest.raises(SchemeErrors) as caught:
        read_any_source(book_with(change, source), name="办法.xlsx").check()
    return [f"{one.place} {one.what}" for one in caught.value.errors]


def column(sheet: Any, key: str) -> int:
    return next(cell.column for cell in sheet[2] if cell.value == key)


def put(book: Any, title: str, row: int, key: str, value: Any) -> None:
    sheet = book[title]
    sheet.cell(row, column(sheet, key)).value = value


def test_unchanged_workbook_is_fine() -> None:
    """Negative control of everything below."""
    read_any_source(book_with(lambda book: None), name="x").check()


def test_a_wrong_figure_is_named_by_its_cell() -> None:
    found = problems(lambda book: put(book, "评分项", 4, "points", "四十"))

    assert any(one.startswith("办法.xlsx 评分项!D4 ") and "数字" in one for one in found)


def test_a_name_that_does_not_exist_is_named_by_its_cell() -> None:
    def change(book: Any) -> None:
        put(book, "得分公式", 3, "@content", "no_such_sheet")

    (found,) = problems(change)
    assert found.startswith("办法.xlsx 得分公式!D3 ")


@pytest.mark.parametrize(
    ("title", "row", "key", "value", "cell", "word"),
    [
        ("评分项", 3, "bracket", "{of: {title: 次数}, lowest: {12: 20}", "!J3", "缺少逗号"),
        ("评分项", 4, "@group", "other", "!A4", "“指标表”里没有“other”"),
        ("得分公式", 5, "@operator", "平方（square）", "!C5", "没有算子“square”"),
        ("得分公式", 5, "@content", None, "!C5", "要一起写"),
        ("得分公式", 4, "@id", "base", "!A4", "重复"),
        ("加减分", 3, "@id", None, "!A3", "缺少编号"),
        ("等次", 3, "bands", "优秀 90", "!E3", "名称：内容"),
        ("办法", 4, "@key", "id", "!A4", "写了两次"),
        ("加减分", 3, "help", "藏\u200b着", "", "U+200B"),
    ],
)
def test_each_mistake_is_told_at_its_cell(
    title: str, row: int, key: str, value: Any, cell: str, word: str
) -> None:
    found = problems(lambda book: put(book, title, row, key, value))

    assert any(f"{title}{cell}" in one and word in one for one in found), found


def test_all_mistakes_come_at_once() -> None:
    def change(book: Any) -> None:
        put(book, "评分项", 3, "@group", "other")
        put(book, "等次", 3, "bands", "优秀 90")
        put(book, "得分公式", 5, "@operator", "square")

    assert len(problems(change)) == 3


def test_unknown_sheets_and_columns_are_refused() -> None:
    def add_sheet(book: Any) -> None:
        book.create_sheet("备忘")["A1"] = "别忘了"

    def add_column(book: Any) -> None:
        sheet = book["加减分"]
        sheet.cell(1, 40).value = "得意之处"

    def write_beside(book: Any) -> None:
        book["加减分"].cell(5, 40).value = "旁注"

    assert ["不认识工作表" in one for one in problems(add_sheet)] == [True]
    assert ["不认识这一列" in one for one in problems(add_column)] == [True]
    assert ["没有表头" in one for one in problems(write_beside)] == [True]


def test_what_an_office_types_is_understood() -> None:
    """Numbers as numbers, a new row without key order, columns moved, 是 for true."""

    def change(book: Any) -> None:
        put(book, "评分项", 3, "points", 50)
        for key, value in (("@group", "work"), ("id", "fresh"), ("title", "创新"), ("points", 10)):
            put(book, "评分项", 5, key, value)
        put(book, "评分项", 5, "optional", "是")
        book["评分项"].move_range("F1:F60", cols=40)

    data = read_any_source(book_with(change), name="x").data
    items = data["items"]["work"]["items"]

    assert items[0]["points"] == "50"
    assert items[2] == {"id": "fresh", "title": "创新", "points": "10", "optional": "true"}


def test_a_row_taken_out_takes_its_rows_below_to_report() -> None:
    """Deleting an item and keeping its deductions is said, not silently dropped."""
    source = small(items={"work": RULED})

    found = problems(lambda book: book["评分项"].delete_rows(3), source)

    assert len(found) == 3
    assert all("扣分细则!B" in one and "没有“notes”" in one for one in found)


@pytest.mark.parametrize("content", [b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0" + b"\0" * 600])
def test_files_that_are_no_workbook_are_refused(content: bytes) -> None:
    with pytest.raises(SchemeErrors) as caught:
        read_any_source(content, name="办法.xlsx")

    assert caught.value.errors[0].code == "SCHEME_040"


def test_another_workbook_is_refused() -> None:
    book = openpyxl.Workbook()
    book.active.title = "成绩"
    book.active["A1"] = "单位"
    out = io.BytesIO()
    book.save(out)

    with pytest.raises(SchemeErrors, match="没有工作表“办法”"):
        read_any_source(out.getvalue(), name="x.xlsx")


def test_a_workbook_of_another_kind_is_refused_in_one_sentence() -> None:
    """A filled-in template lies beside its scheme; its columns are not the point."""
    with pytest.raises(SchemeErrors) as caught:
        read_any_source(template_xlsx(small()), name="成绩.xlsx")

    (error,) = caught.value.errors
    assert "没有工作表“办法”" in error.what


def test_a_figure_formatted_in_percent_is_refused() -> None:
    """Excel keeps 0.6 where people see 60%."""

    def change(book: Any) -> None:
        sheet = book["评分项"]
        cell = sheet.cell(4, column(sheet, "points"))
        cell.value, cell.number_format = 0.4, "0%"

    (found,) = problems(change)
    assert "评分项!D4" in found
    assert "“40%”是百分数格式" in found


@pytest.mark.parametrize("mark", ["，", "、", "; "])
def test_several_lines_written_as_one_are_told_so(mark: str) -> None:
    (found,) = problems(lambda book: put(book, "等次", 3, "bands", f"优秀：90{mark}合格：0"))

    assert "等次!E3" in found
    assert "每行只写一条" in found
