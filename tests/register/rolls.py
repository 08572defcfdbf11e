"""Rolls for tests, made in memory."""

from __future__ import annotations

import io
from collections.abc import Iterable

import openpyxl

HEADING = ["序号", "党组织名称", "类别", "隶属", "书记姓名", "党员数", "成立时间", "备注"]
GROUP_HEADING = ["组别", "组长", "成员", "负责单位"]


def roll_bytes(
    rows: Iterable[list[object]],
    groups: Iterable[list[object]] = (),
    *,
    heading: list[str] = HEADING,
) -> bytes:
    """A workbook with a roll and, if there are groups, a list of them."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "花名册"
    sheet.append(["某乡党组织花名册"])
    sheet.merge_cells("A1:H1")
    sheet.append(heading)
    for row in rows:
        sheet.append(row)
    if groups := list(groups):
        second = book.create_sheet("考核组")
        second.append(GROUP_HEADING)
        for row in groups:
            second.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def unit_row(number: int, **changes: object) -> list[object]:
    """A row without mistakes."""
    values: dict[str, object] = {
        "number": number,
        "name": f"{'甲乙丙丁戊己庚辛壬癸'[number % 10]}河村党支部",
        "kind": "村",
        "parent": "某乡党委",
        "secretary": f"赵{'一二三四五六七八九十'[number % 10]}",
        "members": 20 + number,
        "founded": "2001-07-01",
        "note": None,
    }
    return list({**values, **changes}.values())
