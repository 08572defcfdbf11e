"""Grades that follow another one: asked for again once the committee changes the first.

The program does not decide what becomes of the second.  It only sees to it that nobody overlooks it,
and that it is not adopted together with all that is simple.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kaohe.results.models import ProposalRow
from kaohe.results.queries import decisions_of
from kaohe.scheme.model import Scheme


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A grade to decide on anew, because the one it follows was changed."""

    row: ProposalRow
    grade: str
    title: str
    holder: str
    label: str
    """Proposed, or decided before the change."""
    leading: str
    """Title of the grade it follows."""
    proposed: str
    decided: str

    def __str__(self) -> str:
        return (
            f"{self.row.subject.title}的{self.leading}已由“{self.proposed}”调整为“{self.decided}”；"
            f"{self.title}（{self.holder}）随它产生，现为“{self.label}”，请一并审定"
        )


def follow_ups(rows: Iterable[ProposalRow], scheme: Scheme) -> list[FollowUp]:
    """Every grade that waits for a decision, or was decided before the one it follows changed."""
    following = {key: spec.follows for key, spec in scheme.grades.items() if spec.follows}
    found = []
    for row in rows:
        decisions, grades = decisions_of(row), row.result["grades"]
        for key, leader in following.items():
            changed, mine = decisions.get(leader), decisions.get(key)
            if key not in grades or changed is None or changed.decided == changed.proposed:
                continue
            label = mine.decided if mine else grades[key]["label"]
            if not label or label == changed.decided or (mine and mine.at >= changed.at):
                continue
            found.append(
                FollowUp(
                    row, key, grades[key]["title"], grades[key]["holder"], label,
                    grades[leader]["title"], changed.proposed, changed.decided,
                )
            )  # fmt: skip
    return found
