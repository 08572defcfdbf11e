"""The scheme model: what a regulation looks like once it is data.

Everything here is frozen, typed and free of behaviour.  Parameters are already bound: the reader
(`kaohe.scheme.reading`) replaces ``{parameter: ...}`` and ``{choose: ...}`` before it builds these
types, and remembers where it did so (`Scheme.bindings`).

Numbers are `Decimal`; points and marks have the scheme's decimals at most; weights are percents.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from kaohe.scheme.operators import Node
from kaohe.scheme.values import (
    AlwaysTrue,
    Cites,
    Flag,
    Identifier,
    Label,
    Number,
    Printed,
    Text,
    Whole,
)

Title = Annotated[str, Field(min_length=1, max_length=200)]
Rounding = Literal["half_up", "down", "up"]


class Part(BaseModel):
    """A piece of a scheme: closed (unknown keys are refused) and immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


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
    """Those who are assessed: an organisation, or a person who holds an office in one."""

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
    announced: Whole | None = None
    """How many items the regulation announces, if it says (the lint compares)."""
    items: tuple[Item, ...] = Field(min_length=1)
    cite: Cites = ()
    gap: Identifier | None = None


class Attachment(Part):
    """A document that has to come with a sheet."""

    title: Title
    required: Flag = False
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
    per_page: Annotated[Whole, Field(ge=1, le=50)] = 2
    """How many items a step of the wizard shows."""
    aliases: tuple[Label, ...] = ()
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
    by: Label = "voters"
    secret: AlwaysTrue = True
    aspects: Identifier
    options: dict[Label, Number] = Field(min_length=2)
    """Label -> points, best first."""
    strata: dict[Identifier, Title] = Field(default_factory=dict)
    """Voter classes.  They are pooled unweighted."""
    blank: Literal["allowed", "refused"] = "allowed"
    """Whether an aspect may stay unmarked.  An unmarked aspect is no valid mark for it; a ballot
    without any mark is invalid."""
    hand_count: tuple[Literal["aspect", "overall"], ...] = ("aspect", "overall")
    turnout: tuple[Turnout, ...] = ()
    aliases: dict[Label, tuple[Label, ...]] = Field(default_factory=dict)
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None


class ScoreField(Part):
    """A score on an anonymous form."""

    title: Title
    maximum: Number = Decimal(100)
    aliases: tuple[Label, ...] = ()
    help: Text = ""


class FormInstrument(Part):
    """An anonymous form with scores and free texts (a debrief review)."""

    type: Literal["form"]
    title: Title
    by: Label = "attendees"
    secret: AlwaysTrue = True
    scores: dict[Identifier, ScoreField] = Field(min_length=1)
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


def _points_form(value: Any) -> str:
    return "table" if isinstance(value, dict) else "typed"


def _typed_if_empty(value: Any) -> Any:
    """An empty table (a parameter nobody filled in) means that the figure is typed."""
    return "typed" if value == {} else value


class EntryRule(Part):
    """A kind of bonus or deduction that is claimed or recorded one by one."""

    title: Title
    sign: Literal["+", "-"]
    points: Annotated[
        Annotated[Literal["typed"], Tag("typed")] | Annotated[dict[Label, Number], Tag("table")],
        Discriminator(_points_form),
        BeforeValidator(_typed_if_empty),
    ] = "typed"
    """``typed``: a figure with a reason; a table: label -> points each (empty: ``typed``)."""
    most: Number = Decimal(100)
    """The largest figure one entry may carry (guards against typing slips)."""
    evidence: Literal["required", "optional"] = "optional"
    verified_by: Literal["another", "anyone"] = "anyone"
    aliases: tuple[Label, ...] = ()
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
    at_most: Label
    cite: Cites = ()
    gap: Identifier | None = None


class Grade(Part):
    """A grade: bands over a score, or the grade of another kind of subject, with limits."""

    title: Title
    subject: Identifier
    of: Identifier | None = None
    bands: dict[Label, Number] = Field(default_factory=dict)
    """Label -> lower bound (included), best first."""
    announced: dict[Label, Printed] = Field(default_factory=dict)
    """Label -> closed interval as the regulation prints it (the lint compares)."""
    follows: Identifier | None = None
    limits: tuple[Limit, ...] = ()
    cite: Cites = ()
    gap: Identifier | None = None


class Stage(Part):
    """A step of the procedure."""

    id: Identifier
    title: Title
    who: Literal["respondent", "assessor", "voter", "organiser", "decider", "auditor"]
    does: tuple[Identifier, ...] = ()
    """Instruments or entry rules that are filled in during this stage."""
    days: Annotated[Whole, Field(le=366)] | None = None
    """Suggested length in days; an organiser sets the dates."""
    help: Text = ""
    cite: Cites = ()


class Measure(Part):
    """A consequence the regulation names.  The program only suggests it."""

    id: Identifier
    title: Title
    grade: Identifier | None = None
    labels: tuple[Label, ...] = ()
    """Grades for which it is suggested; empty: never suggested by itself."""
    factor: Number | None = None
    """A percentage that goes with it (the share that counts elsewhere); shown, never applied."""
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None


class NoticePeriod(Part):
    """How long results are posted before they are final."""

    days: Annotated[Whole, Field(ge=0, le=90)]
    unit: Literal["working", "calendar"]
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
    grades: dict[Identifier, Grade] = Field(default_factory=dict)
    stages: tuple[Stage, ...] = ()
    measures: tuple[Measure, ...] = ()
    notice: NoticePeriod | None = None
    bindings: dict[str, str] = Field(default_factory=dict)
    """Path (``items.aspects.items.0.points``) -> parameter it was bound from; for a choice, the
    path of the mapping the chosen keys went into.  Set by the reader."""
    values: dict[Identifier, Any] = Field(default_factory=dict)
    """Parameter -> value in use (text, list of text or mapping to text).  Set by the reader."""
    fingerprint: str = ""
    """Of the source (`SchemeSource.fingerprint`).  Set by the reader."""


SET_BY_READER = frozenset({"bindings", "values", "fingerprint"})
"""Fields of `Scheme` that are no keys of the language."""
