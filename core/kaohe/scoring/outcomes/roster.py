"""What outcomes look at: every subject with its scores, grades and findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from kaohe.scoring.cohorts import Groups
from kaohe.scoring.facts import Subject
from kaohe.scoring.grading import Placed
from kaohe.scoring.ties import Key, Order
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import ListRule, Quota, Scheme


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


ROUNDED = {"down": "舍去小数为", "half_up": "四舍五入为", "up": "进位为"}


def share_places(rule: Quota | ListRule, share: Decimal, count: int) -> tuple[int, str]:
    """The places a percentage of a number of subjects gives, and how that is said.

    The words: 10 × 25% = 2.5，舍去小数为 2，名额 2 个.
    """
    exact = Fraction(share) * count / 100
    below, rest = divmod(exact, 1)
    more = {"down": False, "half_up": 2 * rest >= 1, "up": rest > 0}[rule.rounding]
    rounded = int(below) + more
    places = max(rounded, min(rule.least, count))
    text = f"{count} × {plain(share)}% = {plain(exact)}"
    if rest:
        text += f"，{ROUNDED[rule.rounding]} {rounded}"
    if places > rounded:
        text += f"，至少 {rule.least} 个"
    none = "（不足一名）" if places == 0 and count else ""
    return places, f"{text}，名额 {places} 个{none}"


def standing_of(
    members: Sequence[Member], order: Order, *, worst: bool = False
) -> dict[str, tuple[int, int]]:
    """(competition rank, how many stand at this value or before it), best or worst first.

    Args:
        members: those that have the score.
    """
    keys = {m.subject.id: key for m in members if (key := order.key(m.scores)) is not None}
    first: dict[Key, int] = {}
    last: dict[Key, int] = {}
    for place, one in enumerate(sorted(keys.values(), reverse=not worst), 1):
        first.setdefault(one, place)
        last[one] = place
    return {name: (first[key], last[key]) for name, key in keys.items()}
