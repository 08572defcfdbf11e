"""What a sheet's XML holds, measured in one streaming pass before its cells are built."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse
from openpyxl.utils import coordinate_to_tuple, range_boundaries

from kaohe.workbooks.limits import Limits, WorkbookError

Bounds = tuple[int, int, int, int]
_NODES_PER_CELL = 5


@dataclass(slots=True)
class Extent:
    """Used rows and columns, cells with formulas (True: computed), merged ranges, hidden rows."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)
    merged: dict[str, Bounds] = field(default_factory=dict)
    hidden: dict[int, None] = field(default_factory=dict)
    """Hidden rows with something in them."""


def measure_sheet(source: IO[bytes], *, title: str, limits: Limits) -> Extent:
    """Read extent, formulas and merged ranges; formatted but empty cells do not count."""
    extent, nodes, row, column = Extent(), 0, 0, 0
    hidden = False
    data: Element | None = None
    for event, node in iterparse(source, events=("start", "end"), forbid_dtd=True):
        name = node.tag.rpartition("}")[2]
        if event == "start":
            nodes += 1
            if nodes > limits.cells * _NODES_PER_CELL:
                raise _too_many(title, limits)
            if name == "sheetData":
                data = node
            elif name == "row":
                row, column = int(node.get("r") or row + 1), 0
                hidden = node.get("hidden") in ("1", "true")
            elif name == "c":
                ref = node.get("r")
                row, column = coordinate_to_tuple(ref) if ref else (row, column + 1)
        elif name == "c":
            before = extent.cells
            _count(extent, node, row, column)
            if hidden and extent.cells > before:
                extent.hidden[row] = None
            if extent.rows > limits.rows or extent.columns > limits.columns:
                raise WorkbookError(
                    f"工作表“{title}”用到了第 {row} 行第 {column} 列，超出可读范围"
                    f"（{limits.rows} 行 × {limits.columns} 列）。",
                    "请把名单移到表的左上部分，删去远处的零散内容。",
                )
            if extent.cells > limits.cells:
                raise _too_many(title, limits)
        elif name == "row" and data is not None:
            data.clear()
        elif name == "mergeCell":
            _merge(extent, node.get("ref") or "", title, limits)
    return extent


def _count(extent: Extent, node: Element, row: int, column: int) -> None:
    formula = filled = False
    for child in node:
        name = child.tag.rpartition("}")[2]
        formula = formula or name == "f"
        filled = filled or (name == "v" and bool(child.text)) or name == "is"
    if formula:
        extent.formulas[row, column] = filled
    if formula or filled:
        extent.cells += 1
        extent.rows, extent.columns = max(extent.rows, row), max(extent.columns, column)


def _merge(extent: Extent, ref: str, title: str, limits: Limits) -> None:
    if len(extent.merged) >= limits.merges:
        raise WorkbookError(
            f"工作表“{title}”的合并单元格超过 {limits.merges} 处。", "请取消多余的合并后再上传。"
        )
    left, top, right, bottom = range_boundaries(ref)
    if left and top and right and bottom:
        extent.merged[ref] = (left, top, right, bottom)


def _too_many(title: str, limits: Limits) -> WorkbookError:
    return WorkbookError(
        f"工作表“{title}”的单元格超过 {limits.cells} 个。", "请只保留要导入的行和列。"
    )
