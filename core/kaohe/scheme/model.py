"""The scheme model: what a regulation looks like once it is data.

Everything here is frozen, typed and free of behaviour.  Parameters are already bound: the reader
(`kaohe.scheme.reading`) replaces ``{parameter: ...}`` and ``{choose: ...}`` before it builds these
types, and remembers where it did so (`Scheme.bindings`).

Numbers are `Decimal`; points and marks have the scheme's decimals at most; weights are percents.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kaohe.scheme.operators import Node
from kaohe.scheme.values import Cites, Identifier, Number, Text

Title = Annotated[str, Field(min_length=1, max_length=200)]
Rounding = Literal["half_up", "down", "up"]


class Part(BaseModel):
    """A piece of a scheme: closed (unknown keys are refused) and immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Source(Part):
    """The regulation a scheme restates."""

    document: Title
    part: str = ""
    title: str = ""
    note: Text = ""


class Gap(Part):
    """A place where the regulation is silent or contradicts itself, and what was decided."""

    about: Text
    resolution: Text
    cites: Cites = ()
    ours: bool = False
    """True if nothing in the regulation supports the resolution."""


class SubjectKind(Part):
    """Those who are assessed: an organisation, or a person who holds an office in one."""

    title: Title
    kind: Literal["organization", "person"]
    classes: dict[Identifier, Title] = Field(default_factory=dict)
    of: Identifier | None = None
    office: str = ""
    """For a person: the office held, as the register names it (书记)."""


class Parameter(Part):
    """A figure or choice that an institution sets for a campaign without touching the scheme."""

    title: Title
    type: Literal["number", "percent", "numbers", "choice", "flags", "table"]
    default: Any
    """number, percent: text of a decimal; numbers: list; choice: key of `options`;
    flags: list of keys of `options`; table: mapping label -> number."""
    options: dict[Identifier, Title] = Field(default_factory=dict)
    labels: tuple[str, ...] = ()
    """For ``numbers``: what each figure stands for."""
    low: Number | None = None
    high: Number | None = None
    total: Number | None = None
    """For ``numbers``: what they must add up to."""
    source: Literal["none", "regulation"] = "none"
    cite: Cites = ()
    gap: Identifier | None = None
    help: Text = ""


class Item(Part):
    """One indicator on a sheet, or one aspect on a ballot."""

    id: Identifier
    title: Title
    points: Number | None = None
    """The maximum; the minimum is 0.  None on groups that only a ballot uses."""
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None


class ItemGroup(Part):
    """A table of items.  `total` is the total the regulation states (the lint compares)."""

    title: Title
    total: Number | None = None
    items: tuple[Item, ...]
    cite: Cites = ()
    gap: Identifier | None = None


class Attachment(Part):
    """A document that has to come with a sheet."""

    title: Title
    required: bool = False
    help: Text = ""
    cite: Cites = ()


class SheetInstrument(Part):
    """A score sheet over an item group: one mark per item and respondent."""

    type: Literal["sheet"]
    title: Title
    by: Literal["subject", "assessors"]
    items: Identifier
    several: Literal["mean"] = "mean"
    """What happens with the totals of several respondents."""
    step: Number = Decimal("0.01")
    """Marks are multiples of it."""
    reason: Literal["none", "deduction"] = "none"
    """Whether every point taken off needs a reason."""
    beside: Identifier | None = None
    """Another sheet over the same items shown beside this one."""
    attach: dict[Identifier, Attachment] = Field(default_factory=dict)
    per_page: int = Field(default=2, ge=1, le=50)
    """How many items a step of the wizard shows."""
    aliases: tuple[str, ...] = ()
    """Column headings under which offices keep this sheet's total in their own workbooks."""
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None


class Turnout(Part):
    """A minimum of voters.  Missing it raises `flag`; it never changes the score."""

    classes: tuple[Identifier, ...] = ()
    """Classes of subjects it holds for; empty means all."""
    at_least: Number
    of: Literal["returned"] = "returned"
    flag: Identifier = "turnout"
    cite: Cites = ()
    gap: Identifier | None = None


class BallotInstrument(Part):
    """A secret ballot: each aspect gets one of the options; an option is worth points."""

    type: Literal["ballot"]
    title: Title
    by: str = "voters"
    secret: Literal["true"] = "true"
    aspects: Identifier
    options: dict[str, Number]
    """Label -> points, best first."""
    strata: dict[Identifier, Title] = Field(default_factory=dict)
    """Voter classes.  They are pooled unweighted."""
    blank: Literal["allowed", "refused"] = "allowed"
    """Whether an aspect may stay unmarked.  An unmarked aspect is no valid mark for it; a ballot
    without any mark is invalid."""
    hand_count: tuple[Literal["aspect", "overall"], ...] = ("aspect", "overall")
    turnout: tuple[Turnout, ...] = ()
    aliases: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None


class ScoreField(Part):
    """A score on an anonymous form."""

    title: Title
    maximum: Number = Decimal(100)
    aliases: tuple[str, ...] = ()
    help: Text = ""


class FormInstrument(Part):
    """An anonymous form with scores and free texts (a debrief review)."""

    type: Literal["form"]
    title: Title
    by: str = "attendees"
    secret: Literal["true"] = "true"
    scores: dict[Identifier, ScoreField]
    texts: dict[Identifier, Title] = Field(default_factory=dict)
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None


class NoteInstrument(Part):
    """Something collected and shown beside the result, never scored (an opinion poll)."""

    type: Literal["note"]
    title: Title
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None


Instrument = Annotated[
    SheetInstrument | BallotInstrument | FormInstrument | NoteInstrument,
    Field(discriminator="type"),
]


class EntryRule(Part):
    """A kind of bonus or deduction that is claimed or recorded one by one."""

    title: Title
    sign: Literal["+", "-"]
    points: Literal["typed"] | dict[str, Number] = "typed"
    """``typed``: a figure with a reason; a table: label -> points each."""
    most: Number = Decimal(100)
    """The largest figure one entry may carry (guards against typing slips)."""
    evidence: Literal["required", "optional"] = "optional"
    verified_by: Literal["another", "anyone"] = "anyone"
    aliases: tuple[str, ...] = ()
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None


class Condition(Part):
    """A comparison of a shown score with a figure, on the rounded value."""

    score: Identifier
    below: Number | None = None
    at_least: Number | None = None


class Limit(Part):
    """An exception to the bands: the best grade possible while `when` holds."""

    when: Condition
    at_most: str
    cite: Cites = ()
    gap: Identifier | None = None


class Grade(Part):
    """A grade: bands over a score, or the grade of another kind of subject, with limits."""

    title: Title
    subject: Identifier
    of: Identifier | None = None
    bands: dict[str, Number] = Field(default_factory=dict)
    """Label -> lower bound (included), best first."""
    follows: Identifier | None = None
    limits: tuple[Limit, ...] = ()
    cite: Cites = ()
    gap: Identifier | None = None


class Stage(Part):
    """A step of the procedure."""

    id: Identifier
    title: Title
    who: str
    does: tuple[Identifier, ...] = ()
    """Instruments or entry rules that are filled in during this stage."""
    days: int | None = None
    """Suggested length in days; an organiser sets the dates."""
    help: Text = ""
    cite: Cites = ()


class Measure(Part):
    """A consequence the regulation names.  The program only suggests it."""

    id: Identifier
    title: Title
    grade: Identifier | None = None
    labels: tuple[str, ...] = ()
    """Grades for which it is suggested; empty: never suggested by itself."""
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None


class NoticePeriod(Part):
    """How long results are posted before they are final."""

    days: int = Field(ge=0, le=90)
    unit: Literal["working", "calendar"]
    cite: Cites = ()
    gap: Identifier | None = None


class Scheme(Part):
    """A regulation as data, parameters bound."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$", max_length=80)]
    version: Annotated[str, Field(pattern=r"^\d{4}\.\d{1,4}$")]
    title: Title
    source: Source
    period: Literal["month", "quarter", "half_year", "year"]
    decimals: int = Field(ge=0, le=6)
    rounding: Rounding = "half_up"
    help: Text = ""
    subjects: dict[Identifier, SubjectKind]
    parameters: dict[Identifier, Parameter] = Field(default_factory=dict)
    gaps: dict[Identifier, Gap] = Field(default_factory=dict)
    items: dict[Identifier, ItemGroup] = Field(default_factory=dict)
    instruments: dict[Identifier, Instrument] = Field(default_factory=dict)
    entries: dict[Identifier, EntryRule] = Field(default_factory=dict)
    scores: dict[Identifier, Node]
    total: Identifier = "total"
    """The score that grades and ranks rest on."""
    grades: dict[Identifier, Grade] = Field(default_factory=dict)
    stages: tuple[Stage, ...] = ()
    measures: tuple[Measure, ...] = ()
    notice: NoticePeriod | None = None
    bindings: dict[str, str] = Field(default_factory=dict)
    """Path (``items.aspects.items.0.points``) -> parameter it was bound from.  Set by the reader."""


