"""What a comparison finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kaohe.comparing.variations.base import CAUSES
from kaohe.records.errors import RecordProblem


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an office's figure may differ: what reproduces it exactly."""

    code: str
    """A key of `variations.base.CAUSES`."""
    text: str
    rank: int = 100
    """How much it says: the lower, the more."""
    is_habit: bool = False
    upstream: tuple[str, ...] = ()
    """For a consequence: the cells whose figures are wrong."""

    @property
    def title(self) -> str:
        """The kind of cause in a few words."""
        return CAUSES[self.code]

    @property
    def is_likely(self) -> bool:
        """Whether it would hardly reproduce the figure by chance."""
        return self.rank < 30

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return {
            "code": self.code, "title": self.title, "text": self.text, "likely": self.is_likely,
            "upstream": list(self.upstream),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell of the office's in which something else stands than should."""

    place: str
    """Sheet!cell."""
    subject: str
    title: str
    meaning: str
    """``score:target``, ``grade:branch``, ``rank``, ``input:self_sheet``."""
    column: str
    """What the column means, in words."""
    heading: str
    """What stands over it in the workbook."""
    office: str
    ours: str
    delta: Decimal | None
    cause: Cause
    others: tuple[Cause, ...] = ()
    """Further causes that reproduce it."""
    office_steps: tuple[str, ...] = ()
    """The office's figure under this cause, to be redone on a calculator."""
    our_steps: tuple[str, ...] = ()
    """Ours, likewise."""

    @property
    def cell(self) -> str:
        """The cell alone."""
        return self.place.rpartition("!")[2]

    @property
    def is_consequence(self) -> bool:
        """Whether the cell follows correctly from figures that are wrong themselves."""
        return self.cause.code == "consequence"

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        sheet, _, cell = self.place.rpartition("!")
        return {
            "sheet": sheet, "cell": cell, "subject": self.subject, "title": self.title,
            "meaning": self.meaning, "column": self.column, "office": self.office,
            "ours": self.ours, "heading": self.heading, "difference": None if self.delta is None else f"{self.delta:f}",
            "consequence": self.is_consequence, "cause": self.cause.as_dict(),
            "others": [one.as_dict() for one in self.others],
            "office_steps": list(self.office_steps), "our_steps": list(self.our_steps),
        }  # fmt: skip


@dataclass(slots=True)
class Comparison:
    """All differences, what was compared, and what could not be."""

    differences: list[Difference] = field(default_factory=list)
    compared: int = 0
    """How many cells were compared."""
    subjects: int = 0
    strangers: list[str] = field(default_factory=list)
    """Rows of the office's for which the record has no facts."""
    notes: list[str] = field(default_factory=list)
    problems: list[RecordProblem] = field(default_factory=list)
    """Cells that cannot be read; their rows were not compared."""
    given: list[str] = field(default_factory=list)
    """Titles of scores that were taken over from the office."""

    @property
    def own_errors(self) -> list[Difference]:
        """The differences that are no mere consequences of others."""
        return [one for one in self.differences if not one.is_consequence]

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return {
            "subjects": self.subjects, "compared": self.compared, "given": self.given,
            "differences": [one.as_dict() for one in self.differences],
            "strangers": self.strangers, "notes": self.notes,
            "problems": [one.as_dict() for one in self.problems],
        }  # fmt: skip
