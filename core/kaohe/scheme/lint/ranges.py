"""What each score can be at least and at most, from the tables alone."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

from kaohe.scheme import operators as o
from kaohe.scheme.lint.shapes import Range, shaped_range
from kaohe.scheme.model import BallotInstrument, FormInstrument, Scheme, SheetInstrument
from kaohe.scheme.operators import Entries, Node, Rating, Score, Sheet, Votes

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
    if isinstance(args, o.Constant):
        return Range(Fraction(args.value), Fraction(args.value))
    if isinstance(args, Sheet | Votes | Rating | Entries):
        return _leaf(scheme, args)
    if isinstance(args, o.ItemScore | o.SectionScore | o.VoteShare | o.Applicable | o.Count):
        return _part(scheme, args)
    if isinstance(args, o.RankPoints | o.RaterRank):
        return _ladder(args)
    if isinstance(args, o.Carried | o.Periods):
        return _past(args)
    inner = [node_range(scheme, n, known) for n in args.nodes()]
    found = [r for r in inner if r is not None]
    if len(found) != len(inner) or not found:
        return None
    return shaped_range(args, found)


def _part(scheme: Scheme, args: o.Operator) -> Range | None:
    """Range of what is read from a part of a sheet, of shares and of counts."""
    zero = Fraction(0)
    if isinstance(args, o.VoteShare):
        return Range(zero, Fraction(100))
    if isinstance(args, o.Count):
        return Range(zero, Fraction(MOST_ENTRIES))
    assert isinstance(args, o.ItemScore | o.SectionScore | o.Applicable)
    sheet = scheme.instruments.get(args.sheet)
    if not isinstance(sheet, SheetInstrument):
        return None
    group = scheme.items[sheet.items]
    if isinstance(args, o.Applicable):
        return Range(Fraction(group.low) * 100 / Fraction(group.least_possible), Fraction(100))
    items = [
        i
        for i in group.items
        if (i.id == args.item if isinstance(args, o.ItemScore) else i.section == args.section)
    ]
    low = sum((Fraction(i.low) for i in items), zero)
    return Range(low, sum((Fraction(i.points or 0) for i in items), zero))


def _ladder(args: o.RankPoints | o.RaterRank) -> Range:
    """Range of points by rank."""
    if args.top is not None:
        return Range(Fraction(args.least), Fraction(max(args.top, args.least)))
    figures = [Fraction(v) for v in (*args.points.values(), args.otherwise)]
    return Range(min(figures), max(figures))


def _past(args: o.Carried | o.Periods) -> Range:
    """Range of figures of other periods."""
    times = 1
    if isinstance(args, o.Periods) and args.how == "sum":
        times = args.expected or 12
    return Range(Fraction(args.low) * times, Fraction(args.high) * times)


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
        group = scheme.items[instrument.items]
        points = [i.points for i in group.items]
        if any(p is None for p in points):
            return None
        made = sum((p for p in points if p is not None), Decimal(0))
        return Range(Fraction(group.low), Fraction(made))
    if isinstance(instrument, BallotInstrument):
        values = [Fraction(v) for v in instrument.options.values()]
        return Range(min(values), max(values))
    if isinstance(instrument, FormInstrument) and isinstance(args, Rating):
        return Range(zero, Fraction(instrument.scores[args.score].maximum))
    return None
