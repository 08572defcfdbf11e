"""Scoring a million rows of facts on each engine: ratios inside one run, results compared.

    python benchmarks/tables.py [--rows 1000000] [--scheme township.responsibility]

The facts are those of the scheme's sample, each subject many times over, its marks lowered by a random
amount.  Measured in the same run: (1) the floor, what any program must do, namely to sum the marks and
the votes per subject once, on the same engine; (2) `score_frames`, all scores, grades, flags and ranks;
(3) the explaining evaluator on some of the subjects, what the dataframes are for.  Before a figure is
printed, all engines must agree on every row, and `bulk_score` must agree with the derivations.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "core"))

import narwhals.stable.v2 as nw  # noqa: E402
import numpy as np  # noqa: E402

from kaohe import catalogue  # noqa: E402
from kaohe.records import read_record  # noqa: E402
from kaohe.scoring import compile_scheme  # noqa: E402
from kaohe.scoring.bulk import bulk_score, frame_rows  # noqa: E402
from kaohe.scoring.facts import Facts  # noqa: E402
from kaohe.scoring.frames import score_frames  # noqa: E402
from kaohe.scoring.plan import Plan  # noqa: E402
from kaohe.testing.frames import installed_engines, native_table  # noqa: E402

Columns = dict[str, Any]


def sample_of(scheme: str) -> tuple[Plan, Facts]:
    """The plan of a scheme and the facts of its sample."""
    sample = next(s for s in catalogue.samples().values() if s.scheme == scheme)
    entry = catalogue.get(scheme)
    record = read_record(sample.folder / "record.json", source=entry.source)
    bound = entry.source.bind(record.parameters, operators=catalogue.syntaxes())
    return compile_scheme(bound, operators=catalogue.meanings()), record.facts


def multiply(facts: Facts, *, rows: int, decimals: int) -> tuple[dict[str, Columns], int]:
    """Fact tables with about so many rows, and the number of subjects."""
    rng = np.random.default_rng(1)
    base = {k: t for k, t in frame_rows(facts, decimals=decimals).items() if t["subject"]}
    per_copy = sum(len(t["subject"]) for t in base.values())
    copies = max(1, rows // per_copy)
    out: dict[str, Columns] = {}
    for name, columns in base.items():
        size = len(columns["subject"])
        number = np.repeat(np.arange(copies), size).astype(str)
        table: Columns = {k: np.tile(np.array(v, dtype=object), copies) for k, v in columns.items()}
        table["subject"] = np.char.add(np.tile(np.array(columns["subject"], str), copies), number)
        for key in {"value", "quantity", "count"} & set(table):
            table[key] = table[key].astype("int64")
        if name == "marks":
            lower = rng.integers(0, 50, len(table["value"]))
            table["value"] = np.maximum(table["value"] - lower, 0)
        out[name] = {k: v.tolist() for k, v in table.items()}
    return out, copies * len(facts.subjects)


def seconds(run: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Median of some runs after a warm-up, and the last result."""
    result, taken = run(), []
    for _ in range(times):
        start = time.perf_counter()
        result = run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken), result


def floor(native: dict[str, Any]) -> list[Any]:
    """Sum the marks and the votes per subject: the least any program does."""
    out = []
    for name, figure in (("marks", "value"), ("votes", "count")):
        if name in native:
            frame = nw.from_native(native[name])
            summed = frame.group_by("subject").agg(nw.col(figure).sum())
            out.append(
                summed.collect(backend="pandas") if isinstance(summed, nw.LazyFrame) else summed
            )
    return out


def comparable(frame: Any) -> list[tuple[Any, ...]]:
    """The rows of a result in the order of the subjects, without the engine's own nulls."""
    table = nw.from_native(frame, eager_only=True).sort("subject")
    columns = sorted(table.columns)
    return [
        tuple(None if v is None or v != v else v for v in row)
        for row in table.select(columns).iter_rows()
    ]


def main() -> int:
    """Run it; 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--scheme", default="township.responsibility")
    parser.add_argument("--explained", type=int, default=500, help="subjects explained one by one")
    chosen = parser.parse_args()
    plan, facts = sample_of(chosen.scheme)
    tables, subjects = multiply(facts, rows=chosen.rows, decimals=plan.scheme.decimals)
    size = sum(len(t["subject"]) for t in tables.values())
    print(f"{chosen.scheme}: {size:,} rows of facts, {subjects:,} subjects,"
          f" load {os.getloadavg()[0]:.1f}")  # fmt: skip
    times = -(-chosen.explained // len(facts.subjects))
    one, _ = seconds(lambda: [plan.score(facts) for _ in range(times)])
    explained = one / times / len(facts.subjects) * subjects
    first: list[tuple[Any, ...]] = []
    differing = 0
    for engine in installed_engines():
        native = {name: native_table(columns, engine) for name, columns in tables.items()}
        least, _ = seconds(lambda native=native: floor(native))
        taken, frame = seconds(lambda native=native: score_frames(plan, **native))
        rows = comparable(frame)
        first = first or rows
        differing += sum(a != b for a, b in zip(first, rows, strict=True))
        recheck = bulk_score(plan, **native, sample=200, most=200).recheck
        differing += len(recheck.differing)
        print(f"  {engine:7} {taken:7.2f} s  {size / taken / 1e6:5.2f} million rows/s"
              f"  ×{taken / least:5.1f} of the floor"
              f"  1/{explained / taken:.0f} of explaining everybody"
              f"  {recheck.rederived} derived again: {'equal' if recheck.is_equal else 'DIFFER'}")  # fmt: skip
    print(f"  explaining everybody would take {explained:.0f} s; differing rows: {differing}")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
