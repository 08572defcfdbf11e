"""The rows of a list of assessment groups: one group each, or one person a row under merged cells."""

from __future__ import annotations

import re

from kaohe.register.importing.person_names import bare_name
from kaohe.register.importing.preview import GroupRow, RollPreview, Trouble
from kaohe.register.importing.roll_table import AGAIN, check_characters
from kaohe.register.importing.tables import Table, data_rows, take
from kaohe.workbooks import Cell, normal_text

_SEPARATORS = re.compile(r"[、，,;；/\n\r]+")
_NO_NAME = re.compile(r"[。：:！？!?（）()]|\d{5,}")
_LONGEST_NAME = 20


def read_groups(table: Table, preview: RollPreview) -> None:
    """Add the groups of a table to the preview."""
    for _, row in data_rows(table, preview, key="group"):
        cell = table.cell(row, "group")
        assert cell is not None  # a list without this column is not taken for one
        name = take(cell, "组别", preview)
        if not isinstance(name, str) or not name:
            if not cell.problem:
                what = "这一行有内容，但没有组别。"
                preview.errors.append(Trouble(cell.ref, what, f"请补上组别，或删去整行。{AGAIN}"))
            continue
        continues = cell.merged and preview.groups and preview.groups[-1].name == name
        if not continues:
            preview.groups.append(GroupRow(cell.ref, name))
        _add(preview.groups[-1], table, row, preview)


def _add(group: GroupRow, table: Table, row: list[Cell], preview: RollPreview) -> None:
    targets = {"lead": group.leads, "people": group.members, "units": group.units}
    for field, target in targets.items():
        cell = table.cell(row, field)
        if cell is None or cell.merged:  # a merged cell's first one has been read
            continue
        group.places.setdefault(field, cell.ref)
        if cell.problem:
            take(cell, table.labels[field], preview)
            continue
        for piece in _SEPARATORS.split(cell.text):
            text = normal_text(piece).value if field == "units" else bare_name(piece)
            if not text:
                continue
            if field == "units":
                group.unit_places.setdefault(text, cell.ref)
            else:
                _check_name(cell, text, table.labels[field], preview)
            target.append(text)


def _check_name(cell: Cell, text: str, column: str, preview: RollPreview) -> None:
    check_characters(cell, text, column, preview)
    if len(text) > _LONGEST_NAME or _NO_NAME.search(text):
        preview.errors.append(
            Trouble(
                cell.ref,
                f"{column}“{text[:30]}”不像一个姓名。",
                f"多人之间用顿号“、”隔开，单元格里只写姓名。{AGAIN}",
            )
        )
