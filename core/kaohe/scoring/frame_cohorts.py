"""Comparisons of all subjects as columns: window functions, and a look at one's unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kaohe.scoring.expressions import SUBJECT, Block
from kaohe.scoring.frame_tables import ALL, UNIT_ID, UNIT_KEY

LAST = 2**52
"""Beyond every figure: where those without one stand."""
Step = Callable[[Any], Any]
"""From a frame to the same frame with more columns."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A ``cohort`` instruction as columns to add in three steps, one after the other."""

    key: Any
    """What is compared."""
    fold: Step
    value: Any
    """What comes out, given both."""


def needs_people(block: Block) -> bool:
    """Whether a lower block compares inside classes or units."""
    return block.name != SUBJECT and any(i.op == "cohort" for i in block.code)


def compare(
    nw: Any, block: Block, index: int, number: Any, present: Any, prefix: str
) -> Comparison:
    """The columns of a comparison.

    Args:
        number: what is compared, a column.
        present: a column of 0 and 1.
    """
    data = block.code[index].data
    assert isinstance(data, tuple)
    what, within = data
    key, found = f"{prefix}{index}.key", f"{prefix}{index}.found"
    if what.startswith("unit_"):
        return _of_unit(nw, what, number, present, key, found)
    groups = partition(block, within)
    there = present == 1
    least = nw.lit(-LAST, dtype=nw.Int64)
    if what == "rank":
        last = nw.lit(LAST, dtype=nw.Int64)
        compared = nw.when(there).then(number * -1).otherwise(last)
        window = nw.col(key).rank("min").over(*groups)
        value = nw.col(found) * present
    elif what == "best":
        compared = nw.when(there).then(number).otherwise(least)
        window = nw.col(key).max().over(*groups)
        low, high = block.ranges[index]
        nobody = nw.lit(max(low, min(high, 0)), dtype=nw.Int64)
        value = nw.when(nw.col(found) > -LAST).then(nw.col(found)).otherwise(nobody)
    else:
        compared = present if what == "count" else number * present
        window = nw.col(key).sum().over(*groups)
        value = nw.col(found)
    folded = window.cast(nw.Int64).alias(found)
    return Comparison(
        compared.cast(nw.Int64).alias(key), lambda frame: frame.with_columns(folded), value
    )


def partition(block: Block, within: str) -> tuple[str, ...]:
    """The columns inside which subjects are compared."""
    if within == "row":
        return block.level.columns if block.level else (ALL,)
    return ({"class": "group", "unit": UNIT_KEY}.get(within, ALL),)


def _of_unit(nw: Any, what: str, number: Any, present: Any, key: str, found: str) -> Comparison:
    """The figure of the subject one's unit names; 0 where it names none."""
    compared = present if what == "unit_present" else number * present

    def fold(frame: Any) -> Any:
        units = frame.select(nw.col("subject").alias(UNIT_ID), nw.col(key).alias(found))
        frame = frame.join(units, on=UNIT_ID, how="left")
        return frame.with_columns(nw.col(found).fill_null(0).cast(nw.Int64))

    return Comparison(compared.cast(nw.Int64).alias(key), fold, nw.col(found))
