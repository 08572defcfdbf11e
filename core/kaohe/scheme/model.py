"""The scheme model: what a regulation looks like once it is data.

Everything here is frozen, typed and free of behaviour.  Parameters are already bound: the reader
(`kaohe.scheme.reading`) replaces ``{parameter: ...}`` and ``{choose: ...}`` before it builds these
types, and remembers where it did so (`Scheme.bindings`).

Numbers are `Decimal`; points and marks have the scheme's decimals at most; weights are percents.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from kaohe.scheme.entries import EntryRule
from kaohe.scheme.instruments import (
    Attachment,
    BallotInstrument,
    FormInstrument,
    Instrument,
    NoteInstrument,
    ReportInstrument,
    ReportPart,
    Review,
    ScoreField,
    SheetInstrument,
    Turnout,
)
from kaohe.scheme.items import Item, ItemGroup, Section
from kaohe.scheme.operators import Node
from kaohe.scheme.outcomes import (
    Condition,
    Criterion,
    Grade,
    Limit,
    ListRule,
    Measure,
    NoticePeriod,
    Quota,
    StreakRule,
)
from kaohe.scheme.part import Part, Rounding, Title
from kaohe.scheme.values import Cites, Flag, Identifier, Label, Number, Text, Whole

__all__ = [
    "SET_BY_READER", "Attachment", "BallotInstrument", "Condition", "Criterion", "EntryRule",
    "FormInstrument", "Gap", "Grade", "Instrument", "Item", "ItemGroup", "Limit", "ListRule", "Measure",
    "NoteInstrument", "NoticePeriod", "Parameter", "Part", "Quota", "ReportInstrument",
    "ReportPart", "Review", "Rounding", "Scheme", "ScoreField", "Section", "SheetInstrument",
    "Source", "Stage", "StreakRule", "SubjectKind", "Title", "Turnout",
]  # fmt: skip


class Source(Part):
    """The regulation a scheme restates."""

    document: Title
    part: Text = ""
    title: Text = ""
    note: Text = ""


class Gap(Part):
    """A place where the regulation is silent or contradicts itself, and what was decided."""

    about: Text
    resolution: Text = ""
    """Empty: not decided yet; the lint says so."""
    cites: Cites = ()
    ours: Flag = False
    """True if nothing in the regulation supports the resolution."""


class SubjectKind(Part):
    """Those who are assessed: an organisation, or a person who holds an office in one.

    The first kind is assessed.  Another kind is assessed in its own right if it has `classes`
    (members of a branch); without, it stands beside its organisation and only gets a grade.
    """

    title: Title
    kind: Literal["organization", "person"]
    classes: dict[Identifier, Title] = Field(default_factory=dict)
    words: dict[Identifier, tuple[Label, ...]] = Field(default_factory=dict)
    """Class -> words by which an office's lists and the names of units show it (村, 机关, 总支)."""
    of: Identifier | None = None
    office: Text = ""
    """For a person: the office held, as the register names it (书记)."""


class Parameter(Part):
    """A figure or choice that an institution sets for a campaign without touching the scheme."""

    title: Title
    type: Literal["number", "percent", "numbers", "choice", "flags", "table"]
    default: Any = None
    """number, percent: text of a decimal; numbers: list; choice: key of `options`; flags: list of
    keys of `options`; table: mapping label -> number; None: a campaign has to give it."""
    options: dict[Identifier, Title] = Field(default_factory=dict, max_length=20)
    labels: tuple[Label, ...] = ()
    """For ``numbers``: what each figure stands for."""
    low: Number | None = None
    high: Number | None = None
    total: Number | None = None
    """For ``numbers``: what they must add up to."""
    source: Literal["none", "regulation"] = "none"
    cite: Cites = ()
    gap: Identifier | None = None
    help: Text = ""


class Stage(Part):
    """A step of the procedure."""

    id: Identifier
    title: Title
    who: Literal["respondent", "assessor", "voter", "organiser", "decider", "auditor"]
    does: tuple[Identifier, ...] = ()
    """Instruments or entry rules that are filled in during this stage."""
    after: tuple[Identifier, ...] = ()
    """Stages and reports that have to be finished before it opens (a gate)."""
    days: Annotated[Whole, Field(le=366)] | None = None
    """Suggested length in days; an organiser sets the dates."""
    reply: NoticePeriod | None = None
    """How long each return may take, from the day after its reminder was received."""
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None


class Scheme(Part):
    """A regulation as data, parameters bound."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$", max_length=80)]
    version: Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]{1,4}$")]
    title: Title
    source: Source
    period: Literal["month", "quarter", "half_year", "year"]
    decimals: Annotated[Whole, Field(ge=0, le=6)]
    rounding: Rounding = "half_up"
    help: Text = ""
    subjects: dict[Identifier, SubjectKind] = Field(min_length=1)
    parameters: dict[Identifier, Parameter] = Field(default_factory=dict)
    gaps: dict[Identifier, Gap] = Field(default_factory=dict)
    items: dict[Identifier, ItemGroup] = Field(default_factory=dict)
    instruments: dict[Identifier, Instrument] = Field(default_factory=dict)
    entries: dict[Identifier, EntryRule] = Field(default_factory=dict)
    scores: dict[Identifier, Node] = Field(min_length=1)
    total: Identifier = "total"
    """The score that grades and ranks rest on."""
    rank_within: Literal["all", "class", "unit"] = "all"
    """Whose ranks the result shows first."""
    ties_by: tuple[Criterion, ...] = Field(default=(), max_length=10)
    """What decides between subjects with equal totals, one criterion after the other."""
    grades: dict[Identifier, Grade] = Field(default_factory=dict)
    lists: dict[Identifier, ListRule] = Field(default_factory=dict)
    streaks: dict[Identifier, StreakRule] = Field(default_factory=dict)
    stages: tuple[Stage, ...] = ()
    measures: tuple[Measure, ...] = ()
    notice: NoticePeriod | None = None
    objection: NoticePeriod | None = None
    """How long those assessed may object, from the day after the result was circulated."""
    rollups: dict[Identifier, dict[str, Any]] = Field(default_factory=dict)
    """Longer periods made of this one (year of quarters): the keys of a scheme that differ there.
    `SchemeSource.rollups` turns each into a scheme of its own."""
    bindings: dict[str, str] = Field(default_factory=dict)
    """Path (``items.aspects.items.0.points``) -> parameter it was bound from; for a choice, the
    path of the mapping the chosen keys went into.  Set by the reader."""
    values: dict[Identifier, Any] = Field(default_factory=dict)
    """Parameter -> value in use (text, list of text or mapping to text).  Set by the reader."""
    fingerprint: str = ""
    """Of the source (`SchemeSource.fingerprint`).  Set by the reader."""


SET_BY_READER = frozenset({"bindings", "values", "fingerprint"})
"""Fields of `Scheme` that are no keys of the language."""
