"""The plan on data frames equals the explaining evaluator, on every engine."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kaohe.scoring import Contradiction, FactErrors, PlanRefused, compile_scheme
from kaohe.scoring.bulk import bulk_score
from kaohe.scoring.facts import Facts, Mark, Subject
from kaohe.scoring.frames import score_frames, score_scales
from kaohe.scoring.plan import Plan
from kaohe.testing.frames import installed_engines, native_tables
from tests.scoring.cases import CASES
from tests.scoring.schemes import responsibility, small
from tests.scoring.strategies import fact_tables, score_tables
from tests.scoring.test_below_zero import GROWTH, PENALTY
from tests.scoring.test_item_rules import plan_of

ENGINES = installed_engines()


def frames(engine: str, facts: Facts, *, decimals: int = 2) -> dict[str, Any]:
    """Fact tables as native frames; empty tables are left out."""
    return native_tables(facts, engine, decimals=decimals)


def records(frame: Any) -> dict[str, dict[str, Any]]:
    """Rows by subject, nulls of any engine as None."""
    rows = frame.to_dicts() if isinstance(frame, pl.DataFrame) else frame.to_dict("records")
    return {
        row["subject"]: {
            k: None if v is None or v is pd.NA or v != v else v for k, v in row.items()
        }
        for row in rows
    }


def assert_equal(plan: Plan, facts: Facts, frame: Any) -> None:
    """Every score, grade, flag and rank of the frame is the explaining evaluator's."""
    found = records(frame)
    for one in plan.score(facts).subjects:
        row = found[one.subject]
        for name, decimals in score_scales(plan).items():
            value = one.scores[name]
            expected = None if value is None else int(value.scaleb(decimals))
            assert row[f"score_{name}"] == expected
        for key, grade in one.grades.items():
            assert row[f"grade_{key}"] == grade.label
        raised = {f.id for f in one.flags}
        for rule in plan.turnout:
            assert row[f"flag_{rule.rule.flag}"] == (rule.rule.flag in raised)
        for key, found_list in one.lists.items():
            assert row[f"list_{key}"] == found_list.member
            assert row[f"place_{key}"] == found_list.place
        assert row["rank"] == one.rank
        assert row["group_rank"] == one.group_rank


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("bonus_on", ["group", "mean"])
def test_engine_conforms_on_the_signed_cases(engine: str, bonus_on: str) -> None:
    plan = compile_scheme(responsibility(bonus_on=bonus_on))
    for case in CASES:
        frame = score_frames(plan, **frames(engine, case.facts))

        assert_equal(plan, case.facts, frame)


@pytest.mark.parametrize("engine", ENGINES)
@settings(
    deadline=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_engine_conforms_on_random_schemes(engine: str, data: st.DataObject) -> None:
    scores = data.draw(score_tables())
    bands = {"甲": "80", "乙": "40"}
    grades = {"grade": {"title": "等次", "subject": "branch", "of": "total", "bands": bands}}
    try:
        plan = compile_scheme(small(scores=scores, grades=grades))
        facts = data.draw(fact_tables(list(scores), 5))
        plan.score(facts)
    except PlanRefused:
        assume(False)
    except Contradiction:
        with pytest.raises(Contradiction):
            score_frames(plan, **frames(engine, facts))
        return

    assert_equal(plan, facts, score_frames(plan, **frames(engine, facts)))


@pytest.mark.parametrize("engine", ENGINES)
def test_engine_conforms_below_zero(engine: str) -> None:
    """Negative figures, points, sheets and factors."""
    scores = {
        "marks": {"title": "评分", "sheet": "sheet"},
        "late": {"title": "逾期", "item": "sheet.late"},
        "total": {"title": "总分", "product": {"of": ["marks", "late", "0.95"], "out_of": "0.5"}},
    }
    plan = plan_of(GROWTH, PENALTY, scores=scores, several="trimmed")
    rows = [("-100", "3"), ("-20.5", "2"), ("-0.01", "1"), ("12", "2"), ("-6", "3"), ("300", "1")]
    marks = [
        Mark(f"k{n % 2}", "sheet", f"r{n}", item, Decimal(value))
        for n, row in enumerate(rows)
        for item, value in zip(("growth", "late"), row, strict=True)
    ]
    facts = Facts((Subject("k0", "甲"), Subject("k1", "乙"), Subject("k2", "丙")), tuple(marks))

    assert_equal(plan, facts, score_frames(plan, **frames(engine, facts)))
    assert bulk_score(plan, **frames(engine, facts)).recheck.is_equal


def many(count: int) -> Facts:
    """The first cases, many times over, with marks that vary."""
    facts = [c.facts for c in CASES[:4]]
    subjects, marks, votes, entries = [], [], [], []
    for number in range(count):
        base = facts[number % 4]
        key = f"s{number}"
        subjects.append(base.subjects[0]._replace(id=key))
        for place, mark in enumerate(base.marks):
            shift = (number * 7 + place) % 25
            marks.append(
                mark._replace(subject=key, value=mark.value - shift / mark.value.from_float(4.0))
            )
        votes += [v._replace(subject=key, count=v.count + number % 5) for v in base.votes]
        entries += [e._replace(subject=key) for e in base.entries]
    return Facts(tuple(subjects), tuple(marks), tuple(votes), tuple(entries))


@pytest.mark.parametrize("engine", ENGINES)
def test_bulk_run_derives_sample_and_edges_again(engine: str) -> None:
    plan = compile_scheme(responsibility())
    facts = many(300)

    result = bulk_score(plan, **frames(engine, facts), seed=7, sample=50)

    assert_equal(plan, facts, result.frame)
    assert result.recheck.is_equal
    assert result.recheck.subjects == 300
    assert result.recheck.sampled == 50
    assert 0 < result.recheck.on_edges < 300
    assert result.recheck.rederived >= result.recheck.on_edges
    assert "全部一致" in str(result.recheck)


def test_bulk_run_reports_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: an engine that is off by one unit is found."""
    import kaohe.scoring.bulk as bulk

    def off_by_one(plan: Plan, **tables: Any) -> Any:
        frame = score_frames(plan, **tables)
        return frame.with_columns(pl.col("score_total") + 1)

    monkeypatch.setattr(bulk, "score_frames", off_by_one)
    facts = many(40)

    result = bulk.bulk_score(compile_scheme(responsibility()), **frames("polars", facts))

    assert not result.recheck.is_equal
    assert len(result.recheck.differing) == 40


@pytest.mark.parametrize("engine", ENGINES)
def test_order_of_subjects_is_kept(engine: str) -> None:
    facts = many(50)

    frame = score_frames(compile_scheme(responsibility()), **frames(engine, facts))

    assert list(records(frame)) == [s.id for s in facts.subjects]


def test_float_values_are_refused() -> None:
    tables = frames("polars", CASES[0].facts)
    tables["marks"] = tables["marks"].with_columns(pl.col("value").cast(pl.Float64))

    with pytest.raises(ValueError, match="表 marks 的列 value 应为整数"):
        score_frames(compile_scheme(responsibility()), **tables)


@pytest.mark.parametrize("engine", ENGINES)
def test_sum_outside_the_proved_bounds_is_refused(engine: str) -> None:
    facts = CASES[0].facts
    marks = tuple(m._replace(value=m.value * 2) for m in facts.marks)
    tables = frames(engine, Facts(facts.subjects, marks, facts.votes))

    with pytest.raises(FactErrors, match="超出方案允许的范围"):
        score_frames(compile_scheme(responsibility()), **tables)


def test_engine_without_conformance_test_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kaohe.scoring.frame_tables.ENGINES", ("pandas",))

    with pytest.raises(ValueError, match="不支持的数据引擎：polars"):
        score_frames(compile_scheme(responsibility()), **frames("polars", CASES[0].facts))


def test_tables_of_two_engines_are_refused() -> None:
    tables = frames("polars", CASES[0].facts) | {"subjects": pd.DataFrame({"subject": ["a"]})}

    with pytest.raises(ValueError, match="各表须相同"):
        score_frames(compile_scheme(responsibility()), **tables)


def test_floats_would_have_been_wrong() -> None:
    """Negative control: the same job in float64 with `round` gives other totals."""
    plan = compile_scheme(responsibility())
    exact = records(score_frames(plan, **frames("pandas", many(400))))
    frame = pd.DataFrame(exact.values())
    parts = frame[["score_target", "score_ballot", "score_debrief"]].astype("float64") / 100

    total = (parts @ [0.6, 0.3, 0.1]).round(2)

    assert (((total * 100).round().astype("int64")) != frame["score_total"].astype("int64")).any()
