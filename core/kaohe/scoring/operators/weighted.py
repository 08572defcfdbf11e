"""Weighted sums; a missing part may be reweighted by a recorded decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import quantities as q
from kaohe.scoring.operators import parts as p
from kaohe.scoring.operators.base import (
    Drawn,
    Lowered,
    Lowering,
    Meaning,
    MissingPart,
    Remark,
    Told,
    View,
)
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.wording import factor, plain

if TYPE_CHECKING:
    from kaohe.scheme.operators import Node, Weighted


@dataclass(frozen=True, slots=True)
class _Detail:
    """The parts, and their weights as fractions of the whole."""

    parts: tuple[MissingPart, ...]
    weights: tuple[Fraction, ...]
    percents: tuple[str, ...]
    factors: tuple[str, ...]
    """The weights as printed: 60%, 0.60."""


class WeightedMeaning(Meaning):
    """A weighted sum; weights are percents of `out_of`."""

    key: ClassVar[str] = "weighted"
    heading: ClassVar[str] = "加权合计"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("Weighted", node.args)
        found = p.lower_parts(args.nodes(), path, build)
        ready, count = p.usable(found)
        places = max(-int(part.weight.as_tuple().exponent) for part in args.parts)
        unit = 10 ** max(places, 0)
        whole = [int(part.weight * unit) for part in args.parts]
        out_of = Fraction(args.out_of) * unit
        total = q.total(
            [q.times(p.counted(part), Fraction(w)) for part, w in zip(found, whole, strict=True)]
        )
        values = [part.lowered.quantity for part in found]
        share = Fraction(sum(whole)) / out_of
        if count is None:
            exact = q.times(total, 1 / out_of)
            exact = replace(exact, low=total.low / out_of, high=total.high / out_of)
        else:
            exact = self._reweighted(found, whole, total, values, share)
        weights = tuple(Fraction(w) / out_of for w in whole)
        inputs = tuple(part.lowered for part in found)
        percents = tuple(f"{plain(w * 100)}%" for w in weights)
        detail = _Detail(tuple(found), weights, percents, tuple(_weight(w) for w in weights))
        return Drawn(replace(exact, present=ready), inputs, detail)

    def _reweighted(
        self,
        found: Sequence[MissingPart],
        whole: Sequence[int],
        total: Quantity,
        values: Sequence[Quantity],
        share: Fraction,
    ) -> Quantity:
        """The parts that are there, their weights brought to the sum of all weights."""
        block = total.number.block
        there = block.const(0)
        for part, weight in zip(found, whole, strict=True):
            included = block.const(1) if part.included is None else part.included
            there = there + included * weight
        low, high = min(v.low for v in values), max(v.high for v in values)
        mean = q.divided(total, there.larger(1).known(1, sum(whole)), low, high)
        return q.times(mean, share)

    def explain(self, lowered: Lowered, view: View) -> Told:
        detail = cast("_Detail", lowered.detail)
        inputs = tuple(view.step(part.lowered) for part in detail.parts)
        applied, idle = p.notes(detail.parts, view)
        if not view.is_present(lowered.exact):
            return Told(
                inputs=inputs, applied=applied, not_applied=idle,
                missing=p.missing_text(detail.parts, view),
            )  # fmt: skip
        used = [
            place
            for place, part in enumerate(detail.parts)
            if view.is_present(part.lowered.quantity)
        ]
        sentence = " + ".join(
            f"{detail.parts[n].lowered.title} × {detail.percents[n]}" for n in used
        )
        formula = " + ".join(
            f"{factor(view.operand(detail.parts[n].lowered))} × {detail.factors[n]}" for n in used
        )
        if len(used) < len(detail.parts):
            left = sum((detail.weights[n] for n in used), Fraction())
            share = sum(detail.weights, Fraction())
            sentence += f"，再除以所用权重之和 {plain(left * 100)}%"
            formula = f"({formula}) ÷ {_weight(left)}"
            if share != 1:
                formula += f" × {_weight(share)}"
        return Told(sentence, formula, inputs, applied=applied, not_applied=idle)

    def remarks(self, lowered: Lowered) -> Sequence[Remark]:
        weights = cast("_Detail", lowered.detail).weights
        whole = sum(weights, Fraction())
        if whole == 1:
            return ()
        text = f"权重合计 {plain(whole * 100)}%，不是 100%"
        return (Remark("weights", lowered.path, text),)


def _weight(weight: Fraction) -> str:
    """A weight for a calculator: 0.60; a fraction that does not end stays a division."""
    text = plain(weight)
    if "÷" in text:
        return text
    return f"{Decimal(text):.2f}" if len(text.partition(".")[2]) < 2 else text
