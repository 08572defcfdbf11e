"""From the rows of the sheets back to the tree, every mistake with its cell."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from kaohe.scheme.errors import SchemeError
from kaohe.scheme.operators import OPERATORS
from kaohe.scheme.tree import Path, Tree, dotted
from kaohe.schemebooks.cells import ANY, Kind, cell_value
from kaohe.schemebooks.flow import FlowError
from kaohe.schemebooks.splitting import BARE, ELSEWHERE, Row
from kaohe.schemebooks.tables import (
    CONTENT,
    ID,
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

Where = Callable[[str, int, str], str]
"""The cell of a sheet, a row (from 0) and a column."""


class Joining:
    """Puts one workbook together; `errors` are all that was found."""

    def __init__(
        self, sheets: dict[str, list[Row]], *, name: str, where: Where,
        operators: Collection[str] = (),
    ) -> None:  # fmt: skip
        self.sheets, self.where = sheets, where
        self.operators = {*OPERATORS, *operators}
        self.tree = Tree(name, {})
        self.errors: list[SchemeError] = []
        self.used: dict[str, set[int]] = {sheet: set() for sheet in sheets}

    def scheme(self) -> Tree:
        """The tree, as far as it could be read."""
        data: dict[str, Any] = {}
        tables = {table.key: table for table in TABLES if not table.parent}
        for place, row in enumerate(self.sheets.get(TOP, [])):
            key = self.name(TOP, place, KEY)
            if not key:
                self.add(TOP, place, KEY, (), "缺少键。", "从“说明”里选一个键，或删去这一行。")
                continue
            if key in data:
                self.add(TOP, place, KEY, (key,), f"键“{key}”写了两次。", "请删去一行。")
                continue
            self.tree.places[(key,)] = self.where(TOP, place, VALUE)
            written = row.get(VALUE, "").strip()
            if key in tables and (written.startswith(ELSEWHERE) or not written):
                data[key] = self.collection(tables[key], (key,), {})
            elif key == "rollups" and (written.startswith(ELSEWHERE) or not written):
                data[key] = self.rollups()
            elif written:
                data[key] = self.cell(TOP, place, VALUE, top_kind(key), (key,))
        for table in TABLES:
            if table.key not in data and not table.parent and self.sheets.get(table.sheet):
                data[table.key] = self.collection(table, (table.key,), {})
        if "rollups" not in data and self.sheets.get(ROLLUPS):
            data["rollups"] = self.rollups()
        self.lost_rows()
        self.tree.data = data
        return self.tree

    def rollups(self) -> dict[str, Any]:
        """The longer periods, key by key."""
        out: dict[str, Any] = {}
        for place, row in enumerate(self.sheets.get(ROLLUPS, [])):
            self.used[ROLLUPS].add(place)
            name, key = self.name(ROLLUPS, place, ROLLUP), self.name(ROLLUPS, place, KEY)
            path = ("rollups", name, key)
            self.tree.places.setdefault(path[:2], self.where(ROLLUPS, place, ROLLUP))
            self.tree.places[path] = self.where(ROLLUPS, place, VALUE)
            if not name or not key or key in out.get(name, {}):
                what = f"键“{key}”写了两次。" if name and key else "缺少汇总名称或键。"
                self.add(ROLLUPS, place, KEY, path, what, "请改正或删去这一行。")
                continue
            if VALUE in row:
                found = self.cell(ROLLUPS, place, VALUE, ANY, path)
                out.setdefault(name, {})[key] = found
        return out

    def collection(self, table: Table, path: Path, owners: Row) -> Any:
        """All rows of a table that belong to the same row above."""
        parts: list[Any] = []
        names: dict[str, Any] = {}
        for place, row in enumerate(self.sheets.get(table.sheet, [])):
            if any(self.name(table.sheet, place, key) != owner for key, owner in owners.items()):
                continue
            self.used[table.sheet].add(place)
            name = self.name(table.sheet, place, ID)
            step = len(parts) if table.is_list else name
            here = (*path, step)
            if not table.is_list and (not name or name in names):
                what = f"编号“{name}”在本表里重复。" if name else "缺少编号。"
                self.add(table.sheet, place, ID, here, what, "每行写一个不同的编号。")
                continue
            column = next((k for k in row if k not in (*table.owners, ORDER)), ID)
            self.tree.places[here] = self.where(table.sheet, place, ID if name else column)
            one = self.part(table, place, row, here, owners)
            parts.append(one)
            names[name] = one
        return parts if table.is_list else names

    def part(self, table: Table, place: int, row: Row, path: Path, owners: Row) -> Any:
        """One row as the part it describes."""
        sheet, order = table.sheet, row.get(ORDER, "").split()
        if order == [BARE]:
            return self.cell(sheet, place, OTHER, ANY, path) if OTHER in row else ""
        found: dict[str, Any] = {}
        for column in table.columns:
            key = column.key
            if key in row and not key.startswith("@"):
                found[key] = self.cell(sheet, place, key, column.kind, (*path, key))
        self.operator(table, place, row, path, found)
        if OTHER in row:
            other = self.cell(sheet, place, OTHER, ANY, path)
            if not isinstance(other, dict):
                self.add(sheet, place, OTHER, path, "“其他”应写成 {键: 内容}。", "请改正。")
                other = {}
            for key in set(other) & set(found):
                what = f"键“{key}”在“其他”里又写了一次。"
                self.add(sheet, place, OTHER, (*path, key), what, "请删去一处。")
            found = {**other, **found}
        if OPERATOR in order and OPERATOR in row:
            order[order.index(OPERATOR)] = self.operator_of(row)
        self.below(table, path, owners, order, found)
        kept = [key for key in order if key in found]
        return {key: found[key] for key in dict.fromkeys((*kept, *found))}

    def operator(
        self, table: Table, place: int, row: Row, path: Path, found: dict[str, Any]
    ) -> None:
        """The operator of a score and what stands behind it."""
        if OPERATOR not in row and CONTENT not in row:
            return
        key = self.operator_of(row)
        if key not in self.operators or CONTENT not in row:
            what = f"没有算子“{key}”。" if key and CONTENT in row else "算子和内容要一起写。"
            self.add(table.sheet, place, OPERATOR, path, what, "从下拉表里选一个算子。")
            return
        found[key] = self.cell(table.sheet, place, CONTENT, ANY, (*path, key))

    def operator_of(self, row: Row) -> str:
        """The word of the language in the cell ``加权（weighted）``."""
        written = row.get(OPERATOR, "").strip()
        return written.rpartition("（")[2].rstrip("）") if "（" in written else written

    def below(
        self, table: Table, path: Path, owners: Row, order: list[str], found: dict[str, Any]
    ) -> None:
        """The parts that other sheets hold for this row."""
        name = path[-1] if isinstance(path[-1], str) else found.get("id")
        for child in children_of(table):
            if child.key in found or not isinstance(name, str):
                continue
            inner = dict(zip(child.owners, (*owners.values(), name), strict=True))
            parts = self.collection(child, (*path, child.key), inner)
            if parts or child.key in order:
                found[child.key] = parts

    def cell(self, sheet: str, place: int, column: str, kind: Kind, path: Path) -> Any:
        """What a cell says; an empty text where it cannot be read."""
        self.tree.places[path] = self.where(sheet, place, column)
        self.used[sheet].add(place)
        try:
            value = cell_value(self.sheets[sheet][place].get(column, ""), kind)
        except FlowError as error:
            remedy = "检查括号、引号、冒号和逗号；文字里有这些符号时加双引号。"
            self.add(sheet, place, column, path, f"{error}。", remedy)
            return ""
        self.places_inside(value, path, self.tree.places[path])
        return value

    def places_inside(self, value: Any, path: Path, place: Any) -> None:
        """Everything inside a cell has the cell's place."""
        if isinstance(value, dict | list):
            steps = value.items() if isinstance(value, dict) else enumerate(value)
            for step, one in steps:
                self.tree.places[(*path, step)] = place
                self.places_inside(one, (*path, step), place)

    def name(self, sheet: str, place: int, column: str) -> str:
        """A name in a cell."""
        return self.sheets[sheet][place].get(column, "").strip()

    def lost_rows(self) -> None:
        """Rows that belong to no row above."""
        for table in TABLES:
            for place, row in enumerate(self.sheets.get(table.sheet, [])):
                if table.owners and place not in self.used[table.sheet]:
                    owner = table.owners[-1]
                    what = f"“{table.parent}”里没有“{row.get(owner, '')}”。"
                    remedy = f"写“{table.parent}”里的一个编号。"
                    self.add(table.sheet, place, owner, (), what, remedy)

    def add(self, sheet: str, place: int, column: str, path: Path, what: str, remedy: str) -> None:
        """Note a mistake."""
        where = f"{self.tree.name} {self.where(sheet, place, column)}"
        self.errors.append(SchemeError("SCHEME_041", where, dotted(path), what, remedy))
