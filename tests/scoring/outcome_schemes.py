"""A small scheme with outcomes, and subjects that simply have a score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from kaohe.scheme.model import Scheme
from kaohe.scoring import compile_scheme
from kaohe.scoring.derivation import Result
from kaohe.scoring.facts import Entry, Facts, Mark, Ruling, Standing, Subject
from tests.scoring.schemes import small

SUBJECTS = {
    "branch": {"title": "支部", "kind": "organization", "classes": {"x": "甲类", "y": "乙类"}},
    "member": {
        "title": "党员", "kind": "person", "of": "branch", "classes": {"m": "党员"},
    },
}  # fmt: skip


def with_outcomes(**parts: Any) -> Scheme:
    """The small scheme with two kinds of subjects, a finding, and the given outcomes."""
    entries = {
        "plus": {"title": "加分", "sign": "+"},
        "breach": {"title": "违纪", "sign": "none"},
    }
    return small(subjects=SUBJECTS, entries=entries, **{k: as_text(v) for k, v in parts.items()})


def as_text(value: Any) -> Any:
    """Numbers as the text the YAML reader would hand over."""
    if isinstance(value, dict):
        return {key: as_text(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_text(one) for one in value]
    return str(value)


def graded(**grade: Any) -> Scheme:
    """The same with one grade of three bands."""
    bands = {"好": "90", "较好": "80", "一般": "60"}
    whole = {"title": "类别", "subject": "branch", "of": "total", "bands": bands, **grade}
    return with_outcomes(grades={"grade": whole})


def facts_of(
    scores: Mapping[str, str | None],
    *,
    groups: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    breaches: Iterable[str] = (),
    rulings: Iterable[Ruling] = (),
    standing: Iterable[Standing] = (),
    period: str = "2025",
) -> Facts:
    """Subjects with a total; None is no score."""
    groups, units = groups or {}, units or {}
    return Facts(
        tuple(
            Subject(key, f"支部{key}", groups.get(key, "x"), "", units.get(key, ""))
            for key in scores
        ),
        tuple(
            Mark(key, "sheet", "r", "*", Decimal(value))
            for key, value in scores.items()
            if value is not None
        ),
        entries=tuple(Entry(key, "", "breach", Decimal(1), event="事") for key in breaches),
        rulings=tuple(rulings),
        standing=tuple(standing),
        period=period,
    )  # fmt: skip


def scored(scheme: Scheme, facts: Facts) -> Result:
    """The result."""
    return compile_scheme(scheme).score(facts)


def labels(result: Result, grade: str = "grade") -> str:
    """The grades of all subjects in order: ``好 较好 —``."""
    return " ".join(one.grades[grade].label or "—" for one in result.subjects)


def members(result: Result, name: str) -> str:
    """Who is on a list, in the order of the subjects."""
    return "".join(one.subject for one in result.subjects if one.lists[name].member)


def sentence(result: Result, subject: str, name: str) -> str:
    """What a list says of a subject."""
    return next(s for s in result.subjects if s.subject == subject).lists[name].sentence
