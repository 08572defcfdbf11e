"""Workbooks as offices send them: places, merged cells, formulas, dates, figures."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from kaohe.workbooks import Workbook, read_workbook


def _read(book: openpyxl.Workbook) -> Workbook:
    out = io.BytesIO()
    book.save(out)
    return read_workbook(out.getvalue())


@pytest.fixture
def book() -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.active.title = "花名册"
    return book


def test_cells_keep_their_place(book: openpyxl.Workbook) -> None:
    book.active["C4"] = "村"

    sheet = _read(book).sheets[0]

    assert sheet.rows[3][2].ref == "花名册!C4"
    assert sheet.rows[3][2].value == "村"
    assert [len(r) for r in sheet.rows] == [3, 3, 3, 3]
    assert all(c.blank for c in sheet.rows[0])


def test_merged_cells_are_filled_from_the_first(book: openpyxl.Workbook) -> None:
    book.active["A1"] = "标题"
    book.active.merge_cells("A1:C2")
    book.active["C3"] = "x"

    rows = _read(book).sheets[0].rows

    assert [c.text for c in rows[1]] == ["标题"] * 3
    assert not rows[0][0].merged
    assert rows[1][2].merged
    assert rows[1][2].ref == "花名册!C2"


def test_formula_that_was_never_computed_is_said(book: openpyxl.Workbook) -> None:
    book.active["A1"] = "=SUM(B1:B2)"

    cell = _read(book).sheets[0].rows[0][0]

    assert cell.formula
    assert cell.value is None
    assert "在 Excel 中打开并保存" in cell.problem
    assert not cell.blank


def test_figures_have_no_binary_noise(book: openpyxl.Workbook) -> None:
    book.active.append([0.1 + 0.2, 36, 1e-7, 0.765])
    book.active["D1"].number_format = "0.0%"

    cells = _read(book).sheets[0].rows[0]

    assert [Decimal("0.3"), Decimal(36), Decimal("1E-7"), Decimal("0.765")] == [
        c.value for c in cells
    ]
    assert [c.text for c in cells] == ["0.3", "36", "0.0000001", "76.5%"]


def test_dates_follow_the_format_of_their_cell(book: openpyxl.Workbook) -> None:
    book.active.append([datetime(2011, 7, 1), datetime(1998, 7, 1), datetime(2025, 12, 3, 14, 30)])
    book.active["A1"].number_format = "yyyy/m/d"
    book.active["B1"].number_format = 'yyyy"年"m"月"'

    cells = _read(book).sheets[0].rows[0]

    assert [date(2011, 7, 1), "1998-07", "2025-12-03 14:30"] == [c.value for c in cells]


def test_error_value_is_said(book: openpyxl.Workbook) -> None:
    book.active["A1"] = "#REF!"

    cell = _read(book).sheets[0].rows[0][0]

    assert cell.value is None
    assert "#REF!" in cell.problem


def test_rare_characters_survive(book: openpyxl.Workbook) -> None:
    book.active["A1"] = "䶮㛃𬭎"

    assert _read(book).sheets[0].rows[0][0].value == "䶮㛃𬭎"


def test_hidden_sheet_is_marked(book: openpyxl.Workbook) -> None:
    book.create_sheet("旧").sheet_state = "hidden"

    assert [s.hidden for s in _read(book).sheets] == [False, True]


def test_formatted_but_empty_rows_do_not_count(book: openpyxl.Workbook) -> None:
    book.active["A1"] = "x"
    book.active["A1048576"].number_format = "0.00"

    assert len(_read(book).sheets[0].rows) == 1
