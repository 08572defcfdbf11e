"""Rolls that list the people of a unit one below the other: who of them is its secretary."""

from __future__ import annotations

from kaohe.records.roll_headings import is_secretary
from kaohe.register.importing.person_names import one_person
from kaohe.register.importing.preview import Remark, RollPreview, Trouble, UnitRow
from kaohe.register.importing.tables import DataRow, Table
from kaohe.workbooks import match_key, normal_text


def rows_of_units(table: Table, rows: list[DataRow]) -> list[list[DataRow]]:
    """The rows of each unit: its name stands in each, is merged over them, or in the first only."""
    found: list[list[DataRow]] = []
    name = ""
    for row in rows:
        cell = table.cell(row.cells, "name")
        text = match_key(cell.text) if cell else ""
        if found and (not text or text == name):
            found[-1].append(row)
        else:
            found.append([row])
            name = text
    return found


def name_secretary(table: Table, rows: list[DataRow], unit: UnitRow, preview: RollPreview) -> None:
    """Find the secretary among a unit's people; the others are not imported."""
    heads = []
    for row in rows:
        person, post = table.cell(row.cells, "person"), table.cell(row.cells, "post")
        if person and post and not person.blank and is_secretary(post.text):
            heads.append(person)
    if len(heads) > 1:
        names = "、".join(normal_text(cell).value for cell in heads)
        preview.errors.append(
            Trouble(
                heads[1].ref,
                f"“{unit.name}”有 {len(heads)} 个人的职务是书记：{names}。",
                "一个单位只有一名书记，请改正职务（如“副书记”）。请在 Excel 中改好后重新上传。",
            )
        )
    elif heads:
        unit.secretary = one_person(heads[0], "书记姓名", preview, "请在 Excel 中改好后重新上传。")
        unit.places["secretary"] = heads[0].ref
    else:
        preview.remarks.append(Remark(unit.place, f"{unit.name}：没有人的职务是书记，只导入单位"))
