"""Results as plain JSON and back, without loss.

Decimals are text, exact values are ``n/d``.  A named score that enters twice is stored in full
once; where it comes again it carries ``"repeated": true`` and no inputs and facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kaohe.scoring.derivation import (
    FactLine,
    Flag,
    GradeResult,
    ListAccount,
    ListResult,
    QuotaAccount,
    Step,
    SubjectResult,
)

_STEP_LISTS = ("cite", "parameters", "not_applied", "applied")
_STEP_TEXTS = ("id", "title", "operator", "sentence", "formula", "gap", "missing", "rounding")


def result_json(result: SubjectResult) -> dict[str, Any]:
    """A subject's result as plain JSON data."""
    seen: dict[str, Step] = {}
    return {
        "subject": result.subject,
        "title": result.title,
        "group": result.group,
        "person": result.person,
        "scores": {k: None if v is None else f"{v:f}" for k, v in result.scores.items()},
        "grades": {key: _plain(grade) for key, grade in result.grades.items()},
        "flags": [_plain(flag) for flag in result.flags],
        "rank": result.rank,
        "group_rank": result.group_rank,
        "notes": dict(result.notes),
        "lists": {key: _plain(one) for key, one in result.lists.items()},
        **({"ties": list(result.ties)} if result.ties else {}),
        "derivation": _step_json(result.derivation, seen),
        "beside": [_step_json(one, seen) for one in result.beside],
    }


def result_from_json(data: Mapping[str, Any]) -> SubjectResult:
    """The result that `result_json` stored."""
    seen: dict[str, Step] = {}
    return SubjectResult(
        subject=data["subject"],
        title=data["title"],
        group=data["group"],
        person=data["person"],
        scores={k: None if v is None else Decimal(v) for k, v in data["scores"].items()},
        grades={k: GradeResult(**_lists(grade)) for k, grade in data["grades"].items()},
        flags=tuple(Flag(**_lists(flag)) for flag in data["flags"]),
        derivation=_step(data["derivation"], seen),
        beside=tuple(_step(one, seen) for one in data.get("beside", ())),
        rank=data["rank"],
        group_rank=data["group_rank"],
        notes=dict(data["notes"]),
        lists={k: ListResult(**_lists(one)) for k, one in data.get("lists", {}).items()},
        ties=tuple(data.get("ties", ())),
    )


def accounts_json(lists: Iterable[ListAccount], quotas: Iterable[QuotaAccount]) -> dict[str, Any]:
    """What a result says of everybody together, as plain JSON data."""
    return {"lists": [_plain(one) for one in lists], "quotas": [_plain(one) for one in quotas]}


def accounts_from_json(
    data: Mapping[str, Any],
) -> tuple[tuple[ListAccount, ...], tuple[QuotaAccount, ...]]:
    """The accounts that `accounts_json` stored; none where nothing was stored."""
    return (
        tuple(ListAccount(**_lists(one)) for one in data.get("lists", ())),
        tuple(QuotaAccount(**_lists(one)) for one in data.get("quotas", ())),
    )


def _plain(part: GradeResult | Flag | ListResult | ListAccount | QuotaAccount) -> dict[str, Any]:
    out = {}
    for one in fields(part):
        value = getattr(part, one.name)
        out[one.name] = list(value) if isinstance(value, tuple) else value
    return out


def _lists(data: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}


def _step_json(step: Step, seen: dict[str, Step]) -> dict[str, Any]:
    out: dict[str, Any] = {key: getattr(step, key) for key in _STEP_TEXTS}
    out |= {key: list(getattr(step, key)) for key in _STEP_LISTS}
    out["value"] = None if step.value is None else f"{step.value:f}"
    exact = step.exact
    out["exact"] = None if exact is None else f"{exact.numerator}/{exact.denominator}"
    out["decimals"] = step.decimals
    is_repeated = seen.get(step.id) == step
    out["repeated"] = is_repeated and bool(step.inputs or step.facts)
    seen.setdefault(step.id, step)
    out["inputs"] = [] if is_repeated else [_step_json(s, seen) for s in step.inputs]
    out["facts"] = (
        []
        if is_repeated
        else [{"label": f.label, "value": f.value, "note": f.note} for f in step.facts]
    )
    return out


def _step(data: Mapping[str, Any], seen: dict[str, Step]) -> Step:
    if data.get("repeated"):
        return seen[data["id"]]
    texts: dict[str, Any] = {key: data[key] for key in _STEP_TEXTS}
    lists: dict[str, Any] = {key: tuple(data[key]) for key in _STEP_LISTS}
    step = Step(
        **texts,
        **lists,
        value=None if data["value"] is None else Decimal(data["value"]),
        exact=None if data["exact"] is None else Fraction(data["exact"]),
        decimals=data["decimals"],
        inputs=tuple(_step(one, seen) for one in data["inputs"]),
        facts=tuple(FactLine(**one) for one in data["facts"]),
    )
    seen.setdefault(step.id, step)
    return step
