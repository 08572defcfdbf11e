"""The plan on data frames against the derivations, figure by figure."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from kaohe.scoring.bulk import cell, expected_row, frame_rows
from kaohe.scoring.frames import ENGINES, score_frames

if TYPE_CHECKING:
    from kaohe.scoring.facts import Facts
    from kaohe.scoring.plan import Plan

CONSTRUCTORS = {"pandas": "pandas", "polars": "polars", "duckdb": "duckdb"}
"""Engine -> module that makes its tables."""


def installed_engines() -> list[str]:
    """The dataframe engines of the core that are installed here."""
    return [one for one in ENGINES if one in CONSTRUCTORS and find_spec(CONSTRUCTORS[one])]


def native_tables(facts: Facts, engine: str, *, decimals: int) -> dict[str, Any]:
    """Fact tables as an engine's own; empty tables are left out."""
    return {
        name: native_table(columns, engine)
        for name, columns in frame_rows(facts, decimals=decimals).items()
        if next(iter(columns.values()))
    }


def native_table(columns: dict[str, list[Any]], engine: str) -> Any:
    """Plain columns as an engine's own table."""
    module = import_module(CONSTRUCTORS[engine])
    if engine == "polars":
        return module.DataFrame(columns)
    frame = import_module("pandas").DataFrame(columns)
    for name in {"value", "quantity", "count"} & set(columns):
        frame[name] = frame[name].astype("Int64")  # whole numbers beside nulls stay whole
    return module.from_df(frame) if engine == "duckdb" else frame


def frame_differences(plan: Plan, facts: Facts, engine: str) -> list[str]:
    """Where an engine's scores, grades, flags, ranks or lists are not those of the derivations."""
    result = plan.score(facts)
    tables = native_tables(facts, engine, decimals=plan.scheme.decimals)
    rows = _rows_by_subject(score_frames(plan, **tables, period=facts.period))
    out: list[str] = []
    for one in result.subjects:
        row, expected = rows.get(one.subject, {}), expected_row(plan, one)
        out += [
            f"{one.title}（{one.subject}）的 {column}：逐步计算 {wanted}，数据表 {row[column]}"
            for column, wanted in expected.items()
            if column in row and row[column] != wanted
        ]
        out += [
            f"{one.title}（{one.subject}）：数据表没有 {column}"
            for column in expected
            if column not in row
        ]
    return out


def _rows_by_subject(frame: Any) -> dict[str, dict[str, Any]]:
    import narwhals.stable.v2 as nw

    rows = nw.from_native(frame, eager_only=True).iter_rows(named=True)
    return {row["subject"]: {k: cell(v) for k, v in row.items()} for row in rows}
