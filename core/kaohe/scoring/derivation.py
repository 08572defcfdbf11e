"""What scoring hands out: results and the tree that explains each of their numbers.

A derivation is complete by construction: it is the compiled plan with the stored values put in.
Text, JSON, HTML and PDF are all rendered from this one tree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Step:
    """One number of a derivation and how it came about."""

    id: str
    """Path in the scheme: ``total``, or ``group.cap.sum`` for inline nodes."""
    title: str
    operator: str
    value: Decimal | None
    """Rounded if the node is shown, else None; None also if the value is missing."""
    exact: Fraction | None
    """Before rounding."""
    decimals: int | None
    """Decimals of `value`; None: not rounded here."""
    sentence: str
    """What was done, in Chinese words, with the figures: 60% × 94.75 + 30% × 95.00 + …"""
    formula: str
    """The same to redo on a calculator: ``94.75 × 0.60 + 95.00 × 0.30 + 91.80 × 0.10``."""
    cite: tuple[str, ...] = ()
    gap: str = ""
    """Key of the scheme's gap this step resolves."""
    parameters: tuple[str, ...] = ()
    """Keys of parameters that enter here."""
    inputs: tuple[Step, ...] = ()
    facts: tuple[FactLine, ...] = ()
    not_applied: tuple[str, ...] = ()
    """What could have changed the value and did not: the cap that was not reached."""
    applied: tuple[str, ...] = ()
    """Exceptions that did fire: the cap that bound."""
    missing: str = ""
    """Why there is no value."""
    rounding: str = "half_up"
    """How `exact` became `value`: half_up, down, up."""


@dataclass(frozen=True, slots=True)
class FactLine:
    """A row of facts as a person reads it, under the step that used it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class GradeResult:
    """A proposed grade and its reasons."""

    id: str
    title: str
    subject_kind: str
    holder: str
    """Whom it is given to: the unit's title, or the person's name."""
    label: str | None
    base: str | None
    """The grade by the bands alone, before limits."""
    sentence: str
    cite: tuple[str, ...] = ()
    gap: str = ""
    applied: tuple[str, ...] = ()
    not_applied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """Something a person has to look at before the result is final."""

    id: str
    title: str
    sentence: str
    cite: tuple[str, ...] = ()
    blocks: bool = True
    """Whether it blocks finalising until waived."""
    waived: str = ""
    """The reason on record, if a ruling waives it."""


@dataclass(frozen=True, slots=True)
class ListResult:
    """Whether a subject is on a list, or keeps a streak, and why."""

    id: str
    title: str
    kind: str
    """praise, warning or neutral."""
    member: bool
    sentence: str
    cite: tuple[str, ...] = ()
    gap: str = ""
    place: int | None = None
    """Rank by which it was taken or left out: from the top, or from the bottom for lists of the
    last ones.  Of a streak: how many periods in a row."""
    streak: bool = False


@dataclass(frozen=True, slots=True)
class ListAccount:
    """A list (or streak) as a whole; one for each class or unit if it is drawn inside those."""

    id: str
    title: str
    kind: str
    scope: str
    """Title of the class or unit; empty: all together."""
    denominator: int
    """Subjects looked at that have a score."""
    places: int | None
    """How many it takes; None: everybody who fulfils the conditions, or no list at all."""
    edge: str
    """Score of the last one taken."""
    members: tuple[str, ...]
    """Subjects in the list's order."""
    sentence: str
    """How it was drawn, ties and empty places said."""
    cite: tuple[str, ...] = ()
    gap: str = ""
    streak: bool = False


@dataclass(frozen=True, slots=True)
class QuotaAccount:
    """A quota on grades: places, who held them and who moved down."""

    grade: str
    label: str
    scope: str
    denominator: int
    places: int
    holders: int
    """How many reached the label before."""
    moved: tuple[str, ...]
    edge: str
    """Lowest score that kept its place."""
    sentence: str
    cite: tuple[str, ...] = ()
    gap: str = ""


@dataclass(frozen=True, slots=True)
class SubjectResult:
    """One subject's scores, grades, flags and derivation."""

    subject: str
    title: str
    group: str
    person: str
    scores: dict[str, Decimal | None]
    """Every named score, rounded."""
    grades: dict[str, GradeResult]
    flags: tuple[Flag, ...]
    derivation: Step
    """The tree of the scheme's total."""
    rank: int | None = None
    """Competition rank by total among all subjects that have one."""
    group_rank: int | None = None
    """Rank inside its class; inside its unit, if the scheme ranks there."""
    notes: dict[str, str] = field(default_factory=dict)
    lists: dict[str, ListResult] = field(default_factory=dict)
    """Every list and streak of the scheme."""
    beside: tuple[Step, ...] = ()
    """Trees of the named scores that have a value and that the total does not rest on."""
    ties: tuple[str, ...] = ()
    """What decided between it and those with an equal total: among all, and inside its class or
    unit where that differs."""

    @property
    def trees(self) -> tuple[Step, ...]:
        """The total's tree and those beside it: together they tell every named score."""
        return (self.derivation, *self.beside)


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome for all subjects, with what is needed to redo it."""

    scheme: str
    version: str
    fingerprint: str
    period: str
    parameters: dict[str, object]
    subjects: tuple[SubjectResult, ...]
    digest: str
    """SHA-256 of the canonical JSON of scores, grades and lists: equal facts, equal digest."""
    lists: tuple[ListAccount, ...] = ()
    quotas: tuple[QuotaAccount, ...] = ()
