"""The plan on data frames against the derivations, figure by figure."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from kaohe.scoring.bulk import frame_rows
from kaohe.scoring.frames import ENGINES, score_frames, score_scales

if TYPE_CHECKING:
    from kaohe.scoring.facts import Facts
    from kaohe.scoring.plan import Plan

CONSTRUCTORS = {"pandas": "pandas", "polars": "polars"}
"""Engine -> module with a `DataFrame` of columns."""


def installed_engines() -> list[str]:
    """The dataframe engines of the core that are installed here."""
    return [one for one in ENGINES if one in CONSTRUCTORS and find_spec(CONSTRUCTORS[one])]


def frame_differences(plan: Plan, facts: Facts, engine: str) -> list[str]:
    """Where an engine's scores, grades, flags or ranks are not those of the derivations."""
    result = plan.score(facts)
    make = import_module(CONSTRUCTORS[engine]).DataFrame
    tables = {
        name: make(columns)
        for name, columns in frame_rows(facts, decimals=plan.scheme.decimals).items()
        if next(iter(columns.values()))
    }
    rows = _rows_by_subject(score_frames(plan, **tables))
    scales = score_scales(plan)
    out: list[str] = []
    for one in result.subjects:
        row = rows.get(one.subject, {})
        expected: dict[str, Any] = {"rank": one.rank, "group_rank": one.group_rank}
        for name, decimals in scales.items():
            value = one.scores[name]
            expected[f"score_{name}"] = None if value is None else int(value.scaleb(decimals))
        for key, grade in one.grades.items():
            expected[f"grade_{key}"] = grade.label
        raised = {flag.id for flag in one.flags}
        for rule in plan.turnout:
            expected[f"flag_{rule.rule.flag}"] = rule.rule.flag in raised
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
    return {row["subject"]: {k: _cell(v) for k, v in row.items()} for row in rows}


def _cell(value: Any) -> Any:
    """A cell; the engines' own nulls become None."""
    return None if value is None or str(value) in ("<NA>", "nan", "NaT") else value
