"""Exact quantities: integer numerator, denominator, presence, and the value's own bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm

from kaohe.scoring.expressions import Integer


@dataclass(frozen=True, slots=True)
class Quantity:
    """The number ``number ÷ (scale × divisor)``, if `present`.

    `low` and `high` bound the value itself; they are tighter than what interval arithmetic finds
    for a mean, whose numerator and divisor grow together.
    """

    number: Integer
    scale: int
    low: Fraction
    high: Fraction
    divisor: Integer | None = None
    present: Integer | None = None
    """None: always there."""

    def where(self, present: Integer | None) -> Quantity:
        """The same, there only if `present` is 1 too."""
        return replace(self, present=both(self.present, present))


def both(a: Integer | None, b: Integer | None) -> Integer | None:
    """Logical and of two presences."""
    if a is None or b is None or a.same(b):
        return b if a is None else a
    return a * b


def constant(like: Integer, value: Fraction) -> Quantity:
    """A fixed figure at the level of `like`."""
    return Quantity(like.block.const(value.numerator), value.denominator, value, value)


def common_scale(values: Sequence[Fraction]) -> int:
    """The smallest scale at which all figures are whole."""
    return lcm(*(v.denominator for v in values))


def either(flag: Integer, then: Quantity, otherwise: Quantity) -> Quantity:
    """`then` where the flag is 1, else `otherwise`; divisors are chosen, not multiplied."""
    scale = lcm(then.scale, otherwise.scale)
    block = flag.block

    def scaled(part: Quantity) -> Integer:
        return part.number * (scale // part.scale)

    number = flag.choose(scaled(then), scaled(otherwise))
    divisor: Integer | None = None
    if then.divisor is not None or otherwise.divisor is not None:
        divisor = flag.choose(then.divisor or 1, otherwise.divisor or 1)
    present: Integer | None = None
    if then.present is not None or otherwise.present is not None:
        one = block.const(1)
        present = flag.choose(then.present or one, otherwise.present or one)
    low, high = min(then.low, otherwise.low), max(then.high, otherwise.high)
    return Quantity(number, scale, low, high, divisor, present)


def common(parts: Sequence[Quantity]) -> tuple[list[Integer], int, Integer | None]:
    """Numerators of all parts over one scale and one divisor."""
    scale = lcm(*(p.scale for p in parts))
    divisors: list[Integer] = []
    for part in parts:
        d = part.divisor
        if d is not None and not any(d.same(other) for other in divisors):
            divisors.append(d)
    numbers = []
    for part in parts:
        number = part.number * (scale // part.scale)
        for d in divisors:
            if part.divisor is None or not d.same(part.divisor):
                number = number * d
        numbers.append(number)
    divisor = None
    for d in divisors:
        divisor = d if divisor is None else divisor * d
    return numbers, scale, divisor


def presence(parts: Sequence[Quantity]) -> Integer | None:
    """Present only if all parts are."""
    found: Integer | None = None
    for part in parts:
        found = both(found, part.present)
    return found


def total(parts: Sequence[Quantity]) -> Quantity:
    """The sum of the parts."""
    numbers, scale, divisor = common(parts)
    number = numbers[0]
    for other in numbers[1:]:
        number = number + other
    low, high = sum((p.low for p in parts), Fraction()), sum((p.high for p in parts), Fraction())
    return Quantity(number, scale, low, high, divisor, presence(parts))


def times(part: Quantity, factor: Fraction) -> Quantity:
    """The part times a fixed factor."""
    reduced = gcd(factor.numerator, part.scale) or 1
    ends = sorted((part.low * factor, part.high * factor))
    return replace(
        part,
        number=part.number * (factor.numerator // reduced),
        scale=part.scale // reduced * factor.denominator,
        low=ends[0],
        high=ends[1],
    )


def product(parts: Sequence[Quantity]) -> Quantity:
    """The product of the parts."""
    made = parts[0]
    for other in parts[1:]:
        corners = [a * b for a in (made.low, made.high) for b in (other.low, other.high)]
        divisor = made.divisor or other.divisor
        if made.divisor is not None and other.divisor is not None:
            divisor = made.divisor * other.divisor
        made = Quantity(
            made.number * other.number, made.scale * other.scale, min(corners), max(corners),
            divisor, both(made.present, other.present),
        )  # fmt: skip
    return made


def divided(part: Quantity, divisor: Integer, low: Fraction, high: Fraction) -> Quantity:
    """The part divided by an integer that is at least 1; the caller knows the value's bounds."""
    if divisor.constant is not None:
        return replace(part, scale=part.scale * divisor.constant, low=low, high=high)
    whole = divisor if part.divisor is None else part.divisor * divisor
    return replace(part, divisor=whole, low=low, high=high)


def extreme(parts: Sequence[Quantity], *, highest: bool) -> Quantity:
    """The highest or lowest of the parts."""
    numbers, scale, divisor = common(parts)
    number = numbers[0]
    for other in numbers[1:]:
        number = number.larger(other) if highest else number.smaller(other)
    pick = max if highest else min
    return Quantity(
        number, scale, pick(p.low for p in parts), pick(p.high for p in parts), divisor,
        presence(parts),
    )  # fmt: skip


def less(a: Quantity, b: Quantity) -> Integer:
    """1 where a < b."""
    (x, y), _, _ = common((a, b))
    return x.below(y)


def rounded(part: Quantity, decimals: int, mode: str) -> Quantity:
    """The value rounded to `decimals` (half_up, down, up; away from or towards zero)."""
    unit = 10**decimals
    shared = gcd(unit, part.scale)
    number = part.number * (unit // shared)
    block = number.block
    whole = block.const(part.scale // shared)
    if part.divisor is not None:
        whole = part.divisor * whole
    low, high = (round_fraction(v, decimals, mode) for v in (part.low, part.high))
    if whole.constant == 1:
        out = number
    elif part.low >= 0:
        out = _divide(number, whole, mode)
    else:  # halves go away from zero: split by sign, divide what is not negative
        zero = block.const(0)
        out = _divide(number.larger(0), whole, mode) - _divide(
            (zero - number).larger(0), whole, mode
        )
    ends = int(low * unit), int(high * unit)
    if part.present is not None:  # what is absent is computed too, from zeros
        ends = min(ends[0], 0), max(ends[1], 0)
    return Quantity(out.known(*ends), unit, low, high, None, part.present)


def _divide(number: Integer, whole: Integer, mode: str) -> Integer:
    if mode == "down":
        return number // whole
    if mode == "up":
        return (number + whole - 1) // whole
    return (number * 2 + whole) // (whole * 2)


def round_fraction(value: Fraction, decimals: int, mode: str = "half_up") -> Fraction:
    """Round an exact value the way the plan does."""
    unit = 10**decimals
    scaled = abs(value) * unit
    if mode == "down":
        whole = scaled.numerator // scaled.denominator
    elif mode == "up":
        whole = -(-scaled.numerator // scaled.denominator)
    else:
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, unit)
