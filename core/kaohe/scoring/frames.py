"""The same plan for all subjects at once, on a dataframe engine.

``score_frames`` computes; ``bulk_score`` also re-derives a sample and every edge case with the
explaining evaluator and reports it.  Engines that have passed the conformance tests are listed in
`ENGINES`; any other is refused by name rather than trusted.
"""

from __future__ import annotations

from typing import Any

from kaohe.scoring import frame_levels as fl
from kaohe.scoring.errors import Contradiction, FactErrors, FactProblem
from kaohe.scoring.expressions import Integer
from kaohe.scoring.frame_columns import Columns, indices
from kaohe.scoring.operators.base import Lowered
from kaohe.scoring.plan import Plan
from kaohe.scoring.quantities import Quantity

ENGINES = ("pandas", "polars")
_ROW = "_row"
_LAST = 2**52
"""Sorts after every score: where subjects without a total stand while ranks are computed."""


def score_frames(
    plan: Plan,
    *,
    subjects: Any,
    marks: Any = None,
    votes: Any = None,
    entries: Any = None,
    standing: Any = None,
    rulings: Any = None,
    edges: bool = False,
) -> Any:
    """Score every subject of a frame; return a frame of the same engine.

    Tables have the columns of `kaohe.scoring.facts`; ``marks.value`` and ``entries.quantity`` are
    int64, scaled by the scheme's decimals.  The result has ``subject``, ``group``, one int64
    column ``score_<name>`` per named score (scaled: see `score_scales`; null where missing),
    ``grade_<id>``, ``flag_<id>``, ``rank`` and ``group_rank``.

    Args:
        standing: not used by the operators so far.
        edges: add ``edge``: true where a value lies on a rounding tie or within one unit of a
            band, limit or cap.

    Raises:
        FactErrors: a sum leaves the bounds the plan was proved for.
        Contradiction: two exceptions fired on one node.
    """
    import narwhals.stable.v2 as nw

    tables, is_lazy = _tables(
        nw, subjects=subjects, marks=marks, votes=votes, entries=entries, rulings=rulings
    )
    frame, absent = _leaves(nw, plan, tables)
    wanted = _wanted(plan, edges)

    def leaf(level: str, name: str) -> str | None:
        return None if level in absent else fl.leaf_column(level, name)

    columns = Columns(plan.program.subject, nw, indices(wanted), leaf, _total_column)
    frame = columns.build(frame)
    order = [nw.col(_ROW)] if _ROW in frame.collect_schema().names() else []
    frame = frame.select(*_results(nw, plan, edges), *order)
    frame = _with_ranks(nw, plan, frame)
    frame = frame.sort(_ROW) if order else frame
    frame = frame.collect() if is_lazy else frame
    _refuse_broken(nw, plan, frame)
    return _finished(nw, plan, frame)


def score_scales(plan: Plan) -> dict[str, int]:
    """Decimals of each score column; scores that are not rounded are not in the frame."""
    return {n: s.decimals for n, s in plan.named.items() if s.decimals is not None}


def _tables(nw: Any, **native: Any) -> tuple[dict[str, Any], bool]:
    tables = {k: nw.from_native(v) for k, v in native.items() if v is not None}
    engines = {str(t.implementation) for t in tables.values()}
    if len(engines) != 1 or not engines <= set(ENGINES):
        raise ValueError(
            f"不支持的数据引擎：{'、'.join(sorted(engines))}；可用：{'、'.join(ENGINES)}（各表须相同）"
        )
    for table, column in (("marks", "value"), ("entries", "quantity"), ("votes", "count")):
        if table in tables:
            kind = tables[table].collect_schema()[column]
            if not kind.is_integer():
                raise ValueError(
                    f"表 {table} 的列 {column} 应为整数（按小数位数放大），不是 {kind}"
                )
    if isinstance(tables["subjects"], nw.DataFrame):  # joins do not promise to keep the order
        tables["subjects"] = tables["subjects"].with_row_index(_ROW)
    if "polars" in engines:  # one optimised query
        return {k: t.lazy() if isinstance(t, nw.DataFrame) else t for k, t in tables.items()}, True
    return tables, False


def _total_column(index: int) -> str:
    return f"_t{index}"


def _leaves(nw: Any, plan: Plan, tables: dict[str, Any]) -> tuple[Any, set[str]]:
    """The subjects with all leaves and totals beside them, and the levels nobody has rows for."""
    program = plan.program
    subjects = tables["subjects"]
    kept = [c for c in ("subject", "group", _ROW) if c in subjects.collect_schema().names()]
    frame = subjects.select(*kept)
    broken: list[str] = []
    absent: set[str] = set()
    for name, level in program.levels.items():
        if level.table == "subjects":
            inside = nw.col("group").is_in(list(level.sources)).cast(nw.Int64)
            frame = frame.with_columns(inside.alias(fl.leaf_column(name, level.leaves[0].name)))
            continue
        groups = fl.gather(nw, level, tables)
        totals = [
            (index, code)
            for index, code in enumerate(program.subject.code)
            if code.op == "total" and isinstance(code.data, tuple) and code.data[0] == name
        ]
        if groups is None:
            absent.add(name)
            zero = nw.lit(0, dtype=nw.Int64)
            if totals:
                frame = frame.with_columns(*(zero.alias(_total_column(i)) for i, _ in totals))
            continue
        mark = f"{fl.BROKEN}{len(broken)}"
        broken.append(mark)
        if level.key:
            block = program.blocks[name]
            inner = frozenset(code.args[0] for _, code in totals)
            columns = Columns(block, nw, inner, fl.leaf_column, _total_column)
            groups = columns.build(groups)
            folds = []
            for index, code in totals:
                how = str(code.data[1]) if isinstance(code.data, tuple) else "sum"
                added, folded = fl.fold(nw, columns.name(code.args[0]), how)
                groups = groups.with_columns(*added) if added else groups
                folds.append(folded.alias(_total_column(index)))
            groups = groups.group_by("subject").agg(*folds, nw.col(fl.BROKEN).sum().alias(mark))
            added = [_total_column(index) for index, _ in totals]
        else:
            groups = groups.rename({fl.BROKEN: mark})
            added = [fl.leaf_column(name, leaf.name) for leaf in level.leaves]
        frame = frame.join(groups, on="subject", how="left")
        frame = frame.with_columns(*(nw.col(c).fill_null(0).cast(nw.Int64) for c in (*added, mark)))
    whole = nw.lit(0, dtype=nw.Int64)
    for mark in broken:
        whole = whole + nw.col(mark)
    return frame.with_columns(whole.alias(fl.BROKEN)), absent


def _wanted(plan: Plan, edges: bool) -> list[Integer | None]:
    wanted: list[Integer | None] = []
    for lowered in plan.named.values():
        wanted += [lowered.quantity.number, lowered.quantity.present]
        if edges:
            wanted += [lowered.exact.number, lowered.exact.divisor]
    if edges:
        wanted += [part for pair in _caps(plan) for part in pair]
    for grade in plan.grades.values():
        wanted += [grade.index, grade.present]
    wanted += [flag.raised for flag in plan.turnout]
    return wanted + [alarm.flag for alarm in plan.alarms]


def _caps(plan: Plan) -> list[tuple[Integer, Integer | None]]:
    """Numerator and divisor of everything a cap or floor compares."""
    return [(q.number, q.divisor) for q, _ in _limited(plan)]


def _limited(plan: Plan) -> list[tuple[Quantity, Any]]:
    """Every quantity under a cap or floor, with the figure it is compared to."""
    found: list[tuple[Quantity, Any]] = []
    seen: set[int] = set()

    def visit(lowered: Lowered) -> None:
        if id(lowered) in seen:
            return
        seen.add(id(lowered))
        if lowered.meaning.key in ("cap", "floor"):
            found.append((lowered.inputs[0].quantity, getattr(lowered.node.args, "at")))  # noqa: B009
        for one in lowered.inputs:
            visit(one)

    for lowered in plan.named.values():
        visit(lowered)
    return found


def _col(nw: Any, integer: Integer) -> Any:
    return nw.col(f"_v{integer.index}")


def _there(nw: Any, present: Integer | None) -> Any:
    if present is None:
        return nw.lit(True, dtype=nw.Boolean)
    return _col(nw, present) == 1


def _results(nw: Any, plan: Plan, edges: bool) -> list[Any]:
    out = [nw.col("subject"), nw.col("group"), nw.col(fl.BROKEN)]
    for name in score_scales(plan):
        quantity = plan.named[name].quantity
        out.append(_col(nw, quantity.number).alias(f"score_{name}"))
        out.append(_there(nw, quantity.present).alias(f"_has_{name}"))
    for key, grade in plan.grades.items():
        label = nw.lit(None, dtype=nw.String)
        for place, text in reversed(list(enumerate(grade.labels))):
            here = _there(nw, grade.present) & (_col(nw, grade.index) == place)
            label = nw.when(here).then(nw.lit(text, dtype=nw.String)).otherwise(label)
        out.append(label.alias(f"grade_{key}"))
    flags: dict[str, Any] = {}
    for one in plan.turnout:
        raised = _col(nw, one.raised) == 1
        flags[one.rule.flag] = flags[one.rule.flag] | raised if one.rule.flag in flags else raised
    out += [flag.alias(f"flag_{key}") for key, flag in flags.items()]
    out += [
        _col(nw, alarm.flag).alias(f"_alarm_{place}") for place, alarm in enumerate(plan.alarms)
    ]
    if edges:
        out.append(_edge(nw, plan).alias("edge"))
    return out


def _edge(nw: Any, plan: Plan) -> Any:
    """True where a half was rounded, or a band, limit or cap is at most one unit away."""
    edge = nw.lit(False, dtype=nw.Boolean)
    for lowered in plan.named.values():
        if lowered.decimals is None:
            continue
        unit = 10**lowered.decimals
        exact = lowered.exact
        whole: Any = nw.lit(exact.scale, dtype=nw.Int64)
        if exact.divisor is not None:
            whole = whole * _col(nw, exact.divisor)
        twice = _col(nw, exact.number) * (2 * unit)
        below = twice // whole
        on_half = (below * whole == twice) & (below % 2 == 1)
        edge = edge | (on_half & _there(nw, exact.present))
    for lowered, figures in _thresholds(plan):
        if lowered.decimals is None:
            continue
        unit = 10**lowered.decimals
        number = _col(nw, lowered.quantity.number)
        for figure in figures:
            near = int(figure * unit)
            close = (number >= near - 1) & (number <= near + 1)
            edge = edge | (close & _there(nw, lowered.quantity.present))
    unit = 10**plan.scheme.decimals
    for quantity, at in _limited(plan):
        whole = nw.lit(quantity.scale, dtype=nw.Int64)
        if quantity.divisor is not None:
            whole = whole * _col(nw, quantity.divisor)
        top = at.as_integer_ratio()
        limit = whole * top[0] // top[1]
        slack = (whole + unit - 1) // unit
        number = _col(nw, quantity.number)
        edge = edge | ((number >= limit - slack) & (number <= limit + slack))
    return edge


def _thresholds(plan: Plan) -> list[tuple[Lowered, list[Any]]]:
    found: list[tuple[Lowered, list[Any]]] = []
    for grade in plan.grades.values():
        if grade.score is not None:
            found.append((grade.score, list(grade.grade.bands.values())))
        for one in grade.limits:
            when = one.limit.when
            found.append((one.score, [v for v in (when.below, when.at_least) if v is not None]))
    return found


def _with_ranks(nw: Any, plan: Plan, frame: Any) -> Any:
    """Competition ranks, highest first, over the negated total (engines differ on descending)."""
    total = plan.scheme.total
    if total not in score_scales(plan):
        return frame
    last = nw.lit(_LAST, dtype=nw.Int64)
    key = nw.when(nw.col(f"_has_{total}")).then(nw.col(f"score_{total}") * -1).otherwise(last)
    frame = frame.with_columns(key.cast(nw.Int64).alias("_key"))
    rank = nw.col("_key").rank("min")
    return frame.with_columns(
        rank.cast(nw.Int64).alias("rank"), rank.over("group").cast(nw.Int64).alias("group_rank")
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


def _finished(nw: Any, plan: Plan, frame: Any) -> Any:
    """Null where missing, helper columns dropped."""
    scales = score_scales(plan)
    has_rank = plan.scheme.total in scales
    masks = {f"score_{name}": f"_has_{name}" for name in scales}
    if has_rank:
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
