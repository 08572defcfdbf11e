"""The rows of a roll: one unit each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kaohe.records.roll_headings import lists_people
from kaohe.register.importing.columns import ROLL_TITLES
from kaohe.register.importing.person_names import one_person
from kaohe.register.importing.person_rows import name_secretary, rows_of_units
from kaohe.register.importing.preview import Remark, RollPreview, Trouble, UnitRow
from kaohe.register.importing.tables import Table, data_rows, take
from kaohe.workbooks import Cell, match_key, normal_date, normal_number, normal_text

_VACANT = {"无", "空缺", "暂缺", "待定", "-", "—", "——", "/", "空"}
_MOST_MEMBERS = 1_000_000
_LONGEST = {"name": 100, "kind": 60, "parent": 100, "secretary": 60, "note": 200}
AGAIN = "请在 Excel 中改好后重新上传。"


def read_roll(table: Table, preview: RollPreview, *, today: date, section: str = "") -> None:
    """Add the units of a table to the preview.

    Args:
        section: what the sheet is about, where a roll is spread over several.
    """
    people = lists_people(table.heading)
    without = {c.place for c in preview.columns if not c.meaning}
    unread = [c for c in table.heading.columns if c.ref in without]
    rows = list(data_rows(table, preview, key="name"))
    for group in rows_of_units(table, rows) if people else [[row] for row in rows]:
        first = group[0]
        unit = _unit(table, first.cells, preview, today)
        if unit is None:
            continue
        if people:
            name_secretary(table, group, unit, preview)
        unit.section = first.section or section
        unit.extras = {
            c.ref: text
            for c in unread
            if not people and (text := normal_text(first.cells[c.index]).value)
        }
        preview.units.append(unit)


def _unit(table: Table, row: list[Cell], preview: RollPreview, today: date) -> UnitRow | None:
    cells = {f: table.cell(row, f) for f in ROLL_TITLES}
    name_cell = cells["name"]
    assert name_cell is not None  # a roll without this column is not taken for one
    texts = {f: _text(cells[f], ROLL_TITLES[f], preview, f) for f in _LONGEST}
    places = {f: c.ref for f, c in cells.items() if c is not None}
    members = _members(cells["members"], preview)
    founded = _founded(cells["founded"], preview, today)
    if not texts["name"]:
        if not name_cell.problem:
            preview.errors.append(
                Trouble(
                    name_cell.ref,
                    "这一行有内容，但没有单位名称。",
                    f"请补上名称，或删去整行。{AGAIN}",
                )
            )
        return None
    secretary = cells["secretary"]
    if match_key(texts["secretary"]) in _VACANT:
        texts["secretary"] = ""
    vacant = not texts["secretary"]
    if secretary is not None and not vacant:
        texts["secretary"] = one_person(secretary, ROLL_TITLES["secretary"], preview, AGAIN)
    if secretary is not None and vacant and not secretary.problem:
        preview.remarks.append(
            Remark(places["secretary"], f"{texts['name']}：书记空缺，只导入单位")
        )
    unit = UnitRow(name_cell.ref, texts["name"], texts["kind"], texts["parent"])
    unit.secretary, unit.members, unit.founded = texts["secretary"], members, founded
    unit.note, unit.places = texts["note"], places
    return unit


def _text(cell: Cell | None, column: str, preview: RollPreview, field: str) -> str:
    value = take(cell, column, preview)
    text = value if isinstance(value, str) else ""
    if cell is not None and len(text) > _LONGEST[field]:
        preview.errors.append(
            Trouble(cell.ref, f"{column}超过 {_LONGEST[field]} 个字。", f"请缩短。{AGAIN}")
        )
    if cell is not None and field != "note":
        check_characters(cell, text, column, preview)
    return text


def check_characters(cell: Cell, text: str, column: str, preview: RollPreview) -> None:
    """Private-use characters look right on one computer only."""
    if any("\ue000" <= c <= "\uf8ff" or c >= "\U000f0000" or c == "\ufffd" for c in text):
        preview.errors.append(
            Trouble(
                cell.ref,
                f"{column}“{text}”含有本机自造字，别的电脑上显示不出来。",
                f"请换成标准字（可用手写输入或“插入符号”）。{AGAIN}",
            )
        )


def _members(cell: Cell | None, preview: RollPreview) -> int | None:
    value = take(cell, "党员数", preview, normal_number)
    if not isinstance(value, Decimal) or cell is None:
        return None
    if value != int(value) or not 0 <= value <= _MOST_MEMBERS:
        preview.errors.append(
            Trouble(cell.ref, f"党员数“{cell.text}”不是合理的人数。", f"应为 0 以上的整数。{AGAIN}")
        )
        return None
    return int(value)


def _founded(cell: Cell | None, preview: RollPreview, today: date) -> str:
    value = take(cell, "成立时间", preview, normal_date)
    if not isinstance(value, str) or cell is None:
        return ""
    if value > today.isoformat()[: len(value)]:
        preview.errors.append(
            Trouble(cell.ref, f"成立时间“{cell.text}”晚于今天。", f"请核对年份。{AGAIN}")
        )
        return ""
    return value
