"""What the text says in passing against the figures, and tables that cannot be filled in."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise

from kaohe.scheme.lint.findings import Remark, Rule
from kaohe.scheme.lint.ranges import node_range, plain_text, ranges, takes_entries
from kaohe.scheme.model import BallotInstrument, Scheme, SheetInstrument
from kaohe.scheme.operators import Cap, Floor, Node, Scale, Score, Weighted
from kaohe.scheme.references import nodes_of
from kaohe.scheme.tree import Path


def shares(scheme: Scheme) -> Iterator[Remark]:
    """Shares that clauses announce one by one and that do not make a whole."""
    for path, node in nodes_of(scheme):
        if not isinstance(node.args, Weighted) or node.gap:
            continue
        parts = [_score_of(scheme, p.of) for p in node.args.parts]
        said = [p.announced.weight for p in parts if p.announced and p.announced.weight is not None]
        if len(said) == len(parts) and not any(p.gap for p in parts):
            made = sum(said, Decimal(0))
            if made != node.args.out_of:
                sums = " + ".join(plain_text(w) for w in said)
                what = f"各条宣布的占比 {sums} = {plain_text(made)}，不是 {plain_text(node.args.out_of)}。"
                yield Remark("L006", (*path, "weighted"), what)


def _score_of(scheme: Scheme, node: Node) -> Node:
    """The named score a node stands for, or the node itself."""
    return scheme.scores.get(node.args.name, node) if isinstance(node.args, Score) else node


def two_figures(scheme: Scheme) -> Iterator[Remark]:
    """One clause that two scores cite while they weigh the same part differently."""
    weighted = [
        (path, node, node.args)
        for path, node in nodes_of(scheme)
        if isinstance(node.args, Weighted) and node.cite and not node.gap
    ]
    for (path, one, a), (_, other, b) in combinations(weighted, 2):
        clauses = [c for c in one.cite if c in other.cite]
        known = {p.of.args.name: p.weight for p in b.parts if isinstance(p.of.args, Score)}
        for part in a.parts:
            name = part.of.args.name if isinstance(part.of.args, Score) else ""
            if clauses and known.get(name, part.weight) != part.weight:
                what = (
                    f"“{one.title}”和“{other.title}”都引用 {'、'.join(clauses)}，"
                    f"“{_score_of(scheme, part.of).title}”却一处占 {plain_text(part.weight)}，"
                    f"一处占 {plain_text(known[name])}。"
                )
                yield Remark("L007", (*path, "weighted", name), what)


def weights_and_scales(scheme: Scheme) -> Iterator[Remark]:
    """Parts that weigh nothing; scales from a maximum that is none."""
    known = ranges(scheme)
    for path, node in nodes_of(scheme):
        here = (*path, node.operator)
        if isinstance(node.args, Weighted):
            for part in node.args.parts:
                if part.weight <= 0:
                    title = _score_of(scheme, part.of).title or "其中一项"
                    yield Remark("L009", here, f"“{title}”的权重是 {plain_text(part.weight)}。")
        elif isinstance(node.args, Scale) and not takes_entries(scheme, node.args.of):
            found = node_range(scheme, node.args.of, known)
            if found and found.high != Fraction(node.args.source):
                what = (
                    f"按满分 {plain_text(node.args.source)} 折算，"
                    f"而最多能得 {plain_text(found.high)}。"
                )
                yield Remark("L008", (*here, "source"), what)


def sheets(scheme: Scheme) -> Iterator[Remark]:
    """Items of a sheet without points, or with points that cannot be marked."""
    for instrument in scheme.instruments.values():
        if not isinstance(instrument, SheetInstrument):
            continue
        group = scheme.items[instrument.items]
        for n, item in enumerate(group.items):
            path: Path = ("items", instrument.items, "items", n)
            if item.points is None:
                what = f"“{instrument.title}”要给“{item.title}”打分，却没有分值。"
                yield Remark("L015", path, what)
            elif not item.points and not item.low:
                yield Remark("L016", (*path, "points"), f"“{item.title}”的分值是 0。")
            elif item.points % instrument.step:
                what = (
                    f"“{item.title}”满分 {plain_text(item.points)}，"
                    f"“{instrument.title}”按 {plain_text(instrument.step)} 打分，打不出满分。"
                )
                yield Remark("L017", (*path, "points"), what)


def options(scheme: Scheme) -> Iterator[Remark]:
    """Options of a ballot that do not fall from best to worst."""
    for key, instrument in scheme.instruments.items():
        if isinstance(instrument, BallotInstrument):
            for (better, a), (worse, b) in pairwise(instrument.options.items()):
                if a <= b:
                    what = f"“{better}”折 {plain_text(a)} 分，排在它后面的“{worse}”折 {plain_text(b)} 分。"
                    yield Remark("L018", ("instruments", key, "options", worse), what)


def exceptions(scheme: Scheme) -> Iterator[Remark]:
    """Caps, floors and limits that name no clause."""
    for path, node in nodes_of(scheme):
        if isinstance(node.args, Cap | Floor) and not (node.args.cite or node.cite or node.gap):
            word = "封顶" if isinstance(node.args, Cap) else "保底"
            what = f"{word} {plain_text(node.args.at)} 没有条款。"
            yield Remark("L035", (*path, node.operator), what)
    for key, grade in scheme.grades.items():
        for n, limit in enumerate(grade.limits):
            if not (limit.cite or limit.gap):
                what = f"“{grade.title}”最高为“{limit.at_most}”的限制没有条款。"
                yield Remark("L035", ("grades", key, "limits", n), what)


RULES: tuple[Rule, ...] = (
    shares,
    two_figures,
    weights_and_scales,
    sheets,
    options,
    exceptions,
)
