"""How figures spread: exact means, percentiles, rank correlation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from math import isqrt

_PERCENTILES = (5, 25, 50, 75, 95)
_CONTEXT = Context(prec=28, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Spread:
    """The distribution of one figure."""

    count: int
    missing: int
    low: Decimal | None = None
    high: Decimal | None = None
    mean: Decimal | None = None
    deviation: Decimal | None = None
    percentiles: tuple[tuple[int, Decimal], ...] = ()


def spread_of(values: Sequence[Decimal | None], *, decimals: int) -> Spread:
    """Count, ends, mean, standard deviation and percentiles (nearest rank)."""
    found = sorted(v for v in values if v is not None)
    missing = len(values) - len(found)
    if not found:
        return Spread(0, missing)
    total = sum(map(Fraction, found), Fraction())
    mean = total / len(found)
    spread = sum(((Fraction(v) - mean) ** 2 for v in found), Fraction()) / len(found)
    unit = 10 ** (decimals + 1)
    root = Fraction(isqrt(int(spread * unit * unit)), unit)
    return Spread(
        len(found), missing, found[0], found[-1], rounded(mean, decimals), rounded(root, decimals),
        tuple((p, found[-(-p * len(found) // 100) - 1]) for p in _PERCENTILES),
    )  # fmt: skip


def rounded(value: Fraction, decimals: int) -> Decimal:
    """An exact figure as a decimal, HALF UP."""
    unit = 10**decimals
    scaled = (2 * abs(value.numerator) * unit + value.denominator) // (2 * value.denominator)
    return Decimal(scaled if value >= 0 else -scaled).scaleb(-decimals)


def average_ranks(values: Mapping[str, Decimal]) -> dict[str, Fraction]:
    """Ranks from the highest; equal values share the mean of their places."""
    places: dict[Decimal, list[int]] = {}
    for place, value in enumerate(sorted(values.values(), reverse=True), 1):
        places.setdefault(value, []).append(place)
    return {key: Fraction(sum(places[v]), len(places[v])) for key, v in values.items()}


def rank_correlation(
    first: Mapping[str, Decimal | None], second: Mapping[str, Decimal | None]
) -> Decimal | None:
    """Spearman's coefficient over the keys both have; None where a side does not vary."""
    keys = [k for k, v in first.items() if v is not None and second.get(k) is not None]
    if len(keys) < 2:
        return None
    a = average_ranks({k: first[k] for k in keys})  # type: ignore[misc]
    b = average_ranks({k: second[k] for k in keys})  # type: ignore[misc]
    middle = Fraction(len(keys) + 1, 2)
    product = sum(((a[k] - middle) * (b[k] - middle) for k in keys), Fraction())
    squares = [sum(((one[k] - middle) ** 2 for k in keys), Fraction()) for one in (a, b)]
    if not all(squares):
        return None
    below = squares[0] * squares[1]
    root = _CONTEXT.sqrt(_CONTEXT.divide(Decimal(below.numerator), Decimal(below.denominator)))
    above = _CONTEXT.divide(Decimal(product.numerator), Decimal(product.denominator))
    return _CONTEXT.divide(above, root).quantize(Decimal("0.01"), ROUND_HALF_UP)
