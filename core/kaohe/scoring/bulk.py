"""Scoring many subjects with a proof at hand: a sample and all edge cases are derived again."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kaohe.scoring.cohorts import Cohorts
from kaohe.scoring.derivation import SubjectResult
from kaohe.scoring.execution import Evaluated, index_facts
from kaohe.scoring.facts import Entry, Facts, Mark, Ruling, Standing, Subject, Vote
from kaohe.scoring.frame_outcomes import names_of
from kaohe.scoring.frame_tables import collected
from kaohe.scoring.frames import score_frames, score_scales
from kaohe.scoring.plan import Plan
from kaohe.scoring.wording import scaled_decimal

_ROWS: dict[str, Any] = {
    "marks": Mark, "votes": Vote, "entries": Entry, "standing": Standing, "rulings": Ruling,
}  # fmt: skip
_SCALED = {"marks": "value", "entries": "quantity", "standing": "value"}


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
    standing: Any = None,
    rulings: Any = None,
    period: str = "",
    seed: int = 0,
    sample: int = 1000,
    most: int = 10_000,
) -> BulkResult:
    """Score a frame of subjects and derive a sample and the edge cases again.

    Where subjects are compared with one another (ranks that give points, quotas, lists), the chosen
    ones are scored once more as if they were all, on both sides.

    Args:
        period: the one that is scored, for scores of other periods.
        seed: makes the sample repeatable.
        sample: subjects drawn at random.
        most: most edge cases derived again; beyond it they are drawn at random too.
    """
    import narwhals.stable.v2 as nw

    tables = {
        "marks": marks, "votes": votes, "entries": entries, "standing": standing,
        "rulings": rulings,
    }  # fmt: skip
    frame = score_frames(plan, subjects=subjects, **tables, period=period, edges=True)
    table = nw.from_native(frame, eager_only=True)
    chance = random.Random(seed)
    everyone = sorted(table.get_column("subject").to_list())
    edges = table.filter(nw.col("edge")).get_column("subject").to_list()
    edges = sorted(edges)
    drawn = chance.sample(everyone, min(sample, len(everyone)))
    again = set(drawn) | set(edges if len(edges) <= most else chance.sample(edges, most))
    facts = read_frames(plan, subjects=subjects, only=again, period=period, **tables)
    scored = table.filter(nw.col("subject").is_in(sorted(again)))
    if _compares_subjects(plan):
        if len(again) < len(everyone):
            some = {k: _only(v, again) for k, v in tables.items() if v is not None}
            native = score_frames(plan, subjects=_only(subjects, again), **some, period=period)
            scored = nw.from_native(native, eager_only=True)
        differing = _differing_together(plan, facts, scored)
    else:
        rows = index_facts(facts)
        differing = [
            row["subject"]
            for row in scored.iter_rows(named=True)
            if not _is_equal(plan, plan.executor.evaluate(rows[row["subject"]]), row)
        ]
    report = Recheck(len(everyone), len(drawn), len(edges), len(again), tuple(sorted(differing)))
    return BulkResult(nw.to_native(table.drop("edge")), report)


def _compares_subjects(plan: Plan) -> bool:
    """Whether a subject's result depends on the others' (plain ranks apart)."""
    scheme = plan.scheme
    return bool(
        Cohorts(plan.executor).places
        or scheme.lists
        or scheme.streaks
        or scheme.ties_by
        or any(grade.quotas for grade in scheme.grades.values())
    )


def _only(native: Any, subjects: Iterable[str]) -> Any:
    import narwhals.stable.v2 as nw

    return nw.to_native(nw.from_native(native).filter(nw.col("subject").is_in(sorted(subjects))))


def _differing_together(plan: Plan, facts: Facts, scored: Any) -> list[str]:
    """Subjects whose row is not what scoring the same facts step by step gives."""
    rows = {row["subject"]: row for row in scored.iter_rows(named=True)}
    return [
        one.subject
        for one in plan.score(facts, check=False).subjects
        if any(
            cell(rows[one.subject][column]) != wanted
            for column, wanted in expected_row(plan, one).items()
        )
    ]


def expected_row(plan: Plan, one: SubjectResult) -> dict[str, Any]:
    """What the row of a frame has to say of a subject."""
    out: dict[str, Any] = {}
    for name, decimals in score_scales(plan).items():
        value = one.scores[name]
        out[f"score_{name}"] = None if value is None else int(value.scaleb(decimals))
    out |= {f"grade_{key}": grade.label for key, grade in one.grades.items()}
    raised = {flag.id for flag in one.flags}
    out |= {f"flag_{rule.rule.flag}": rule.rule.flag in raised for rule in plan.turnout}
    for key, listed in one.lists.items():
        out |= {f"list_{key}": listed.member, f"place_{key}": listed.place}
    if plan.scheme.total in score_scales(plan):
        out |= {"rank": one.rank, "group_rank": one.group_rank}
    return out


def cell(value: Any) -> Any:
    """A cell of a frame; the engines' own nulls become None."""
    return None if value is None or str(value) in ("<NA>", "nan", "NaT") else value


def _is_equal(plan: Plan, evaluated: Evaluated, row: dict[str, Any]) -> bool:
    values = evaluated.values

    def there(present: Any) -> bool:
        return present is None or bool(values[present.index])

    for name in score_scales(plan):
        quantity = plan.named[name].quantity
        expected = values[quantity.number.index] if there(quantity.present) else None
        if cell(row[f"score_{name}"]) != expected:
            return False
    for key, grade in plan.grades.items():
        index = values[grade.index.index]
        is_graded = there(grade.present) and index < len(grade.labels)
        if cell(row[f"grade_{key}"]) != (grade.labels[index] if is_graded else None):
            return False
    return True


def read_frames(
    plan: Plan, *, subjects: Any, only: Iterable[str], period: str = "", **tables: Any
) -> Facts:
    """The facts of some subjects, read back from frames."""
    import narwhals.stable.v2 as nw

    chosen = sorted(only)
    decimals = plan.scheme.decimals

    def rows(native: Any) -> list[dict[str, Any]]:
        frame = nw.from_native(native).filter(nw.col("subject").is_in(chosen))
        return list(collected(frame).iter_rows(named=True))

    out: dict[str, Any] = {}
    for table, kind in _ROWS.items():
        if tables.get(table) is None:
            continue
        found = []
        for row in rows(tables[table]):
            values = {k: row[k] for k in kind._fields if k in row and _is_there(row[k])}
            scaled = _SCALED.get(table, "")
            if scaled in values:
                values[scaled] = scaled_decimal(int(values[scaled]), decimals)
            if kind is Standing:
                values = {"value": None, "score": "", **values}
                values["lists"] = names_of(row.get("lists"))
            if kind is Entry:
                values.setdefault("person", "")
            if kind is Ruling:
                values.setdefault("reason", "")
            found.append(kind(**values))
        out[table] = tuple(found)
    people = tuple(
        Subject(
            row["subject"], _text(row.get("title")), _text(row.get("group")), "",
            _text(row.get("unit")),
        )
        for row in rows(subjects)
    )  # fmt: skip
    return Facts(people, **out, period=period)


def _is_there(value: Any) -> bool:
    return value is not None and (isinstance(value, list | tuple) or bool(value == value))


def _text(value: Any) -> str:
    return str(value) if value is not None and value == value else ""


def frame_rows(facts: Facts, *, decimals: int) -> dict[str, dict[str, list[Any]]]:
    """Fact tables as plain columns, values scaled: ready for any engine's constructor."""
    unit = Decimal(10**decimals)
    out: dict[str, dict[str, list[Any]]] = {
        "subjects": {
            "subject": [s.id for s in facts.subjects],
            "title": [s.title for s in facts.subjects],
            "group": [s.group for s in facts.subjects],
            "unit": [s.unit for s in facts.subjects],
        }
    }
    for table, kind in _ROWS.items():
        rows = getattr(facts, table)
        columns = {name: [getattr(row, name) for row in rows] for name in kind._fields}
        if table in _SCALED:
            name = _SCALED[table]
            columns[name] = [None if v is None else int(v * unit) for v in columns[name]]
        if table == "standing":
            columns["lists"] = [",".join(names) for names in columns["lists"]]
        columns.pop("day", None)
        out[table] = columns
    return out
