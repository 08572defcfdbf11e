"""Grades: bands over a rounded score, limits as exceptions, grades that follow others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kaohe.scoring import quantities as q
from kaohe.scoring.derivation import GradeResult
from kaohe.scoring.errors import PlanRefused
from kaohe.scoring.expressions import Integer
from kaohe.scoring.facts import Subject
from kaohe.scoring.levels import Leaf, Level
from kaohe.scoring.operators.base import Lowered, Lowering, View
from kaohe.scoring.wording import clauses, plain, shown

if TYPE_CHECKING:
    from kaohe.scheme.model import Condition, Grade, Limit, Scheme


class Placed(NamedTuple):
    """What bands and limits say of one subject and grade, as places in the grade's labels."""

    base: int
    """By the bands; of no meaning for a grade that follows another one."""
    worst: int = 0
    """The best place that limits leave."""


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
    classes: tuple[str, ...] = ()
    """Classes of subjects it is for; empty: all."""

    @property
    def root(self) -> GradePlan:
        """The grade with the bands: this one, or the one it follows in the end."""
        return self if self.follows is None else self.follows.root

    def label(self, index: int) -> str | None:
        """The label at a place."""
        return self.labels[index] if index < len(self.labels) else None


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
    classes = holding_classes(grade, build.scheme)
    if classes:
        present = q.both(present, inside_classes(classes, build))
    index, limits = base, list[LimitPlan]()
    for limit in grade.limits:
        by = _condition(limit.when, f"{name}.limit{len(limits) + 1}", named, build)
        fired = _fired(limit.when, by)
        worst = index.larger(labels.index(limit.at_most))
        index = fired.choose(worst, index)
        limits.append(LimitPlan(limit, by, fired))
    return GradePlan(
        name, grade, labels, base, index, present, score, other, tuple(limits), classes
    )


def holding_classes(grade: Grade, scheme: Scheme) -> tuple[str, ...]:
    """Classes of subjects that get a grade; empty: all.

    Where kinds of subjects stand side by side, a grade is for those of its own kind; the grade of
    an office holder without classes is for the units that have one.
    """
    with_classes = [kind for kind in scheme.subjects.values() if kind.classes]
    if grade.classes or len(with_classes) < 2:
        return grade.classes
    kind = scheme.subjects[grade.subject]
    if not kind.classes:
        kind = scheme.subjects.get(kind.of or "") or next(iter(scheme.subjects.values()))
    return tuple(kind.classes)


def inside_classes(classes: tuple[str, ...], build: Lowering) -> Integer:
    """1 for subjects of some classes."""
    level = Level(
        f"class:{'+'.join(classes)}", "subjects", tuple(classes),
        (Leaf("inside", 0, 1, measured=False),), decimals=build.scheme.decimals,
    )  # fmt: skip
    return build.program.gather(level).leaf(level, "inside")


def _condition(when: Condition, path: str, named: dict[str, Lowered], build: Lowering) -> Lowered:
    """What a condition compares: a score, or how many verified entries a rule has."""
    from kaohe.scheme.operators import Count, Node  # pydantic: too heavy for importing this room

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


def placed_of(plan: GradePlan, values: Sequence[int]) -> Placed | None:
    """What bands and limits say, given the values of the subject level; None: no grade."""
    if plan.present is not None and not values[plan.present.index]:
        return None
    worst = [plan.labels.index(one.limit.at_most) for one in plan.limits if values[one.fired.index]]
    return Placed(values[plan.base.index], max(worst, default=0))


def explain_grade(
    plan: GradePlan, view: View, subject: Subject, settled: Settled | None, *, exempt: str = ""
) -> GradeResult:
    """A subject's grade in words.

    Args:
        settled: None for who gets none.
        exempt: the reason on record for not grading it.
    """
    grade = plan.grade
    kind = view.scheme.subjects[grade.subject]
    holder = (subject.person or subject.title) if kind.kind == "person" else subject.title
    outside = "不适用于这一类别" if plan.classes and subject.group not in plan.classes else ""
    if outside or exempt:
        return GradeResult(
            plan.id, grade.title, grade.subject, holder, None, None,
            outside or f"按记录的决定不评定：{exempt}", grade.cite, grade.gap or "",
        )  # fmt: skip
    there = settled is not None
    base = plan.label(settled.base) if settled else None
    limited = plan.label(settled.limited) if settled else None
    label = plan.label(settled.index) if settled else None
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
