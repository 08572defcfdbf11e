"""Competition ranks: 1, 2, 2, 4."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def competition_ranks(values: Mapping[str, Decimal | tuple[Any, ...] | None]) -> dict[str, int]:
    """Rank of each key by value, highest first; equal values share the better rank.

    Args:
        values: scores, or scores with what decides between equal ones (`ties.Order.key`).

    >>> competition_ranks({"a": Decimal(9), "b": Decimal(9), "c": Decimal(8), "d": None})
    {'a': 1, 'b': 1, 'c': 3}
    """
    found = sorted(((v, k) for k, v in values.items() if v is not None), reverse=True)
    ranks: dict[str, int] = {}
    rank, last = 0, None
    for place, (value, key) in enumerate(found, 1):
        if value != last:
            rank, last = place, value
        ranks[key] = rank
    return {key: ranks[key] for key in values if key in ranks}
