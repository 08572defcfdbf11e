"""Replaying a signed case: every figure as it was signed, or a difference in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.records import RecordErrors, read_record
from kaohe.scheme.errors import SchemeErrors
from kaohe.scoring import Contradiction, PlanRefused, compile_scheme
from kaohe.testing.cases import Case, CaseErrors

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scoring.derivation import Step, SubjectResult
    from kaohe.testing.schemes import SchemeUnderTest


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that did not come out as signed."""

    subject: str
    what: str
    signed: str
    found: str
    how: str = ""
    """How the figure was computed, to check it by hand."""

    def __str__(self) -> str:
        text = f"{self.subject} · {self.what}：签字 {self.signed}，算得 {self.found}"
        return f"{text}\n    算式：{self.how}" if self.how else text


def replay_case(case: Case, scheme: SchemeUnderTest) -> list[Difference]:
    """Score a case and compare, digit for digit.

    Raises:
        CaseErrors: it cannot be scored at all.
    """
    source = scheme.source
    if case.version and case.version != source.version:
        what = f"为版本 {case.version} 签字，现在的版本是 {source.version}"
        raise CaseErrors([f"{case.name}：{what}；请重新核算并签字"])
    try:
        record = read_record(case.record, source=source, name=case.name, operators=scheme.syntaxes)
        plan = compile_scheme(record.scheme, operators=scheme.meanings)
        result = plan.score(record.facts)
    except RecordErrors as errors:
        raise CaseErrors(map(str, errors.problems)) from errors
    except SchemeErrors as errors:
        raise CaseErrors(map(str, errors.errors)) from errors
    except (PlanRefused, Contradiction) as error:
        raise CaseErrors([f"{case.name}：{error}"]) from error
    subjects = {one.subject: one for one in result.subjects}
    return [
        difference
        for key, expect in case.expect.items()
        for difference in _compare(subjects[key], expect, record.scheme)
    ]


def _compare(one: SubjectResult, expect: dict[str, Any], scheme: Scheme) -> Iterator[Difference]:
    steps = {step.id: step for tree in one.trees for step in walk(tree)}

    def unless_equal(what: str, signed: Any, found: Any, how: str = "") -> Iterator[Difference]:
        if signed != found:
            yield Difference(one.title, what, _said(signed), _said(found), how)

    for name, signed in expect["scores"].items():
        if name not in one.scores:
            yield Difference(one.title, name, _said(signed), f"没有得分“{name}”")
            continue
        step = steps.get(name)
        title = scheme.scores[name].title or name
        found = _digits(one.scores[name])
        yield from unless_equal(f"{title}（{name}）", signed, found, step.formula if step else "")
    for key, signed in (expect.get("grades") or {}).items():
        grade = one.grades.get(key)
        found = grade.label if grade else f"没有等次“{key}”"
        how = grade.sentence if grade else ""
        yield from unless_equal(grade.title if grade else key, signed, found, how)
    if "flags" in expect:
        yield from unless_equal("标注", sorted(expect["flags"]), sorted(f.id for f in one.flags))
    if "lists" in expect:
        yield from unless_equal("名单", sorted(expect["lists"]), sorted(lists_of(one)))
    for key, word in (("rank", "名次"), ("group_rank", "类内名次")):
        if key in expect:
            rank = getattr(one, key)
            yield from unless_equal(word, expect[key], None if rank is None else str(rank))
    wanted = dict(expect.get("steps") or {})
    for aspect, signed in (expect.get("aspects") or {}).items():
        found_ids = [s.id for s in steps.values() if s.operator == "aspect"]
        wanted[next((i for i in found_ids if i.endswith(f".{aspect}")), aspect)] = signed
    for key, signed in wanted.items():
        step = steps.get(key)
        found = _digits(step.value) if step else f"计算过程里没有“{key}”"
        yield from unless_equal(
            f"{step.title}（{key}）" if step else key, signed, found, step.formula if step else ""
        )


def walk(step: Step) -> Iterator[Step]:
    """A step and all it rests on."""
    yield step
    for one in step.inputs:
        yield from walk(one)


def lists_of(one: SubjectResult) -> list[str]:
    """Ids of the lists and streaks a subject is on."""
    return [key for key, found in one.lists.items() if found.member]


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _said(value: Any) -> str:
    if value is None:
        return "（没有）"
    if isinstance(value, list):
        return "、".join(map(str, value)) or "（空）"
    return str(value)
