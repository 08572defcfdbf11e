"""The rows of one subject, ready to be changed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kaohe.scoring.facts import TURNOUT, Entry, Facts, Mark, Ruling, Standing, Subject, Vote

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

VERIFIED = "verified"


@dataclass(frozen=True)
class SubjectFacts:
    """What is known of one subject."""

    subject: Subject
    marks: tuple[Mark, ...] = ()
    votes: tuple[Vote, ...] = ()
    entries: tuple[Entry, ...] = ()
    standing: tuple[Standing, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    period: str = ""
    tag: str = field(default="", compare=False)
    """Says what was changed; empty: nothing."""

    def account(self, poll: str, option: str) -> int | None:
        """Ballot accounting (issued, returned, …), None if it is not on record."""
        found = [
            v.count
            for v in self.votes
            if v.poll == poll and v.aspect == TURNOUT and v.option == option
        ]
        return sum(found) if found else None

    def is_ruled(self, score: str) -> bool:
        """Whether leaving out a missing score was decided on."""
        return any(r.kind == "reweight" and r.target == score for r in self.rulings)

    def count_of(self, rule: str) -> int:
        """How many verified entries a rule has."""
        return sum(1 for e in self.entries if e.rule == rule and e.state == VERIFIED)

    def as_facts(self) -> Facts:
        """The same as tables of facts."""
        return Facts(
            (self.subject,), self.marks, self.votes, self.entries, self.standing, self.rulings,
            self.period,
        )  # fmt: skip


def split_facts(facts: Facts) -> dict[str, SubjectFacts]:
    """The rows of each subject."""
    tables: dict[str, dict[str, list[object]]] = {}
    for table in ("marks", "votes", "entries", "standing", "rulings"):
        rows: dict[str, list[object]] = defaultdict(list)
        for row in getattr(facts, table):
            rows[row.subject].append(row)
        tables[table] = rows
    return {
        one.id: SubjectFacts(
            one, **{t: tuple(rows.get(one.id, ())) for t, rows in tables.items()},  # type: ignore[arg-type]
            period=facts.period,
        )
        for one in facts.subjects
    }  # fmt: skip


def instruments_of(scheme: Scheme, facts: SubjectFacts) -> list[str]:
    """The instruments a subject has marks or votes for."""
    used = {m.instrument for m in facts.marks} | {v.poll for v in facts.votes}
    return [key for key in scheme.instruments if key in used]
