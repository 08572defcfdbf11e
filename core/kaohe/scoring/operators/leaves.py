"""Meanings without parts of their own: a figure, and a reference to another score."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, cast

from kaohe.scoring import quantities as q
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Constant, Node


class ConstantMeaning(Meaning):
    """A fixed figure."""

    key: ClassVar[str] = "number"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("Constant", node.args)
        value = Fraction(args.value)
        number = build.program.subject.const(value.numerator)
        return Drawn(q.Quantity(number, value.denominator, value, value))

    def title(self, node: Node, scheme: Scheme) -> str:
        return plain(cast("Constant", node.args).value)

    def explain(self, lowered: Lowered, view: View) -> Told:
        args = cast("Constant", lowered.node.args)
        return Told(f"固定值 {plain(args.value)}", plain(args.value))


class ScoreMeaning(Meaning):
    """The value of another named score, under a name of its own."""

    key: ClassVar[str] = "score"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        other = build.child(node, path)
        return Drawn(other.quantity, (other,))

    def explain(self, lowered: Lowered, view: View) -> Told:
        (other,) = lowered.inputs
        step: Any = view.step(other)
        if not view.is_present(other.quantity):
            return Told(inputs=(step,), missing=step.missing)
        return Told(f"即“{other.title}”", view.operand(other), (step,))
