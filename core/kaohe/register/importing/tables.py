"""Rows of a table below its heading: which carry data, which are skipped and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kaohe.register.importing.preview import (
    ColumnUse,
    Normalised,
    RollPreview,
    Trouble,
)
from kaohe.workbooks import Cell, Heading, NotUnderstood, Sheet, match_key, normal_text
from kaohe.workbooks.normal_forms import Normal

_SUMS = re.compile(r"[^:(]{0,8}(合计|总计|小计|共计|汇总|总数|平均|平均数|平均分)([:(].*)?")
_NUMBERING = re.compile(r"^[（(]?[一二三四五六七八九十\d]{1,3}[)）]?[、.．:：]?\s*")
_LONGEST_SECTION = 12
_REMARKS = (
    "注:",
    "注1",
    "备注:",
    "说明:",
    "填表",
    "制表",
    "审核",
    "填报",
    "联系人",
    "联系电话",
    "负责人签",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with its heading and the words for its columns."""

    sheet: Sheet
    heading: Heading
    labels: dict[str, str]

    def cell(self, row: list[Cell], field: str) -> Cell | None:
        """The cell of a meaning in a row; None if the table has no such column."""
        column = self.heading.fields.get(field)
        return row[column.index] if column else None


class DataRow(NamedTuple):
    """A row that carries data, and the subheading above it (二、两新党组织（2个） → 两新党组织)."""

    section: str
    cells: list[Cell]


def data_rows(table: Table, preview: RollPreview, *, key: str) -> Iterator[DataRow]:
    """The rows that carry data; the others are named in the remarks."""
    blank: list[int] = []
    section = ""
    heading = _texts(table.sheet.rows[table.heading.last])
    title = table.sheet.title
    if table.heading.first:
        preview.remark(f"{title}!1:{table.heading.first}", "表头以上是标题和说明，未作为数据读取")
    for number, row in enumerate(table.sheet.rows[table.heading.last + 1 :], 1):
        line = table.heading.last + 1 + number
        if all(cell.blank for cell in row):
            blank.append(line)
            continue
        why = _skip_reason(row, heading, table, key)
        if why:
            preview.remark(f"{title}!{line}:{line}", why)
            section = _section(row) if "小标题" in why else section
            continue
        if line in table.sheet.hidden_rows:
            preview.remark(f"{title}!{line}:{line}", "这一行是隐藏的，也读取了；不要的请删去")
        yield DataRow(section, row)
    if blank:
        lines = "、".join(str(n) for n in blank[:12]) + ("等" if len(blank) > 12 else "")
        preview.remark(f"{title}!{blank[0]}:{blank[0]}", f"第 {lines} 行是空行，已跳过")


def _section(row: list[Cell]) -> str:
    """What a subheading is about; a sentence is none."""
    text = normal_text(next(c for c in row if not c.blank)).value
    text = _NUMBERING.sub("", re.sub(r"[（(][^（()）]*[)）]$", "", text)).strip("：: ")
    return text if len(text) <= _LONGEST_SECTION and not re.search(r"[。，；：:]", text) else ""


def _texts(row: list[Cell]) -> list[str]:
    return [match_key(cell.text) for cell in row]


def _skip_reason(row: list[Cell], heading: list[str], table: Table, key: str) -> str:
    texts = _texts(row)
    filled = [t for t in texts if t]
    if texts == heading:
        return "重复的表头，已跳过"
    if filled and any(_SUMS.fullmatch(t) for t in filled[:2]):
        return "合计行，已跳过"
    name = table.cell(row, key)
    alone = len(set(filled)) == 1 and (sum(c.merged for c in row) > 1 or bool(texts[0]))
    if alone and (name is None or name.blank or name.merged or sum(c.merged for c in row) > 1):
        shown = normal_text(next(c for c in row if not c.blank)).value[:30]
        return f"“{shown}”是小标题或说明，已跳过"
    if filled and (name is None or name.blank) and filled[0].startswith(_REMARKS):
        return "表下的说明，已跳过"
    return ""


def describe_columns(preview: RollPreview, *readings: Table) -> None:
    """Say how each column of a sheet was read; a sheet may be a roll and a list of groups at once."""
    labels: dict[str, tuple[str, str]] = {}
    for table in readings:
        for column in table.heading.columns:
            label = table.labels.get(column.field or "", "")
            if label or column.ref not in labels:
                labels.setdefault(column.ref, (column.title, ""))
                if not labels[column.ref][1]:
                    labels[column.ref] = (column.title, label)
    for ref, (title, label) in labels.items():
        preview.columns.append(ColumnUse(ref, title, label))


def take(
    cell: Cell | None, column: str, preview: RollPreview, normalise: object = normal_text
) -> object:
    """A cell in normal form; notes what changed, collects what is not understood."""
    if cell is None:
        return None
    if cell.problem:
        what, _, remedy = cell.problem.partition("，")
        preview.errors.append(
            Trouble(
                cell.ref,
                f"{column}：{what.rstrip('。')}。",
                remedy or "请改成文字或数字后重新上传。",
            )
        )
        return None
    try:
        found: Normal = normalise(cell)  # type: ignore[operator, type-arg]
    except NotUnderstood as e:
        what, _, accepted = str(e).partition("；")
        preview.errors.append(
            Trouble(cell.ref, f"{column}：{what}。", f"{accepted}改好后重新上传。")
        )
        return None
    if found.changed and not cell.merged and found.value is not None:
        after = found.value if isinstance(found.value, str) else f"{found.value:f}"
        preview.normalised.append(Normalised(cell.ref, column, found.before, after))
    return found.value
