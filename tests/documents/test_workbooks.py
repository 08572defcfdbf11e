"""The workbook read back: figures are figures, text is text."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from kaohe.documents.inputs import TableInput
from kaohe.documents.workbooks import MOST_CHARS, safe_text, table_xlsx
from tests.documents.sample import table_input

RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1", "\x00=1+1", "＝1+1", "＋1", "－1", "＠x"]


def sheets(data: TableInput) -> list[Worksheet]:
    """Both sheets as another program reads them."""
    return load_workbook(io.BytesIO(table_xlsx(data))).worksheets


def test_figures_are_figures_with_two_decimals() -> None:
    sheet, _ = sheets(table_input(1))
    heads = [cell.value for cell in sheet[2]]
    cell = sheet.cell(3, heads.index("综合得分") + 1)

    assert cell.data_type == "n"
    assert cell.number_format == "0.00"
    assert Decimal(str(cell.value)) == Decimal("92.94")


def test_missing_figure_is_an_empty_cell() -> None:
    sheet, _ = sheets(table_input(1))
    heads = [cell.value for cell in sheet[2]]

    assert sheet.cell(3, heads.index("民主测评（30%）") + 1).value is None


@pytest.mark.parametrize("text", RISKY)
def test_text_never_becomes_a_formula(text: str) -> None:
    data = table_input(1)
    row = replace(data.rows[0], title=text, person=text, group=text, remark=text)
    found = [
        cell
        for sheet in sheets(replace(data, rows=(row,)))
        for line in sheet.iter_rows()
        for cell in line
        if cell.data_type == "f"
    ]

    assert found == []


@pytest.mark.parametrize("text", ["=1+1", "@x", "＝1"])
def test_risky_text_is_marked_as_text(text: str) -> None:
    data = table_input(1)
    sheet, _ = sheets(replace(data, rows=(replace(data.rows[0], title=text),)))

    assert sheet["B3"].value == text
    assert sheet["B3"].quotePrefix


def test_ordinary_text_is_not_marked() -> None:
    sheet, _ = sheets(table_input(1))

    assert not sheet["B3"].quotePrefix


def test_text_too_long_for_a_cell_says_so() -> None:
    text = safe_text("长" * 40_000)

    assert len(text) == MOST_CHARS
    assert text.endswith("…（后略）")


def test_heads_stay_in_view() -> None:
    sheet, method = sheets(table_input(1))

    assert sheet.freeze_panes == "C3"
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.column_dimensions["B"].width > 20
    assert method.title == "方法与参数"


def test_second_sheet_tells_the_method() -> None:
    _, method = sheets(table_input(1))
    text = "\n".join(f"{a.value} {b.value}" for a, b in method.iter_rows())

    assert "综合得分 = 目标考核 × 60%" in text
    assert "参数：公示天数 5" in text
    assert "处理：默认 5 个工作日" in text
    assert "9f" * 32 in text


def test_workbook_is_the_same_twice() -> None:
    assert table_xlsx(table_input()) == table_xlsx(table_input())
