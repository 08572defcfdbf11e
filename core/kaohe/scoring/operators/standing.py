"""Scores of other periods: one carried over, or the shorter periods inside this one put together."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import quantities as q
from kaohe.scoring.derivation import FactLine
from kaohe.scoring.expressions import Block, Integer
from kaohe.scoring.levels import WHEN, Leaf, Level, Match
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.periods import KIND_WORDS, most_members, period_words
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import mean_formula, scaled_text, sum_formula

if TYPE_CHECKING:
    from decimal import Decimal

    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Carried, Node, Periods

WHEN_WORDS = {"same": "本期", "previous": "上一期", "year_ago": "上年同期"}
HOW_WORDS = {"mean": "平均数", "sum": "合计", "lowest": "最低分", "highest": "最高分"}


@dataclass(frozen=True, slots=True)
class _Detail:
    """What explaining scores of other periods needs."""

    level: str
    value: Integer
    decimals: int
    count: Integer
    ruling: Integer | None = None


def source_names(scheme: Scheme, other: str, score: str) -> tuple[str, ...]:
    """What a score may be called in the standing.

    A roll-up (``<id>.year``) reads bare names as those of the scheme it is a roll-up of.
    """
    base = scheme.id.rpartition(".")[0]
    return (f"{other}/{score}",) if other else (score, f"{base}/{score}")


def _level(
    build: Lowering, sources: tuple[str, ...], when: str, low: Decimal, high: Decimal
) -> tuple[Level, Block, Integer]:
    """Standing rows of a score, one group for each period."""
    unit = 10**build.scheme.decimals
    leaf = Leaf("value", int(low * unit), int(high * unit))
    level = Level(
        f"standing:{sources[0]}:{when}:{leaf.low}:{leaf.high}", "standing", sources, (leaf,),
        key="period", where=(Match(WHEN, (when,)),), decimals=build.scheme.decimals,
    )  # fmt: skip
    block = build.program.gather(level)
    return level, block, block.leaf(level, "value")


def _periods_of(lowered: Lowered, view: View) -> list[tuple[str, str]]:
    """(period in words, figure) of every period there is."""
    detail = cast("_Detail", lowered.detail)
    return [
        (period_words(key), scaled_text(values[detail.value.index], detail.decimals))
        for key, values in view.rows(detail.level)
    ]


class CarriedMeaning(Meaning):
    """A score of another period or of another scheme."""

    key: ClassVar[str] = "carried"
    heading: ClassVar[str] = "往期得分"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("Carried", node.args)
        sources = source_names(build.scheme, args.scheme, args.score)
        level, block, value = _level(build, sources, args.period, args.low, args.high)
        subject = build.program.subject
        number = subject.total(value, min(value.low, 0), max(value.high, 0))
        count = subject.total(block.const(1), 0, 1)
        decimals = build.scheme.decimals
        exact = Quantity(
            number, 10**decimals, Fraction(args.low), Fraction(args.high), present=count
        )
        return Drawn(exact, detail=_Detail(level.name, value, decimals, count))

    def explain(self, lowered: Lowered, view: View) -> Told:
        args = cast("Carried", lowered.node.args)
        what = f"“{args.scheme}”的" if args.scheme else ""
        word = WHEN_WORDS[args.period]
        found = _periods_of(lowered, view)
        if not found:
            return Told(missing=f"没有{word}{what}得分“{args.score}”的记录")
        ((period, figure),) = found
        lines = (FactLine(period, figure),)
        return Told(f"{word}（{period}）{what}得分 {figure}", figure, facts=lines)


class PeriodsMeaning(Meaning):
    """Mean, sum, lowest or highest of the shorter periods inside the one that is scored."""

    key: ClassVar[str] = "periods"
    heading: ClassVar[str] = "各期得分"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("Periods", node.args)
        sources = source_names(build.scheme, args.scheme, args.score)
        when = f"each:{args.each}"
        level, block, value = _level(build, sources, when, args.low, args.high)
        subject = build.program.subject
        most = max(most_members(build.scheme.period, args.each), 1)
        count = subject.total(block.const(1), 0, most)
        present = subject.const(0).below(count)
        ruling = None
        if args.expected:
            ruling = build.ruling("reweight", path)
            enough = count.below(args.expected).negated()
            present = present * enough.larger(ruling)
        number = self._folded(args, value, most, subject)
        decimals = build.scheme.decimals
        low, high = Fraction(args.low), Fraction(args.high)
        if args.how in ("mean", "sum"):
            low, high = min(low, low * most), max(high, high * most)
        exact = Quantity(number, 10**decimals, low, high, present=present)
        if args.how == "mean":
            ends = Fraction(args.low), Fraction(args.high)
            exact = q.divided(exact, count.larger(1), *ends)
        return Drawn(exact, detail=_Detail(level.name, value, decimals, count, ruling))

    def _folded(self, args: Periods, value: Integer, most: int, subject: Block) -> Integer:
        low, high = value.low, value.high
        if args.how in ("mean", "sum"):
            return subject.total(value, min(low * most, 0), max(high * most, 0))
        # the greatest of no groups at all is 0, so what is folded must not fall below it
        block = value.block
        if args.how == "highest":
            return subject.total(value - low, 0, high - low, how="max") + low
        return subject.const(high) - subject.total(
            block.const(high) - value, 0, high - low, how="max"
        )

    def title(self, node: Node, scheme: Scheme) -> str:
        args = cast("Periods", node.args)
        return f"各{KIND_WORDS[args.each]}{HOW_WORDS[args.how]}"

    def explain(self, lowered: Lowered, view: View) -> Told:
        args = cast("Periods", lowered.node.args)
        found = _periods_of(lowered, view)
        word = KIND_WORDS[args.each]
        unit = f"个{word}" if word in ("月", "季度", "半年") else word
        lines = tuple(FactLine(period, figure) for period, figure in found)
        names = "、".join(period for period, _ in found)
        short = f"应有 {args.expected} {unit}，只有 {len(found)} {unit}（{names}）"
        is_short = len(found) < args.expected
        if not found:
            return Told(missing=f"没有任何{word}的得分“{args.score}”")
        if not view.is_present(lowered.exact):
            return Told(facts=lines, missing=f"{short}；按现有各期计算须有记录在案的决定")
        applied: tuple[str, ...] = ()
        if is_short:
            reasons = "；".join(
                sorted(
                    r.reason for r in view.facts("rulings", "reweight") if r.target == lowered.path
                )
            )
            applied = (f"{short}，按记录的决定以现有各期计算：{reasons}",)
        figures = [figure for _, figure in found]
        sentence = f"{len(found)} {unit}（{names}）的{HOW_WORDS[args.how]}"
        return Told(sentence, self._formula(args, found, figures), facts=lines, applied=applied)

    def _formula(self, args: Periods, found: list[tuple[str, str]], figures: list[str]) -> str:
        if args.how == "mean":
            return mean_formula(figures)
        if args.how == "sum":
            return sum_formula(figures)
        pick = min if args.how == "lowest" else max
        return pick(figures, key=lambda text: Fraction(text.replace("−", "-")))


STANDING_MEANINGS = (CarriedMeaning(), PeriodsMeaning())
