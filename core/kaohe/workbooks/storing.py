"""A workbook as JSON and back: places follow from position, figures stay figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl.utils import get_column_letter

from kaohe.workbooks.cells import Cell, CellValue, Sheet, Workbook


def workbook_to_json(workbook: Workbook) -> list[dict[str, Any]]:
    """Plain JSON; an ordinary text cell is its text, an empty one null."""
    return [
        {
            "title": s.title,
            "hidden": s.hidden,
            "hidden_rows": list(s.hidden_rows),
            "merged": s.merged,
            "rows": [[_dump(c) for c in row] for row in s.rows],
        }
        for s in workbook.sheets
    ]


def workbook_from_json(data: list[dict[str, Any]]) -> Workbook:
    """The workbook that `workbook_to_json` was given."""
    sheets = []
    for sheet in data:
        rows = [
            [
                _load(cell, f"{sheet['title']}!{get_column_letter(x)}{y}")
                for x, cell in enumerate(row, start=1)
            ]
            for y, row in enumerate(sheet["rows"], start=1)
        ]
        # Uploads kept by an earlier version do not name hidden rows.
        hidden_rows = tuple(sheet.get("hidden_rows", ()))
        sheets.append(Sheet(sheet["title"], rows, sheet["merged"], sheet["hidden"], hidden_rows))
    return Workbook(sheets)


def _dump(cell: Cell) -> Any:
    plain = not (cell.merged or cell.formula or cell.problem)
    if plain and cell.value is None and not cell.text:
        return None
    if plain and cell.value == cell.text:
        return cell.text
    kind = {bool: "b", Decimal: "n", date: "d"}.get(type(cell.value), "t")
    value = None if cell.value is None else str(cell.value)
    flags = ("m" if cell.merged else "") + ("f" if cell.formula else "")
    return [kind, value, cell.text, flags, cell.problem]


def _load(data: Any, ref: str) -> Cell:
    if data is None:
        return Cell(ref)
    if isinstance(data, str):
        return Cell(ref, data, data)
    kind, raw, text, flags, problem = data
    value: CellValue = raw
    if raw is not None and kind != "t":
        value = {
            "b": lambda: raw == "True",
            "n": lambda: Decimal(raw),
            "d": lambda: date.fromisoformat(raw),
        }[kind]()
    return Cell(ref, value, text, "m" in flags, "f" in flags, problem)
