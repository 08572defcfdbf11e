"""Points by where a score lies: brackets, pro rata, straight lines between anchors."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, cast

from kaohe.scoring import quantities as q
from kaohe.scoring.operators.base import Drawn, Lowered, Lowering, Meaning, Told, View
from kaohe.scoring.operators.comparing import absence
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.rules.base import step_table, table_pairs, table_row
from kaohe.scoring.rules.measured import table_words
from kaohe.scoring.wording import factor, plain, term

if TYPE_CHECKING:
    from kaohe.scheme.operators import Band, Interpolate, Node, ProRata


class BandMeaning(Meaning):
    """Points by where a score lies."""

    key: ClassVar[str] = "bracket"
    heading: ClassVar[str] = "按档得分"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("Band", node.args)
        child = build.child(args.of, f"{path}.{args.of.operator}")
        rows = table_pairs(args.lowest or args.highest)
        exact = step_table(
            child.quantity, rows, Fraction(args.otherwise), from_top=bool(args.lowest)
        )
        return Drawn(exact, (child,))

    def explain(self, lowered: Lowered, view: View) -> Told:
        if told := absence(lowered, view):
            return told
        args = cast("Band", lowered.node.args)
        (child,) = lowered.inputs
        rows, from_top = args.lowest or args.highest, bool(args.lowest)
        found = table_row(view.fraction(child.quantity), rows, from_top=from_top)
        points = args.otherwise if found is None else found[1]
        place = "不在各档之内"
        if found is not None:
            place = f"{'达到' if from_top else '不超过'} {plain(found[0])}"
        words = table_words(rows, args.otherwise, from_top=from_top)
        sentence = f"{child.title} {view.operand(child)}，{place} → {plain(points)}（{words}）"
        return Told(sentence, plain(points), (view.step(child),))


class ProRataMeaning(Meaning):
    """So many points for a full figure, fewer in proportion."""

    key: ClassVar[str] = "pro_rata"
    heading: ClassVar[str] = "按比例得分"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("ProRata", node.args)
        child = build.child(args.of, f"{path}.{args.of.operator}")
        points = Fraction(args.points)
        share = q.times(child.quantity, points / Fraction(args.full_at))
        top = q.constant(share.number, points)
        exact = q.extreme([share, top], highest=False)
        if child.quantity.low < 0:
            exact = q.extreme([exact, q.constant(share.number, Fraction())], highest=True)
        low, high = max(exact.low, Fraction()), min(exact.high, points)
        return Drawn(replace(exact, low=low, high=high, present=share.present), (child,))

    def explain(self, lowered: Lowered, view: View) -> Told:
        if told := absence(lowered, view):
            return told
        args = cast("ProRata", lowered.node.args)
        (child,) = lowered.inputs
        value, full, points = view.fraction(child.quantity), plain(args.full_at), plain(args.points)
        head = f"{child.title} 达到 {full} 得 {points} 分，不足按比例"
        if value >= Fraction(args.full_at):
            return Told(f"{head}：已达到，得满分", points, (view.step(child),))
        if value < 0:
            return Told(f"{head}：小于 0，计 0", "0", (view.step(child),))
        formula = f"{factor(view.operand(child))} ÷ {full} × {points}"
        return Told(head, formula, (view.step(child),))


class InterpolateMeaning(Meaning):
    """Straight lines between anchors."""

    key: ClassVar[str] = "interpolate"
    heading: ClassVar[str] = "插值得分"

    def lower(self, node: Node, path: str, build: Lowering) -> Drawn:
        args = cast("Interpolate", node.args)
        child = build.child(args.of, f"{path}.{args.of.operator}")
        anchors = _anchors(args)
        low, high = min(y for _, y in anchors), max(y for _, y in anchors)
        value = replace(child.quantity, present=None)
        exact = q.constant(value.number, anchors[-1][1])
        for (x0, y0), (x1, y1) in reversed(list(pairwise(anchors))):
            slope = (y1 - y0) / (x1 - x0)
            offset = q.constant(value.number, y0 - x0 * slope)
            line = q.total([q.times(value, slope), offset]) if slope else offset
            exact = q.either(q.less(value, q.constant(value.number, x1)), line, exact)
        first = q.constant(value.number, anchors[0][1])
        below = q.less(value, q.constant(value.number, anchors[0][0]))
        exact = q.either(below, first, exact)
        found = Quantity(
            exact.number, exact.scale, low, high, exact.divisor, child.quantity.present
        )
        return Drawn(found, (child,))

    def explain(self, lowered: Lowered, view: View) -> Told:
        if told := absence(lowered, view):
            return told
        args = cast("Interpolate", lowered.node.args)
        (child,) = lowered.inputs
        anchors = _anchors(args)
        value, step = view.fraction(child.quantity), (view.step(child),)
        words = "，".join(f"{plain(x)} → {plain(y)}" for x, y in anchors)
        if value <= anchors[0][0] or value >= anchors[-1][0]:
            edge = anchors[0] if value <= anchors[0][0] else anchors[-1]
            return Told(f"在两端之外，取 {plain(edge[1])}（{words}）", plain(edge[1]), step)
        n = max(place for place, (x, _) in enumerate(anchors) if x <= value)
        (x0, y0), (x1, y1) = anchors[n], anchors[n + 1]
        formula = (
            f"{plain(y0)} + ({term(view.operand(child))} − {term(plain(x0))}) × "
            f"({plain(y1)} − {plain(y0)}) ÷ ({term(plain(x1))} − {term(plain(x0))})"
        )
        return Told(f"在 {plain(x0)} 与 {plain(x1)} 之间按直线计算（{words}）", formula, step)


def _anchors(args: Interpolate) -> list[tuple[Fraction, Fraction]]:
    pairs: list[tuple[Decimal, Decimal]] = sorted(args.anchors.items())
    return [(Fraction(x), Fraction(y)) for x, y in pairs]
