"""What follows from all scores together, in order: grades with quotas, lists, streaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaohe.scoring.derivation import ListAccount, ListResult, QuotaAccount
from kaohe.scoring.facts import Entry, Ruling, Standing
from kaohe.scoring.grading import GradePlan
from kaohe.scoring.outcomes.lists import Verdicts, draw_lists
from kaohe.scoring.outcomes.quotas import States, settle_grades
from kaohe.scoring.outcomes.roster import Roster
from kaohe.scoring.outcomes.streaks import count_streaks

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

EXEMPT = "exempt"
"""The kind of ruling that leaves a subject out of a grade, a list or a streak."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Grades, lists and streaks of everybody."""

    grades: Mapping[str, States]
    verdicts: Verdicts
    """List or streak -> subject -> what it says."""
    lists: tuple[ListAccount, ...]
    quotas: tuple[QuotaAccount, ...]

    def lists_of(self, subject: str) -> dict[str, ListResult]:
        """Every list and streak, as it concerns one subject."""
        return {key: found[subject] for key, found in self.verdicts.items()}


def conclude(
    roster: Roster,
    plans: Mapping[str, GradePlan],
    *,
    standing: Iterable[Standing] = (),
    period: str = "",
) -> Conclusion:
    """Settle grades, draw lists and count streaks."""
    grades, quotas = settle_grades(roster, plans)
    verdicts, lists = draw_lists(roster)
    streaks, accounts = count_streaks(roster, verdicts, standing, period)
    return Conclusion(grades, {**verdicts, **streaks}, (*lists, *accounts), quotas)


def findings_by_subject(scheme: Scheme, entries: Iterable[Entry]) -> dict[str, frozenset[str]]:
    """Subject -> entry rules that bar from a list and of which it has a verified entry."""
    rules = {rule for one in scheme.lists.values() for rule in one.barred_by}
    found: dict[str, set[str]] = {}
    for entry in entries:
        if entry.rule in rules and entry.state == "verified":
            found.setdefault(entry.subject, set()).add(entry.rule)
    return {key: frozenset(some) for key, some in found.items()}


def exemptions(rulings: Iterable[Ruling]) -> dict[str, dict[str, str]]:
    """Subject -> what it is left out of -> the reasons on record."""
    found: dict[str, dict[str, str]] = {}
    for one in sorted(r for r in rulings if r.kind == EXEMPT):
        mine = found.setdefault(one.subject, {})
        mine[one.target] = "；".join(t for t in (mine.get(one.target, ""), one.reason) if t)
    return found
