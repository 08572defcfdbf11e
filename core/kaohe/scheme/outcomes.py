"""What follows from the scores: grades, limits, quotas, lists, streaks, measures, notice."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from kaohe.scheme.part import Part, Rounding, Title
from kaohe.scheme.values import Cites, Flag, Identifier, Label, Number, Printed, Text, Whole


class Condition(Part):
    """A comparison of a shown score (on its rounded value) or of a number of entries.

    Exactly one of `score` and `entries`, and exactly one of `below` and `at_least`.
    """

    score: Identifier | None = None
    entries: Identifier | None = None
    """An entry rule: the number of its verified entries (times included) is compared."""
    below: Number | None = None
    at_least: Number | None = None


class Criterion(Part):
    """A score that decides between subjects with equal scores; a plain name is short for it."""

    score: Identifier
    """Compared as it is shown; who lacks it stands behind everybody who has it."""
    lower_first: Flag = False
    """The lower one comes first (accidents, deductions); else the higher one."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"score": value} if isinstance(value, str) else value


class Limit(Part):
    """An exception to the bands: the best grade possible while `when` holds."""

    when: Condition
    at_most: Label
    cite: Cites = ()
    gap: Identifier | None = None


class Quota(Part):
    """At most a share of the subjects may hold the best grades; the surplus moves down.

    Bands come first; then the lowest-scored surplus moves to `moves_to`.  Ties at the edge all move.
    """

    label: Label
    """The share holds for this grade and all better ones together."""
    share: Number
    """Percent."""
    of: Literal["scored", "roll"] = "scored"
    """What it is a share of: subjects with a score, or all subjects of the campaign."""
    rounding: Rounding = "down"
    """How the share becomes a number of places."""
    least: Whole = 0
    """At least this many places, as far as there are subjects."""
    within: Literal["all", "class", "unit"] = "all"
    ties_by: tuple[Criterion, ...] = Field(default=(), max_length=10)
    """What decides between equal scores; empty: the scheme's, if the grade rests on the total."""
    moves_to: Label
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
    quotas: tuple[Quota, ...] = ()
    classes: tuple[Identifier, ...] = ()
    """Classes of subjects that get it; empty: all."""
    cite: Cites = ()
    gap: Identifier | None = None


class ListRule(Part):
    """A list of subjects that follows from ranks or thresholds: first ten, last place, advanced.

    Exactly one of `first`, `last`, `best_share` and `worst_share`, or none: then everybody who
    fulfils `at_least`, `below` or `grades` and is not barred.
    """

    title: Title
    of: Identifier | None = None
    """The score ranked; None: the total."""
    classes: tuple[Identifier, ...] = ()
    """Classes of subjects it looks at; empty: all."""
    first: Whole | None = None
    last: Whole | None = None
    best_share: Number | None = None
    """Percent of the subjects looked at that have a score (a quota)."""
    worst_share: Number | None = None
    rounding: Rounding = "down"
    """How a share becomes a number of places."""
    least: Whole = 0
    """A share gives at least this many places, as far as there are subjects."""
    at_least: Number | None = None
    """Only subjects whose score reaches this."""
    below: Number | None = None
    """Only subjects whose score is below this."""
    grade: Identifier | None = None
    labels: tuple[Label, ...] = ()
    """Only subjects with one of these labels of `grade`."""
    barred_by: tuple[Identifier, ...] = ()
    """Entry rules: a verified entry of one of them bars the subject.  Its place goes to the next."""
    within: Literal["all", "class", "unit"] = "all"
    """Ranked together, class by class, or inside each unit."""
    ties_by: tuple[Criterion, ...] = Field(default=(), max_length=10)
    """What decides between equal scores; empty: the scheme's, if the list ranks by the total."""
    ties: Literal["in", "out"] | None = None
    """Subjects still tied at the edge; None: in for `first` and `last`, out for shares."""
    gives_way_to: tuple[Identifier, ...] = ()
    """Lists whose members cannot be in this one; they are taken first."""
    more_than: Whole = 0
    """With this many subjects or fewer there is no list, and the result says so."""
    kind: Literal["praise", "warning", "neutral"] = "neutral"
    """How pages colour it."""
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None


class StreakRule(Part):
    """Being on a list (or holding a grade) in consecutive periods, this one included."""

    title: Title
    list: Identifier | None = None
    grade: Identifier | None = None
    labels: tuple[Label, ...] = ()
    times: Annotated[Whole, Field(ge=2, le=24)]
    """This many periods in a row, or more.  A missing period ends a streak."""
    kind: Literal["praise", "warning", "neutral"] = "warning"
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None


class Measure(Part):
    """A consequence the regulation names.  The program only suggests it."""

    id: Identifier
    title: Title
    grade: Identifier | None = None
    labels: tuple[Label, ...] = ()
    """Grades for which it is suggested."""
    lists: tuple[Identifier, ...] = ()
    """Lists and streaks for whose members it is suggested.  Without labels and lists a measure is
    never suggested by itself."""
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
