"""A workbook as the readers of the product see it: sheets of cells that know their place."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

CellValue = str | Decimal | bool | date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its place (花名册!C4), its value, and the text somebody sees in it."""

    ref: str
    value: CellValue = None
    text: str = ""
    merged: bool = False
    """True when the value was filled in from the first cell of a merged range."""
    formula: bool = False
    problem: str = ""
    """Why the value cannot be trusted, in Chinese: a formula never computed, an error value."""

    @property
    def blank(self) -> bool:
        """Whether there is nothing to read and nothing to complain about."""
        return not self.text.strip() and not self.problem


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: all rows have the same length; `merged` names the merged ranges (A1:H1)."""

    title: str
    rows: list[list[Cell]]
    merged: list[str] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    """Numbers (from 1) of rows that are hidden or filtered out but hold something."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a workbook in their order."""

    sheets: list[Sheet]

    def sheet(self, title: str) -> Sheet | None:
        """The sheet with a title."""
        return next((s for s in self.sheets if s.title == title), None)
