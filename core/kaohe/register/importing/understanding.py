"""Understanding a roll: from a workbook to a preview, without a database."""

from __future__ import annotations

from datetime import date

from kaohe.register.importing.columns import (
    GROUP_ACCEPTED,
    GROUP_TITLES,
    ROLL_ACCEPTED,
    ROLL_TITLES,
    match_groups,
    match_roll,
)
from kaohe.register.importing.crosschecks import check_groups, check_units
from kaohe.register.importing.group_table import read_groups
from kaohe.register.importing.preview import Known, Remark, RollPreview, Trouble
from kaohe.register.importing.questions import ask
from kaohe.register.importing.roll_table import read_roll
from kaohe.register.importing.tables import Table
from kaohe.workbooks import Heading, Sheet, Workbook, find_heading

_TELLING = {"kind", "parent", "secretary", "members"}


def understand_roll(
    workbook: Workbook, *, known: Known | None = None, today: date | None = None
) -> RollPreview:
    """Understand every sheet; all that is wrong or open is collected, nothing is written.

    Args:
        workbook: the cells as read.
        known: what the register already holds.
        today: dates of founding after this day are mistakes.
    """
    preview, known = RollPreview(), known or Known()
    rolls, lists = [], []
    for sheet in workbook.sheets:
        roll, groups = _roll_heading(sheet), _group_heading(sheet)
        if sheet.hidden:
            preview.remarks.append(Remark(sheet.title, "隐藏的工作表，没有读取"))
        elif groups and (not roll or len(groups.fields) >= len(roll.fields)):
            lists.append(Table(sheet, groups, GROUP_TITLES))
        elif roll:
            rolls.append(Table(sheet, roll, ROLL_TITLES))
        elif sheet.rows:
            preview.remarks.append(Remark(sheet.title, "没有认出花名册或考核组的表头，没有读取"))
    for table in rolls:
        read_roll(table, preview, today=today or date.max)
    for table in lists:
        read_groups(table, preview)
    if not rolls and not lists:
        _refuse(workbook, preview)
    elif not preview.units and not preview.groups and not preview.errors:
        place = (rolls or lists)[0].sheet.title
        preview.errors.append(Trouble(place, "表头下面没有数据行。", "请填写后重新上传。"))
    check_units(preview)
    check_groups(preview, known)
    ask(preview, known)
    return preview


def _roll_heading(sheet: Sheet) -> Heading | None:
    heading = find_heading(sheet, match_roll)
    if heading and "name" in heading.fields and _TELLING & heading.fields.keys():
        return heading
    return None


def _group_heading(sheet: Sheet) -> Heading | None:
    heading = find_heading(sheet, match_groups)
    if heading and {"group", "units"} <= heading.fields.keys():
        return heading
    return None


def _refuse(workbook: Workbook, preview: RollPreview) -> None:
    place = "、".join(s.title for s in workbook.sheets)
    preview.errors.append(
        Trouble(
            place,
            "没有找到花名册的表头。",
            f"表头中要有：{ROLL_ACCEPTED}。考核组的表要有：{GROUP_ACCEPTED}。也可以下载空白模板填写。",
        )
    )
