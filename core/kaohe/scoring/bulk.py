"""Scoring many subjects with a proof at hand: a sample and all edge cases are derived again."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kaohe.scoring.execution import Evaluated, index_facts
from kaohe.scoring.facts import Entry, Facts, Mark, Ruling, Subject, Vote
from kaohe.scoring.frames import score_frames, score_scales
from kaohe.scoring.plan import Plan
from kaohe.scoring.wording import scaled_decimal

_ROWS: dict[str, Any] = {"marks": Mark, "votes": Vote, "entries": Entry, "rulings": Ruling}
_SCALED = {"marks": "value", "entries": "quantity"}


@dataclass(frozen=True, slots=True)
class Recheck:
    """What was derived again with the explaining evaluator, and where it differed."""

    subjects: int
    sampled: int
    on_edges: int
    """Subjects on a rounding tie or within one unit of a band, limit or cap."""
    rederived: int
    differing: tuple[str, ...]
    """Subjects whose scores or grades differ: must be empty."""

    @property
    def is_equal(self) -> bool:
        """Whether everything derived again is equal to the last digit."""
        return not self.differing

    def __str__(self) -> str:
        verdict = "全部一致" if self.is_equal else f"{len(self.differing)} 个不一致"
        return (
            f"共 {self.subjects} 个对象；逐步复算 {self.rederived} 个"
            f"（抽样 {self.sampled}，边界 {self.on_edges}）：{verdict}"
        )


@dataclass(frozen=True, slots=True)
class BulkResult:
    """The frame of all subjects, and the recheck."""

    frame: Any
    recheck: Recheck


def bulk_score(
    plan: Plan,
    *,
    subjects: Any,
    marks: Any = None,
    votes: Any = None,
    entries: Any = None,
    rulings: Any = None,
    seed: int = 0,
    sample: int = 1000,
    most: int = 10_000,
) -> BulkResult:
    """Score a frame of subjects and derive a sample and the edge cases again.

    Args:
        seed: makes the sample repeatable.
        sample: subjects drawn at random.
        most: most edge cases derived again; beyond it they are drawn at random too.
    """
    tables = {"marks": marks, "votes": votes, "entries": entries, "rulings": rulings}
    frame = score_frames(plan, subjects=subjects, **tables, edges=True)
    import narwhals.stable.v2 as nw

    table = nw.from_native(frame, eager_only=True)
    chance = random.Random(seed)
    everyone = sorted(table.get_column("subject").to_list())
    edges = table.filter(nw.col("edge")).get_column("subject").to_list()
    edges = sorted(edges)
    drawn = chance.sample(everyone, min(sample, len(everyone)))
    again = set(drawn) | set(edges if len(edges) <= most else chance.sample(edges, most))
    facts = read_frames(plan, subjects=subjects, only=again, **tables)
    rows = index_facts(facts)
    scored = table.filter(nw.col("subject").is_in(sorted(again)))
    differing = tuple(
        sorted(
            row["subject"]
            for row in scored.iter_rows(named=True)
            if not _is_equal(plan, plan.executor.evaluate(rows[row["subject"]]), row)
        )
    )
    report = Recheck(len(everyone), len(drawn), len(edges), len(again), differing)
    return BulkResult(nw.to_native(table.drop("edge")), report)


def _is_equal(plan: Plan, evaluated: Evaluated, row: dict[str, Any]) -> bool:
    values = evaluated.values

    def there(present: Any) -> bool:
        return present is None or bool(values[present.index])

    for name in score_scales(plan):
        quantity = plan.named[name].quantity
        expected = values[quantity.number.index] if there(quantity.present) else None
        if _integer(row[f"score_{name}"]) != expected:
            return False
    for key, grade in plan.grades.items():
        index = values[grade.index.index]
        is_graded = there(grade.present) and index < len(grade.labels)
        found = row[f"grade_{key}"]
        if (found if isinstance(found, str) else None) != (
            grade.labels[index] if is_graded else None
        ):
            return False
    return True


def _integer(value: Any) -> int | None:
    """An integer cell; the engines' own nulls become None."""
    return int(value) if value is not None and value == value and str(value) != "<NA>" else None


def read_frames(plan: Plan, *, subjects: Any, only: Iterable[str], **tables: Any) -> Facts:
    """The facts of some subjects, read back from frames."""
    import narwhals.stable.v2 as nw

    chosen = sorted(only)
    decimals = plan.scheme.decimals

    def rows(native: Any) -> list[dict[str, Any]]:
        frame = nw.from_native(native).filter(nw.col("subject").is_in(chosen))
        eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
        return list(eager.iter_rows(named=True))

    out: dict[str, Any] = {}
    for table, kind in _ROWS.items():
        if tables.get(table) is None:
            continue
        scaled = _SCALED.get(table, "")
        found = []
        for row in rows(tables[table]):
            values = {k: row[k] for k in kind._fields if k in row and row[k] is not None}
            if scaled:
                values[scaled] = scaled_decimal(int(values[scaled]), decimals)
            if kind is Entry:
                values.setdefault("person", "")
            if kind is Ruling:
                values.setdefault("reason", "")
            found.append(kind(**values))
        out[table] = tuple(found)
    people = tuple(
        Subject(row["subject"], str(row.get("title", "")), row["group"]) for row in rows(subjects)
    )
    return Facts(people, **out)


def frame_rows(facts: Facts, *, decimals: int) -> dict[str, dict[str, list[Any]]]:
    """Fact tables as plain columns, values scaled: ready for any engine's constructor."""
    unit = Decimal(10**decimals)
    out: dict[str, dict[str, list[Any]]] = {
        "subjects": {
            "subject": [s.id for s in facts.subjects],
            "title": [s.title for s in facts.subjects],
            "group": [s.group for s in facts.subjects],
        }
    }
    for table, kind in _ROWS.items():
        rows = getattr(facts, table)
        columns = {name: [getattr(row, name) for row in rows] for name in kind._fields}
        if table in _SCALED:
            name = _SCALED[table]
            columns[name] = [int(value * unit) for value in columns[name]]
        columns.pop("day", None)
        out[table] = columns
    return out
