"""A stored workbook is the one that was read."""

from __future__ import annotations

import io
import json
from datetime import datetime

import openpyxl

from kaohe.workbooks import read_workbook, workbook_from_json, workbook_to_json


def test_stored_workbook_comes_back_equal() -> None:
    book = openpyxl.Workbook()
    book.active.append(["青石村 ", 36, 0.5, True, datetime(2011, 7, 1), "=SUM(B1)", None])
    book.active.append(["标题"])
    book.active.merge_cells("A2:C2")
    book.active.row_dimensions[2].hidden = True
    out = io.BytesIO()
    book.save(out)
    workbook = read_workbook(out.getvalue())

    assert (2,) == workbook.sheets[0].hidden_rows
    stored = json.loads(json.dumps(workbook_to_json(workbook)))

    assert workbook == workbook_from_json(stored)
