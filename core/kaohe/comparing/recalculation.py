"""Calculating a subject's scores once more, with something changed.

The plan stays the only authority on what is right (`kaohe.scoring`).  This walks the same scheme
with figures put in from outside, other roundings, binary floats; where it does not reproduce the
plan under the scheme's own rules, the plan's figure is taken and nothing inside it is varied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from kaohe.comparing.arithmetic import STANDARD, Habits, Number, round_number, shown_value
from kaohe.comparing.leaves import UNSUPPORTED, read_leaf
from kaohe.comparing.subject_facts import SubjectFacts
from kaohe.comparing.tree import child_place, score_inputs

if TYPE_CHECKING:
    from kaohe.comparing.opaque import OpaqueValues
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Node

Pins = Mapping[str, Fraction]
"""Score -> the figure to calculate on with."""


@dataclass(slots=True)
class Recalculation:
    """One subject under one set of assumptions."""

    scheme: Scheme
    facts: SubjectFacts
    opaque: OpaqueValues
    habits: Habits = STANDARD
    pins: Pins = field(default_factory=dict)
    _known: dict[str, Number | None] = field(default_factory=dict)

    def number(self, value: Decimal | Fraction | int) -> Number:
        """A figure in the arithmetic that is tried."""
        return float(value) if self.habits.floating else Fraction(value)

    def named(self, name: str) -> Number | None:
        """A named score, rounded as its node says."""
        if name in self.pins:
            return self.number(self.pins[name])
        if name not in self._known:
            self._known[name] = self._named(name)
        return self._known[name]

    def _named(self, name: str) -> Number | None:
        if name in self.opaque.scores:
            fixed = self.opaque.score(self.facts.subject.id, name)
            return None if fixed is None else self.number(fixed)
        node = self.scheme.scores[name]
        return self._rounded(node, name, self.exact(node, name), is_named=True)

    def exact(self, node: Node, place: str) -> Number | None:
        """The value of a node before rounding."""
        found = read_leaf(node, place, self)
        if found is not UNSUPPORTED:
            return cast("Number | None", found)
        calculate = getattr(self, f"_do_{node.operator}", None)
        if calculate is None:
            value = self.opaque.leaf(self.scheme, node, self.facts)
            return None if value is None else self.number(value)
        return calculate(node.args, place)  # type: ignore[no-any-return]

    def decimals_of(self, node: Node, *, is_named: bool) -> int | None:
        """Decimals a node is rounded to; None: it is not."""
        if node.decimals is not None:
            return node.decimals
        is_shown = is_named if node.shown is None else node.shown
        return self.scheme.decimals if is_shown else None

    def mode_of(self, node: Node) -> str:
        """How a node is rounded."""
        return node.rounding or self.scheme.rounding

    def round_at(self, value: Number, place: str, mode: str, decimals: int | None) -> Number:
        """A value rounded as the habits say for a place."""
        rounding = self.habits.rounding_at(place, mode, decimals)
        return round_number(value, rounding, floating=self.habits.floating)

    def _rounded(
        self, node: Node, place: str, value: Number | None, *, is_named: bool
    ) -> Number | None:
        if value is None or not self._exists(node):
            return None
        decimals = self.decimals_of(node, is_named=is_named)
        return self.round_at(value, place, self.mode_of(node), decimals)

    def _exists(self, node: Node) -> bool:
        """Whether a score is about subjects of this kind, where several are assessed."""
        kinds = self.scheme.subjects
        kind = kinds.get(node.subject or "")
        if kind is None or not kind.classes or sum(bool(k.classes) for k in kinds.values()) < 2:
            return True
        return self.facts.subject.group in kind.classes

    def child(self, node: Node, place: str) -> Number | None:
        """The value a parent sees of one of its inputs."""
        if node.operator == "score":
            return self.named(node.args.name)  # type: ignore[attr-defined]
        return self._rounded(node, place, self.exact(node, place), is_named=False)

    def _children(self, args: Any, place: str) -> list[tuple[Number | None, str]]:
        """(value, what happens if it is missing) of all inputs."""
        out = []
        for index, node in enumerate(args.nodes()):
            value = self.child(node, child_place(place, node, index))
            policy = node.missing
            if node.operator == "score" and policy == "stop":
                policy = self.scheme.scores[node.args.name].missing
            if policy == "reweight" and not self.facts.is_ruled(score_inputs(node)):
                policy = "stop"
            out.append((value, policy))
        return out

    def _several(self, args: Any, place: str) -> list[Number] | None:
        found = self._children(args, place)
        if any(value is None and policy == "stop" for value, policy in found):
            return None
        return [value for value, _ in found if value is not None] or None

    def _do_number(self, args: Any, place: str) -> Number | None:
        return self.number(args.value)

    def _do_score(self, args: Any, place: str) -> Number | None:
        return self.named(args.name)

    def _do_sum(self, args: Any, place: str) -> Number | None:
        values = self._several(args, place)
        return None if values is None else sum(values[1:], values[0])

    def _do_mean(self, args: Any, place: str) -> Number | None:
        values = self._several(args, place)
        return None if values is None else sum(values[1:], values[0]) / len(values)

    def _do_highest(self, args: Any, place: str) -> Number | None:
        values = self._several(args, place)
        return None if values is None else max(values)

    def _do_lowest(self, args: Any, place: str) -> Number | None:
        values = self._several(args, place)
        return None if values is None else min(values)

    def _do_first(self, args: Any, place: str) -> Number | None:
        found = (self.child(one, child_place(place, one, n)) for n, one in enumerate(args.of))
        return next((value for value in found if value is not None), None)

    def _do_median(self, args: Any, place: str) -> Number | None:
        values = self._several(args, place)
        return None if values is None else _mean(middle_of(values))

    def _do_trimmed(self, args: Any, place: str) -> Number | None:
        values = self._several(args, place)
        if values is None:
            return None
        enough = len(values) > 2 * args.drop
        return _mean(sorted(values)[args.drop : len(values) - args.drop] if enough else values)

    def _do_best(self, args: Any, place: str) -> Number | None:
        values = self._several(args, place)
        return None if values is None else _mean(sorted(values, reverse=True)[: args.take])

    def _do_product(self, args: Any, place: str) -> Number | None:
        found = self._children(args, place)
        if self._several(args, place) is None:
            return None
        made = self.number(1)
        for index, (value, _) in enumerate(found):
            if value is not None:
                made = made * value / self.number(args.out_of if index else 1)
        return made

    def _do_ratio(self, args: Any, place: str) -> Number | None:
        values = self._several(args, place)
        if values is None or len(values) < 2 or values[1] <= 0:
            return None
        return min(values[0] / values[1] * self.number(args.times), self.number(args.most))

    def _do_interpolate(self, args: Any, place: str) -> Number | None:
        value = self.child(args.of, child_place(place, args.of, 0))
        if value is None:
            return None
        points = sorted((self.number(k), self.number(v)) for k, v in args.anchors.items())
        if value <= points[0][0]:
            return points[0][1]
        for (x1, y1), (x2, y2) in pairwise(points):
            if value <= x2:
                return y1 + (value - x1) * (y2 - y1) / (x2 - x1)
        return points[-1][1]

    def _do_difference(self, args: Any, place: str) -> Number | None:
        values = self._several(args, place)
        return None if values is None or len(values) < 2 else values[0] - values[1]

    def _do_weighted(self, args: Any, place: str) -> Number | None:
        values = self._children(args, place)
        used = whole = Fraction()
        products: list[Number] = []
        # An office divides the weights or the sum by 100; binary floats show the difference.
        before = Fraction(args.out_of) if self.habits.floating.startswith("first") else Fraction(1)
        for (value, policy), part in zip(values, args.parts, strict=True):
            weight = Fraction(part.weight)
            whole += weight
            if value is None:
                if policy == "stop":
                    return None
                continue
            used += weight
            products.append(self._product(value, weight, before, Fraction(args.out_of), place))
        if not products or not used:
            return None
        if self.habits.floating.endswith("~"):
            products.reverse()
        total = sum(products[1:], products[0])
        if used != whole:
            total = total * self.number(whole / used)
        rest = Fraction(args.out_of) / before
        return total if f"{place}.products" in self.habits.roundings else total / self.number(rest)

    def _product(
        self, value: Number, weight: Fraction, before: Fraction, out_of: Fraction, place: str
    ) -> Number:
        if f"{place}.products" in self.habits.roundings:
            part = value * self.number(weight / out_of)
            return self.round_at(part, f"{place}.products", "half_up", self.scheme.decimals)
        return value * self.number(weight / before)

    def _do_cap(self, args: Any, place: str) -> Number | None:
        value = self.child(args.of, child_place(place, args.of, 0))
        return None if value is None else min(value, self.number(args.at))

    def _do_floor(self, args: Any, place: str) -> Number | None:
        value = self.child(args.of, child_place(place, args.of, 0))
        return None if value is None else max(value, self.number(args.at))

    def _do_scale(self, args: Any, place: str) -> Number | None:
        value = self.child(args.of, child_place(place, args.of, 0))
        if value is None:
            return None
        return value * self.number(args.target) / self.number(args.source)

    def _do_pro_rata(self, args: Any, place: str) -> Number | None:
        value = self.child(args.of, child_place(place, args.of, 0))
        if value is None:
            return None
        points = self.number(args.points)
        return max(min(value / self.number(args.full_at) * points, points), self.number(0))

    def _do_bracket(self, args: Any, place: str) -> Number | None:
        value = self.child(args.of, child_place(place, args.of, 0))
        if value is None:
            return None
        for edge, points in sorted(args.lowest.items(), reverse=True):
            if value >= self.number(edge):
                return self.number(points)
        for edge, points in sorted(args.highest.items()):
            if value <= self.number(edge):
                return self.number(points)
        return self.number(args.otherwise)

    def _do_by_class(self, args: Any, place: str) -> Number | None:
        for index, (group, node) in enumerate(args.of.items()):
            if group == self.facts.subject.group:
                return self.child(node, child_place(place, node, index))
        return None

    def _do_when(self, args: Any, place: str) -> Number | None:
        if args.score is None:
            tried: Number | None = self.number(self.facts.count_of(args.entries))
        else:
            tried = self.child(args.score, child_place(place, args.score, 0))
        if tried is None:
            return None
        below = args.below is None or tried < self.number(args.below)
        above = args.at_least is None or tried >= self.number(args.at_least)
        first = 0 if args.score is None else 1
        if below and above:
            return self.child(args.then, child_place(place, args.then, first))
        return self.child(args.otherwise, child_place(place, args.otherwise, first + 1))


def middle_of(values: list[Number]) -> list[Number]:
    """The one or two values in the middle."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]


def _mean(values: list[Number]) -> Number:
    return sum(values[1:], values[0]) / len(values)


def as_decimal(value: Number | None, decimals: int) -> Decimal | None:
    """A value as a sheet with that many decimals shows it."""
    return shown_value(value, decimals)
