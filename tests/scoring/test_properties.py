"""Properties over random schemes and facts."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kaohe.scoring import Contradiction, PlanRefused, compile_scheme
from kaohe.scoring.derivation import Step
from kaohe.scoring.facts import Facts, Vote
from kaohe.scoring.plan import Plan
from kaohe.scoring.quantities import round_fraction
from kaohe.scoring.rendering import derivation_text, result_from_json, result_json
from tests.scoring.calculator import calculate
from tests.scoring.cases import CASES
from tests.scoring.interpreter import interpret
from tests.scoring.schemes import responsibility, small
from tests.scoring.strategies import fact_tables, score_tables

SLOW = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def compiled(scores: dict[str, Any]) -> Plan:
    """The plan, if its bounds can be proved."""
    try:
        return compile_scheme(small(scores=scores))
    except PlanRefused:
        assume(False)
        raise


def steps_of(step: Step) -> list[Step]:
    return [step, *(s for one in step.inputs for s in steps_of(one))]


@SLOW
@given(st.data())
def test_plan_equals_independent_interpreter(data: st.DataObject) -> None:
    scores = data.draw(score_tables())
    plan = compiled(scores)
    facts = data.draw(fact_tables(list(scores)))
    try:
        result = plan.score(facts)
    except Contradiction:
        assume(False)
        raise
    scheme = plan.scheme.model_dump(mode="json")

    for one in result.subjects:
        expected = interpret(scheme, facts, one.subject)
        found = {k: None if v is None else Fraction(v) for k, v in one.scores.items()}
        assert expected == found


@SLOW
@given(st.data())
def test_every_formula_gives_the_exact_value(data: st.DataObject) -> None:
    scores = data.draw(score_tables())
    plan = compiled(scores)
    facts = data.draw(fact_tables(list(scores)))
    try:
        result = plan.score(facts)
    except Contradiction:
        assume(False)
        raise

    for one in result.subjects:
        for step in steps_of(one.derivation):
            assert bool(step.missing) == (step.exact is None)
            if step.exact is None:
                continue
            assert calculate(step.formula) == step.exact
            if step.decimals is not None:
                rounded = round_fraction(step.exact, step.decimals, step.rounding)
                assert Fraction(step.value or 0) == rounded
        assert result_from_json(result_json(one)) == one
        assert derivation_text(one, scheme=plan.scheme)


@SLOW
@given(st.data())
def test_bounds_hold_for_every_instruction(data: st.DataObject) -> None:
    scores = data.draw(score_tables())
    plan = compiled(scores)
    facts = data.draw(fact_tables(list(scores)))
    from kaohe.scoring.execution import index_facts

    rows = index_facts(facts)
    for key in rows:
        evaluated = plan.executor.evaluate(rows[key])
        for value, (low, high) in zip(evaluated.values, plan.program.subject.ranges, strict=True):
            assert low <= value <= high
            assert abs(value) < 2**53
        for name, (low, high) in plan.bounds.items():
            lowered = plan.named[name]
            present = lowered.quantity.present
            if present is None or evaluated.values[present.index]:
                value = plan._value(lowered, evaluated)
                assert value is not None
                assert low - Decimal("1e-11") <= value <= high + Decimal("1e-11")


@SLOW
@given(st.data())
def test_order_of_rows_is_irrelevant(data: st.DataObject) -> None:
    scores = data.draw(score_tables())
    plan = compiled(scores)
    facts = data.draw(fact_tables(list(scores)))
    shuffled = replace(
        facts,
        marks=tuple(data.draw(st.permutations(facts.marks))),
        votes=tuple(data.draw(st.permutations(facts.votes))),
        entries=tuple(data.draw(st.permutations(facts.entries))),
        rulings=tuple(data.draw(st.permutations(facts.rulings))),
    )
    try:
        first = plan.score(facts)
    except Contradiction:
        assume(False)
        raise

    assert plan.score(shuffled) == first
    backwards = plan.score(replace(facts, subjects=facts.subjects[::-1]))
    assert backwards.digest == first.digest


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from(["group", "mean"]),
    st.integers(0, len(CASES) - 1),
    st.integers(0, 60),
    st.integers(1, 400),
)
def test_township_score_never_falls_when_a_mark_rises(
    bonus_on: str, number: int, place: int, cents: int
) -> None:
    plan = compile_scheme(responsibility(bonus_on=bonus_on))
    facts = CASES[number].facts
    mark = facts.marks[place % len(facts.marks)]
    better = mark._replace(value=min(mark.value + Decimal(cents) / 100, Decimal(100)))
    raised = replace(facts, marks=tuple(better if m is mark else m for m in facts.marks))

    before = plan.score(facts).subjects[0].scores
    after = plan.score(raised).subjects[0].scores

    for name, value in before.items():
        if value is not None:
            assert (after[name] or 0) >= value


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 3), st.integers(0, 3), st.integers(1, 10))
def test_township_ballot_never_falls_when_a_vote_improves(low: int, high: int, count: int) -> None:
    low, high = max(low, high), min(low, high)
    options = ["优秀", "良好", "一般", "较差"]
    plan = compile_scheme(responsibility())
    facts = next(c.facts for c in CASES if c.name == "a")
    votes = {v.option: v.count for v in facts.votes}
    votes[options[low]] += count
    worse = _with_votes(facts, votes)
    votes[options[low]] -= count
    votes[options[high]] += count
    better = _with_votes(facts, votes)

    first = plan.score(worse).subjects[0].scores["ballot"]
    second = plan.score(better).subjects[0].scores["ballot"]

    assert (first or 0) <= (second or 0)


def _with_votes(facts: Facts, counts: dict[str, int]) -> Facts:
    (subject,) = facts.subjects
    votes = tuple(Vote(subject.id, "vote", "", "*", o, n) for o, n in counts.items())
    return replace(facts, votes=votes)


def test_floats_would_have_differed() -> None:
    """Negative control: the same ballots in binary floats with `round` come out differently."""
    plan = compile_scheme(responsibility())
    wrong = 0
    for good in range(1, 200):
        counts = {"优秀": good, "良好": 1, "一般": 0, "较差": 200 - good}
        case = next(c for c in CASES if c.name == "a")
        result = plan.score(_with_votes(case.facts, counts)).subjects[0]
        total = sum(p * n for p, n in zip((100.0, 80.0, 60.0, 40.0), counts.values(), strict=True))
        as_float = round(total / sum(counts.values()), 2)
        shares = (0.6 * 94.75, 0.3 * as_float, 0.1 * 91.8)
        exact = interpret(plan.scheme.model_dump(mode="json"), case.facts, "a")
        assert exact["ballot"] == 95
        assert result.scores["total"] is not None
        wrong += f"{round(sum(shares), 2):.2f}" != f"{result.scores['total']}"

    assert wrong > 0
    assert math.isclose(0.1 + 0.2, 0.3)
    assert 0.1 + 0.2 != 0.3
