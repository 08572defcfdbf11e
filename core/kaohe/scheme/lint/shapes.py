"""What an operator makes of the ranges of its inputs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from kaohe.scheme import operators as o


class Range(NamedTuple):
    """Closed interval of possible values."""

    low: Fraction
    high: Fraction


def shaped_range(args: o.Operator, found: Sequence[Range]) -> Range | None:
    """The range of a node whose inputs have these ranges; None if it cannot be told."""
    lows, highs = [r.low for r in found], [r.high for r in found]
    whole = Range(min(lows), max(highs))
    if isinstance(args, o.Sum):
        return Range(sum(lows, Fraction(0)), sum(highs, Fraction(0)))
    if isinstance(args, o.Mean):
        return Range(sum(lows, Fraction(0)) / len(lows), sum(highs, Fraction(0)) / len(highs))
    if isinstance(args, o.Highest):
        return Range(max(lows), max(highs))
    if isinstance(args, o.Lowest):
        return Range(min(lows), min(highs))
    if isinstance(args, o.Median | o.Trimmed | o.Best | o.First | o.ByClass | o.UnitScore):
        return whole
    if isinstance(args, o.Weighted):
        return _weighted(args, found)
    if isinstance(args, o.When):
        return Range(min(lows[-2:]), max(highs[-2:]))
    if isinstance(args, o.Difference):
        return Range(lows[0] - highs[1], highs[0] - lows[1])
    if isinstance(args, o.Product):
        return _product(args, found)
    if isinstance(args, o.Ratio):
        most = Fraction(args.most)
        return Range(Fraction(0) if lows[0] >= 0 else -most, most)
    if isinstance(args, o.Relative):
        factor = 1 if args.to == "best" else 2
        most = Fraction(args.points) * factor if args.most is None else Fraction(args.most)
        return Range(Fraction(0), most)
    return _of_one(args, found[0])


def _weighted(args: o.Weighted, found: Sequence[Range]) -> Range:
    ends = [
        sorted((r.low * Fraction(p.weight) / 100, r.high * Fraction(p.weight) / 100))
        for r, p in zip(found, args.parts, strict=True)
    ]
    zero = Fraction(0)
    return Range(sum((e[0] for e in ends), zero), sum((e[1] for e in ends), zero))


def _product(args: o.Product, found: Sequence[Range]) -> Range:
    made = found[0]
    for one in found[1:]:
        corners = [a * b / Fraction(args.out_of) for a in made for b in one]
        made = Range(min(corners), max(corners))
    return made


def _of_one(args: o.Operator, inner: Range) -> Range | None:
    """Operators that turn one score into another."""
    if isinstance(args, o.Cap):
        at = Fraction(args.at)
        return Range(min(inner.low, at), min(inner.high, at))
    if isinstance(args, o.Floor):
        at = Fraction(args.at)
        return Range(max(inner.low, at), max(inner.high, at))
    if isinstance(args, o.Scale) and args.source:
        factor = Fraction(args.target) / Fraction(args.source)
        return Range(*sorted((inner.low * factor, inner.high * factor)))
    if isinstance(args, o.Band):
        figures = [args.otherwise, *args.lowest.values(), *args.highest.values()]
        return Range(Fraction(min(figures)), Fraction(max(figures)))
    if isinstance(args, o.ProRata):
        return Range(Fraction(0), Fraction(args.points))
    if isinstance(args, o.Interpolate):
        return Range(Fraction(min(args.anchors.values())), Fraction(max(args.anchors.values())))
    return None
