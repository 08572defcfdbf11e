"""From the bytes of a workbook to a scheme."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from kaohe.scheme.errors import SchemeError, SchemeErrors
from kaohe.scheme.reading import SchemeSource
from kaohe.scheme.tree import Tree, hidden_character, plain_tree
from kaohe.schemebooks.joining import Joining
from kaohe.schemebooks.splitting import Row
from kaohe.schemebooks.tables import (
    ABOUT,
    BY_SHEET,
    KEY,
    ROLLUP,
    ROLLUPS,
    TOP,
    VALUE,
    Column,
)
from kaohe.workbooks import Cell, Limits, Sheet, WorkbookError, read_workbook

HEADINGS = 2
"""Rows above the first part: headings, and the keys of the columns."""
_LIMITS = Limits(file_bytes=4 * 1024 * 1024, unpacked_bytes=20 * 1024 * 1024, sheets=30, rows=5000)
OPERATORS_SHEET = "算子"
"""The words of the drop-down list."""
_EXTRA = "#"
"""Begins the key of a column that is only for readers."""


def read_scheme_workbook(
    content: bytes, *, name: str, operators: Collection[str] = ()
) -> SchemeSource:
    """Read a scheme workbook.

    Args:
        operators: words of plugins' operators.

    Raises:
        SchemeErrors: every mistake, with its cell.
    """
    try:
        book = read_workbook(content, limits=_LIMITS)
    except WorkbookError as error:
        raise SchemeErrors(
            [SchemeError("SCHEME_040", name, "", error.what, error.remedy)]
        ) from error
    sheets = _Sheets(name)
    if all(sheet.title != TOP for sheet in book.sheets):  # a record or a roll: nothing else fits
        what = f"没有工作表“{TOP}”，不像考核办法。"
        sheets.problem(name, what, "用 kaohe export 得到一份样子，在它上面改。")
        raise SchemeErrors(sheets.errors)
    for sheet in book.sheets:
        sheets.add(sheet)
    if TOP not in sheets.rows:
        sheets.problem(name, f"工作表“{TOP}”是空的。", "用 kaohe export 得到一份样子，在它上面改。")
        raise SchemeErrors(sheets.errors)
    joining = Joining(sheets.rows, name=name, where=sheets.where, operators=operators)
    tree = joining.scheme()
    errors = [*sheets.errors, *joining.errors]
    if errors:
        raise SchemeErrors(dict.fromkeys(errors))
    plain = plain_tree(tree.data, name=name)  # the same limits as a YAML file
    return SchemeSource(Tree(name, plain.data, tree.places))


class _Sheets:
    """The rows of all sheets, and where each cell stands."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: dict[str, list[Row]] = {}
        self.errors: list[SchemeError] = []
        self._lines: dict[str, list[int]] = {}
        self._letters: dict[str, dict[str, str]] = {}

    def where(self, sheet: str, place: int, column: str) -> str:
        """``评分项!E5``."""
        letter = self._letters[sheet].get(column) or next(iter(self._letters[sheet].values()), "A")
        return f"{sheet}!{letter}{self._lines[sheet][place]}"

    def problem(self, place: str, what: str, remedy: str) -> None:
        self.errors.append(SchemeError("SCHEME_042", place, "", what, remedy))

    def add(self, sheet: Sheet) -> None:
        columns = _columns_of(sheet.title)
        if sheet.title in (ABOUT, OPERATORS_SHEET) or not any(
            not c.blank for row in sheet.rows for c in row
        ):
            return
        if columns is None:
            what = f"不认识工作表“{sheet.title}”。"
            self.problem(f"{self.name} {sheet.title}", what, "表名不要改；与办法无关的表请删去。")
            return
        keys, extra = self._keys(sheet, columns)
        self._letters[sheet.title] = {
            key: sheet.rows[0][place].ref.rpartition("!")[2].rstrip("1")
            for place, key in keys.items()
        }
        rows, lines = [], []
        for number, line in enumerate(sheet.rows[HEADINGS:], start=HEADINGS + 1):
            row = {}
            for place, cell in enumerate(line):
                if cell.blank:
                    continue
                if place not in keys:
                    if place not in extra:
                        what = "这一列没有表头。"
                        self.problem(f"{self.name} {cell.ref}", what, "内容请写在有表头的列里。")
                    continue
                row[keys[place]] = self._text(cell)
            if row:
                rows.append(row)
                lines.append(number)
        self.rows[sheet.title], self._lines[sheet.title] = rows, lines

    def _keys(self, sheet: Sheet, columns: tuple[Column, ...]) -> tuple[dict[int, str], set[int]]:
        """Place of a column -> its key, from the second row, or from the heading.

        Columns that are only for readers (and those refused just now) are named beside.
        """
        extra: set[int] = set()
        known = {column.key for column in columns}
        headings = {column.heading: column.key for column in columns}
        found: dict[int, str] = {}
        first = sheet.rows[0]
        second = sheet.rows[1] if len(sheet.rows) > 1 else []
        for place, cell in enumerate(first):
            key = second[place].text.strip() if place < len(second) else ""
            heading = cell.text.strip()
            if key.startswith(_EXTRA):
                extra.add(place)
                continue
            if not key and not heading:
                continue
            key = key if key in known else headings.get(heading, "") if not key else ""
            if not key:
                extra.add(place)
                what = f"不认识这一列“{heading or second[place].text}”。"
                self.problem(f"{self.name} {cell.ref}", what, "表头和它下面一行不要改。")
            elif key in found.values():
                self.problem(f"{self.name} {cell.ref}", f"列“{heading}”有两个。", "请删去一列。")
            else:
                found[place] = key
        return found, extra

    def _text(self, cell: Cell) -> str:
        """What a cell says, numbers and dates as they would be written."""
        if cell.problem:
            self.problem(f"{self.name} {cell.ref}", cell.problem, "")
        value: Any = cell.value
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Decimal):
            if cell.text.strip().endswith("%"):
                what = f"“{cell.text.strip()}”是百分数格式。"
                self.problem(f"{self.name} {cell.ref}", what, "改成常规格式，只写数字，如 60。")
            text = f"{value:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
        if isinstance(value, date):
            return value.isoformat()
        text = re.sub("\r\n?", "\n", str(value if value is not None else cell.text))
        strange = hidden_character(text)
        if strange:
            what = f"有看不见的字符 U+{ord(strange):04X}。"
            self.problem(f"{self.name} {cell.ref}", what, "请删去它。")
            return text.replace(strange, "")
        return text


def _columns_of(title: str) -> tuple[Column, ...] | None:
    if title in BY_SHEET:
        return BY_SHEET[title].columns
    if title == TOP:
        return TOP_COLUMNS
    return ROLLUP_COLUMNS if title == ROLLUPS else None


TOP_COLUMNS = (
    Column(KEY, "键", "办法最外层的键，不要改"),
    Column(VALUE, "内容", "写内容；“→”表示内容在另一张工作表里"),
)
ROLLUP_COLUMNS = (
    Column(ROLLUP, "汇总", "汇总的名称，如 year"),
    Column(KEY, "键", "汇总里与本办法不同的键，写法同“办法”"),
    Column(VALUE, "内容", "{键: 内容, …} 或 [列表]"),
)
