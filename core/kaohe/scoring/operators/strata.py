"""Votes whose classes of voters are weighted: each class's own mean, then their weighted mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, cast

from kaohe.scoring import quantities as q
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.wording import factor, plain

if TYPE_CHECKING:
    from kaohe.scheme.model import BallotInstrument
    from kaohe.scheme.operators import Node, Votes


@dataclass(frozen=True, slots=True)
class Strata:
    """What explaining a weighted ballot needs."""

    weights: tuple[Fraction, ...]
    absent: str


def lower_strata(
    node: Node, path: str, build: Lowering, *, meaning_of: Callable[[str], Meaning]
) -> Drawn:
    """Each class of voters as a node of its own, rounded where it is shown, then weighted.

    Args:
        meaning_of: what lowers and explains the votes of one class.
    """
    args = cast("Votes", node.args)
    poll = cast("BallotInstrument", build.scheme.instruments[args.poll])
    decimals, rounding = build.decimals_of(node)
    parts, weights = [], []
    for stratum, weight in args.weights.items():
        own = node.model_copy(update={"cite": (), "gap": None, "title": ""})
        meaning = meaning_of(stratum)
        drawn = meaning.lower(own, f"{path}.{stratum}", build)
        shown = q.rounded(drawn.exact, decimals, rounding)
        parts.append(Lowered(
            f"{path}.{stratum}", "", own, meaning, shown, drawn.exact, decimals, rounding,
            poll.strata.get(stratum, stratum), (), drawn.detail,
        ))  # fmt: skip
        weights.append(Fraction(weight))
    scale = lcm(*(w.denominator for w in weights))
    block = build.program.subject
    there, total = block.const(0), []
    ready = None
    for part, share in zip(parts, weights, strict=True):
        present = part.quantity.present
        assert present is not None
        counted = replace(part.quantity, number=part.quantity.number * present, present=None)
        total.append(q.times(counted, share * scale))
        there = there + present * int(share * scale)
        ready = q.both(ready, present)
    low = min(p.quantity.low for p in parts)
    high = max(p.quantity.high for p in parts)
    exact = q.divided(q.total(total), there.larger(1), low, high)
    if args.absent == "skip":
        ready = block.const(0).below(there)
    detail = Strata(tuple(weights), args.absent)
    return Drawn(replace(exact, present=ready), tuple(parts), detail)


def explain_strata(lowered: Lowered, view: View) -> Told:
    """The weighted mean in words."""
    detail = cast("Strata", lowered.detail)
    steps = tuple(view.step(part) for part in lowered.inputs)
    used = [
        (part, weight)
        for part, weight in zip(lowered.inputs, detail.weights, strict=True)
        if view.is_present(part.quantity)
    ]
    left = [p for p in lowered.inputs if not view.is_present(p.quantity)]
    if not view.is_present(lowered.exact):
        missing = "；".join(f"“{p.title}”：{view.step(p).missing}" for p in left)
        return Told(inputs=steps, missing=missing or "没有有效评价")
    whole = sum((w for _, w in used), Fraction())
    sentence = " + ".join(f"{p.title} × {plain(w)}%" for p, w in used)
    formula = " + ".join(f"{factor(view.operand(p))} × {plain(w)}" for p, w in used)
    sentence += f"，除以权重之和 {plain(whole)}%"
    applied = tuple(f"“{p.title}”没有有效评价，由其余各类重新分配权重" for p in left)
    return Told(sentence, f"({formula}) ÷ {plain(whole)}", steps, applied=applied)
