"""Competition ranks: 1, 2, 2, 4."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal


def competition_ranks(values: Mapping[str, Decimal | None]) -> dict[str, int]:
    """Rank of each key by value, highest first; equal values share the better rank.

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


def ranks_within(
    values: Mapping[str, Decimal | None], groups: Iterable[tuple[str, str]]
) -> dict[str, int]:
    """Competition ranks inside each group, given (key, group) pairs."""
    members: dict[str, dict[str, Decimal | None]] = {}
    for key, group in groups:
        members.setdefault(group, {})[key] = values.get(key)
    ranks: dict[str, int] = {}
    for inside in members.values():
        ranks |= competition_ranks(inside)
    return ranks
