"""Criteria that decide between equal scores: which hold for what is ranked, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kaohe.scheme.model import Criterion, Scheme
    from kaohe.scheme.tree import Path


class Ranked(NamedTuple):
    """Something ranked by a score, with the criteria written there."""

    path: Path
    """Of the key ``ties_by``."""
    score: str
    criteria: tuple[Criterion, ...]
    classes: tuple[str, ...] = ()
    """Classes of subjects that are ranked; empty: all."""


def criteria_for(
    scheme: Scheme, score: str, own: tuple[Criterion, ...] = ()
) -> tuple[Criterion, ...]:
    """What decides between equals in a score: one's own criteria, or the scheme's for its total."""
    return own or (scheme.ties_by if score == scheme.total else ())


def ranked_parts(scheme: Scheme) -> Iterator[Ranked]:
    """The scheme's total, and every list and quota."""
    yield Ranked(("ties_by",), scheme.total, scheme.ties_by)
    path: Path
    for key, one in scheme.lists.items():
        path = ("lists", key, "ties_by")
        yield Ranked(path, one.of or scheme.total, one.ties_by, one.classes)
    for key, grade in scheme.grades.items():
        score, kind = graded_score(scheme, key), scheme.subjects.get(grade.subject)
        classes = grade.classes or tuple(kind.classes if kind else ())
        for n, quota in enumerate(grade.quotas):
            path = ("grades", key, "quotas", n, "ties_by")
            yield Ranked(path, score, quota.ties_by, classes)


def tie_scores(scheme: Scheme) -> set[str]:
    """Scores that are a criterion anywhere."""
    return {c.score for one in ranked_parts(scheme) for c in one.criteria}


def graded_score(scheme: Scheme, key: str) -> str:
    """The score a grade rests on, its own or that of the grade it follows; empty if there is none."""
    seen: set[str] = set()
    while key in scheme.grades and key not in seen:
        seen.add(key)
        grade = scheme.grades[key]
        if grade.of:
            return grade.of
        key = grade.follows or ""
    return ""
