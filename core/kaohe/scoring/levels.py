"""Where the plan's integers come from: sums of fact rows, grouped to a level.

A level is a set of groups of rows of one fact table: all votes of a poll by (subject, aspect), all
marks of an instrument by (subject, respondent), or simply by subject.  Leaves are its sums.
Values of fact rows are integers scaled by the scheme's decimals; counts are plain integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Table = Literal["marks", "votes", "entries", "rulings", "standing", "subjects"]
SOURCE_COLUMN: Mapping[Table, str] = {
    "marks": "instrument",
    "votes": "poll",
    "entries": "rule",
    "rulings": "kind",
    "standing": "score",
    "subjects": "group",
}
MEASURES: Mapping[Table, str] = {
    "marks": "value", "votes": "count", "entries": "quantity", "standing": "value",
}  # fmt: skip
WHEN = "when"
"""On standing rows: which period it is, seen from the one that is scored (`scoring.periods`)."""


@dataclass(frozen=True, slots=True)
class Match:
    """A condition on a row: the column holds one of the values (or none of them)."""

    column: str
    values: tuple[str, ...]
    inside: bool = True


@dataclass(frozen=True, slots=True)
class Leaf:
    """A sum (or the largest figure) over the rows of a group."""

    name: str
    low: int
    high: int
    measured: bool = True
    """Sum the table's measure; else count rows."""
    where: Match | None = None
    factor_column: str = ""
    """The measure is multiplied by what this column's text stands for."""
    factors: Mapping[str, int] | None = None
    """Text -> factor.  None with a `factor_column`: the text is a decimal, scaled."""
    how: Literal["sum", "max"] = "sum"
    """How the rows of a group come together."""


@dataclass(frozen=True, slots=True)
class Level:
    """Groups of rows of one table."""

    name: str
    table: Table
    sources: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    key: str | tuple[str, ...] = ""
    """The columns that make groups inside a subject; empty: one group per subject."""
    where: tuple[Match, ...] = ()
    decimals: int = 2

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that make groups inside a subject."""
        return (self.key,) if isinstance(self.key, str) and self.key else tuple(self.key)
