"""Records written in Python, for the tests of readers."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import openpyxl

from kaohe.records import Record, RecordErrors, read_record
from tests.schemes.loading import demo_source


def read(data: dict[str, Any] | str | bytes, **more: Any) -> Record:
    """Read a JSON record of the tests' scheme."""
    if isinstance(data, dict):
        data = json.dumps(data, ensure_ascii=False, indent=1, default=str)
    text = data.encode() if isinstance(data, str) else data
    return read_record(text, source=demo_source(), name="r.json", **more)


def problems(data: dict[str, Any] | str | bytes, **more: Any) -> list[str]:
    """What is wrong with a record, as printed."""
    try:
        read(data, **more)
    except RecordErrors as errors:
        return [str(p) for p in errors.problems]
    return []


def one(**values: Any) -> dict[str, Any]:
    """A record with one subject."""
    return {"subjects": [{"id": "a", "class": "north", **values}]}


def workbook(
    rows: Sequence[Sequence[Any]], *, merged: Sequence[str] = (), title: str = "表"
) -> bytes:
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
