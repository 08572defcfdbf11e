"""Understanding a roll: from a workbook to a preview, without a database."""

from __future__ import annotations

import re
from datetime import date

from kaohe.records.roll_headings import lists_people, match_roll
from kaohe.register.importing.columns import (
    GROUP_ACCEPTED,
    GROUP_TITLES,
    PERSON_TITLES,
    ROLL_ACCEPTED,
    ROLL_TITLES,
    match_groups,
)
from kaohe.register.importing.crosschecks import check_groups, check_units
from kaohe.register.importing.group_table import read_groups
from kaohe.register.importing.preview import Known, RollPreview, Trouble
from kaohe.register.importing.questions import ask
from kaohe.register.importing.roll_table import read_roll
from kaohe.register.importing.tables import Table, describe_columns
from kaohe.workbooks import Heading, Sheet, Workbook, find_heading, normal_text

_SEPARATORS = re.compile(r"[、，,;；/\n\r]")
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
            preview.remark(sheet.title, "隐藏的工作表，没有读取")
        elif groups and (not roll or len(groups.fields) >= len(roll.fields)):
            lists.append(Table(sheet, groups, GROUP_TITLES))
            if roll and _is_both(sheet, roll, groups):
                rolls.append(_roll_table(sheet, roll))
        elif roll:
            rolls.append(_roll_table(sheet, roll))
        elif sheet.rows:
            preview.remark(sheet.title, "没有认出花名册或考核组的表头，没有读取")
    for table in [*rolls, *(one for one in lists if one.sheet not in [r.sheet for r in rolls])]:
        same = [one for one in lists if one.sheet is table.sheet and one is not table]
        describe_columns(preview, *same, table)
    for table in rolls:
        section = normal_text(table.sheet.title).value if len(rolls) > 1 else ""
        read_roll(table, preview, today=today or date.max, section=section)
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


def _roll_table(sheet: Sheet, heading: Heading) -> Table:
    titles = {**ROLL_TITLES, **PERSON_TITLES} if lists_people(heading) else ROLL_TITLES
    return Table(sheet, heading, titles)


def _roll_heading(sheet: Sheet) -> Heading | None:
    heading = find_heading(sheet, match_roll)
    if heading is None or "name" not in heading.fields:
        return None
    return heading if _TELLING & heading.fields.keys() or lists_people(heading) else None


def _is_both(sheet: Sheet, roll: Heading, groups: Heading) -> bool:
    """Whether a list of groups has a row for each unit that says more of it than its name."""
    column = groups.fields["units"].index
    return roll.fields["name"].index == column and not any(
        _SEPARATORS.search(row[column].text) for row in sheet.rows[groups.last + 1 :]
    )


def _nearly_roll(sheet: Sheet) -> Trouble | None:
    """What keeps a sheet from being a roll, if it is only the name of the units' column."""
    heading = find_heading(sheet, match_roll)
    fields = heading.fields if heading else {}
    known = [f"“{c.title}”" for f, c in fields.items() if f in _TELLING]
    if not heading or not known or "name" in fields:
        return None
    return Trouble(
        f"{sheet.title}!{heading.last + 1}:{heading.last + 1}",
        f"这一行像花名册的表头（认出{'、'.join(known)}），但认不出哪一列是单位名称。",
        "请把写单位名称的那一列的表头改成“单位名称”，保存后重新上传。",
    )


def _group_heading(sheet: Sheet) -> Heading | None:
    heading = find_heading(sheet, match_groups)
    if heading and {"group", "units"} <= heading.fields.keys():
        return heading
    return None


def _refuse(workbook: Workbook, preview: RollPreview) -> None:
    near = [t for sheet in workbook.sheets if not sheet.hidden and (t := _nearly_roll(sheet))]
    if near:
        preview.errors += near
        return
    place = "、".join(s.title for s in workbook.sheets)
    if not any(sheet.rows for sheet in workbook.sheets):
        preview.errors.append(
            Trouble(place, "工作簿是空的，没有任何内容。", "请核对是否选错了文件。")
        )
        return
    preview.errors.append(
        Trouble(
            place,
            "没有找到花名册的表头。",
            f"表头中要有：{ROLL_ACCEPTED}。考核组的表要有：{GROUP_ACCEPTED}。也可以下载空白模板填写。",
        )
    )
