"""From bytes to sheets of cells."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils import get_column_letter

from kaohe.workbooks.cells import Cell, CellValue, Sheet, Workbook
from kaohe.workbooks.extent import Extent, measure_sheet
from kaohe.workbooks.limits import Limits, WorkbookError
from kaohe.workbooks.package import check_package

if not openpyxl.DEFUSEDXML:
    # openpyxl refuses entity bombs only through defusedxml.
    raise ImportError("defusedxml is required to read workbooks")

_REMEDY = "请在 Excel 或 WPS 中打开、另存为新的 .xlsx 工作簿后再上传。"
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_EXCEL_DIGITS = 15


def read_workbook(data: bytes, *, limits: Limits | None = None) -> Workbook:
    """Read a workbook; raises `WorkbookError` for everything that is not a harmless one."""
    limits = limits or Limits()
    check_package(data, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about features it does not keep
            return _read(data, limits)
    except WorkbookError:
        raise
    except Exception as e:
        # openpyxl answers malformed parts with whatever its code runs into, and wraps the rest.
        if isinstance(e, DefusedXmlException) or isinstance(e.__cause__, DefusedXmlException):
            raise WorkbookError("工作簿内含实体定义，为安全起见没有打开。", _REMEDY) from e
        raise WorkbookError("工作簿的内部结构有误，读不出来。", _REMEDY) from e


def _read(data: bytes, limits: Limits) -> Workbook:
    book = openpyxl.load_workbook(
        io.BytesIO(data), read_only=True, data_only=True, keep_links=False
    )
    if not book.worksheets:
        raise WorkbookError("工作簿里没有工作表。", _REMEDY)
    if len(book.worksheets) > limits.sheets:
        raise WorkbookError(f"工作簿有 {len(book.worksheets)} 张工作表。", "请只保留要导入的。")
    left = limits.cells
    sheets = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for source in book.worksheets:
            with archive.open(source._worksheet_path) as part:
                extent = measure_sheet(part, title=source.title, limits=limits)
            left -= extent.cells
            if left < 0 or extent.rows * extent.columns > limits.cells * 4:
                raise WorkbookError(
                    f"工作簿的单元格超过 {limits.cells} 个。", "请只保留要导入的工作表、行和列。"
                )
            rows = _rows(source, extent, limits)
            _fill_merged(rows, extent, source.title)
            hidden = source.sheet_state != "visible"
            sheets.append(
                Sheet(source.title, rows, list(extent.merged), hidden, tuple(extent.hidden))
            )
    return Workbook(sheets)


def _rows(source: Any, extent: Extent, limits: Limits) -> list[list[Cell]]:
    if not extent.cells:
        return []
    source.reset_dimensions()  # the declared dimension may lie
    letters = [get_column_letter(c) for c in range(1, extent.columns + 1)]
    rows = []
    found = source.iter_rows(max_row=extent.rows, max_col=extent.columns)
    for number, line in enumerate(found, start=1):
        row = []
        for column, raw in enumerate(line[: extent.columns], start=1):
            ref = f"{source.title}!{letters[column - 1]}{number}"
            row.append(_cell(ref, raw, extent.formulas.get((number, column)), limits))
        row += [
            Cell(f"{source.title}!{letters[c]}{number}") for c in range(len(row), extent.columns)
        ]
        rows.append(row)
    return rows


def _cell(ref: str, raw: Any, computed: bool | None, limits: Limits) -> Cell:
    formula = computed is not None
    if computed is False:
        problem = "公式还没有计算结果，请在 Excel 中打开并保存一次再上传。"
        return Cell(ref, formula=True, problem=problem)
    if getattr(raw, "data_type", "n") == "e":
        return Cell(ref, None, str(raw.value), False, formula, f"单元格是错误值 {raw.value}。")
    value, text = _plain(raw.value, getattr(raw, "number_format", None) or "General")
    if len(text) > limits.cell_characters:
        raise WorkbookError(f"{ref} 的文字超过 {limits.cell_characters} 个字符。", "请缩短。")
    return Cell(ref, value, text, formula=formula)


def _plain(value: Any, number_format: str) -> tuple[CellValue, str]:
    """The value without binary floats or times of day, and the text a reader sees."""
    if value is None:
        return None, ""
    if isinstance(value, bool):
        return value, "是" if value else "否"
    if isinstance(value, int | float):
        # Excel itself keeps and shows 15 digits; the rest is noise of the binary form.
        number = (
            Decimal(f"{value:.{_EXCEL_DIGITS}g}") if isinstance(value, float) else Decimal(value)
        )
        return number, _number_text(number, number_format)
    if isinstance(value, datetime):
        if value.time() != time():
            text = value.isoformat(sep=" ", timespec="minutes")
            return text, text
        value = value.date()
    if isinstance(value, date):
        text = value.isoformat()
        if "d" not in _QUOTED.sub("", number_format).lower():
            return text[:7], text[:7]  # formatted as year and month only
        return value, text
    if isinstance(value, time | timedelta):
        return str(value), str(value)
    return str(value), str(value)


def _number_text(number: Decimal, number_format: str) -> str:
    percent = "%" in _QUOTED.sub("", number_format)
    shown = number * 100 if percent else number
    text = f"{shown:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{text}%" if percent else text


def _fill_merged(rows: list[list[Cell]], extent: Extent, title: str) -> None:
    """Give every cell of a merged range the value of its first one."""
    for left, top, right, bottom in extent.merged.values():
        if top > len(rows) or left > extent.columns:
            continue
        first = rows[top - 1][left - 1]
        if first.blank:
            continue
        for y in range(top - 1, min(bottom, len(rows))):
            for x in range(left - 1, min(right, extent.columns)):
                cell = rows[y][x]
                if cell is not first and cell.value is None:
                    rows[y][x] = Cell(
                        cell.ref, first.value, first.text, True, first.formula, first.problem
                    )
