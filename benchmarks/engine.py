"""How fast the explaining evaluator is, stage by stage, and how long its import takes.

Run ``python benchmarks/engine.py``.  The evaluator's stages are told per township subject; the share
of each in the whole is what holds on another machine.  Tables of many subjects: ``tables.py``.
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

from tests.scoring.cases import CASES  # noqa: E402
from tests.scoring.schemes import responsibility  # noqa: E402

from kaohe.scoring import compile_scheme  # noqa: E402
from kaohe.scoring.execution import index_facts  # noqa: E402
from kaohe.scoring.explaining import Explainer  # noqa: E402
from kaohe.scoring.facts import Facts  # noqa: E402
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
    parser.add_argument("--subjects", type=int, default=1_000)
    chosen = parser.parse_args()
    plan = compile_scheme(responsibility())
    print(f"plan       {plan.program.size()} instructions")
    importing()
    explaining(plan, chosen.subjects)


if __name__ == "__main__":
    main()
