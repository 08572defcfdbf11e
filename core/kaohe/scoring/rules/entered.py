"""What the figures entered for an item are worth, without a plan around it.

The rule is lowered to the same integer instructions with the entered figures as constants, so that
a form or a check shows to the last digit what the result will show.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from kaohe.scoring import quantities
from kaohe.scoring.expressions import Block, Program
from kaohe.scoring.quantities import Quantity
from kaohe.scoring.rules import RULE_MEANINGS

if TYPE_CHECKING:
    from kaohe.scheme.model import Item

_OPERATIONS: dict[str, Callable[..., int]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.floordiv,
    "min": min,
    "max": max,
    "less": lambda a, b: int(a < b),
    "select": lambda flag, then, otherwise: then if flag else otherwise,
}


@dataclass(slots=True)
class _Entered:
    """The figures of one sheet as constants of a plan (`scoring.rules.ItemInputs`)."""

    marks: Mapping[str, Decimal]
    unit: int
    block: Block = field(default_factory=lambda: Program().subject)

    def figure(self, name: str) -> Quantity:
        """The figure entered for an input; 0 if there is none."""
        value = Fraction(self.marks.get(name, Decimal(0)))
        number = self.block.const(int(value * self.unit))
        return Quantity(number, self.unit, value, value)

    def values(self) -> list[int]:
        """Run the plan."""
        out: list[int] = []
        for op, args, data in self.block.code:
            if op == "const":
                assert isinstance(data, int)
                out.append(data)
            else:
                out.append(_OPERATIONS[op](*(out[a] for a in args)))
        return out


def points_of_item(
    item: Item, marks: Mapping[str, Decimal], *, decimals: int, rounding: str
) -> Decimal | None:
    """The points of an item as the result will show them; None if its figures give none.

    Args:
        marks: input id -> figure; every required input of the item is there.
    """
    if not item.rule_key:
        return marks.get(item.id)
    places = max((-int(v.as_tuple().exponent) for v in marks.values()), default=0)
    entered = _Entered(marks, 10 ** max(decimals, places))
    exact = RULE_MEANINGS[item.rule_key].lower(item, entered)
    shown = quantities.rounded(exact, decimals, rounding)
    values = entered.values()
    if shown.present is not None and not values[shown.present.index]:
        return None
    return Decimal(values[shown.number.index]).scaleb(-decimals)
