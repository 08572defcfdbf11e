"""The same plan for all subjects at once, on a dataframe engine.

``score_frames`` computes; ``bulk_score`` also re-derives a sample and every edge case with the
explaining evaluator and reports it.  Engines that have passed the conformance tests are listed in
`ENGINES`; any other is refused by name rather than trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kaohe.scoring import frame_levels as fl
from kaohe.scoring import frame_outcomes as fo
from kaohe.scoring.errors import Contradiction, FactErrors, FactProblem
from kaohe.scoring.expressions import SUBJECT, Integer
from kaohe.scoring.frame_cohorts import LAST, needs_people
from kaohe.scoring.frame_columns import Columns, column_of, indices, there
from kaohe.scoring.frame_edges import edge, wanted_for_edges
from kaohe.scoring.frame_tables import (
    ALL,
    ENGINES,
    ROW,
    UNIT_ID,
    UNIT_KEY,
    Tables,
    collected,
    read_tables,
)
from kaohe.scoring.levels import Level
from kaohe.scoring.plan import Plan

__all__ = ["ENGINES", "score_frames", "score_scales"]


def score_frames(
    plan: Plan,
    *,
    subjects: Any,
    marks: Any = None,
    votes: Any = None,
    entries: Any = None,
    standing: Any = None,
    rulings: Any = None,
    period: str = "",
    edges: bool = False,
) -> Any:
    """Score every subject of a frame; return a frame of the same engine.

    Tables have the columns of `kaohe.scoring.facts`; ``marks.value``, ``entries.quantity`` and
    ``standing.value`` are int64, scaled by the scheme's decimals; ``standing.lists`` is text, names
    separated by commas.  The result has ``subject``, ``group``, one int64 column ``score_<name>``
    per named score (scaled: see `score_scales`; null where missing), ``grade_<id>``,
    ``flag_<id>``, ``rank``, ``group_rank``, and of every list and streak ``list_<id>`` (whether it
    is on it) and ``place_<id>``.  DuckDB hands its result to pandas.

    Quotas, lists, streaks and criteria for equal scores look at everybody in order; they are
    settled in Python on the small table of results.

    Args:
        period: the one that is scored; without it no score of another period is found.
        edges: add ``edge``: true where a value lies on a rounding tie or within one unit of a
            band, limit or cap.

    Raises:
        FactErrors: a sum leaves the bounds the plan was proved for.
        Contradiction: two exceptions fired on one node.
    """
    tables = read_tables(
        plan.program, with_units=plan.scheme.rank_within == "unit", subjects=subjects, marks=marks, votes=votes, entries=entries,
        standing=standing, rulings=rulings,
    )  # fmt: skip
    nw = tables.nw
    by_all = fo.is_needed(plan, tables)
    frame, absent = _leaves(plan, tables, period)
    wanted = _wanted(plan) + (wanted_for_edges(plan) if edges else [])
    wanted += fo.wanted(plan) if by_all else []

    def leaf(level: str, name: str) -> str | None:
        return None if level in absent else fl.leaf_column(level, name)

    columns = Columns(plan.program.subject, nw, indices(wanted), leaf, _total_column)
    frame = columns.build(frame)
    order = [nw.col(ROW)] if ROW in frame.collect_schema().names() else []
    more = [edge(nw, plan).alias("edge")] if edges else []
    more += fo.columns(nw, plan) if by_all else _labels(nw, plan)
    frame = frame.select(*_results(nw, plan), *more, *order)
    frame = _with_ranks(nw, plan, frame)
    frame = collected(frame.sort(ROW) if order else frame)
    _refuse_broken(nw, plan, frame)
    masks: dict[str, str] = {}
    if by_all:
        frame, masks = fo.finish(plan, tables, frame, period=period)
    return _finished(nw, plan, frame, masks)


def score_scales(plan: Plan) -> dict[str, int]:
    """Decimals of each score column; scores that are not rounded are not in the frame."""
    return {n: s.decimals for n, s in plan.named.items() if s.decimals is not None}


def _total_column(index: int) -> str:
    return f"_t{index}"


def _leaves(plan: Plan, tables: Tables, period: str) -> tuple[Any, set[str]]:
    """The subjects with all leaves and totals beside them, and the levels nobody has rows for."""
    nw, program = tables.nw, plan.program
    frame = tables.frames["subjects"]
    broken: list[str] = []
    absent: set[str] = set()
    for name, level in program.levels.items():
        if level.table == "subjects":
            inside = nw.col("group").is_in(list(level.sources)).cast(nw.Int64)
            frame = frame.with_columns(inside.alias(fl.leaf_column(name, level.leaves[0].name)))
            continue
        groups = fl.gather(level, tables, period=period)
        totals = [
            index
            for index, code in enumerate(program.subject.code)
            if code.op == "total" and isinstance(code.data, tuple) and code.data[0] == name
        ]
        if groups is None:
            absent.add(name)
            zero = nw.lit(0, dtype=nw.Int64)
            if totals:
                frame = frame.with_columns(*(zero.alias(_total_column(i)) for i in totals))
            continue
        mark = f"{fl.BROKEN}{len(broken)}"
        broken.append(mark)
        if level.key:
            groups = _folded(plan, tables, level, groups, totals, mark)
            added = [_total_column(index) for index in totals]
        else:
            groups = groups.rename({fl.BROKEN: mark})
            added = [fl.leaf_column(name, leaf.name) for leaf in level.leaves]
        frame = frame.join(groups, on="subject", how="left")
        frame = frame.with_columns(*(nw.col(c).fill_null(0).cast(nw.Int64) for c in (*added, mark)))
    whole = nw.lit(0, dtype=nw.Int64)
    for mark in broken:
        whole = whole + nw.col(mark)
    return frame.with_columns(whole.alias(fl.BROKEN)), absent


def _folded(
    plan: Plan, tables: Tables, level: Level, groups: Any, totals: list[int], mark: str
) -> Any:
    """A lower level computed group by group, then folded by subject."""
    nw, block = tables.nw, plan.program.blocks[level.name]
    code = plan.program.subject.code
    if needs_people(block):  # only those who are scored are compared
        people = tables.frames["subjects"]
        there_are = people.collect_schema().names()
        kept = ["subject", *(c for c in ("group", ALL, UNIT_ID, UNIT_KEY) if c in there_are)]
        groups = groups.join(people.select(*kept), on="subject", how="inner")
    inner = frozenset(code[index].args[0] for index in totals)
    columns = Columns(block, nw, inner, fl.leaf_column, _total_column)
    groups = columns.build(groups)
    folds = []
    for index in totals:
        data = code[index].data
        how = str(data[1]) if isinstance(data, tuple) else "sum"
        added, folded = fl.fold(nw, columns.name(code[index].args[0]), how)
        groups = groups.with_columns(*added) if added else groups
        folds.append(folded.alias(_total_column(index)))
    return groups.group_by(SUBJECT).agg(*folds, nw.col(fl.BROKEN).sum().alias(mark))


def _wanted(plan: Plan) -> list[Integer | None]:
    wanted: list[Integer | None] = []
    for lowered in plan.named.values():
        wanted += [lowered.quantity.number, lowered.quantity.present]
    for grade in plan.grades.values():
        wanted += [grade.index, grade.present]
    wanted += [flag.raised for flag in plan.turnout]
    return wanted + [alarm.flag for alarm in plan.alarms]


def _results(nw: Any, plan: Plan) -> list[Any]:
    out = [nw.col("subject"), nw.col("group"), nw.col(fl.BROKEN)]
    out += [nw.col(UNIT_KEY if plan.scheme.rank_within == "unit" else "group").alias("_inside")]
    for name in score_scales(plan):
        quantity = plan.named[name].quantity
        out.append(column_of(nw, quantity.number).alias(f"score_{name}"))
        out.append(there(nw, quantity.present).alias(f"_has_{name}"))
    flags: dict[str, Any] = {}
    for one in plan.turnout:
        raised = column_of(nw, one.raised) == 1
        flags[one.rule.flag] = flags[one.rule.flag] | raised if one.rule.flag in flags else raised
    out += [flag.alias(f"flag_{key}") for key, flag in flags.items()]
    out += [
        column_of(nw, alarm.flag).alias(f"_alarm_{place}")
        for place, alarm in enumerate(plan.alarms)
    ]
    return out


def _labels(nw: Any, plan: Plan) -> list[Any]:
    """Grades by bands and limits alone."""
    out = []
    for key, grade in plan.grades.items():
        label = nw.lit(None, dtype=nw.String)
        for place, text in reversed(list(enumerate(grade.labels))):
            here = there(nw, grade.present) & (column_of(nw, grade.index) == place)
            label = nw.when(here).then(nw.lit(text, dtype=nw.String)).otherwise(label)
        out.append(label.alias(f"grade_{key}"))
    return out


def _with_ranks(nw: Any, plan: Plan, frame: Any) -> Any:
    """Competition ranks, highest first, over the negated total (engines differ on descending)."""
    total = plan.scheme.total
    if total not in score_scales(plan):
        return frame
    last = nw.lit(LAST, dtype=nw.Int64)
    key = nw.when(nw.col(f"_has_{total}")).then(nw.col(f"score_{total}") * -1).otherwise(last)
    frame = frame.with_columns(key.cast(nw.Int64).alias("_key"))
    rank = nw.col("_key").rank("min")
    return frame.with_columns(
        rank.cast(nw.Int64).alias("rank"), rank.over("_inside").cast(nw.Int64).alias("group_rank")
    )


def _refuse_broken(nw: Any, plan: Plan, frame: Any) -> None:
    for place, alarm in enumerate(plan.alarms):
        hit = frame.filter(nw.col(f"_alarm_{place}") == 1).get_column("subject").to_list()
        if hit:
            raise Contradiction(hit, node=alarm.node, first=alarm.first, second=alarm.second)
    broken = frame.filter(nw.col(fl.BROKEN) > 0).get_column("subject").to_list()
    if broken:
        raise FactErrors(
            FactProblem(
                str(subject), "有分数或票数超出方案允许的范围", "逐项核对该对象的数据",
                "out_of_bounds", subject=str(subject),
            )
            for subject in broken
        )  # fmt: skip


def _finished(nw: Any, plan: Plan, frame: Any, masks: Mapping[str, str]) -> Any:
    """Null where missing, helper columns dropped."""
    scales = score_scales(plan)
    masks = {**{f"score_{name}": f"_has_{name}" for name in scales}, **masks}
    if plan.scheme.total in scales:
        masks |= dict.fromkeys(("rank", "group_rank"), f"_has_{plan.scheme.total}")
    helpers = [c for c in frame.columns if c.startswith("_")]
    native = nw.to_native(frame)
    if str(frame.implementation) == "pandas":  # numpy integers cannot be null; nullable ones can
        for name, mask in masks.items():
            native[name] = native[name].astype("Int64").where(native[mask])
        return native.drop(columns=helpers)
    frame = frame.with_columns(
        *(nw.when(nw.col(mask)).then(nw.col(name)).alias(name) for name, mask in masks.items())
    )
    return nw.to_native(frame.drop(*helpers))
