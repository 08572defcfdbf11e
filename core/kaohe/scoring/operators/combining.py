"""Sums, means, highest and lowest of some scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import quantities as q
from kaohe.scoring.operators import parts as p
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, MissingPart, Told, View
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import about, factor, mean_formula, plain, sum_formula

if TYPE_CHECKING:
    from kaohe.scheme.operators import Node, Product


@dataclass(frozen=True, slots=True)
class _Detail:
    """The parts and how they may be missing."""

    parts: tuple[MissingPart, ...]


class CombiningMeaning(Meaning):
    """Shared frame: lower the parts, combine, explain."""

    word: ClassVar[str]

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        found = p.lower_parts(node.args.nodes(), path, build)
        ready, _ = p.usable(found)
        exact = replace(self.combine(found), present=ready)
        inputs = tuple(part.lowered for part in found)
        return Drawn(exact, inputs, _Detail(tuple(found)))

    def combine(self, found: list[MissingPart]) -> Quantity:
        """The combined quantity; presence is added by the caller."""
        raise NotImplementedError

    def explain(self, lowered: Lowered, view: View) -> Told:
        found = cast("_Detail", lowered.detail).parts
        inputs = tuple(view.step(part.lowered) for part in found)
        applied, idle = p.notes(found, view)
        if not view.is_present(lowered.exact):
            return Told(
                inputs=inputs, applied=applied, not_applied=idle,
                missing=p.missing_text(found, view),
            )  # fmt: skip
        used = p.there(found, view)
        titles = [name for part in used if (name := part.lowered.title)]
        sentence = self.sentence(titles, len(used))
        return Told(sentence, self.formula(used, view), inputs, applied=applied, not_applied=idle)

    def sentence(self, titles: list[str], count: int) -> str:
        """What was done, in words."""
        return f"{'、'.join(titles)}{self.word}"

    def formula(self, used: list[MissingPart], view: View) -> str:
        """The same for a calculator."""
        raise NotImplementedError


class SumMeaning(CombiningMeaning):
    """The sum of some scores."""

    key: ClassVar[str] = "sum"
    heading: ClassVar[str] = "合计"
    word: ClassVar[str] = "相加"

    def combine(self, found: list[MissingPart]) -> Quantity:
        return q.total([p.counted(part) for part in found])

    def formula(self, used: list[MissingPart], view: View) -> str:
        return sum_formula(view.operand(part.lowered) for part in used)


class ProductMeaning(CombiningMeaning):
    """The product of some scores; every factor after the first is out of `out_of`."""

    key: ClassVar[str] = "product"
    heading: ClassVar[str] = "乘积"
    word: ClassVar[str] = "相乘"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        drawn = super().lower(node, path, build)
        share = 1 / Fraction(cast("Product", node.args).out_of)
        first, *rest = cast("_Detail", drawn.detail).parts
        factors = [_or_one(first.lowered.quantity, first)]
        factors += [_or_one(q.times(part.lowered.quantity, share), part) for part in rest]
        return replace(drawn, exact=replace(q.product(factors), present=drawn.exact.present))

    def combine(self, found: list[MissingPart]) -> Quantity:
        return found[0].lowered.quantity

    def explain(self, lowered: Lowered, view: View) -> Told:
        told = super().explain(lowered, view)
        if told.missing:
            return told
        parts = cast("_Detail", lowered.detail).parts
        used = p.there(parts, view)
        out_of = cast("Product", lowered.node.args).out_of
        share = f" ÷ {plain(out_of)}" if out_of != 1 else ""
        shares = ["" if part is parts[0] else share for part in used]
        pairs = list(zip((part.lowered for part in used), shares, strict=True))
        told.sentence = " × ".join(f"{one.title}{after}" for one, after in pairs)
        told.formula = " × ".join(f"{factor(view.operand(one))}{after}" for one, after in pairs)
        return told

    def formula(self, used: list[MissingPart], view: View) -> str:
        return ""


def _or_one(quantity: Quantity, part: MissingPart) -> Quantity:
    """The factor, 1 where it is missing and that is tolerated."""
    quantity = replace(quantity, present=None)
    if part.tolerated is None or part.included is None:
        return quantity
    one = q.constant(quantity.number, Fraction(1))
    return q.either(part.included, quantity, one)


class MeanMeaning(CombiningMeaning):
    """The plain mean of some scores."""

    key: ClassVar[str] = "mean"
    heading: ClassVar[str] = "平均分"
    word: ClassVar[str] = "的平均数"

    def combine(self, found: list[MissingPart]) -> Quantity:
        _, count = p.usable(found)
        total = q.total([p.counted(part) for part in found])
        low = min(part.lowered.quantity.low for part in found)
        high = max(part.lowered.quantity.high for part in found)
        if count is None:
            return replace(
                total, scale=total.scale * len(found),
                low=total.low / len(found), high=total.high / len(found),
            )  # fmt: skip
        return q.divided(total, count.larger(1), low, high)

    def formula(self, used: list[MissingPart], view: View) -> str:
        return mean_formula([view.operand(part.lowered) for part in used])


class _ExtremeMeaning(CombiningMeaning):
    """The highest or lowest of some scores."""

    highest: ClassVar[bool]

    def combine(self, found: list[MissingPart]) -> Quantity:
        values = [part.lowered.quantity for part in found]
        edge = min(v.low for v in values) if self.highest else max(v.high for v in values)
        best = q.extreme([self._guarded(part, edge) for part in found], highest=self.highest)
        firm = [part.lowered.quantity for part in found if part.tolerated is None]
        if len(firm) == len(found):
            return best
        # a part that may be absent promises nothing: only the firm ones bound from that side
        if self.highest:
            return replace(best, low=max((v.low for v in firm), default=edge))
        return replace(best, high=min((v.high for v in firm), default=edge))

    def _guarded(self, part: MissingPart, edge: Fraction) -> Quantity:
        """The part, or the edge that never wins where it is missing."""
        quantity = replace(part.lowered.quantity, present=None)
        if part.tolerated is None or part.included is None:
            return quantity
        scaled = edge * quantity.scale
        sentinel = floor(scaled) if self.highest else ceil(scaled)
        block = quantity.number.block
        replacement = block.const(sentinel)
        if quantity.divisor is not None:
            replacement = quantity.divisor * sentinel
        return replace(quantity, number=part.included.choose(quantity.number, replacement))

    def formula(self, used: list[MissingPart], view: View) -> str:
        pick = max if self.highest else min
        best = pick(used, key=lambda part: view.fraction(part.lowered.quantity))
        return view.operand(best.lowered)

    def sentence(self, titles: list[str], count: int) -> str:
        return f"{'、'.join(titles)}中{self.word}的一个"

    def explain(self, lowered: Lowered, view: View) -> Told:
        told = super().explain(lowered, view)
        if told.missing:
            return told
        used = p.there(cast("_Detail", lowered.detail).parts, view)
        value = view.fraction(lowered.exact)
        decimals = view.scheme.decimals
        others = tuple(
            f"“{part.lowered.title or part.lowered.path}” {about(other, decimals)}"
            for part in used
            if (other := view.fraction(part.lowered.quantity)) != value
        )
        told.not_applied += others
        return told


class HighestMeaning(_ExtremeMeaning):
    """The highest of some scores."""

    key: ClassVar[str] = "highest"
    heading: ClassVar[str] = "最高分"
    word: ClassVar[str] = "最高"
    highest: ClassVar[bool] = True


class LowestMeaning(_ExtremeMeaning):
    """The lowest of some scores."""

    key: ClassVar[str] = "lowest"
    heading: ClassVar[str] = "最低分"
    word: ClassVar[str] = "最低"
    highest: ClassVar[bool] = False
