"""Fact tables on a dataframe engine: filtered, flagged, summed to the levels of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import reduce
from operator import and_
from typing import Any

from kaohe.scoring.expressions import TRIMMED
from kaohe.scoring.frame_tables import Tables, collected
from kaohe.scoring.levels import MEASURES, SOURCE_COLUMN, WHEN, Leaf, Level, Match
from kaohe.scoring.periods import standing_periods
from kaohe.scoring.wording import plain

SUBJECT = "subject"
BROKEN = "_broken"
"""How many groups of a subject hold a sum outside its declared bounds."""


def leaf_column(level: str, leaf: str) -> str:
    """The column of a leaf."""
    return f"_{level}.{leaf}"


def gather(level: Level, tables: Tables, *, period: str = "") -> Any | None:
    """The level's groups with one column per leaf, or None if there is no such table.

    Args:
        period: the one that is scored; it decides which rows of the standing a level looks at.
    """
    nw, table = tables.nw, tables.get(level.table)
    if table is None:
        return None
    conditions = [nw.col(SOURCE_COLUMN[level.table]).is_in(list(level.sources))]
    if level.table == "standing":
        conditions.append(~nw.col("value").is_null())
    conditions += [_test(nw, _dated(match, level, period)) for match in level.where]
    frame = table.filter(reduce(and_, conditions))
    keys = [SUBJECT, *level.columns]
    names = [leaf_column(level.name, leaf.name) for leaf in level.leaves]
    columns = []
    for leaf, name in zip(level.leaves, names, strict=True):
        expression, frame = _leaf(nw, level, leaf, frame)
        columns.append(expression.alias(name))
    frame = frame.with_columns(*columns)
    folds = [
        nw.col(name).max() if leaf.how == "max" else nw.col(name).sum()
        for leaf, name in zip(level.leaves, names, strict=True)
    ]
    frame = frame.group_by(*keys).agg(*folds)
    frame = frame.with_columns(*(nw.col(name).cast(nw.Int64) for name in names))
    outside = [
        (nw.col(n) < leaf.low) | (nw.col(n) > leaf.high)
        for leaf, n in zip(level.leaves, names, strict=True)
    ]
    broken = reduce(lambda a, b: a | b, outside)
    return frame.with_columns(broken.cast(nw.Int64).alias(BROKEN))


def fold(nw: Any, column: str, how: str) -> tuple[list[Any], Any]:
    """(columns to add before grouping by subject, expression that folds them).

    Middle and trimmed values are picked by rank inside the subject; ties may stand in any order,
    for equal values are interchangeable.
    """
    value = nw.col(column)
    if how in ("sum", "max"):
        return [], getattr(value, how)()
    rank = value.rank("ordinal").over(SUBJECT).cast(nw.Int64)
    count = nw.len().over(SUBJECT).cast(nw.Int64)
    if how == "median":
        taken = (rank == (count + 1) // 2).cast(nw.Int64) + (rank == count // 2 + 1).cast(nw.Int64)
    else:
        drop = int(how.removeprefix(TRIMMED))
        inside = (rank > drop) & (rank <= count - drop)
        taken = (inside | (count <= 2 * drop)).cast(nw.Int64)
    name = f"{column}.{how}"
    return [(value * taken).alias(name)], nw.col(name).sum()


def _leaf(nw: Any, level: Level, leaf: Leaf, frame: Any) -> tuple[Any, Any]:
    """The leaf's figure per row, and the frame it can be computed on."""
    one = nw.lit(1, dtype=nw.Int64)
    value = nw.col(MEASURES[level.table]).cast(nw.Int64) if leaf.measured else one
    if leaf.factor_column and leaf.factors is None:
        frame, name = _with_numbers(nw, level, leaf, frame)
        value = value * nw.col(name)
    elif leaf.factor_column:
        value = value * _lookup(nw, leaf.factor_column, leaf.factors or {})
    if leaf.where is not None:
        flag = _test(nw, leaf.where)
        value = value * flag.cast(nw.Int64) if leaf.measured else flag.cast(nw.Int64)
    return value, frame


def _dated(match: Match, level: Level, period: str) -> Match:
    """What a relation to the scored period means in periods."""
    if level.table != "standing" or match.column != WHEN:
        return match
    found = {p for when in match.values for p in standing_periods(when, period)}
    return Match("period", tuple(sorted(found)), match.inside)


def _test(nw: Any, match: Match) -> Any:
    column = nw.col(match.column)
    if len(match.values) == 1:
        return column == match.values[0] if match.inside else column != match.values[0]
    inside = column.is_in(list(match.values))
    return inside if match.inside else ~inside


def _lookup(nw: Any, column: str, factors: Mapping[str, int]) -> Any:
    """What a text stands for; 0 for any other text."""
    zero = nw.lit(0, dtype=nw.Int64)
    found = zero
    for label, value in factors.items():
        found = (
            nw.when(nw.col(column) == label).then(nw.lit(value, dtype=nw.Int64)).otherwise(found)
        )
    return found


def _with_numbers(nw: Any, level: Level, leaf: Leaf, frame: Any) -> tuple[Any, str]:
    """Join what each distinct decimal text stands for: a few texts, read exactly in Python."""
    column, name = leaf.factor_column, leaf_column(level.name, f"{leaf.name}.factor")
    texts = sorted(collected(frame.select(column).unique()).get_column(column).to_list())
    unit = 10**level.decimals
    numbers = [int(Decimal(text) * unit) for text in texts]
    wrong = [t for t, n in zip(texts, numbers, strict=True) if Decimal(t) * unit != n]
    if wrong:
        raise ValueError(f"“{plain(Decimal(wrong[0]))}”的小数超过 {level.decimals} 位")
    if str(frame.implementation) == "duckdb":  # a table of another connection could not be joined
        exact = f"CAST(CAST({column} AS DECIMAL(38, 10)) * {unit} AS BIGINT)"
        return nw.from_native(nw.to_native(frame).project(f'*, {exact} AS "{name}"')), name
    small = nw.from_dict(
        {column: texts, name: numbers},
        schema={column: nw.String, name: nw.Int64},
        backend=nw.get_native_namespace(frame),
    )
    if not isinstance(frame, nw.DataFrame):
        small = small.lazy()
    return frame.join(small, on=column, how="left"), name
