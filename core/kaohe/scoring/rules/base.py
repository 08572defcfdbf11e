"""What a rule has to say about itself: how figures become points, in integers and in words.

A rule is lowered inside the block of one sheet: its inputs are leaves of that block.  Explaining
starts from the figures as they were entered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, ClassVar, Protocol

from kaohe.scoring import quantities as q
from kaohe.scoring.derivation import FactLine
from kaohe.scoring.expressions import Block, Integer
from kaohe.scoring.quantities import Quantity

if TYPE_CHECKING:
    from kaohe.scheme.model import Item

Given = Mapping[str, Decimal]
"""Input -> figure, as entered; counts and ticks nobody entered are not in it."""


class ItemInputs(Protocol):
    """What a rule may use while lowering."""

    @property
    def block(self) -> Block:
        """The block of the sheet."""
        ...

    @property
    def unit(self) -> int:
        """What entered figures are scaled by."""
        ...

    def figure(self, name: str) -> Quantity:
        """The figure entered for an input; 0 if there is none."""
        ...


@dataclass(slots=True)
class RuleTold:
    """One item's points in words."""

    sentence: str = ""
    formula: str = ""
    facts: tuple[FactLine, ...] = ()
    applied: tuple[str, ...] = ()
    not_applied: tuple[str, ...] = ()
    missing: str = ""


class RuleMeaning:
    """Base of all rules; `key` is the word in YAML."""

    key: ClassVar[str]

    def lower(self, item: Item, inputs: ItemInputs) -> Quantity:
        """The item's points, exact; `present` only where the inputs may give none."""
        raise NotImplementedError

    def explain(self, item: Item, given: Given) -> RuleTold:
        """Say how the figures became points."""
        raise NotImplementedError


def top(item: Item) -> Decimal:
    """The item's maximum."""
    return item.points or Decimal()


def step_table(
    value: Quantity,
    rows: list[tuple[Fraction, Fraction]],
    otherwise: Fraction,
    *,
    from_top: bool,
) -> Quantity:
    """Points by where a value lies.

    Args:
        rows: (bound, points); with `from_top` the bound is the lowest value of the row, else the
            highest.
        otherwise: points of every value in no row.
    """
    block = value.number.block
    points = [otherwise, *(p for _, p in rows)]
    scale = lcm(*(p.denominator for p in points))
    number = block.const(int(otherwise * scale))
    for bound, each in sorted(rows, reverse=not from_top):
        edge = q.constant(value.number, bound)
        inside = q.less(edge, value) if not from_top else q.less(value, edge)
        number = inside.negated().choose(int(each * scale), number)
    return Quantity(number, scale, min(points), max(points), present=value.present)


def table_row(
    value: Fraction, rows: Mapping[Decimal, Decimal], *, from_top: bool
) -> tuple[Decimal, Decimal] | None:
    """The row of a table a value falls into."""
    for bound, points in sorted(rows.items(), reverse=from_top):
        if value >= bound if from_top else value <= bound:
            return bound, points
    return None


def table_pairs(rows: Mapping[Decimal, Decimal]) -> list[tuple[Fraction, Fraction]]:
    """A table as exact pairs."""
    return [(Fraction(a), Fraction(b)) for a, b in rows.items()]


def flag(inputs: ItemInputs, name: str) -> Integer:
    """1 where a tick is set."""
    return inputs.block.const(0).below(inputs.figure(name).number)
