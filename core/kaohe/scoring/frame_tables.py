"""Fact tables as they come in: one engine, whole numbers, subjects with all their columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kaohe.scoring.expressions import Program

ENGINES = ("pandas", "polars", "duckdb")
"""Engines that pass the conformance tests; any other is refused by name rather than trusted."""
ROW = "_row"
UNIT_ID = "_unit_id"
"""The subject that a person's unit names; empty if there is none."""
UNIT_KEY = "_unit_key"
"""What makes persons of one unit equal: the subject it names, or else its text."""
ALL = "_all"
_FIGURES = {"marks": "value", "entries": "quantity", "votes": "count", "standing": "value"}


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one run."""

    nw: Any
    frames: dict[str, Any]
    """By name; lazy, except on pandas."""
    engine: str

    def get(self, name: str) -> Any | None:
        """A table, if it was given."""
        return self.frames.get(name)

    def rows(self, name: str, columns: Mapping[str, Any], *conditions: Any) -> list[dict[str, Any]]:
        """Distinct rows of a table that fulfil conditions, on Python's side.

        Args:
            columns: the wanted columns, with what stands in for one that is not there.
        """
        frame = self.get(name)
        if frame is None:
            return []
        there = [c for c in columns if c in frame.collect_schema().names()]
        found = collected(frame.filter(*conditions).select(*there))
        return [{**columns, **row} for row in found.iter_rows(named=True)]


def read_tables(program: Program, *, with_units: bool = False, **native: Any) -> Tables:
    """Look at the tables; refuse engines that are not trusted and figures that are not whole.

    Args:
        with_units: look up whom units name, even if the program does not ask.
    """
    import narwhals.stable.v2 as nw

    tables = {k: nw.from_native(v) for k, v in native.items() if v is not None}
    engines = {str(t.implementation) for t in tables.values()}
    if len(engines) != 1 or not engines <= set(ENGINES):
        raise ValueError(
            f"不支持的数据引擎：{'、'.join(sorted(engines))}；可用：{'、'.join(ENGINES)}（各表须相同）"
        )
    for table, column in _FIGURES.items():
        if table in tables:
            kind = tables[table].collect_schema()[column]
            if kind == nw.Unknown:  # nothing but nulls
                tables[table] = tables[table].with_columns(nw.col(column).cast(nw.Int64))
            elif not kind.is_integer():
                raise ValueError(
                    f"表 {table} 的列 {column} 应为整数（按小数位数放大），不是 {kind}"
                )
    (engine,) = engines
    subjects = tables["subjects"]
    if isinstance(subjects, nw.DataFrame):  # joins do not promise to keep the order
        subjects = subjects.with_row_index(ROW)
    elif engine == "duckdb":
        numbered = nw.to_native(subjects).project(f"*, row_number() over () AS {ROW}")
        subjects = nw.from_native(numbered)
    tables["subjects"] = subjects
    if engine == "polars":  # one optimised query
        tables = {k: t.lazy() if isinstance(t, nw.DataFrame) else t for k, t in tables.items()}
    tables["subjects"] = _whole_subjects(
        nw, tables["subjects"], with_units=with_units or _asks_units(program)
    )
    return Tables(nw, tables, engine)


def collected(frame: Any) -> Any:
    """An eager frame; DuckDB hands its rows to pandas."""
    import narwhals.stable.v2 as nw

    if isinstance(frame, nw.DataFrame):
        return frame
    if str(frame.implementation) == "duckdb":
        return frame.collect(backend="pandas")
    return frame.collect()


def _asks_units(program: Program) -> bool:
    return any(
        i.op == "cohort" and isinstance(i.data, tuple)
        and (i.data[1] == "unit" or i.data[0].startswith("unit_"))
        for block in program.blocks.values()
        for i in block.code
    )  # fmt: skip


def _whole_subjects(nw: Any, frame: Any, *, with_units: bool) -> Any:
    """Subjects with class, title and unit as text, and the subject each unit names."""
    names = frame.collect_schema().names()
    blank = nw.lit("", dtype=nw.String)
    frame = frame.with_columns(
        *(
            nw.when(nw.col(c).is_null()).then(blank).otherwise(nw.col(c).cast(nw.String)).alias(c)
            if c in names
            else blank.alias(c)
            for c in ("group", "title", "unit")
        ),
        nw.lit(0, dtype=nw.Int64).alias(ALL),
    )
    kept = ["subject", "group", "title", "unit", ALL, *([ROW] if ROW in names else ())]
    frame = frame.select(*kept)
    if not with_units:
        return frame
    ids = frame.select(nw.col("subject").alias("unit"), nw.col("subject").alias("_by_id"))
    titles = frame.group_by("title").agg(
        nw.col("subject").min().alias("_by_title"), nw.len().alias("_count")
    )
    titles = titles.filter(nw.col("_count") == 1, nw.col("title") != "")
    titles = titles.select(nw.col("title").alias("unit"), nw.col("_by_title"))
    frame = frame.join(ids, on="unit", how="left").join(titles, on="unit", how="left")
    known = nw.coalesce(nw.col("_by_id"), nw.col("_by_title"), blank)
    frame = frame.with_columns(known.alias(UNIT_ID))
    key = nw.when(nw.col(UNIT_ID) != "").then(nw.col(UNIT_ID)).otherwise(nw.col("unit"))
    return frame.with_columns(key.alias(UNIT_KEY)).drop("_by_id", "_by_title")
