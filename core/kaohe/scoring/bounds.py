"""Interval arithmetic over integers: the proof that no intermediate value leaves 2^53.

Below 2^53 every engine is exact, even one that divides through a double.  The proof rests on the
limits below; facts that break them are refused before anything is computed.
"""

from __future__ import annotations

LIMIT = 2**53

VOTES = 10**9
"""Most votes one subject may have for one aspect."""
FORMS = 10**6
"""Most anonymous forms of one subject."""
SHEETS = 10**4
"""Most sheets of one instrument for one subject."""
ENTRIES = 10**4
"""Most verified entries of one rule for one subject."""
SUBJECTS = 10**6
"""Most subjects that are compared with one another."""

Interval = tuple[int, int]


def add(a: Interval, b: Interval) -> Interval:
    """Bounds of x + y."""
    return a[0] + b[0], a[1] + b[1]


def subtract(a: Interval, b: Interval) -> Interval:
    """Bounds of x - y."""
    return a[0] - b[1], a[1] - b[0]


def multiply(a: Interval, b: Interval) -> Interval:
    """Bounds of x × y."""
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def divide(a: Interval, b: Interval) -> Interval:
    """Bounds of x // y for y >= 1."""
    corners = [x // y for x in a for y in b]
    return min(corners), max(corners)


def smaller(a: Interval, b: Interval) -> Interval:
    """Bounds of min(x, y)."""
    return min(a[0], b[0]), min(a[1], b[1])


def larger(a: Interval, b: Interval) -> Interval:
    """Bounds of max(x, y)."""
    return max(a[0], b[0]), max(a[1], b[1])


def hull(a: Interval, b: Interval) -> Interval:
    """Bounds of a value that is either x or y."""
    return min(a[0], b[0]), max(a[1], b[1])


def leaves_limit(a: Interval) -> bool:
    """Whether a value within these bounds could reach 2^53."""
    return max(abs(a[0]), abs(a[1])) >= LIMIT
