"""Points by comparison: by rank, relative to the best or the mean, by rater, by one's unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import bounds
from kaohe.scoring import quantities as q
from kaohe.scoring.derivation import FactLine
from kaohe.scoring.expressions import Block, Integer
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import factor, plain, scaled_text

if TYPE_CHECKING:
    from kaohe.scheme.operators import Node, RankPoints, RaterRank, Relative, UnitScore

WITHIN_WORDS = {"all": "", "class": "同类", "unit": "本单位"}
MOST_LEADERS = 3
"""How many of the best are named in a sentence."""


def shown_operand(child: Lowered, build: Lowering) -> Quantity:
    """What is compared: the figure as it is shown, so that equal figures tie."""
    if child.decimals is not None:
        return child.quantity
    return q.rounded(child.quantity, build.scheme.decimals, build.scheme.rounding)


def places_of(child: Lowered, build: Lowering) -> int:
    """Decimals of that figure."""
    return build.scheme.decimals if child.decimals is None else child.decimals


@dataclass(frozen=True, slots=True)
class Ladder:
    """Points by rank, from either form."""

    points: Mapping[int, Decimal]
    otherwise: Decimal
    top: Decimal | None
    step: Decimal
    least: Decimal

    @classmethod
    def of(cls, args: RankPoints | RaterRank) -> Ladder:
        """The ladder an operator states."""
        return cls(
            dict(sorted(args.points.items())), args.otherwise, args.top, args.step, args.least
        )

    def lower(self, rank: Integer, unit: int) -> Integer:
        """Points for a rank, scaled."""
        if self.top is not None:
            fall = (rank - 1).larger(0) * int(self.step * unit)
            return (rank.block.const(int(self.top * unit)) - fall).larger(int(self.least * unit))
        found = rank.block.const(int(self.otherwise * unit))
        for last, points in sorted(self.points.items(), reverse=True):
            found = rank.below(last + 1).choose(int(points * unit), found)
        return found

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """Least and most points."""
        if self.top is not None:
            ends = (self.least, max(self.top, self.least))
        else:
            figures = (*self.points.values(), self.otherwise)
            ends = (min(figures), max(figures))
        return Fraction(ends[0]), Fraction(ends[1])

    def words(self, rank: int) -> str:
        """Which rule gave the points."""
        if self.top is not None:
            least = f"，最低 {plain(self.least)} 分"
            return f"第 1 名 {plain(self.top)} 分，每低一名少 {plain(self.step)} 分{least}"
        first = 1
        for last, points in self.points.items():
            if rank <= last:
                span = f"第 {last} 名" if first == last else f"第 {first}—{last} 名"
                return f"{span} {plain(points)} 分"
            first = last + 1
        return f"第 {first} 名及以后 {plain(self.otherwise)} 分"

    def points_for(self, rank: int) -> Decimal:
        """The points themselves."""
        if self.top is not None:
            return max(self.top - self.step * (rank - 1), self.least)
        return next((p for last, p in self.points.items() if rank <= last), self.otherwise)


def compare(
    block: Block, what: str, number: Integer, present: Integer | None, within: str
) -> Integer:
    """A ``cohort`` instruction with the bounds that follow from what it compares."""
    there = block.const(1) if present is None else present
    most = bounds.SUBJECTS
    low, high = {
        "rank": (0, most), "count": (0, most), "best": (number.low, number.high),
        "sum": (min(number.low, 0) * most, max(number.high, 0) * most),
    }[what]  # fmt: skip
    return block.compared(what, (number, there), low, high, within=within)


@dataclass(frozen=True, slots=True)
class _RankDetail:
    rank: Integer
    count: Integer
    ladder: Ladder


class RankPointsMeaning(Meaning):
    """Points by competition rank among the subjects that have a score."""

    key: ClassVar[str] = "rank_points"
    heading: ClassVar[str] = "名次得分"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("RankPoints", node.args)
        child = build.child(args.of, f"{path}.{args.of.operator}")
        operand = shown_operand(child, build)
        block = build.program.subject
        rank = compare(block, "rank", operand.number, operand.present, args.within)
        count = compare(block, "count", operand.number, operand.present, args.within)
        unit = 10**build.scheme.decimals
        ladder = Ladder.of(args)
        exact = Quantity(
            ladder.lower(rank, unit), unit, *ladder.ends, present=child.quantity.present
        )
        parameters = build.bound_from(f"scores.{path}.rank_points")
        return Drawn(exact, (child,), _RankDetail(rank, count, ladder), parameters)

    def explain(self, lowered: Lowered, view: View) -> Told:
        detail = cast("_RankDetail", lowered.detail)
        args = cast("RankPoints", lowered.node.args)
        (child,) = lowered.inputs
        step = view.step(child)
        if not view.is_present(child.quantity):
            return Told(inputs=(step,), missing=step.missing)
        rank, count = view.number(detail.rank), view.number(detail.count)
        points = plain(detail.ladder.points_for(rank))
        among = f"{WITHIN_WORDS[args.within]}有得分的 {count} 个对象中"
        sentence = (
            f"“{child.title}”在{among}第 {rank} 名 → {points} 分（{detail.ladder.words(rank)}）"
        )
        facts = (FactLine("名次", f"{rank}", f"共 {count} 个，并列同名次"),)
        return Told(sentence, points, (step,), facts)


@dataclass(frozen=True, slots=True)
class _RelativeDetail:
    reference: Integer
    best: Integer | None
    """The instruction that names the best."""
    count: Integer
    decimals: int
    capped: Integer
    operand: Quantity


class RelativeMeaning(Meaning):
    """A score in proportion to the best one, or to the mean of all."""

    key: ClassVar[str] = "relative"
    heading: ClassVar[str] = "按比例折算"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("Relative", node.args)
        child = build.child(args.of, f"{path}.{args.of.operator}")
        operand = shown_operand(child, build)
        decimals = places_of(child, build)
        block = build.program.subject
        present = operand.present
        count = compare(block, "count", operand.number, present, args.within)
        best = None
        if args.to == "best":
            reference = best = compare(block, "best", operand.number, present, args.within)
        else:
            total = compare(block, "sum", operand.number, present, args.within)
            mean = Quantity(
                total, operand.scale, operand.low, operand.high, count.larger(1), block.const(1)
            )
            reference = q.rounded(mean, decimals, build.scheme.rounding).number
        positive = block.const(0).below(reference)
        points = Fraction(args.points)
        most = Fraction(_most(args))
        top = Fraction(operand.number.high) * points
        ratio = Quantity(
            operand.number.larger(0) * points.numerator, points.denominator,
            Fraction(0), max(top, Fraction(0)), reference.larger(1),
            q.both(operand.present, positive),
        )  # fmt: skip
        edge = q.constant(ratio.number, most)
        exact = q.extreme([ratio, edge], highest=False)
        capped = q.less(edge, ratio)
        detail = _RelativeDetail(reference, best, count, decimals, capped, operand)
        parameters = build.bound_from(f"scores.{path}.relative")
        return Drawn(exact, (child,), detail, parameters)

    def explain(self, lowered: Lowered, view: View) -> Told:
        detail = cast("_RelativeDetail", lowered.detail)
        args = cast("Relative", lowered.node.args)
        (child,) = lowered.inputs
        step = view.step(child)
        if not view.is_present(child.quantity):
            return Told(inputs=(step,), missing=step.missing)
        reference = view.number(detail.reference)
        figure = scaled_text(reference, detail.decimals)
        count = view.number(detail.count)
        word = f"{WITHIN_WORDS[args.within]}{count} 个有得分的对象"
        if detail.best is not None:
            whose = f"{word}中最高 {figure}（{leaders_text(view.leaders(detail.best))}）"
        else:
            whose = f"{word}的平均分 {figure}"
        if reference <= 0:
            return Told(inputs=(step,), missing=f"{whose}，不大于 0，无法折算")
        own = scaled_text(view.number(detail.operand.number), detail.decimals)
        most = plain(_most(args))
        if view.number(detail.capped):
            sentence = f"与{whose}相比，× {plain(args.points)} 后超过 {most}，取 {most}"
            return Told(sentence, most, (step,), applied=(f"最高 {most} 分",))
        if view.number(detail.operand.number) < 0:
            return Told(f"{own} 小于 0，计 0", "0", (step,))
        sentence = f"与{whose}相比，× {plain(args.points)}"
        return Told(sentence, f"{factor(own)} ÷ {factor(figure)} × {plain(args.points)}", (step,))


def _most(args: Relative) -> Decimal:
    if args.most is not None:
        return args.most
    return args.points if args.to == "best" else args.points * 2


def leaders_text(titles: tuple[str, ...]) -> str:
    """Who is best, the first few."""
    more = f"等 {len(titles)} 个" if len(titles) > MOST_LEADERS else ""
    return "、".join(titles[:MOST_LEADERS]) + more


@dataclass(frozen=True, slots=True)
class _UnitDetail:
    number: Integer
    decimals: int


class UnitScoreMeaning(Meaning):
    """The score of the unit a person belongs to."""

    key: ClassVar[str] = "unit_score"
    heading: ClassVar[str] = "所在单位得分"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("UnitScore", node.args)
        child = build.child(args.of, f"{path}.{args.of.operator}")
        operand = shown_operand(child, build)
        block = build.program.subject
        there = block.const(1) if operand.present is None else operand.present
        pair = (operand.number, there)
        low, high = min(operand.number.low, 0), max(operand.number.high, 0)
        number = block.compared("unit_value", pair, low, high)
        present = block.compared("unit_present", pair, 0, 1)
        exact = Quantity(number, operand.scale, operand.low, operand.high, present=present)
        # the child is the unit's, not the subject's own: it is no input of this subject's tree
        return Drawn(exact, detail=_UnitDetail(number, places_of(child, build)))

    def explain(self, lowered: Lowered, view: View) -> Told:
        detail = cast("_UnitDetail", lowered.detail)
        unit = next(iter(view.leaders(detail.number)), view.subject().unit)
        if not view.is_present(lowered.exact):
            missing = f"所在单位“{unit}”没有得分" if unit else "没有登记所在单位"
            return Told(missing=missing)
        figure = scaled_text(view.number(detail.number), detail.decimals)
        return Told(f"所在单位“{unit}”的得分 {figure}", figure)


COHORT_MEANINGS = (RankPointsMeaning(), RelativeMeaning(), UnitScoreMeaning())
