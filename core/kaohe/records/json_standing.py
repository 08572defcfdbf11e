"""What a subject reached in other periods, in a JSON record."""

from __future__ import annotations

from typing import Any

from kaohe.records.collecting import Collector, kind_word
from kaohe.records.json_text import Path
from kaohe.records.names import Names
from kaohe.scoring.facts import Standing

_KEYS = Names(
    {
        "period": ("周期", "考核周期"), "score": ("得分名称",), "value": ("得分", "分数"),
        "grade": ("等次",), "lists": ("名单",),
    }
)  # fmt: skip


def read_standing(subject: str, value: Any, path: Path, into: Collector) -> None:
    """One line per period and score; or ``{period: score}``."""
    if isinstance(value, dict):
        for period, figure in value.items():
            here = (*path, period)
            if not str(period).startswith("_"):
                row = figure if isinstance(figure, dict) else {"value": figure}
                _read_row(subject, {"period": period, **row}, here, into)
        return
    if not isinstance(value, list):
        into.problem(
            path, f"应为列表，却是{kind_word(value)}", '写成 [{"period": "2025-Q1", "value": 90}]'
        )
        return
    for index, row in enumerate(value):
        here = (*path, index)
        if isinstance(row, dict):
            _read_row(subject, row, here, into)
        else:
            into.problem(here, f"应为一组键值，却是{kind_word(row)}", "写成 { … }")


def _read_row(subject: str, row: dict[str, Any], path: Path, into: Collector) -> None:
    found: dict[str, tuple[Any, Path]] = {}
    for key, one in row.items():
        if key.startswith("_") or one is None:
            continue
        name = _KEYS.find(key)
        if name is None:
            into.problem((*path, key), f"往期结果不认识“{key}”", _KEYS.near(key))
        else:
            found[name] = one, (*path, key)
    lists, at = found.get("lists", ((), path))
    if not isinstance(lists, list | tuple):
        into.problem(at, f"应为列表，却是{kind_word(lists)}", '写成 ["名单"]')
        lists = ()
    value = into.number(*found["value"]) if "value" in found else None
    score = into.text(*found["score"]) if "score" in found else ""
    into.standing.append(
        (
            Standing(
                subject, into.text(*found["period"], most=20) if "period" in found else "",
                score or (into.scheme.total if value is not None else ""), value,
                into.text(*found["grade"]) if "grade" in found else "",
                tuple(into.text(v, (*at, i)) for i, v in enumerate(lists)),
            ),
            path,
        )
    )  # fmt: skip
