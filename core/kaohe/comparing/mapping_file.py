"""A confirmed column mapping as a file: written once, used again for the next workbook."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from kaohe.comparing.columns import Meanings
from kaohe.comparing.layout import Layout, LayoutError, MappedColumn, MappedTable
from kaohe.records.names import hint
from kaohe.workbooks import Workbook, match_key
from kaohe.workbooks.headings import find_heading

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEAD = """\
# 各列的含义，由 kaohe compare 写出；可以修改，下次用 --mapping 给出。
# 先按 heading（表头文字）找列，找不到再按列的字母。meaning 留空表示不核对。
"""
_WHY = "映射文件"


def mapping_text(layout: Layout, meanings: Meanings) -> str:
    """The file, one line per column."""
    lines = [_HEAD + f"scheme: {meanings.scheme.id}", "sheets:"]
    for table in layout.tables:
        lines.append(f"  - sheet: {_quoted(table.sheet)}")
        lines.append(f"    rows: [{table.first + 1}, {table.last + 1}]")
        lines.append("    columns:")
        for column in table.columns:
            told = meanings.told(column.meaning) if column.meaning else "不核对"
            lines.append(
                f"      {column.letter}: {{heading: {_quoted(column.title)}, "
                f"meaning: {_quoted(column.meaning or '')}}}  # {told}"
            )
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def read_mapping(text: str, *, name: str, book: Workbook, meanings: Meanings) -> Layout:
    """The layout a mapping file gives a workbook.

    Raises:
        LayoutError: every mistake in the file, and what the workbook does not have.
    """
    try:
        data = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise LayoutError([f"{where}：不是能读的 YAML，核对缩进、引号和冒号"]) from error
    problems: list[str] = []
    sheets = data.get("sheets") if isinstance(data, dict) else None
    if not isinstance(sheets, list) or not sheets:
        raise LayoutError([f"{name}：没有 sheets 一节。重新运行 kaohe compare 写一份"])
    given = data.get("scheme")
    if given not in (None, meanings.scheme.id):
        problems.append(f"{name}：这份映射是给“{given}”的，不是“{meanings.scheme.id}”")
    layout = Layout()
    for place, one in enumerate(sheets):
        where = f"{name} sheets[{place}]"
        if not isinstance(one, dict) or not isinstance(one.get("columns"), dict):
            problems.append(f"{where}：应有 sheet 和 columns")
            continue
        table = _table(one, where, len(sheets), book, meanings, problems)
        if table is not None:
            layout.tables.append(table)
    if problems:
        raise LayoutError(problems)
    return layout


def _table(
    one: dict[str, Any], where: str, count: int, book: Workbook, meanings: Meanings,
    problems: list[str],
) -> MappedTable | None:  # fmt: skip
    wanted = _wanted(one["columns"], where, meanings, problems)
    sheet = book.sheet(str(one.get("sheet", "")))
    filled = [s for s in book.sheets if any(not c.blank for row in s.rows for c in row)]
    if sheet is None and count == 1 and len(filled) == 1:
        sheet = filled[0]  # next year's sheet has another name
    if sheet is None:
        names = hint(str(one.get("sheet", "")), [s.title for s in book.sheets])
        problems.append(f"{where}：工作簿里没有工作表“{one.get('sheet', '')}”。{names}")
        return None

    def match(stacks: Sequence[tuple[str, ...]]) -> list[str | None]:
        keys = {match_key(heading) for _, heading, _ in wanted if heading}
        out: list[str | None] = []
        for titles in stacks:
            key = match_key("·".join(titles))
            out.append(key if key in keys and key not in out else None)
        return out

    heading = find_heading(sheet, match, at_least=1)
    if heading is None:
        problems.append(f"{where}：工作表“{sheet.title}”里找不到映射中的表头")
        return None
    columns = []
    for column in heading.columns:
        letter = column.ref.rpartition("!")[2].rstrip("0123456789")
        columns.append(MappedColumn(letter, column.index, column.titles, None, _WHY))
    for letter, title, meaning in wanted:
        place = _place(columns, letter, title)
        if place is not None:
            columns[place] = replace(columns[place], meaning=meaning)
        elif meaning:
            problems.append(f"{where}.columns.{letter}：工作簿里没有“{title}”这一列")
    return MappedTable(sheet.title, heading.first, heading.last, tuple(columns))


def _place(columns: list[MappedColumn], letter: str, title: str) -> int | None:
    same = [n for n, c in enumerate(columns) if title and match_key(c.title) == match_key(title)]
    exact = [n for n in same if columns[n].letter == letter]
    if exact or len(same) == 1:
        return (exact or same)[0]
    if title and not same:
        return None
    return next((n for n, c in enumerate(columns) if c.letter == letter), None)


def _wanted(
    columns: dict[Any, Any], where: str, meanings: Meanings, problems: list[str]
) -> list[tuple[str, str, str | None]]:
    """(letter, heading, meaning) of all columns."""
    out: list[tuple[str, str, str | None]] = []
    for key, one in columns.items():
        letter = str(key).upper()
        entry = one if isinstance(one, dict) else {"meaning": one}
        heading, written = str(entry.get("heading") or ""), str(entry.get("meaning") or "")
        found = meanings.find(written) if written.strip() else None
        if written.strip() and found is None:
            near = hint(written, [*meanings.words, *meanings.words.values()])
            problems.append(f"{where}.columns.{letter}：不认识含义“{written}”。{near}")
        out.append((letter, heading, found))
    return out


def split_choice(text: str) -> tuple[str, str]:
    """``O=民主测评`` as somebody types it: (letter, meaning)."""
    letter, _, meaning = text.replace("＝", "=").partition("=")
    return letter.strip().upper(), meaning.strip()
