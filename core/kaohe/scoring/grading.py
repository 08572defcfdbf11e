"""Grades: bands over a rounded score, limits as exceptions, grades that follow others."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from kaohe.scheme.operators import Count, Node
from kaohe.scoring import quantities as q
from kaohe.scoring.derivation import GradeResult
from kaohe.scoring.errors import PlanRefused
from kaohe.scoring.expressions import Integer
from kaohe.scoring.facts import Subject
from kaohe.scoring.levels import Leaf, Level
from kaohe.scoring.operators.base import Lowered, Lowering, View
from kaohe.scoring.wording import clauses, plain, shown

if TYPE_CHECKING:
    from kaohe.scheme.model import Condition, Grade, Limit


@dataclass(frozen=True, slots=True)
class Settled:
    """The places a subject takes in a grade's labels, and what quotas did."""

    base: int
    """By the bands, or by the grade it follows."""
    limited: int
    """After limits."""
    index: int
    """After quotas."""
    applied: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LimitPlan:
    """A limit in the plan."""

    limit: Limit
    score: Lowered
    fired: Integer


@dataclass(frozen=True, slots=True)
class GradePlan:
    """A grade in the plan: indices into `labels`, best first; ``len(labels)`` means none."""

    id: str
    grade: Grade
    labels: tuple[str, ...]
    base: Integer
    index: Integer
    present: Integer | None
    score: Lowered | None
    follows: GradePlan | None
    limits: tuple[LimitPlan, ...]


def lower_grades(
    grades: dict[str, Grade], named: dict[str, Lowered], build: Lowering
) -> dict[str, GradePlan]:
    """Lower all grades, followed ones first."""
    done: dict[str, GradePlan] = {}

    def visit(name: str, trail: tuple[str, ...]) -> GradePlan:
        if name in done:
            return done[name]
        if name in trail or name not in grades:
            raise PlanRefused(f"等次 {name} 不存在或互相跟随", node=name)
        build.program.node, build.program.cite = name, grades[name].cite
        follows = grades[name].follows
        other = visit(follows, (*trail, name)) if follows else None
        done[name] = _lower(name, grades[name], named, other, build)
        return done[name]

    for name in grades:
        visit(name, ())
    return {name: done[name] for name in grades}


def _lower(
    name: str, grade: Grade, named: dict[str, Lowered], other: GradePlan | None, build: Lowering
) -> GradePlan:
    score = named[grade.of] if grade.of else None
    if other is not None:
        labels, base, present = other.labels, other.index, other.present
    elif score is not None:
        labels = tuple(grade.bands)
        base = build.program.subject.const(len(labels))
        for place, low in reversed(list(enumerate(grade.bands.values()))):
            edge = q.constant(score.quantity.number, Fraction(low))
            base = q.less(score.quantity, edge).choose(base, place)
        present = score.quantity.present
    else:
        raise PlanRefused("等次既没有依据的得分，也没有跟随的等次", node=name, cite=grade.cite)
    if grade.classes:
        present = q.both(present, inside_classes(grade.classes, build))
    index, limits = base, list[LimitPlan]()
    for limit in grade.limits:
        by = _condition(limit.when, f"{name}.limit{len(limits) + 1}", named, build)
        fired = _fired(limit.when, by)
        worst = index.larger(labels.index(limit.at_most))
        index = fired.choose(worst, index)
        limits.append(LimitPlan(limit, by, fired))
    return GradePlan(name, grade, labels, base, index, present, score, other, tuple(limits))


def inside_classes(classes: tuple[str, ...], build: Lowering) -> Integer:
    """1 for subjects of some classes."""
    level = Level(
        f"class:{'+'.join(classes)}", "subjects", tuple(classes),
        (Leaf("inside", 0, 1, measured=False),), decimals=build.scheme.decimals,
    )  # fmt: skip
    return build.program.gather(level).leaf(level, "inside")


def _condition(when: Condition, path: str, named: dict[str, Lowered], build: Lowering) -> Lowered:
    """What a condition compares: a score, or how many verified entries a rule has."""
    if when.score is not None:
        return named[when.score]
    if when.entries is None:
        raise PlanRefused("条件既没有得分，也没有记录", node=path)
    return build.child(Node(operator="count", args=Count(rules=(when.entries,))), path)


def _fired(when: Condition, by: Lowered) -> Integer:
    """1 where the condition holds; a missing score fulfils nothing."""
    fired = by.quantity.present or by.quantity.number.block.const(1)
    if when.below is not None:
        edge = q.constant(by.quantity.number, Fraction(when.below))
        fired = fired * q.less(by.quantity, edge)
    if when.at_least is not None:
        edge = q.constant(by.quantity.number, Fraction(when.at_least))
        fired = fired * q.less(by.quantity, edge).negated()
    return fired


def settle(plan: GradePlan, view: View) -> Settled | None:
    """The places a subject takes by bands and limits; None: no grade."""
    if plan.present is not None and not view.number(plan.present):
        return None
    index = view.number(plan.index)
    return Settled(view.number(plan.base), index, index)


def explain_grade(
    plan: GradePlan, view: View, subject: Subject, settled: Settled | None
) -> GradeResult:
    """A subject's grade in words; `settled` is None for who gets none."""
    grade = plan.grade
    kind = view.scheme.subjects[grade.subject]
    holder = (subject.person or subject.title) if kind.kind == "person" else subject.title
    if grade.classes and subject.group not in grade.classes:
        return GradeResult(
            plan.id, grade.title, grade.subject, holder, None, None, "不适用于这一类别",
            grade.cite, grade.gap or "",
        )  # fmt: skip
    there = settled is not None
    base = _label(plan, settled.base) if settled else None
    limited = _label(plan, settled.limited) if settled else None
    label = _label(plan, settled.index) if settled else None
    applied: list[str] = []
    idle: list[str] = []
    for one in plan.limits:
        text = _limit_text(one, view)
        (applied if there and view.number(one.fired) else idle).append(text)
    if plan.follows is not None:
        title = plan.follows.grade.title
        sentence = f"随“{title}”：{base}" if there else f"“{title}”尚无结果"
    else:
        sentence = _band_text(plan, view, base)
    if limited != base:
        sentence += f"；受限后为{limited}"
    if label != limited:
        sentence += f"；超出名额，降为{label}"
    quota = settled or Settled(0, 0, 0)
    return GradeResult(
        plan.id, grade.title, grade.subject, holder, label, base, sentence,
        grade.cite, grade.gap or "", (*applied, *quota.applied), (*idle, *quota.idle),
    )  # fmt: skip


def _label(plan: GradePlan, index: int) -> str | None:
    return plan.labels[index] if index < len(plan.labels) else None


def _band_text(plan: GradePlan, view: View, base: str | None) -> str:
    assert plan.score is not None
    if not view.is_present(plan.score.quantity):
        return f"“{plan.score.title}”没有得分，无法定等次"
    value = view.operand(plan.score)
    bands = list(plan.grade.bands.items())
    if base is None:
        return f"{plan.score.title} {value}，低于最低一档 {plain(bands[-1][1])}，没有等次"
    place = plan.labels.index(base)
    low = plain(bands[place][1])
    above = f"，低于 {plain(bands[place - 1][1])}" if place else ""
    return f"{plan.score.title} {value}，达到 {low}{above} → {base}"


def _limit_text(one: LimitPlan, view: View) -> str:
    when, title = one.limit.when, one.score.title
    if when.entries is not None:
        return _count_text(one, view)
    wants = []
    if when.at_least is not None:
        wants.append(f"达到 {plain(when.at_least)}")
    if when.below is not None:
        wants.append(f"低于 {plain(when.below)}")
    have = (
        f"{title} {shown(view.step(one.score).value)}"
        if view.is_present(one.score.quantity)
        else f"{title}没有得分，无法判断"
    )
    rule = f"{title}{'且'.join(wants)} 时最高为“{one.limit.at_most}”"
    return f"{rule}（{have}）{clauses(one.limit.cite)}"


def _count_text(one: LimitPlan, view: View) -> str:
    """The same for a limit that counts entries."""
    when = one.limit.when
    title = view.scheme.entries[when.entries or ""].title
    wants = f"少于 {plain(when.below)}" if when.below is not None else ""
    wants = wants or f"达到 {plain(when.at_least or Decimal())}"
    have = plain(view.fraction(one.score.exact))
    return (
        f"{title}{wants} 次时最高为“{one.limit.at_most}”（有 {have} 次）{clauses(one.limit.cite)}"
    )
