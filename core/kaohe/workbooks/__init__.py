"""Reading office workbooks: hostile files refused, every cell with its place, normal forms."""

from typing import TYPE_CHECKING, Any

from kaohe.workbooks.cells import Cell, Sheet, Workbook
from kaohe.workbooks.headings import Column, Heading, find_heading, synonym_matcher
from kaohe.workbooks.limits import Limits, WorkbookError
from kaohe.workbooks.normal_forms import (
    Normal,
    NotUnderstood,
    match_key,
    normal_date,
    normal_number,
    normal_text,
)

if TYPE_CHECKING:
    from kaohe.workbooks.reading import read_workbook
    from kaohe.workbooks.storing import workbook_from_json, workbook_to_json

__all__ = [
    "Cell",
    "Column",
    "Heading",
    "Limits",
    "Normal",
    "NotUnderstood",
    "Sheet",
    "Workbook",
    "WorkbookError",
    "find_heading",
    "match_key",
    "normal_date",
    "normal_number",
    "normal_text",
    "read_workbook",
    "synonym_matcher",
    "workbook_from_json",
    "workbook_to_json",
]


_LATE = {
    "read_workbook": "reading",
    "workbook_from_json": "storing",
    "workbook_to_json": "storing",
}


def __getattr__(name: str) -> Any:
    # openpyxl loads numpy: commands that only need normal forms should not wait for it.
    if name in _LATE:
        from importlib import import_module

        return getattr(import_module(f"kaohe.workbooks.{_LATE[name]}"), name)
    raise AttributeError(name)
