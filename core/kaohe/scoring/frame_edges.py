"""Which subjects of a frame lie on an edge: the ones worth deriving again."""

from __future__ import annotations

from typing import Any

from kaohe.scoring.expressions import Integer
from kaohe.scoring.frame_columns import column_of, there
from kaohe.scoring.operators.base import Lowered
from kaohe.scoring.plan import Plan
from kaohe.scoring.quantities import Quantity


def wanted_for_edges(plan: Plan) -> list[Integer | None]:
    """The instructions `edge` looks at."""
    wanted: list[Integer | None] = []
    for lowered in plan.named.values():
        wanted += [lowered.exact.number, lowered.exact.divisor]
    for quantity, _ in _limited(plan):
        wanted += [quantity.number, quantity.divisor]
    return wanted


def _limited(plan: Plan) -> list[tuple[Quantity, Any]]:
    """Every quantity under a cap or floor, with the figure it is compared to."""
    found: list[tuple[Quantity, Any]] = []
    seen: set[int] = set()

    def visit(lowered: Lowered) -> None:
        if id(lowered) in seen:
            return
        seen.add(id(lowered))
        if lowered.meaning.key in ("cap", "floor"):
            found.append((lowered.inputs[0].quantity, getattr(lowered.node.args, "at")))  # noqa: B009
        for one in lowered.inputs:
            visit(one)

    for lowered in plan.named.values():
        visit(lowered)
    return found


def edge(nw: Any, plan: Plan) -> Any:
    """True where a half was rounded, or a band, limit or cap is at most one unit away."""
    found = nw.lit(False, dtype=nw.Boolean)
    for lowered in plan.named.values():
        if lowered.decimals is None:
            continue
        unit = 10**lowered.decimals
        exact = lowered.exact
        whole: Any = nw.lit(exact.scale, dtype=nw.Int64)
        if exact.divisor is not None:
            whole = whole * column_of(nw, exact.divisor)
        twice = column_of(nw, exact.number) * (2 * unit)
        below = twice // whole
        on_half = (below * whole == twice) & (below % 2 == 1)
        found = found | (on_half & there(nw, exact.present))
    for lowered, figures in _thresholds(plan):
        if lowered.decimals is None:
            continue
        unit = 10**lowered.decimals
        number = column_of(nw, lowered.quantity.number)
        for figure in figures:
            near = int(figure * unit)
            close = (number >= near - 1) & (number <= near + 1)
            found = found | (close & there(nw, lowered.quantity.present))
    unit = 10**plan.scheme.decimals
    for quantity, at in _limited(plan):
        whole = nw.lit(quantity.scale, dtype=nw.Int64)
        if quantity.divisor is not None:
            whole = whole * column_of(nw, quantity.divisor)
        top = at.as_integer_ratio()
        limit = whole * top[0] // top[1]
        slack = (whole + unit - 1) // unit
        number = column_of(nw, quantity.number)
        found = found | ((number >= limit - slack) & (number <= limit + slack))
    return found


def _thresholds(plan: Plan) -> list[tuple[Lowered, list[Any]]]:
    found: list[tuple[Lowered, list[Any]]] = []
    for grade in plan.grades.values():
        if grade.score is not None:
            found.append((grade.score, list(grade.grade.bands.values())))
        for one in grade.limits:
            when = one.limit.when
            found.append((one.score, [v for v in (when.below, when.at_least) if v is not None]))
    return found
