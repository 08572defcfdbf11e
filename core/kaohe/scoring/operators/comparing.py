"""Two scores set against each other: a difference, one in percent of the other."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import quantities as q
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import MINUS, factor, plain, term

if TYPE_CHECKING:
    from kaohe.scheme.operators import Node, Ratio


def _children(node: Node, path: str, build: Lowering, names: tuple[str, str]) -> list[Lowered]:
    return [build.child(getattr(node.args, n), f"{path}.{n}") for n in names]


def absence(lowered: Lowered, view: View) -> Told | None:
    """What to say where an input is missing."""
    for child in lowered.inputs:
        if not view.is_present(child.quantity):
            steps = tuple(view.step(one) for one in lowered.inputs)
            why = view.step(child).missing
            return Told(inputs=steps, missing=f"缺少“{child.title}”：{why}" if child.name else why)
    return None


class DifferenceMeaning(Meaning):
    """One score minus another."""

    key: ClassVar[str] = "difference"
    heading: ClassVar[str] = "相差"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        first, second = _children(node, path, build, ("of", "minus"))
        exact = q.total([first.quantity, q.times(second.quantity, Fraction(-1))])
        return Drawn(exact, (first, second))

    def explain(self, lowered: Lowered, view: View) -> Told:
        if told := absence(lowered, view):
            return told
        first, second = lowered.inputs
        return Told(
            f"{first.title} 减 {second.title}",
            f"{term(view.operand(first))} {MINUS} {factor(view.operand(second))}",
            (view.step(first), view.step(second)),
        )


class RatioMeaning(Meaning):
    """One score over another, times a figure; at most so much."""

    key: ClassVar[str] = "ratio"
    heading: ClassVar[str] = "占比"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("Ratio", node.args)
        first, second = _children(node, path, build, ("of", "to"))
        a, b = q.times(first.quantity, Fraction(args.times)), second.quantity
        # a ÷ b = (a.number × b.scale × b.divisor) ÷ (a.scale × a.divisor × b.number)
        shared = Fraction(b.scale, a.scale)
        number = a.number * shared.numerator
        divisor = b.number.larger(1)
        if not (a.divisor and b.divisor and a.divisor.same(b.divisor)):  # else they cancel out
            if b.divisor is not None:
                number = number * b.divisor
            if a.divisor is not None:
                divisor = divisor * a.divisor
        positive = number.block.const(0).below(b.number)
        most = Fraction(args.most)
        low = Fraction() if a.low >= 0 else -most
        exact = Quantity(number, shared.denominator, low, most, divisor)
        exact = q.extreme([exact, q.constant(number, most)], highest=False)
        if low:
            exact = q.extreme([exact, q.constant(number, low)], highest=True)
        present = q.both(q.both(a.present, b.present), positive)
        return Drawn(replace(exact, low=low, high=most, present=present), (first, second))

    def explain(self, lowered: Lowered, view: View) -> Told:
        if told := absence(lowered, view):
            return told
        args = cast("Ratio", lowered.node.args)
        first, second = lowered.inputs
        steps = (view.step(first), view.step(second))
        if not view.is_present(lowered.exact):
            return Told(inputs=steps, missing=f"“{second.title}”不是正数，不能作除数")
        over = view.fraction(first.quantity) / view.fraction(second.quantity) * Fraction(args.times)
        formula = f"{factor(view.operand(first))} ÷ {factor(view.operand(second))}"
        if args.times != 1:
            formula += f" × {plain(args.times)}"
        word = "占" if args.times == 100 else "比"
        sentence = f"{first.title} {word} {second.title}" + (
            " 的百分比" if args.times == 100 else ""
        )
        if over > args.most:
            top = plain(args.most)
            return Told(sentence, top, steps, applied=(f"最多 {top}（原为 {formula}）",))
        return Told(sentence, formula, steps)
