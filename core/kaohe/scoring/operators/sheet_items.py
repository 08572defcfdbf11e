"""Sheets item by item: each item's points inside the block of one respondent's sheet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, cast

from kaohe.scoring import quantities as q
from kaohe.scoring.expressions import Block, Integer
from kaohe.scoring.facts import TOTAL
from kaohe.scoring.levels import Leaf, Level, Match
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.rules import RULE_MEANINGS

if TYPE_CHECKING:
    from kaohe.scheme.model import Item, ItemGroup, SheetInstrument
    from kaohe.scoring.operators.base import Lowering


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One item of a sheet in the plan."""

    item: Item
    points: Integer
    """Rounded to the scheme's decimals; 0 where it does not apply."""
    exact: Quantity
    """Before rounding, as if it applied."""
    ready: Integer
    """1 where its inputs are there and give points, or it does not apply."""
    absent: Integer | None
    """1 where it is marked 不适用; None: it cannot be."""
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """All sheets of an instrument in the plan: integers of one sheet's block."""

    name: str
    level: str
    block: Block
    value: Integer
    """The sheet's total, scaled by the scheme's unit."""
    complete: Integer
    filled: Integer
    """1 where all items are there: a typed total does not help."""
    has_total: Integer
    low: Fraction
    """Least and most of the total; below 0 where an item's table goes below."""
    high: Fraction
    rounding: str
    items: tuple[SheetItem, ...] = ()
    """Empty if the sheet is only looked at as a whole."""

    def possible(self, unit: int) -> Integer:
        """The maximum of the items that apply, scaled by `unit`."""
        whole = self.block.const(0)
        for one in self.items:
            points = int((one.item.points or Decimal()) * unit)
            whole = whole + (points if one.absent is None else one.absent.choose(0, points))
        full = sum(int((one.item.points or Decimal()) * unit) for one in self.items)
        return self.has_total.choose(full, whole)


def full_marks(group: ItemGroup) -> Decimal:
    """The most a sheet over a group of items can reach."""
    return sum((item.points or Decimal() for item in group.items), Decimal())


def is_plain(group: ItemGroup) -> bool:
    """Whether all items are marked directly and none may be left out."""
    return not any(item.rule_key or item.optional for item in group.items)


def lower_sheet(name: str, build: Lowering, *, rounding: str, itemised: bool = False) -> SheetPlan:
    """The sheets of an instrument, item by item only where that is needed.

    Args:
        rounding: how items' points are rounded.
        itemised: whether `items` are wanted even if all are marked directly.
    """
    instrument = cast("SheetInstrument", build.scheme.instruments[name])
    group = build.scheme.items[instrument.items]
    if itemised or not is_plain(group):
        return _Itemised(name, instrument.items, build, rounding).lower()
    unit = 10**build.scheme.decimals
    items = len(group.items)
    top = int(full_marks(group) * unit)
    own = Match("item", (TOTAL,), inside=False)
    level = Level(
        f"sheet:{name}", "marks", (name,),
        (
            Leaf("marks", 0, top, where=own),
            Leaf("marked", 0, items, measured=False, where=own),
            *_total_leaves(0, top),
        ),
        key="respondent", decimals=build.scheme.decimals,
    )  # fmt: skip
    block = build.program.gather(level)
    has_total = block.leaf(level, "totals")
    value = has_total.choose(block.leaf(level, "typed"), block.leaf(level, "marks"))
    filled = block.const(items - 1).below(block.leaf(level, "marked"))
    complete = filled.larger(has_total)
    zero, high = Fraction(), Fraction(top, unit)
    return SheetPlan(
        name, level.name, block, value, complete, filled, has_total, zero, high, rounding
    )


def _total_leaves(low: int, top: int) -> tuple[Leaf, Leaf]:
    overall = Match("item", (TOTAL,))
    return Leaf("typed", low, top, where=overall), Leaf("totals", 0, 1, False, overall)


class _Itemised:
    """Lowers a sheet with a leaf for every input (`rules.base.ItemInputs`)."""

    def __init__(self, name: str, group: str, build: Lowering, rounding: str) -> None:
        self.name, self.key, self.build, self.rounding = name, group, build, rounding
        self.group = build.scheme.items[group]
        self.decimals = build.scheme.decimals
        self.unit = 10**self.decimals
        self.inputs = {i.id: i.inputs(decimals=self.decimals) for i in self.group.items}
        firm = [i for i in self.group.items if not i.optional]
        self.required = tuple(x.id for i in firm for x in self.inputs[i.id] if x.required)
        self.level = self._level()
        self.block = build.program.gather(self.level)

    def _level(self) -> Level:
        leaves = [
            Leaf(f"in:{one.id}", *self._ends(one.low, one.high), where=Match("item", (one.id,)))
            for found in self.inputs.values()
            for one in found
        ]
        if self.required:
            here = Match("item", self.required)
            leaves.append(Leaf("marked", 0, len(self.required), False, here))
        for item in self.group.items:
            wanted = self._wanted(item)
            if item.optional and wanted:
                leaves.append(Leaf(f"n:{item.id}", 0, len(wanted), False, Match("item", wanted)))
        leaves += _total_leaves(*self._ends(self.group.low, full_marks(self.group)))
        return Level(
            f"sheet:{self.name}:items", "marks", (self.name,), tuple(leaves),
            key="respondent", decimals=self.decimals,
        )  # fmt: skip

    def _ends(self, low: Decimal, high: Decimal) -> tuple[int, int]:
        """Bounds of a sum that is 0 where nothing was entered, scaled."""
        return min(floor(low * self.unit), 0), max(int(high * self.unit), 0)

    def _wanted(self, item: Item) -> tuple[str, ...]:
        return tuple(x.id for x in self.inputs[item.id] if x.required)

    def figure(self, name: str) -> Quantity:
        """The figure entered for an input."""
        leaf = self.block.leaf(self.level, f"in:{name}")
        low, high = Fraction(leaf.low, self.unit), Fraction(leaf.high, self.unit)
        return Quantity(leaf, self.unit, low, high)

    def lower(self) -> SheetPlan:
        block, level = self.block, self.level
        items = tuple(self._item(place, item) for place, item in enumerate(self.group.items))
        total = block.const(0)
        complete = block.const(1)
        if self.required:
            marked = block.leaf(level, "marked")
            complete = block.const(len(self.required) - 1).below(marked)
        for one in items:
            total = total + one.points
            if one.ready.constant is None:
                complete = complete * one.ready
        has_total = block.leaf(level, "totals")
        value = has_total.choose(block.leaf(level, "typed"), total)
        low = Fraction(min(value.low, 0), self.unit)
        high = max(
            sum((one.exact.high for one in items), Fraction()), Fraction(full_marks(self.group))
        )
        return SheetPlan(
            self.name, level.name, block, value, complete.larger(has_total), complete, has_total,
            low, high, self.rounding, items,
        )  # fmt: skip

    def _item(self, place: int, item: Item) -> SheetItem:
        self.build.program.cite = item.cite or self.build.program.cite
        exact = RULE_MEANINGS[item.rule_key].lower(item, self)
        shown = q.rounded(exact, self.decimals, self.rounding)
        points, ready = shown.number, self._ready(item)
        if exact.present is not None:
            ready = exact.present if ready.constant else ready * exact.present
        absent: Integer | None = None
        if item.optional:
            absent = self.block.const(0).below(self.figure(f"{item.id}.na").number)
            points = absent.choose(0, points)
            ready = ready if ready.constant else absent.larger(ready)
        parameters = self.build.bound_from(f"items.{self.key}.items.{place}")
        return SheetItem(item, points, exact, ready, absent, parameters)

    def _ready(self, item: Item) -> Integer:
        """1 where what an optional item asks for is there; the rest is counted together."""
        wanted = self._wanted(item)
        if not (item.optional and wanted):
            return self.block.const(1)
        count = self.block.leaf(self.level, f"n:{item.id}")
        return self.block.const(len(wanted) - 1).below(count)
