"""How a figure may have been calculated: exactly or in binary, rounded in this way or that."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

Number = Fraction | float
"""A value on its way: a fraction, or a binary float where that is what is tried."""


class Rounding(NamedTuple):
    """A way of rounding; `decimals` None: those the scheme asks for at that place."""

    mode: str
    """half_up, half_even, half_down, down, up; ``none``: not rounded."""
    decimals: int | None = None


MODE_TEXTS = {
    "none": "没有舍入",
    "down": "舍去了尾数（没有四舍五入）",
    "up": "尾数一律进一",
    "half_even": "按“四舍六入五成双”舍入",
    "half_down": "恰好一半时没有进一（五舍六入）",
    "half_up": "四舍五入",
}


@dataclass(frozen=True, slots=True)
class Habits:
    """A way of calculating a whole sheet."""

    floating: str = ""
    """Empty: exact.  ``first`` or ``last``: binary floats, weights applied before or after adding;
    with ``+`` behind it: rounded by adding a half and cutting; with ``~``: added from the last."""
    roundings: Mapping[str, Rounding] = field(default_factory=dict)
    """Place (`recalculation`) -> rounding that replaces the scheme's."""
    everywhere: Rounding | None = None
    """Replaces the scheme's rounding wherever it rounds."""
    divisors: Mapping[str, str] = field(default_factory=dict)
    """Poll -> what the points are divided by instead of the valid votes (`returned`, …)."""
    pooled: frozenset[str] = frozenset()
    """Polls whose aspects are thrown together instead of averaged."""
    several: Mapping[str, str] = field(default_factory=dict)
    """Sheet -> how several respondents are put together instead."""

    lowered: Mapping[str, Decimal] = field(default_factory=dict)
    """``sheet/item`` -> what is taken off its points again, below 0 if need be."""

    def rounding_at(self, place: str, mode: str, decimals: int | None) -> Rounding:
        """The rounding at a place where the scheme has `mode` and `decimals` (None: none)."""
        here = self.roundings.get(place)
        if here is None and self.everywhere is not None and decimals is not None:
            here = self.everywhere
        if here is None:
            return Rounding("none" if decimals is None else mode, decimals)
        return Rounding(here.mode, decimals if here.decimals is None else here.decimals)


STANDARD = Habits()
FLOATS = ("first", "last", "first+", "last+", "first~", "last~")


def round_number(value: Number, rounding: Rounding, *, floating: str = "") -> Number:
    """Round a value the way that is tried."""
    if rounding.mode == "none" or rounding.decimals is None:
        return value
    if isinstance(value, float):
        return _round_float(value, rounding, floating)
    unit: int = 10**rounding.decimals
    scaled = abs(value) * unit
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest
    if rounding.mode == "up":
        whole += rest > 0
    elif rounding.mode == "half_up":
        whole += twice >= scaled.denominator
    elif rounding.mode == "half_down":
        whole += twice > scaled.denominator
    elif rounding.mode == "half_even":
        whole += twice > scaled.denominator or (twice == scaled.denominator and whole % 2)
    return Fraction(whole if value >= 0 else -whole, unit)


def _round_float(value: float, rounding: Rounding, floating: str) -> float:
    decimals = rounding.decimals or 0
    unit: int = 10**decimals
    if rounding.mode == "down":
        return math.trunc(value * unit) / unit
    if rounding.mode == "up":
        return math.ceil(value * unit) / unit
    if floating.endswith("+"):
        return math.floor(value * unit + 0.5) / unit
    return round(value, decimals)


def shown_value(value: Number | None, decimals: int) -> Decimal | None:
    """A value as it stands on a sheet with that many decimals."""
    if value is None:
        return None
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        # What the float calculation left behind is what was typed or shown.
        return Decimal(f"{value:.{decimals}f}")
    rounded = round_number(value, Rounding("half_up", decimals))
    return fraction_decimal(Fraction(rounded), decimals)


def fraction_decimal(value: Fraction, decimals: int) -> Decimal:
    """A fraction that is a multiple of a unit in the last place, as a decimal."""
    scaled = value * 10**decimals
    return Decimal(scaled.numerator // scaled.denominator).scaleb(-decimals)


def half_up(value: Decimal, decimals: int) -> Decimal:
    """A decimal rounded half up."""
    found = shown_value(Fraction(value), decimals)
    assert found is not None
    return found


def delta(ours: Decimal | None, office: Decimal | None, decimals: int) -> Decimal | None:
    """The office's figure less ours."""
    if ours is None or office is None:
        return None
    return half_up(office, max(decimals, 0)) - half_up(ours, decimals)
