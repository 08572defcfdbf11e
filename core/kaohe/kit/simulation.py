"""A scheme tried on made-up facts: how results spread, what bites, what decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from kaohe.kit.biting import Bite, BiteCount
from kaohe.kit.chance import Chance
from kaohe.kit.deciding import Decider, DecidingCount, indicators
from kaohe.kit.drawing import drawn_facts
from kaohe.kit.spreads import Spread, spread_of

if TYPE_CHECKING:
    from kaohe.scoring.facts import Facts
    from kaohe.scoring.plan import Plan

DECIDING_RUNS = 4
"""In how many runs each indicator is dealt out anew: each deal scores everybody once more."""
BINS = 10
NO_GRADE = "无等次"

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Totals from one figure up to the next (the last one included)."""

    low: Decimal
    high: Decimal
    count: int


@dataclass(slots=True)
class Simulation:
    """What came out."""

    runs: int
    subjects: int
    """Of each run."""
    total: str
    """Title of the total."""
    spread: Spread
    bins: tuple[Bin, ...]
    classes: dict[str, Spread]
    """Title of a class -> spread of its totals; empty with fewer than two classes."""
    grades: dict[str, dict[str, int]]
    """Title of a grade -> label -> how many, best first."""
    bites: list[Bite]
    deciders: list[Decider]


@dataclass(slots=True)
class _Sums:
    totals: list[Decimal | None] = field(default_factory=list)
    classes: dict[str, list[Decimal | None]] = field(default_factory=dict)
    grades: dict[str, Counter[str]] = field(default_factory=dict)


def simulate(
    plan: Plan,
    *,
    runs: int,
    subjects: int,
    seed: int = 0,
    record: Facts | None = None,
    progress: Progress | None = None,
) -> Simulation:
    """Score `runs` campaigns of `subjects` each.

    Args:
        seed: the same seed gives the same figures.
        record: facts whose subjects are drawn from, with replacement, instead of made-up ones.
        progress: told after every scoring.
    """
    scheme, sums = plan.scheme, _Sums()
    bites, deciding = BiteCount(plan), DecidingCount(plan)
    done, todo = 0, runs
    for run in range(runs):
        facts = drawn_facts(scheme, seed=seed, run=run, subjects=subjects, record=record)
        result = plan.score(facts, check=False)
        bites.add(result, facts)
        totals = {one.subject: one.scores[scheme.total] for one in result.subjects}
        for one in result.subjects:
            sums.totals.append(totals[one.subject])
            sums.classes.setdefault(one.group, []).append(totals[one.subject])
            for key, given in one.grades.items():
                label = given.label or NO_GRADE
                sums.grades.setdefault(key, Counter())[label] += 1
        if run == 0:
            todo = runs + min(runs, DECIDING_RUNS) * len(indicators(scheme, facts))
        done = _tell(progress, done, todo)
        if run < DECIDING_RUNS:
            for _ in deciding.add(facts, result, chance=Chance(seed, run, "deal")):
                done = _tell(progress, done, todo)
    if progress is not None:
        progress(todo, todo)  # runs differ a little in what can be dealt out
    own = scheme.scores[scheme.total].decimals
    decimals = scheme.decimals if own is None else own
    titles = {c: t for kind in scheme.subjects.values() for c, t in kind.classes.items()}
    classes = {
        titles.get(key, key): spread_of(values, decimals=decimals)
        for key, values in sums.classes.items()
        if len(sums.classes) > 1
    }
    return Simulation(
        runs, subjects, scheme.scores[scheme.total].title or scheme.total,
        spread_of(sums.totals, decimals=decimals),
        _bins([v for v in sums.totals if v is not None]),
        classes, _grades(plan, sums), list(bites.found.values()), deciding.deciders(),
    )  # fmt: skip


def _tell(progress: Progress | None, done: int, todo: int) -> int:
    if progress is not None:
        progress(min(done + 1, todo), todo)
    return done + 1


def _grades(plan: Plan, sums: _Sums) -> dict[str, dict[str, int]]:
    found = {}
    for key, counts in sums.grades.items():
        grade = plan.scheme.grades[key]
        order = list(grade.bands) or list(plan.scheme.grades[grade.follows or key].bands)
        labels = [*order, *(label for label in counts if label not in order)]
        found[grade.title] = {label: counts[label] for label in labels}
    return found


def _bins(values: list[Decimal]) -> tuple[Bin, ...]:
    """About ten bins of a round width that hold all values."""
    if not values:
        return ()
    low, high = min(values), max(values)
    width = _round_width(Fraction(high - low) / BINS)
    start = (low / width).to_integral_value("ROUND_FLOOR") * width
    bins = []
    while start <= high:
        end = start + width
        bins.append(Bin(start, end, sum(start <= v < end for v in values)))
        start = end
    return tuple(bins)


def _round_width(least: Fraction) -> Decimal:
    """1, 2 or 5 times a power of ten, at least this much."""
    width = Decimal("0.01")
    while True:
        for times in (1, 2, 5):
            if Fraction(width * times) >= least:
                return width * times
        width *= 10
