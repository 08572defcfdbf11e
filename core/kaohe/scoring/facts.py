"""The four flat tables scoring reads, and the rulings people recorded.

Everything that is assessed becomes these rows, whether it came from the web's database, a JSON
record, a workbook or Parquet files.  Order of rows never matters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

TOTAL = "*"
"""As an item: the total of a sheet.  As an aspect: one overall tally for all aspects."""
TURNOUT = "@"
"""As an aspect: ballot accounting; the option is one of TURNOUT_OPTIONS."""
TURNOUT_OPTIONS = ("due", "present", "issued", "returned", "valid", "invalid", "blank")


class Subject(NamedTuple):
    """One assessed organisation (or person) of the scheme's first subject kind."""

    id: str
    title: str
    group: str = ""
    """Class of the subject (a key of the kind's `classes`); rankings stay inside it if asked."""
    person: str = ""
    """Name of the person subject that stands beside an organisation (its secretary)."""
    unit: str = ""
    """For a person assessed in its own right: id or name of the organisation it belongs to."""


class Mark(NamedTuple):
    """A mark on a sheet: one item by one respondent.  `item` may be TOTAL."""

    subject: str
    instrument: str
    respondent: str
    item: str
    value: Decimal


class Vote(NamedTuple):
    """How often an option was marked.  For score forms the option is the mark as text ("91.5")."""

    subject: str
    poll: str
    stratum: str
    aspect: str
    option: str
    count: int  # type: ignore[assignment]  # the table's word; tuple.count is not used


class Entry(NamedTuple):
    """A bonus or deduction.  Only `state == "verified"` counts."""

    subject: str
    person: str
    rule: str
    quantity: Decimal
    """The points if the rule's points are typed, else how many times the label applies."""
    label: str = ""
    """The row of the rule's table."""
    event: str = ""
    day: date | None = None
    state: str = "verified"
    reason: str = ""


class Standing(NamedTuple):
    """What a subject reached in another period or under another scheme."""

    subject: str
    period: str
    """``2025``, ``2025-H1``, ``2025-Q3`` or ``2025-07`` (`kaohe.scoring.periods`)."""
    score: str
    """Name of the score; ``<scheme id>/<name>`` for another scheme's.  Empty on rows that only
    carry a grade or lists."""
    value: Decimal | None
    grade: str = ""
    lists: tuple[str, ...] = ()


class Ruling(NamedTuple):
    """A decision of people that scoring has to respect, with its reason."""

    subject: str
    kind: str
    """``reweight`` (target: a score's name), ``waive`` (target: a flag) or ``exempt`` (target: a
    grade, list or streak the subject is left out of)."""
    target: str
    reason: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a plan needs to score some subjects of one period."""

    subjects: tuple[Subject, ...]
    marks: tuple[Mark, ...] = ()
    votes: tuple[Vote, ...] = ()
    entries: tuple[Entry, ...] = ()
    standing: tuple[Standing, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    period: str = ""
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    """subject -> note instrument -> text; shown beside the result, never scored."""
