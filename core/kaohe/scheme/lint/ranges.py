"""What each score can be at least and at most, from the tables alone."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from typing import NamedTuple

from kaohe.scheme.model import BallotInstrument, FormInstrument, Scheme, SheetInstrument
from kaohe.scheme.operators import (
    Cap,
    Constant,
    Entries,
    Floor,
    Highest,
    Lowest,
    Mean,
    Node,
    Rating,
    Scale,
    Score,
    Sheet,
    Sum,
    Votes,
    Weighted,
)

MOST_ENTRIES = 1000
"""Entries of one rule a subject may have; only for bounds."""


def plain_text(value: Decimal | Fraction) -> str:
    """A figure as people write it, without needless zeros, to six decimals at most."""
    millionths = round(Fraction(value) * 10**6)
    number = Decimal(millionths).scaleb(-6, Context(prec=100))
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def takes_entries(scheme: Scheme, node: Node, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a node rests on entries, which have no attainable maximum of their own."""
    if isinstance(node.args, Entries):
        return True
    if isinstance(node.args, Score) and node.args.name not in seen:
        inner = scheme.scores.get(node.args.name)
        return inner is not None and takes_entries(scheme, inner, seen | {node.args.name})
    return any(takes_entries(scheme, child, seen) for child in node.args.nodes())


class Range(NamedTuple):
    """Closed interval of possible values."""

    low: Fraction
    high: Fraction


def ranges(scheme: Scheme) -> dict[str, Range | None]:
    """Range of every named score; None where an operator of a plugin hides it."""
    out: dict[str, Range | None] = {}
    for name in scheme.scores:
        _named(scheme, name, out)
    return out


def node_range(scheme: Scheme, node: Node, known: dict[str, Range | None]) -> Range | None:
    """Range of a node; None if unknown."""
    args = node.args
    if isinstance(args, Score):
        return _named(scheme, args.name, known)
    if isinstance(args, Constant):
        return Range(Fraction(args.value), Fraction(args.value))
    if isinstance(args, Sheet | Votes | Rating | Entries):
        return _leaf(scheme, args)
    inner = [node_range(scheme, n, known) for n in args.nodes()]
    found = [r for r in inner if r is not None]
    if len(found) != len(inner) or not found:
        return None
    lows, highs = [r.low for r in found], [r.high for r in found]
    if isinstance(args, Sum):
        return Range(sum(lows, Fraction(0)), sum(highs, Fraction(0)))
    if isinstance(args, Mean):
        return Range(sum(lows, Fraction(0)) / len(lows), sum(highs, Fraction(0)) / len(highs))
    if isinstance(args, Highest):
        return Range(max(lows), max(highs))
    if isinstance(args, Lowest):
        return Range(min(lows), min(highs))
    if isinstance(args, Weighted):
        ends = [
            sorted((r.low * Fraction(p.weight) / 100, r.high * Fraction(p.weight) / 100))
            for r, p in zip(found, args.parts, strict=True)
        ]
        zero = Fraction(0)
        return Range(sum((e[0] for e in ends), zero), sum((e[1] for e in ends), zero))
    if isinstance(args, Cap):
        at = Fraction(args.at)
        return Range(min(lows[0], at), min(highs[0], at))
    if isinstance(args, Floor):
        at = Fraction(args.at)
        return Range(max(lows[0], at), max(highs[0], at))
    if isinstance(args, Scale) and args.source:
        factor = Fraction(args.target) / Fraction(args.source)
        return Range(*sorted((lows[0] * factor, highs[0] * factor)))
    return None


def _named(scheme: Scheme, name: str, known: dict[str, Range | None]) -> Range | None:
    if name not in known:
        known[name] = None  # a circle has no range; references.py reports it
        if name in scheme.scores:
            known[name] = node_range(scheme, scheme.scores[name], known)
    return known[name]


def _leaf(scheme: Scheme, args: Sheet | Votes | Rating | Entries) -> Range | None:
    zero = Fraction(0)
    if isinstance(args, Entries):
        low = high = zero
        for key in args.rules:
            rule = scheme.entries[key]
            most = Fraction(rule.most) * MOST_ENTRIES
            low, high = (low, high + most) if rule.sign == "+" else (low - most, high)
        return Range(low, high)
    key = (
        args.instrument if isinstance(args, Sheet) else args.poll if isinstance(args, Votes) else args.form
    )  # fmt: skip
    instrument = scheme.instruments.get(key)
    if isinstance(instrument, SheetInstrument):
        points = [i.points for i in scheme.items[instrument.items].items]
        if any(p is None for p in points):
            return None
        return Range(zero, Fraction(sum((p for p in points if p is not None), Decimal(0))))
    if isinstance(instrument, BallotInstrument):
        values = [Fraction(v) for v in instrument.options.values()]
        return Range(min(values), max(values))
    if isinstance(instrument, FormInstrument) and isinstance(args, Rating):
        return Range(zero, Fraction(instrument.scores[args.score].maximum))
    return None
