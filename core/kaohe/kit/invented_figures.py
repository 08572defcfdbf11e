"""Made-up figures for the items of a sheet, by what people enter for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.kit.chance import FULL, Chance, part_of

if TYPE_CHECKING:
    from kaohe.scheme.items import Item
    from kaohe.scheme.model import Scheme, SheetInstrument
    from kaohe.scheme.rules import Input


def figures_of(
    scheme: Scheme, sheet: SheetInstrument, item: Item, chance: Chance, middle: int, shape: str
) -> Iterator[tuple[str, Decimal]]:
    """Input and figure for everything entered for one item.

    Args:
        middle: how well this sheet goes, in thousandths.
    """
    inputs = list(item.inputs(decimals=scheme.decimals))
    if item.optional:
        applies_not = inputs.pop()
        if chance.once_in(4 if shape == "wild" else 10):
            yield applies_not.id, Decimal(1)
            return
    before: Decimal | None = None
    for one in inputs:
        value = _figure(one, item, sheet, chance, middle, shape)
        if item.ratio_bracket is not None:
            # The whole comes second and is at least its part.
            before, value = value, value if before is None else max(value, before)
        if one.required or value or chance.once_in(2):
            yield one.id, value


def _figure(
    one: Input, item: Item, sheet: SheetInstrument, chance: Chance, middle: int, shape: str
) -> Decimal:
    well = chance.bell(middle, 120)
    if shape == "wild":
        well = chance.pick([0, FULL, chance.whole(0, FULL), chance.whole(0, FULL)])
    if one.kind == "points":
        return part_of(one.low, one.high, well, step=sheet.step)
    if one.kind == "choice":
        last = int(one.high)
        return Decimal(1 + min(last - 1, (FULL - well) * last // (FULL + 1)))
    if one.kind == "once":
        return Decimal(chance.once_in(2 if shape == "wild" else 6))
    if one.kind == "count":
        return _count(one, item, chance, well, shape)
    step = Decimal(1).scaleb(-one.decimals)
    return part_of(one.low, min(one.high, _reach(item, step)), well, step=step)


def _count(one: Input, item: Item, chance: Chance, well: int, shape: str) -> Decimal:
    row = next((r for r in item.deduct.rows if one.id.endswith(f".{r.id}")), None) if (
        item.deduct
    ) else None  # fmt: skip
    due = row.at_least if row is not None else None
    if due is not None:
        return part_of(Decimal(), min(one.high, due + 2), max(well, 500), step=Decimal(1))
    most = 6 if shape == "wild" else 2 if chance.once_in(4) else 0
    return Decimal(chance.whole(0, min(most, int(one.high))))


def _reach(item: Item, step: Decimal) -> Decimal:
    """A figure a little beyond everything the item's rule looks at."""
    edges = [abs(v) for v in _edges(item.rule)]
    if item.each is not None and item.each.points and item.points:
        edges = [abs(item.points / item.each.points)]
    top = max(edges, default=Decimal(10))
    return max(top + top / 5, step * 10)


def _edges(rule: Any) -> Iterator[Decimal]:
    """Bounds of brackets and full marks, wherever a rule keeps them."""
    for name in ("lowest", "highest"):
        found = getattr(rule, name, None)
        if isinstance(found, Mapping):
            yield from found
    full = getattr(rule, "full_at", None)
    if full is not None:
        yield full
