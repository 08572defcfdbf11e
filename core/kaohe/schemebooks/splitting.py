"""From the tree of a scheme to the rows of its sheets."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from kaohe.scheme.operators import OPERATORS, Node
from kaohe.schemebooks.cells import ANY, TEXT, cell_text
from kaohe.schemebooks.tables import (
    CONTENT,
    GROUP,
    ID,
    ITEM,
    KEY,
    OPERATOR,
    ORDER,
    OTHER,
    ROLLUP,
    ROLLUPS,
    TABLES,
    TOP,
    VALUE,
    Table,
    children_of,
    top_kind,
)

Row = dict[str, str]
BARE = "="
"""In the order column: the row is what stands in the last column, nothing else."""
ELSEWHERE = "→"
"""Begins the content of a key that has a sheet of its own."""


def split_scheme(data: dict[str, Any], *, operators: Collection[str] = ()) -> dict[str, list[Row]]:
    """Sheet -> rows; a row is column -> text."""
    return _Split({*OPERATORS, *operators}).scheme(data)


class _Split:
    def __init__(self, operators: set[str]) -> None:
        self.operators = operators
        self.sheets: dict[str, list[Row]] = {TOP: []}
        self.sheets |= {table.sheet: [] for table in TABLES}
        self.sheets[ROLLUPS] = []

    def scheme(self, data: dict[str, Any]) -> dict[str, list[Row]]:
        tables = {table.key: table for table in TABLES if not table.parent}
        for key, value in data.items():
            table = tables.get(key)
            if table is not None and self.fits(table, value):
                self.sheets[TOP].append({KEY: key, VALUE: f"{ELSEWHERE} {table.sheet}"})
                self.rows(table, value, {})
            elif key == "rollups" and _is_table_of_tables(value):
                self.sheets[TOP].append({KEY: key, VALUE: f"{ELSEWHERE} {ROLLUPS}"})
                self.rollups(value)
            else:
                self.sheets[TOP].append({KEY: key, VALUE: cell_text(value, top_kind(key))})
        return self.sheets

    def rollups(self, value: dict[str, dict[str, Any]]) -> None:
        for name, part in value.items():
            for key, one in part.items():
                row = {ROLLUP: name, KEY: key, VALUE: cell_text(one, ANY)}
                self.sheets[ROLLUPS].append(row)

    def fits(self, table: Table, value: Any) -> bool:
        """Whether a collection can be written row by row; an empty one stays where it is."""
        if table.is_list:
            return isinstance(value, list) and bool(value)
        return isinstance(value, dict) and bool(value) and all(map(_is_cell, value))

    def rows(self, table: Table, value: Any, owners: Row) -> None:
        named = [("", one) for one in value] if table.is_list else list(value.items())
        names = [one.get("id") for _, one in named if isinstance(one, dict)]
        is_unique = not table.is_list or len(set(map(str, names))) == len(named)
        for name, one in named:
            row = dict(owners)
            if not table.is_list:
                row[ID] = name
            self.sheets[table.sheet].append(row)
            if isinstance(one, dict):
                self.part(table, one, row, name or (str(one.get("id", "")) if is_unique else ""))
            else:
                row |= {ORDER: BARE, OTHER: cell_text(one, ANY)}

    def part(self, table: Table, one: dict[str, Any], row: Row, name: str) -> None:
        columns = {column.key: column for column in table.columns}
        below = {child.key: child for child in children_of(table)}
        other: dict[str, Any] = {}
        found = [key for key in one if key in self.operators] if Node in table.parts else []
        for key, value in one.items():
            if key in below and name and _is_cell(name) and self.fits(below[key], value):
                owner = GROUP if table.sheet == "指标表" else ITEM
                mine = {k: v for k, v in row.items() if k == GROUP}
                self.rows(below[key], value, {**mine, owner: name})
            elif found == [key]:
                row |= {OPERATOR: key, CONTENT: cell_text(value, columns[CONTENT].kind)}
            elif key in columns and not key.startswith("@"):
                row[key] = cell_text(value, columns[key].kind)
            else:
                other[key] = value
        if other:
            row[OTHER] = cell_text(other, ANY)
        order = list(one)
        if found and len(found) == 1:
            order[order.index(found[0])] = OPERATOR
        row[ORDER] = " ".join(order) if all(map(_is_word, order)) else BARE
        if row[ORDER] == BARE:  # keys no list of words can name: the whole part in one cell
            for key in [k for k in row if k not in (ORDER, ID, *table.owners)]:
                del row[key]
            row[OTHER] = cell_text(one, ANY)


def _is_table_of_tables(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(_is_cell(k) and isinstance(v, dict) and v for k, v in value.items())
        and all(_is_cell(key) for part in value.values() for key in part)
    )


def _is_cell(text: str) -> bool:
    """Whether a name reads back as itself from a cell of its own."""
    return bool(text) and text == text.strip() and cell_text(text, TEXT) == text


def _is_word(text: str) -> bool:
    return bool(text) and not any(c.isspace() for c in text)
