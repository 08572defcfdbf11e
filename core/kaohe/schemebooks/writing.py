"""From a scheme to a workbook an office worker can read and change."""

from __future__ import annotations

import io
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

from kaohe.scheme.dictionary import operator_word, word_of
from kaohe.scheme.model import Scheme
from kaohe.scheme.operators import OPERATORS
from kaohe.schemebooks.reading import HEADINGS, OPERATORS_SHEET, ROLLUP_COLUMNS, TOP_COLUMNS
from kaohe.schemebooks.splitting import ELSEWHERE, Row, split_scheme
from kaohe.schemebooks.tables import (
    ABOUT,
    CONTENT,
    ID,
    KEY,
    OPERATOR,
    OTHER,
    ROLLUPS,
    TABLES,
    TOP,
    Column,
    Table,
    table_text,
)

if TYPE_CHECKING:
    from kaohe.scheme.reading import SchemeSource

_FREE_ROWS = 200
"""Rows below the last one that offer the words to choose from."""
_EPOCH = datetime(2026, 1, 1)
_WIDE = {"title", "help", "about", "resolution", CONTENT, OTHER, "note"}
_MIDDLE = {"cite", "cites", "options", "bands", "classes", "deduct", "does", "points", "turnout"}
_LIST_LIMIT = 255
"""Excel refuses longer lists inside a validation."""
_RULES = (
    "这个工作簿就是考核办法，与 YAML 文件内容相同：kaohe lint、show、score、preview 都可以直接用它。",
    "第 1 行是表头，鼠标停在上面有说明；第 2 行是程序认列用的键。这两行和工作表的名称不要改。",
    "没有用到的列已隐藏，取消隐藏就可以填写；多出来的空行可以填新的内容，整行可以删去。",
    "一格里写几条时，每条一行（Alt+Enter）：列表每行一项；对照每行写“名称：内容”，如 优秀：90。",
    "更复杂的内容写在括号里：{名称: 内容, 名称: 内容}，[甲, 乙]；文字里有括号、逗号时加双引号。",
    "数字按原样写，写 60 或 0.5，不写百分号；是、否两种选择写“是”“否”。",
    "参数的值写 {parameter: 参数编号}；“得分公式”里直接写另一个得分的编号就是引用它。",
    "有错时程序会说出工作表和单元格，如 评分项!E5。",
)


def scheme_workbook(source: SchemeSource, *, operators: Collection[str] = ()) -> bytes:
    """The bytes of the workbook; equal for equal schemes.

    Args:
        operators: words of plugins' operators.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    title = f"{source.title} {source.version}".strip()[:200]
    book.set_properties({"title": title, "created": _EPOCH})
    _Writer(book, (*OPERATORS, *operators)).write(
        source, split_scheme(source.data, operators=operators)
    )
    book.close()
    return buffer.getvalue()


class _Writer:
    def __init__(self, book: Any, operators: tuple[str, ...]) -> None:
        base = {"font_name": "等线", "font_size": 11, "valign": "top", "text_wrap": True}
        head = {**base, "bold": True, "align": "center", "valign": "vcenter", "border": 1}
        cell = {**base, "border": 1, "border_color": "#C4CCD4", "num_format": "@"}
        self.book, self.operators = book, operators
        self.title = book.add_format({**base, "bold": True, "font_size": 16, "text_wrap": False})
        self.text = book.add_format(base)
        self.head = book.add_format({**head, "bg_color": "#D9E2EC"})
        self.key = book.add_format({**base, "font_size": 8, "font_color": "#8A94A0", "border": 1})
        self.open = book.add_format({**cell, "locked": 0})
        self.free = book.add_format({**base, "num_format": "@", "locked": 0})
        self.closed = book.add_format({**cell, "font_color": "#5A6572", "bg_color": "#F5F7F9"})

    def write(self, source: SchemeSource, sheets: dict[str, list[Row]]) -> None:
        """All sheets, those nobody uses hidden."""
        about = self.book.add_worksheet(ABOUT)
        self.top(sheets[TOP])
        shown = []
        for table in TABLES:
            sheet = self.table(table, sheets[table.sheet])
            if sheets[table.sheet]:
                shown.append(table)
            elif table.parent or table.key not in ("scores", "items"):
                sheet.hide()
        rollups = self.sheet(ROLLUPS, ROLLUP_COLUMNS, sheets[ROLLUPS])
        rollups.set_column(0, 1, 16, self.open)
        rollups.set_column(2, 2, 90, self.open)
        if not sheets[ROLLUPS]:
            rollups.hide()
        self.about(about, source, shown)
        about.activate()

    def about(self, sheet: Any, source: SchemeSource, shown: list[Table]) -> None:
        """What the workbook is and how it is written."""
        sheet.protect()
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 96)
        sheet.write_string(0, 0, source.title or source.id, self.title)
        sheet.write_string(1, 0, f"{source.id}　{source.version}".strip(), self.key)
        line = 3
        for number, rule in enumerate(_RULES, start=1):
            sheet.write_string(line, 0, f"写法 {number}", self.text)
            sheet.write_string(line, 1, rule, self.text)
            line += 1
        line += 1
        for table in shown:
            sheet.write_url(line, 0, f"internal:'{table.sheet}'!A3", string=table.sheet)
            sheet.write_string(line, 1, table_text(table), self.text)
            line += 1
        hidden = "、".join(t.sheet for t in TABLES if t not in shown)
        if hidden:
            sheet.write_string(line + 1, 0, "没有用到", self.text)
            sheet.write_string(line + 1, 1, f"{hidden}（已隐藏，可以取消隐藏后填写）", self.text)

    def sheet(self, name: str, columns: tuple[Column, ...], rows: list[Row]) -> Any:
        """A protected sheet: headings with comments, keys, rows, and free rows to fill in."""
        sheet = self.book.add_worksheet(name)
        allowed = ("sort", "autofilter", "format_columns", "format_rows", "insert_rows",
                   "delete_rows", "format_cells")  # fmt: skip
        sheet.protect("", dict.fromkeys(allowed, True))
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.heading, self.head)
            sheet.write_string(1, place, column.key, self.key)
            sheet.write_comment(0, place, column.text, {"x_scale": 1.6, "y_scale": 1.1})
            sheet.set_column(place, place, 13, self.open)
        for number, row in enumerate(rows, start=HEADINGS):
            for place, column in enumerate(columns):
                if row.get(column.key):
                    sheet.write_string(number, place, row[column.key], self.open)
        # Excel deletes a row of a protected sheet only if no cell of it is locked, to its far end.
        for number in range(HEADINGS, HEADINGS + len(rows) + _FREE_ROWS):
            sheet.set_row(number, None, self.free)
        sheet.set_row(0, 30)
        sheet.set_row(1, 12)
        sheet.freeze_panes(HEADINGS, 1)
        return sheet

    def top(self, rows: list[Row]) -> None:
        """The keys at the top, each with its name and meaning beside it."""
        extra = Column("#", "名称和含义", "给人看的，程序不读")
        sheet = self.sheet(TOP, (*TOP_COLUMNS, extra), rows)
        for number, row in enumerate(rows):
            key = row[KEY]
            if key in Scheme.model_fields:
                word = word_of(Scheme, key)
                text = f"{word.heading}：{word.text}"
                sheet.write_string(HEADINGS + number, 2, text, self.closed)
            if row["@value"].startswith(ELSEWHERE):
                sheet.write_string(HEADINGS + number, 1, row["@value"], self.closed)
        sheet.set_column(0, 0, 16, self.open)
        sheet.set_column(1, 1, 70, self.open)
        sheet.set_column(2, 2, 60, self.closed)

    def table(self, table: Table, rows: list[Row]) -> Any:
        """A collection of parts; columns without content are hidden."""
        rows = [self.shown(row) for row in rows]
        sheet = self.sheet(table.sheet, table.columns, rows)
        used = {key for row in rows for key in row}
        always = {ID, "id", "title", OPERATOR, CONTENT, *table.owners}
        for place, column in enumerate(table.columns):
            width = 44 if column.key in _WIDE else 24 if column.key in _MIDDLE else 13
            is_hidden = column.hidden or (column.key not in used | always and bool(rows))
            sheet.set_column(place, place, width, self.open, {"hidden": is_hidden})
            self.choices(sheet, place, column, len(rows))
        return sheet

    def shown(self, row: Row) -> Row:
        """The row with its operator in Chinese."""
        if OPERATOR not in row:
            return row
        return {**row, OPERATOR: _operator_text(row[OPERATOR])}

    def choices(self, sheet: Any, place: int, column: Column, rows: int) -> None:
        """A drop-down list; brackets and parameters may be typed all the same."""
        words = [shown for _, shown in column.kind.words]
        if column.kind.form == "flag":
            words = ["是", "否"]
        rule: dict[str, Any] = {"validate": "list", "source": words}
        if column.key == OPERATOR:
            rule["source"] = self.operator_list()
        elif not words or sum(len(w) + 1 for w in words) > _LIST_LIMIT:
            return
        rule |= {"error_type": "information", "ignore_blank": True}
        sheet.data_validation(HEADINGS, place, HEADINGS + rows + _FREE_ROWS, place, rule)

    def operator_list(self) -> str:
        """Operators are too many for a list inside the rule: they stand on a hidden sheet."""
        name = OPERATORS_SHEET
        if self.book.get_worksheet_by_name(name) is None:
            sheet = self.book.add_worksheet(name)
            for number, key in enumerate(self.operators):
                sheet.write_string(number, 0, _operator_text(key))
                sheet.write_string(number, 1, operator_word(key).text)
            sheet.protect()
            sheet.very_hidden()
        return f"='{name}'!$A$1:$A${len(self.operators)}"


def _operator_text(key: str) -> str:
    heading = operator_word(key).heading
    return f"{heading}（{key}）" if heading != key else key
