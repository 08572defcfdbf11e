"""Periods as texts: ``2025``, ``2025-H1``, ``2025-Q3``, ``2025-07``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["month", "quarter", "half_year", "year"]
When = Literal["same", "previous", "year_ago"]

LENGTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""Months in a period of each kind."""
KIND_WORDS: dict[Kind, str] = {
    "month": "月", "quarter": "季度", "half_year": "半年", "year": "年",
}  # fmt: skip
RELATIONS = ("same", "previous", "year_ago", *(f"each:{kind}" for kind in LENGTHS))
"""How a period of the past can stand to the one that is scored."""
FORMS = "2025、2025-H1、2025-Q3 或 2025-07"
"""How periods are written, for messages."""

_TEXT = re.compile(r"(?P<year>\d{4})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>\d{2})))?")
_SPOKEN = re.compile(
    r"(?P<year>\d{4})\s*年?(?:度)?\s*(?:"
    r"(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4])季度|(?P<month>\d{1,2})月)?份?"
)
_DIGITS = "一二三四"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of whole months.  Periods of one kind are ordered by time."""

    year: int
    start: int
    """Its first month."""
    kind: Kind

    def __str__(self) -> str:
        if self.kind == "year":
            return f"{self.year:04}"
        if self.kind == "month":
            return f"{self.year:04}-{self.start:02}"
        letter = "H" if self.kind == "half_year" else "Q"
        return f"{self.year:04}-{letter}{self.number}"

    @property
    def number(self) -> int:
        """Its place in the year, from 1."""
        return (self.start - 1) // LENGTHS[self.kind] + 1

    @property
    def words(self) -> str:
        """How people write it: 2025年第三季度."""
        if self.kind == "year":
            return f"{self.year}年"
        if self.kind == "month":
            return f"{self.year}年{self.start}月"
        if self.kind == "half_year":
            return f"{self.year}年{'上下'[self.number - 1]}半年"
        return f"{self.year}年第{_DIGITS[self.number - 1]}季度"

    @property
    def previous(self) -> Period:
        """The period of the same kind just before it."""
        return self.moved(-1)

    @property
    def year_ago(self) -> Period:
        """The same period of the year before."""
        return Period(self.year - 1, self.start, self.kind)

    def moved(self, steps: int) -> Period:
        """The period of the same kind some periods later (or earlier)."""
        months = self.year * 12 + self.start - 1 + steps * LENGTHS[self.kind]
        return Period(months // 12, months % 12 + 1, self.kind)

    def contains(self, other: Period) -> bool:
        """Whether the other lies inside this one; each contains itself."""
        return (
            self.year == other.year
            and self.start <= other.start
            and other.start + LENGTHS[other.kind] <= self.start + LENGTHS[self.kind]
        )

    def members(self, kind: Kind) -> tuple[Period, ...]:
        """All periods of a kind inside it, in order; none if the kind is longer."""
        step = LENGTHS[kind]
        if step > LENGTHS[self.kind]:
            return ()
        end = self.start + LENGTHS[self.kind]
        return tuple(Period(self.year, start, kind) for start in range(self.start, end, step))


@lru_cache(maxsize=1024)
def parse_period(text: str) -> Period | None:
    """The period a text stands for, exactly as facts write it; None if it is none.

    >>> str(parse_period("2025-Q3"))
    '2025-Q3'
    """
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    year = int(found["year"])
    if found["half"]:
        return Period(year, int(found["half"]) * 6 - 5, "half_year")
    if found["quarter"]:
        return Period(year, int(found["quarter"]) * 3 - 2, "quarter")
    if found["month"]:
        month = int(found["month"])
        return Period(year, month, "month") if 1 <= month <= 12 else None
    return Period(year, 1, "year")


@lru_cache(maxsize=1024)
def read_period(text: str) -> Period | None:
    """The same for what people type: 2025年, 2025年度, 2025年第三季度, 2025年上半年, 2025年7月."""
    text = text.strip()
    if (exact := parse_period(text)) is not None:
        return exact
    found = _SPOKEN.fullmatch(text)
    if found is None:
        return None
    year = int(found["year"])
    if found["half"]:
        return Period(year, 1 if found["half"] == "上" else 7, "half_year")
    if found["quarter"]:
        digit = found["quarter"]
        number = _DIGITS.index(digit) + 1 if digit in _DIGITS else int(digit)
        return Period(year, number * 3 - 2, "quarter")
    if found["month"]:
        month = int(found["month"])
        return Period(year, month, "month") if 1 <= month <= 12 else None
    return Period(year, 1, "year")


def period_words(text: str) -> str:
    """A period's text in words; what is no period stays as it is."""
    period = read_period(text)
    return period.words if period else text


def most_members(outer: Kind, inner: Kind) -> int:
    """How many periods of one kind lie inside one of another; 0 if they are longer."""
    return LENGTHS[outer] // LENGTHS[inner]


def standing_periods(when: str, now: str) -> tuple[str, ...]:
    """The periods an operator looks at.

    Args:
        when: ``same``, ``previous``, ``year_ago``, or ``each:quarter`` for all quarters inside.
        now: the period that is scored.
    """
    period = read_period(now)
    if period is None:
        return ()
    if when.startswith("each:"):
        kind = when.removeprefix("each:")
        return tuple(str(p) for k in LENGTHS if k == kind for p in period.members(k))
    found = {"same": period, "previous": period.previous, "year_ago": period.year_ago}[when]
    return (str(found),)
