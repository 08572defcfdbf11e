"""Whose scores and grades another version of a scheme changes, on the same facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.kit.invention import without_refused
from kaohe.scoring import compile_scheme, validate_facts

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scoring.derivation import SubjectResult
    from kaohe.scoring.facts import Facts


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a subject gets under one version."""

    total: Decimal | None
    grades: dict[str, str | None]
    rank: int | None
    lists: tuple[str, ...]
    """Titles of the lists and streaks it is on."""


@dataclass(frozen=True, slots=True)
class Change:
    """A subject whose outcome differs."""

    subject: str
    title: str
    before: Outcome
    after: Outcome
    scores: tuple[tuple[str, Decimal | None, Decimal | None], ...]
    """Named scores both versions have and that differ: title, before, after."""


@dataclass(frozen=True, slots=True)
class Regrading:
    """The outcome of all subjects under both versions."""

    subjects: int
    changes: tuple[Change, ...]
    refused: tuple[str, ...]
    """Facts that one of the versions has no place for, left out there."""


def regrade(
    old: Scheme, new: Scheme, facts: Facts, *, meanings: Mapping[str, Any] | None = None
) -> Regrading:
    """Score the same facts with both."""
    refused: list[str] = []
    results = []
    for word, scheme in (("旧版本", old), ("新版本", new)):
        refused += [f"{word}：{problem}" for problem in validate_facts(scheme, facts)]
        plan = compile_scheme(scheme, operators=meanings)
        results.append(plan.score(without_refused(scheme, facts), check=False))
    first, second = results
    changes = []
    for a, b in zip(first.subjects, second.subjects, strict=True):
        before, after = _outcome(old, a), _outcome(new, b)
        scores = tuple(
            (new.scores[name].title or name, a.scores[name], b.scores[name])
            for name in new.scores
            if name in old.scores and a.scores[name] != b.scores[name]
        )
        if before != after or scores:
            changes.append(Change(a.subject, a.title, before, after, scores))
    return Regrading(len(first.subjects), tuple(changes), tuple(refused))


def _outcome(scheme: Scheme, one: SubjectResult) -> Outcome:
    grades = {
        scheme.grades[key].title: given.label for key, given in one.grades.items() if given.label
    }
    lists = tuple(given.title for given in one.lists.values() if given.member)
    return Outcome(one.scores[scheme.total], dict(grades), one.rank, lists)
