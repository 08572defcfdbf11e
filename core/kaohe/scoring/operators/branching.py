"""One score or another: a gate on a score or on entries, and the class of the subject."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scheme.operators import Count, Node
from kaohe.scoring import quantities as q
from kaohe.scoring.expressions import Integer
from kaohe.scoring.levels import Leaf, Level
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.wording import clauses, plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import ByClass, First, When


@dataclass(frozen=True, slots=True)
class _Gate:
    """Whether the condition holds."""

    fired: Integer


class WhenMeaning(Meaning):
    """One score where a condition holds, else another."""

    key: ClassVar[str] = "when"
    heading: ClassVar[str] = "按条件取值"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("When", node.args)
        condition = self._condition(args, path, build)
        then = build.child(args.then, f"{path}.then")
        otherwise = build.child(args.otherwise, f"{path}.otherwise")
        value = condition.quantity
        fired = value.number.block.const(1)
        if args.at_least is not None:
            edge = q.constant(value.number, Fraction(args.at_least))
            fired = q.less(value, edge).negated()
        if args.below is not None:
            fired = fired * q.less(value, q.constant(value.number, Fraction(args.below)))
        exact = q.either(fired, then.quantity, otherwise.quantity)
        exact = replace(exact, present=q.both(exact.present, value.present))
        return Drawn(exact, (condition, then, otherwise), _Gate(fired))

    def _condition(self, args: When, path: str, build: Lowering) -> Lowered:
        if args.score is not None:
            return build.child(args.score, f"{path}.when")
        rules = (args.entries or "",)
        return build.child(Node(operator="count", args=Count(rules=rules)), f"{path}.when")

    def explain(self, lowered: Lowered, view: View) -> Told:
        args = cast("When", lowered.node.args)
        condition, then, otherwise = lowered.inputs
        first = view.step(condition)
        if not view.is_present(condition.quantity):
            why = f"缺少“{condition.title}”：{first.missing}" if condition.name else first.missing
            return Told(inputs=(first,), missing=why)
        fired = bool(view.number(cast("_Gate", lowered.detail).fired))
        taken = then if fired else otherwise
        step = view.step(taken)
        if not view.is_present(taken.quantity):
            return Told(inputs=(first, step), missing=step.missing)
        rule = f"{condition.title}{_wants(args)} 时取“{then.title}”"
        have = f"（实为 {view.operand(condition)}）{clauses(args.cite or lowered.node.cite)}"
        told = Told(
            f"{condition.title} {view.operand(condition)}，取“{taken.title}”",
            view.operand(taken), (first, step),
        )  # fmt: skip
        if fired:
            told.applied = (rule + have,)
        else:
            told.not_applied = (rule + have,)
        return told


def _wants(args: When) -> str:
    """The condition in words."""
    wants = []
    if args.at_least is not None:
        wants.append(f"达到 {plain(args.at_least)}")
    if args.below is not None:
        wants.append(f"低于 {plain(args.below)}")
    return "且".join(wants)


class ByClassMeaning(Meaning):
    """The score that belongs to the subject's class."""

    key: ClassVar[str] = "by_class"
    heading: ClassVar[str] = "按类别取值"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        found = cast("ByClass", node.args).of
        children = [build.child(one, f"{path}.{key}") for key, one in found.items()]
        flags = [inside_classes((key,), build) for key in found]
        exact = children[-1].quantity
        for flag, child in reversed(list(zip(flags, children, strict=True))[:-1]):
            exact = q.either(flag, child.quantity, exact)
        known = flags[0]
        for flag in flags[1:]:
            known = known.larger(flag)
        exact = replace(exact, present=q.both(exact.present, known))
        return Drawn(exact, tuple(children))

    def explain(self, lowered: Lowered, view: View) -> Told:
        group = view.subject().group
        title = class_titles(view.scheme).get(group, group)
        for key, child in zip(cast("ByClass", lowered.node.args).of, lowered.inputs, strict=True):
            if key == group:
                step = view.step(child)
                if not view.is_present(child.quantity):
                    return Told(inputs=(step,), missing=step.missing)
                return Told(f"类别为“{title}”，取“{child.title}”", view.operand(child), (step,))
        return Told(missing=f"类别“{title}”没有这一项得分")


class FirstMeaning(Meaning):
    """The first of some scores that is there."""

    key: ClassVar[str] = "first"
    heading: ClassVar[str] = "依次取值"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        children = [
            build.child(one, f"{path}.{one.operator}{n}")
            for n, one in enumerate(cast("First", node.args).of, 1)
        ]
        exact = children[-1].quantity
        for child in reversed(children[:-1]):
            present = child.quantity.present
            exact = child.quantity if present is None else q.either(present, child.quantity, exact)
        return Drawn(exact, tuple(children))

    def explain(self, lowered: Lowered, view: View) -> Told:
        passed: list[str] = []
        for child in lowered.inputs:
            step = view.step(child)
            if view.is_present(child.quantity):
                before = f"，前面的{'、'.join(passed)}没有得分" if passed else ""
                sentence = f"取“{child.title}”{before}"
                return Told(sentence, view.operand(child), (step,), not_applied=tuple(passed))
            passed.append(f"“{child.title}”")
        steps = tuple(view.step(child) for child in lowered.inputs)
        return Told(inputs=steps, missing=f"{'、'.join(passed)}都没有得分")


def class_titles(scheme: Scheme) -> dict[str, str]:
    """Titles of all classes of all kinds of subjects."""
    return {k: v for kind in scheme.subjects.values() for k, v in kind.classes.items()}


def inside_classes(classes: tuple[str, ...], build: Lowering) -> Integer:
    """1 for subjects of some classes."""
    level = Level(
        f"class:{'+'.join(classes)}", "subjects", tuple(classes),
        (Leaf("inside", 0, 1, measured=False),), decimals=build.scheme.decimals,
    )  # fmt: skip
    return build.program.gather(level).leaf(level, "inside")
