"""What outcomes look at: every subject with its scores, grades and findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from kaohe.scoring.cohorts import Groups
from kaohe.scoring.facts import Subject
from kaohe.scoring.grading import Placed
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme


@dataclass(frozen=True, slots=True)
class Member:
    """One subject as outcomes see it."""

    subject: Subject
    scores: Mapping[str, Decimal | None]
    placed: Mapping[str, Placed] = field(default_factory=dict)
    """Grade -> place; a grade the subject does not get is not there."""
    findings: frozenset[str] = frozenset()
    """Entry rules of which there is a verified entry."""
    exempt: Mapping[str, str] = field(default_factory=dict)
    """Grade, list or streak -> the reason on record why the subject is left out of it."""
    labels: dict[str, str | None] = field(default_factory=dict)
    """Grade -> label, quotas applied; filled in once grades are settled."""


@dataclass(slots=True)
class Roster:
    """All subjects of a campaign."""

    scheme: Scheme
    members: Sequence[Member]
    groups: Groups

    def scopes(
        self, within: str, classes: Sequence[str] = ()
    ) -> Iterable[tuple[str, list[Member]]]:
        """(name of the group in words, its members), restricted to some classes."""
        found: dict[str, list[Member]] = {}
        for member in self.members:
            if not classes or member.subject.group in classes:
                key = self.groups.key(within, member.subject.id)
                found.setdefault(key, []).append(member)
        for key, members in found.items():
            yield scope_title(self.scheme, self.groups, within, key), members


def scope_title(scheme: Scheme, groups: Groups, within: str, key: str) -> str:
    """The name of a class or unit; empty where all are taken together."""
    if within == "class":
        titles = {k: v for kind in scheme.subjects.values() for k, v in kind.classes.items()}
        return titles.get(key, key)
    return groups.titles.get(key, key) if within == "unit" else ""


def share_places(share: Decimal, count: int) -> int:
    """A percentage of a number of subjects, rounded down."""
    return int(Fraction(share) * count / 100)


def share_words(share: Decimal, count: int, places: int) -> str:
    """The same in words: 10 × 25% = 2.5，舍去小数为 2."""
    exact = Fraction(share) * count / 100
    cut = "" if exact.denominator == 1 else f"，舍去小数为 {places}"
    return f"{count} × {plain(share)}% = {plain(exact)}{cut}"


def standing_of(
    members: Sequence[Member], value: Callable[[Member], Decimal | Fraction], *, worst: bool = False
) -> dict[str, tuple[int, int]]:
    """(competition rank, how many stand at this value or before it), best or worst first."""
    values = sorted((value(m) for m in members), reverse=not worst)
    first: dict[Decimal | Fraction, int] = {}
    last: dict[Decimal | Fraction, int] = {}
    for place, one in enumerate(values, 1):
        first.setdefault(one, place)
        last[one] = place
    return {m.subject.id: (first[value(m)], last[value(m)]) for m in members}
