"""Medians, means without the ends, means of the best: some scores put in order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import quantities as q
from kaohe.scoring.expressions import Integer
from kaohe.scoring.operators import parts as p
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, MissingPart, Told, View
from kaohe.scoring.operators.combining import CombiningMeaning
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import about, mean_formula

if TYPE_CHECKING:
    from kaohe.scheme.operators import Best, Node, Trimmed


@dataclass(frozen=True, slots=True)
class _Place:
    """A part with its value at the common scale and its place, 0 being the highest."""

    value: Integer
    place: Integer
    included: Integer


def _in_order(found: list[MissingPart]) -> tuple[list[_Place], Integer, int, Integer | None]:
    """(parts with their places, how many count, scale, divisor); equal ones keep their order."""
    numbers, scale, divisor = q.common([replace(f.lowered.quantity, present=None) for f in found])
    block = numbers[0].block
    there = [
        block.const(1) if f.tolerated is None or f.included is None else f.included for f in found
    ]
    count = block.const(0)
    for one in there:
        count = count + one
    out = []
    for i, (value, included) in enumerate(zip(numbers, there, strict=True)):
        place = block.const(0)
        for j, (other, counts) in enumerate(zip(numbers, there, strict=True)):
            if j != i:
                before = value.below(other + 1) if j < i else value.below(other)
                place = place + before * counts
        out.append(_Place(value, place.known(0, len(found) - 1), included))
    return out, count.known(0, len(found)), scale, divisor


class _OrderingMeaning(CombiningMeaning):
    """Shared frame: how often each place counts, and the mean of what counts."""

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        drawn = super().lower(node, path, build)
        found = list(drawn.detail.parts)
        return replace(drawn, exact=replace(self.ordered(node, found), present=drawn.exact.present))

    def combine(self, found: list[MissingPart]) -> Quantity:
        return found[0].lowered.quantity

    def ordered(self, node: Node, found: list[MissingPart]) -> Quantity:
        """The mean of what counts."""
        places, count, scale, divisor = _in_order(found)
        number, times = self.picked(node, places, count)
        low = min(f.lowered.quantity.low for f in found)
        high = max(f.lowered.quantity.high for f in found)
        exact = Quantity(number, scale, low, high, divisor)
        return q.divided(exact, times.larger(1), low, high)

    def picked(self, node: Node, places: list[_Place], count: Integer) -> tuple[Integer, Integer]:
        """(sum of what counts, how many those are)."""
        raise NotImplementedError

    def kept(self, node: Node, values: list[Fraction]) -> tuple[list[int], str]:
        """(places of `values`, highest first, that count; what was done, in words)."""
        raise NotImplementedError

    def explain(self, lowered: Lowered, view: View) -> Told:
        told = super().explain(lowered, view)
        if told.missing:
            return told
        used = p.there(lowered.detail.parts, view)
        used.sort(key=lambda part: view.fraction(part.lowered.quantity), reverse=True)
        kept, words = self.kept(lowered.node, [view.fraction(u.lowered.quantity) for u in used])
        told.sentence = f"{'、'.join(u.lowered.title for u in used)}：{words}"
        told.formula = mean_formula([view.operand(used[n].lowered) for n in kept])
        told.not_applied += tuple(
            f"“{part.lowered.title}” {about(view.fraction(part.lowered.quantity), 2)} 不计"
            for n, part in enumerate(used)
            if n not in kept
        )
        return told

    def formula(self, used: list[MissingPart], view: View) -> str:
        return ""


class MedianMeaning(_OrderingMeaning):
    """The median of some scores."""

    key: ClassVar[str] = "median"
    heading: ClassVar[str] = "中位数"
    word: ClassVar[str] = "的中位数"

    def picked(self, node: Node, places: list[_Place], count: Integer) -> tuple[Integer, Integer]:
        block = count.block
        upper, lower = (count - 1).larger(0) // 2, count // 2
        number = block.const(0)
        for one in places:
            weight = _equal(one.place, upper) + _equal(one.place, lower)
            number = number + one.value * (weight * one.included)
        return number, block.const(2)

    def kept(self, node: Node, values: list[Fraction]) -> tuple[list[int], str]:
        count = len(values)
        middle = sorted({(count - 1) // 2, count // 2})
        return middle, "取中间一个" if len(middle) == 1 else "取中间两个的平均数"


class TrimmedMeaning(_OrderingMeaning):
    """The mean without the highest and the lowest."""

    key: ClassVar[str] = "trimmed"
    heading: ClassVar[str] = "去掉最高最低后的平均分"
    word: ClassVar[str] = "去掉最高最低后的平均数"

    def picked(self, node: Node, places: list[_Place], count: Integer) -> tuple[Integer, Integer]:
        block, drop = count.block, cast("Trimmed", node.args).drop
        enough = block.const(2 * drop).below(count)
        number = block.const(0)
        for one in places:
            inside = block.const(drop - 1).below(one.place) * one.place.below(count - drop)
            number = number + one.value * (enough.choose(inside, 1) * one.included)
        most = len(places)
        return number, enough.choose((count - 2 * drop).larger(1), count).known(0, most)

    def kept(self, node: Node, values: list[Fraction]) -> tuple[list[int], str]:
        drop, count = cast("Trimmed", node.args).drop, len(values)
        if count <= 2 * drop:
            return list(range(count)), f"只有 {count} 个，不去掉最高最低，取平均数"
        return list(range(drop, count - drop)), (
            f"去掉最高 {drop} 个、最低 {drop} 个，其余 {count - 2 * drop} 个取平均数"
        )


class BestMeaning(_OrderingMeaning):
    """The mean of the best of some scores."""

    key: ClassVar[str] = "best"
    heading: ClassVar[str] = "最好几项的平均分"
    word: ClassVar[str] = "最好几项的平均数"

    def picked(self, node: Node, places: list[_Place], count: Integer) -> tuple[Integer, Integer]:
        block, take = count.block, max(cast("Best", node.args).take, 1)
        number = block.const(0)
        for one in places:
            number = number + one.value * (one.place.below(take) * one.included)
        return number, count.smaller(take)

    def kept(self, node: Node, values: list[Fraction]) -> tuple[list[int], str]:
        take = min(max(cast("Best", node.args).take, 1), len(values))
        return list(range(take)), f"取最高的 {take} 个的平均数"


def _equal(a: Integer, b: Integer) -> Integer:
    return a.below(b + 1) * b.below(a + 1)
