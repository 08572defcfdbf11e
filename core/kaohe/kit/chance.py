"""Draws from a seed: whole numbers and decimals, never a float."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")
FULL = 1000
"""Ability and noise are counted in thousandths."""


class Chance:
    """A repeatable source of draws; the same words always give the same draws."""

    def __init__(self, *words: object) -> None:
        self._random = random.Random(":".join(map(str, words)))

    def whole(self, low: int, high: int) -> int:
        """A whole number between two others, both included."""
        return low + self._random.randrange(high - low + 1) if high > low else low

    def pick(self, things: Sequence[T]) -> T:
        """One of several."""
        return things[self._random.randrange(len(things))]

    def once_in(self, times: int) -> bool:
        """True once in so many times."""
        return self._random.randrange(times) == 0

    def bell(self, middle: int, spread: int) -> int:
        """Thousandths around a middle, mostly within `spread` of it, kept within 0 and 1000."""
        drawn = middle + sum(self.whole(-spread, spread) for _ in range(3)) // 2
        return max(0, min(FULL, drawn))

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The things in another order."""
        found = list(things)
        self._random.shuffle(found)
        return found


def part_of(low: Decimal, high: Decimal, thousandths: int, *, step: Decimal) -> Decimal:
    """The multiple of `step` that lies so far between two figures, not beyond them."""
    steps = int((high - low) * thousandths / FULL / step)
    value = low + step * steps
    return min(max(value, low), high)
