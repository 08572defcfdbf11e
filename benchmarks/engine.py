"""How fast the engine is: ratios inside one run; seconds only as a reminder of the machine.

Run ``python benchmarks/engine.py [--subjects 1000000]``.  Measured are (1) the explaining
evaluator per township subject, (2) the row plan on polars and pandas against the same arithmetic
written by hand on the same leaf table, (3) fact tables to results including aggregation, (4) the
import.  Every timed result is compared with its rival before a figure is printed.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "core")]

import narwhals.stable.v2 as nw  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import polars as pl  # noqa: E402
from tests.scoring.cases import CASES  # noqa: E402
from tests.scoring.schemes import responsibility  # noqa: E402

from kaohe.scoring import compile_scheme  # noqa: E402
from kaohe.scoring import frame_levels as fl  # noqa: E402
from kaohe.scoring import frames as fr  # noqa: E402
from kaohe.scoring.bulk import frame_rows  # noqa: E402
from kaohe.scoring.execution import index_facts  # noqa: E402
from kaohe.scoring.explaining import Explainer  # noqa: E402
from kaohe.scoring.facts import Facts  # noqa: E402
from kaohe.scoring.frame_columns import Columns, indices  # noqa: E402
from kaohe.scoring.plan import Plan  # noqa: E402
from kaohe.scoring.rendering import derivation_text, result_json  # noqa: E402


def median(run: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """Median seconds of some runs after one warm-up, and the last result."""
    result = run()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        result = run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken), result


def copies(facts: Facts, count: int) -> Facts:
    """The same subject many times over."""
    keys = [f"s{n}" for n in range(count)]
    return replace(
        facts,
        subjects=tuple(facts.subjects[0]._replace(id=k) for k in keys),
        marks=tuple(m._replace(subject=k) for k in keys for m in facts.marks),
        votes=tuple(v._replace(subject=k) for k in keys for v in facts.votes),
        entries=tuple(e._replace(subject=k) for k in keys for e in facts.entries),
    )


def explaining(plan: Plan, count: int = 1000) -> None:
    """Microseconds per subject of the explaining evaluator, by stage."""
    facts = copies(next(c.facts for c in CASES if c.name == "d-group"), count)
    rows = index_facts(facts)
    evaluated = [plan.executor.evaluate(r) for r in rows.values()]
    total = plan.named[plan.scheme.total]
    result = plan.score(facts).subjects[0]
    stages: dict[str, Callable[[], Any]] = {
        "index": lambda: index_facts(facts),
        "evaluate": lambda: [plan.executor.evaluate(r) for r in rows.values()],
        "tree": lambda: [Explainer(plan.scheme, e).step(total) for e in evaluated],
        "score, all of it": lambda: plan.score(facts),
    }
    for name, run in stages.items():
        taken, _ = median(run, 3)
        print(f"explaining {name:<18} {taken / count * 1e6:8.1f} µs per subject")
    text, _ = median(lambda: derivation_text(result, scheme=plan.scheme))
    stored, _ = median(lambda: result_json(result))
    print(f"rendering  text {text * 1e6:.0f} µs, JSON {stored * 1e6:.0f} µs per subject")


def leaf_table(plan: Plan, count: int) -> dict[str, Any]:
    """Random sums of fact rows: what the row plan starts from."""
    rng = np.random.default_rng(1)
    columns: dict[str, Any] = {
        "subject": np.arange(count),
        "group": rng.integers(0, count // 50, count),
    }
    for level in plan.program.levels.values():
        for leaf in () if level.key else level.leaves:
            high = min(leaf.high, 100_00 if leaf.measured else 1)
            high = 0 if level.name.startswith(("typed:", "ruling:")) else high  # forms, not means
            columns[fl.leaf_column(level.name, leaf.name)] = rng.integers(0, high + 1, count)
    aspects = rng.integers(1, 9, count)
    for place, code in enumerate(plan.program.subject.code):
        if code.op != "total" or not isinstance(code.data, tuple):
            continue
        _, high = plan.program.subject.ranges[place]
        kind = code.data[0].partition(":")[0]
        if kind == "votes":
            is_sum = high > 1000
            values = aspects * rng.integers(4000, 10001, count) if is_sum else aspects
        else:
            values = rng.integers(0, 100_01, count) if high > 10_000 else np.ones(count, int)
        columns[f"_t{place}"] = values.astype("int64")
    columns[fl.BROKEN] = np.zeros(count, "int64")
    return columns


def by_plan(plan: Plan, native: Any) -> Any:
    """The row plan on a leaf table: scores, grades, flags, ranks."""
    frame = nw.from_native(native)
    frame = frame.lazy() if isinstance(native, pl.DataFrame) else frame
    columns = Columns(
        plan.program.subject, nw, indices(fr._wanted(plan, False)), fl.leaf_column, fr._total_column
    )
    frame = columns.build(frame).select(*fr._results(nw, plan, False))
    frame = fr._with_ranks(nw, plan, frame)
    frame = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return nw.to_native(frame)


def by_hand(plan: Plan, native: Any) -> Any:
    """The same arithmetic for the township's total, written by hand in the engine's own words."""
    names = [f"_t{i}" for i, c in enumerate(plan.program.subject.code) if c.op == "total"]
    is_polars = isinstance(native, pl.DataFrame)
    native = native.lazy() if is_polars else native
    col = pl.col if is_polars else native.__getitem__
    self_sum, self_n, _, group_sum, group_n, _, votes_sum, votes_n = names[:8]
    bonus, (team, team_n), (duty, duty_n) = (
        "_entries:honour.points",
        ("_rating:debrief_form.team.sum", "_rating:debrief_form.team.forms"),
        ("_rating:debrief_form.secretary.sum", "_rating:debrief_form.secretary.forms"),
    )

    def mean(total: Any, count: Any) -> Any:
        divisor = count.clip(1)
        return (total * 2 + divisor) // (divisor * 2)

    def frame(frame: Any, **new: Any) -> Any:
        return frame.with_columns(**new) if is_polars else frame.assign(**new)

    with_group = frame(
        native,
        own=mean(col(self_sum), col(self_n)),
        group_score=mean(col(group_sum) + col(bonus) * col(group_n), col(group_n)).clip(None, 10000)
        if is_polars
        else mean(col(group_sum) + col(bonus) * col(group_n), col(group_n)).clip(upper=10000),
        ballot=mean(col(votes_sum), col(votes_n)),
        team=mean(col(team), col(team_n)),
        duty=mean(col(duty), col(duty_n)),
    )
    col = pl.col if is_polars else with_group.__getitem__
    parts = frame(
        with_group,
        target=(col("own") + col("group_score") + 1) // 2,
        debrief=(col("team") * 75 + col("duty") * 25 + 50) // 100,
    )
    col = pl.col if is_polars else parts.__getitem__
    total = (col("target") * 60 + col("ballot") * 30 + col("debrief") * 10 + 50) // 100
    done = frame(parts, total=total)
    if is_polars:
        key = -pl.col("total")
        return done.with_columns(
            grade=pl.when(pl.col("total") >= 9000).then(pl.lit("优秀"))
            .when(pl.col("total") >= 8000).then(pl.lit("良好"))
            .when(pl.col("total") >= 7000).then(pl.lit("一般")).otherwise(pl.lit("较差")),
            rank=key.rank("min"), group_rank=key.rank("min").over("group"),
        ).select("subject", "total", "grade", "rank", "group_rank").collect()  # fmt: skip
    edges = [9000, 8000, 7000]
    grade = np.select([done["total"] >= e for e in edges], ["优秀", "良好", "一般"], "较差")
    key = -done["total"]
    return pd.DataFrame({
        "subject": done["subject"], "total": done["total"], "grade": grade,
        "rank": key.rank(method="min"),
        "group_rank": key.groupby(done["group"]).rank(method="min"),
    })  # fmt: skip


def rows(plan: Plan, count: int) -> None:
    """The row plan against handwritten code on each engine."""
    columns = leaf_table(plan, count)
    for name, library in (("polars", pl), ("pandas", pd)):
        native = library.DataFrame(columns)
        hand, by = median(lambda native=native: by_hand(plan, native), 3)
        ours, found = median(lambda native=native: by_plan(plan, native), 3)
        print(
            f"row plan   {name:<18} {ours:8.3f} s for {count:,}; by hand {hand:.3f} s"
            f" (total, one grade, ranks only); ratio {ours / hand:.2f}"
        )
        has = np.asarray(found["_has_total"])
        same = np.asarray(found["score_total"])[has] == np.asarray(by["total"])[has]
        print(f"           {name:<18} equal on {int(same.sum()):,} of {int(has.sum()):,} present")


def tables(plan: Plan, count: int) -> None:
    """Fact tables in, results out, aggregation included."""
    facts = copies(next(c.facts for c in CASES if c.name == "d-group"), count)
    long = frame_rows(facts, decimals=plan.scheme.decimals)
    for name, library in (("polars", pl), ("pandas", pd)):
        native = {k: library.DataFrame(v) for k, v in long.items() if next(iter(v.values()))}
        size = sum(len(t) for t in native.values())
        taken, _ = median(lambda native=native: fr.score_frames(plan, **native), 3)
        print(f"fact rows  {name:<18} {taken:8.3f} s for {count:,} subjects, {size:,} rows")


def importing() -> None:
    """Milliseconds of `import kaohe.scoring` beyond an empty interpreter."""

    def start(code: str) -> float:
        command = [sys.executable, "-c", code]
        run = lambda: subprocess.run(command, env={"PYTHONPATH": str(ROOT / "core")}, check=True)  # noqa: E731
        return median(run, 7)[0]

    print(f"import     {(start('import kaohe.scoring') - start('pass')) * 1e3:.0f} ms")


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=1_000_000)
    chosen = parser.parse_args()
    plan = compile_scheme(responsibility())
    print(f"plan       {plan.program.size()} instructions")
    importing()
    explaining(plan)
    tables(plan, 10_000)
    rows(plan, chosen.subjects)


if __name__ == "__main__":
    main()
