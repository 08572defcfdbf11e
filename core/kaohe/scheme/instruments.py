"""What people fill in: sheets, ballots, forms, reports, notes."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from kaohe.scheme.part import Part, Title
from kaohe.scheme.values import (
    AlwaysTrue,
    Cites,
    Flag,
    Identifier,
    Label,
    Number,
    Text,
    Whole,
)


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
    classes: tuple[Identifier, ...] = ()
    """Classes of subjects it is for; empty: all."""
    several: Literal["mean", "median", "trimmed"] = "mean"
    """What happens with the totals of several respondents."""
    drop: Annotated[Whole, Field(ge=1, le=5)] = 1
    """With ``trimmed``: how many of the highest and of the lowest totals are left out; with too
    few sheets for that nothing is left out."""
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
    at_least: Number | None = None
    """A number of voters: exactly one of `at_least` and `share`."""
    share: Number | None = None
    """A percentage of all who were counted as `of`, reached by the `strata`."""
    strata: tuple[Identifier, ...] = ()
    of: Literal["returned", "present"] = "returned"
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
    """Voter classes.  They are pooled unweighted unless a score weights them."""
    classes: tuple[Identifier, ...] = ()
    """Classes of subjects it is for; empty: all."""
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


class ReportPart(Part):
    """A chapter of a written report."""

    title: Title
    required: Flag = True
    rows: dict[Identifier, Title] = Field(default_factory=dict)
    """Columns, if the chapter is a list (problem, cause, promise, person, deadline)."""
    answers: Identifier | None = None
    """The chapter of the last period's report whose rows have to be answered one by one."""
    help: Text = ""
    cite: Cites = ()


class Review(Part):
    """One of several examinations a report passes in order."""

    id: Identifier
    title: Title
    who: Literal["respondent", "assessor", "organiser", "decider", "auditor"] = "organiser"
    help: Text = ""
    cite: Cites = ()


class ReportInstrument(Part):
    """A written report that is examined in order; returned ones come back as a new revision."""

    type: Literal["report"]
    title: Title
    by: Literal["subject"] = "subject"
    classes: tuple[Identifier, ...] = ()
    parts: dict[Identifier, ReportPart] = Field(min_length=1)
    reviews: tuple[Review, ...] = ()
    grounds: dict[Identifier, Title] = Field(default_factory=dict)
    """Grounds on which a review may return it; at least one has to be named."""
    attach: dict[Identifier, Attachment] = Field(default_factory=dict)
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
    SheetInstrument | BallotInstrument | FormInstrument | ReportInstrument | NoteInstrument,
    Field(discriminator="type"),
]
