"""What was understood of a roll, what was normalised, what is asked, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that stops the import: place, what, what to do."""

    place: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Normalised:
    """A cell whose value was put into normal form."""

    place: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know that needs no answer: a skipped row, an empty office."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to a question."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something the file does not say; an empty default has to be answered."""

    id: str
    text: str
    places: tuple[str, ...]
    choices: tuple[Choice, ...]
    default: str = ""


@dataclass(frozen=True, slots=True)
class ColumnUse:
    """How a column was read; no meaning, not read."""

    place: str
    title: str
    meaning: str


@dataclass(slots=True)
class UnitRow:
    """A unit as the file has it; blank is None or empty and changes nothing."""

    place: str
    name: str
    kind: str = ""
    parent: str = ""
    secretary: str = ""
    members: int | None = None
    founded: str = ""
    note: str = ""
    section: str = ""
    """The subheading or the sheet it stands under, if that may tell its class."""
    places: dict[str, str] = field(default_factory=dict)
    extras: dict[str, str] = field(default_factory=dict)
    """Values of columns that were not understood, by the place of the heading."""


@dataclass(slots=True)
class GroupRow:
    """An assessment group as the file has it."""

    place: str
    name: str
    leads: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    unit_places: dict[str, str] = field(default_factory=dict)
    """Where each of its units stands."""

    @property
    def people(self) -> list[str]:
        """Leads and members."""
        return [*self.leads, *self.members]


@dataclass(frozen=True, slots=True)
class Known:
    """What the register already holds, as far as understanding needs it."""

    secretaries: Mapping[str, str] = field(default_factory=dict)
    """Every unit, with its secretary's name or an empty text."""
    kinds: frozenset[str] = frozenset()
    people: Mapping[str, str] = field(default_factory=dict)
    """Every name, with what its holders do."""
    active: frozenset[str] = frozenset()
    """The units in office."""
    superiors: frozenset[str] = frozenset()
    """The units above others."""
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Every group with the names of its people."""


@dataclass(slots=True)
class RollPreview:
    """The whole of it.  With errors nothing can be imported."""

    units: list[UnitRow] = field(default_factory=list)
    groups: list[GroupRow] = field(default_factory=list)
    columns: list[ColumnUse] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    normalised: list[Normalised] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    errors: list[Trouble] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    """Units of the register that the question of absence is about."""

    def remark(self, place: str, text: str) -> None:
        """Add a remark; a sheet that is read twice says the same twice."""
        if (remark := Remark(place, text)) not in self.remarks:
            self.remarks.append(remark)

    def question(self, identity: str) -> Question | None:
        """A question by its id."""
        return next((q for q in self.questions if q.id == identity), None)
