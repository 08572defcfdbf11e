"""Figures that contradict each other: weights, points, totals, bands, caps."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from kaohe.scheme.lint.findings import Remark, Rule
from kaohe.scheme.lint.ranges import node_range, plain_text, ranges
from kaohe.scheme.model import Scheme
from kaohe.scheme.operators import Cap, Floor, Mean, Product, Score, Sum, Votes, Weighted
from kaohe.scheme.references import nodes_of
from kaohe.scheme.tree import Path

EXACT = 2**53


def weights(scheme: Scheme) -> Iterator[Remark]:
    """Weights that do not make what they should."""
    for path, node in nodes_of(scheme):
        if isinstance(node.args, Weighted):
            made = sum((p.weight for p in node.args.parts), Decimal(0))
            if made != node.args.out_of:
                parts = " + ".join(plain_text(p.weight) for p in node.args.parts)
                what = f"权重 {parts} = {plain_text(made)}，不是 {plain_text(node.args.out_of)}。"
                yield Remark("L001", (*path, "weighted"), what)
        elif isinstance(node.args, Votes) and node.args.weights:
            made = sum(node.args.weights.values(), Decimal(0))
            if made != 100:
                parts = " + ".join(map(plain_text, node.args.weights.values()))
                what = f"各类投票人的权重 {parts} = {plain_text(made)}，不是 100。"
                yield Remark("L001", (*path, "votes", "weights"), what)


def announced_weights(scheme: Scheme) -> Iterator[Remark]:
    """A weight that a clause states differently from the formula."""
    for user in scheme.scores.values():
        if not isinstance(user.args, Weighted):
            continue
        for part in user.args.parts:
            inner = part.of.args
            node = scheme.scores.get(inner.name) if isinstance(inner, Score) else None
            said = node.announced if node else None
            if node is None or said is None or said.weight in (None, part.weight):
                continue
            if not (node.gap or user.gap):
                what = (
                    f"“{node.title}”：条款 {'、'.join(said.cite)} 写 {said.weight}%，"
                    f"“{user.title}”的公式里是 {plain_text(part.weight)}%。"
                )
                name = next(k for k, n in scheme.scores.items() if n is node)
                yield Remark("L005", ("scores", name, "announced"), what)


def totals(scheme: Scheme) -> Iterator[Remark]:
    """Points and counts against what the regulation announces."""
    for key, group in scheme.items.items():
        points = [i.points for i in group.items]
        if group.total is not None and None not in points:
            made = sum((p for p in points if p is not None), Decimal(0))
            if made != group.total:
                what = f"“{group.title}”各项合计 {plain_text(made)}，宣布的总分是 {plain_text(group.total)}。"
                yield Remark("L002", ("items", key, "total"), what)
        if group.announced is not None and group.announced != len(group.items):
            what = f"“{group.title}”宣布 {group.announced} 项，列出 {len(group.items)} 项。"
            yield Remark("L003", ("items", key, "announced"), what)


def maxima(scheme: Scheme) -> Iterator[Remark]:
    """Scores that the regulation puts out of another maximum than the items make."""
    known = ranges(scheme)
    for name, node in scheme.scores.items():
        said, found = node.announced, known.get(name)
        if said and said.maximum is not None and found and found.high != Fraction(said.maximum):
            what = f"“{node.title}”最多 {plain_text(found.high)} 分，宣布的满分是 {plain_text(said.maximum)}。"
            yield Remark("L004", ("scores", name, "announced"), what)


def bands(scheme: Scheme) -> Iterator[Remark]:
    """Bands nothing falls into, and scores that fall into none."""
    known = ranges(scheme)
    for key, grade in scheme.grades.items():
        found = known.get(grade.of or "")
        if not found or not grade.bands:
            continue
        label, low = list(grade.bands.items())[-1]
        if Fraction(low) > found.low:
            what = (
                f"最低一档“{label}”从 {plain_text(low)} 起，而得分可低到 {plain_text(found.low)}。"
            )
            yield Remark("L010", ("grades", key, "bands", label), what)
        above: Decimal | None = None
        for label, low in grade.bands.items():
            what = ""
            if Fraction(low) > found.high:
                what = f"“{label}”要 {plain_text(low)} 分，而最多 {plain_text(found.high)} 分。"
            elif above is not None and Fraction(above) <= found.low:
                what = f"得分最低也有 {plain_text(found.low)}，总在“{label}”以上。"
            if what:
                yield Remark("L011", ("grades", key, "bands", label), what)
            above = low


def printed_bands(scheme: Scheme) -> Iterator[Remark]:
    """Intervals as the text prints them: holes, overlaps, other bounds than the bands."""
    known = ranges(scheme)
    step = Decimal(1).scaleb(-scheme.decimals)
    for key, grade in scheme.grades.items():
        path: Path = ("grades", key, "announced")
        rows = sorted(grade.announced.items(), key=lambda r: (r[1].low is not None, r[1].low or 0))
        if not rows or grade.gap:
            continue
        for (below, a), (above, b) in pairwise(rows):
            if a.high is None or b.low is None or a.high >= b.low:
                what = f"“{below}”（{a}）与“{above}”（{b}）重叠。"
                yield Remark("L013", (*path, above), what)
            elif b.low - a.high > step:
                what = (
                    f"“{below}”到 {plain_text(a.high)}，“{above}”从 {plain_text(b.low)} 起，"
                    f"{plain_text(a.high + step)} 至 {plain_text(b.low - step)} 没有等次。"
                )
                yield Remark("L012", (*path, above), what)
        found = known.get(grade.of or "")
        (lowest, a), (highest, b) = rows[0], rows[-1]
        if found and a.low is not None and Fraction(a.low) > found.low:
            what = f"“{lowest}”从 {plain_text(a.low)} 起，再低的得分没有等次。"
            yield Remark("L012", (*path, lowest), what)
        if found and b.high is not None and Fraction(b.high) < found.high:
            what = f"“{highest}”到 {plain_text(b.high)} 为止，再高的得分没有等次。"
            yield Remark("L012", (*path, highest), what)
        for label, printed in rows:
            low = grade.bands.get(label)
            if low is not None and printed.low not in (None, low):
                what = f"“{label}”：条文从 {plain_text(printed.low or Decimal(0))} 起，bands 从 {plain_text(low)} 起。"
                yield Remark("L014", (*path, label), what)


def exceptions(scheme: Scheme) -> Iterator[Remark]:
    """Caps and floors that never or always bind; means of one; values that grow too large."""
    known = ranges(scheme)
    for path, node in nodes_of(scheme):
        here = (*path, node.operator)
        if isinstance(node.args, Cap | Floor):
            inner = node_range(scheme, node.args.of, known)
            at = Fraction(node.args.at)
            if inner and isinstance(node.args, Cap):
                if at >= inner.high:
                    what = f"封顶 {plain_text(node.args.at)}，而最多只有 {plain_text(inner.high)}。"
                    yield Remark("L040", here, what)
                elif at <= inner.low:
                    what = f"封顶 {plain_text(node.args.at)}，而最少也有 {plain_text(inner.low)}。"
                    yield Remark("L042", here, what)
            elif inner and at <= inner.low:
                what = f"保底 {plain_text(node.args.at)}，而最少也有 {plain_text(inner.low)}。"
                yield Remark("L041", here, what)
        if isinstance(node.args, Mean | Product | Sum) and len(node.args.of) == 1:
            yield Remark("L043", here, "只有一项。")
        found = node_range(scheme, node, known)
        if found:
            most = max(abs(found.low), abs(found.high)) * 10**scheme.decimals
            if most >= EXACT:
                yield Remark(
                    "L044", here, f"可能达到 {plain_text(max(abs(found.low), found.high))}。"
                )


RULES: tuple[Rule, ...] = (
    weights,
    announced_weights,
    totals,
    maxima,
    bands,
    printed_bands,
    exceptions,
)
