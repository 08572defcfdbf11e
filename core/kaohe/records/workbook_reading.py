"""An XLSX record: our own template if it shows its key rows, else an office's own layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaohe.records.errors import RecordErrors, RecordProblem
from kaohe.records.own_workbook import is_own, read_own
from kaohe.records.reading import Record
from kaohe.workbooks import WorkbookError
from kaohe.workbooks.reading import read_workbook

if TYPE_CHECKING:
    from kaohe.records.parameters import Binder
    from kaohe.records.rolls import Roll


def read_workbook_record(data: bytes, *, binder: Binder, name: str, roll: Roll | None) -> Record:
    """Read a workbook.

    Raises:
        RecordErrors: every mistake, by cell.
    """
    try:
        book = read_workbook(data)
    except WorkbookError as error:
        raise RecordErrors([RecordProblem(name, error.what, error.remedy)]) from error
    if is_own(book):
        return read_own(book, binder=binder, roll=roll)
    from kaohe.records.office_workbook import read_office

    return read_office(book, binder=binder, name=name, roll=roll)
