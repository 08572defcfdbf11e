"""Comparisons, lists, quotas and streaks on data frames equal the derivations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaohe.scoring import compile_scheme
from kaohe.scoring.bulk import bulk_score
from kaohe.scoring.facts import Facts, Mark, Ruling, Standing
from kaohe.scoring.frame_outcomes import names_of
from kaohe.scoring.frames import score_frames
from kaohe.testing.frames import frame_differences, installed_engines, native_tables
from tests.scoring.outcome_schemes import facts_of, with_outcomes

ENGINES = installed_engines()
FIGURES = ["60", "79.99", "80", "85.5", "90", "90.01", "97", None]

OUTCOMES: dict[str, Any] = {
    "grades": {
        "grade": {
            "title": "类别", "subject": "branch", "of": "total",
            "bands": {"好": "90", "较好": "80", "一般": "60"},
            "limits": [{"when": {"entries": "breach", "at_least": 1}, "at_most": "较好"}],
            "quotas": [
                {"label": "好", "share": 34, "moves_to": "较好", "within": "class"},
                {"label": "较好", "share": 60, "moves_to": "一般", "of": "roll"},
            ],
        },
        "leader": {"title": "书记", "subject": "branch", "follows": "grade"},
    },
    "lists": {
        "red": {"title": "红", "first": 2, "gives_way_to": ["grey"], "barred_by": ["breach"]},
        "grey": {"title": "灰", "last": 1, "within": "unit"},
        "best": {"title": "优", "best_share": 40, "within": "class", "at_least": 80},
        "good": {"title": "好", "grade": "grade", "labels": ["好"]},
    },
    "streaks": {
        "again": {"title": "连续", "list": "grey", "times": 2},
        "held": {"title": "保持", "grade": "grade", "labels": ["好", "较好"], "times": 3},
    },
    "rank_within": "unit",
}  # fmt: skip


@st.composite
def outcome_facts(draw: st.DrawFn) -> Facts:
    """Branches and their members, a past, findings, exemptions."""
    keys = [f"k{n}" for n in range(draw(st.integers(1, 9)))]
    pick = st.sampled_from
    groups = {key: draw(pick("xym")) for key in keys}
    units = {k: draw(pick(["k0", "支部k0", "别处", "", "k99"])) for k in keys if groups[k] == "m"}
    past = [
        Standing(
            key, period, draw(pick(["", "total", "other/total"])), None,
            draw(pick(["", "好", "grade:较好", "leader:好", "一般"])),
            draw(pick([(), ("grey",), ("grey", "red"), ("red",)])),
        )
        for key in keys
        for period in ("2024", "2023")
        if draw(st.booleans())
    ]  # fmt: skip
    targets = pick(["grade", "leader", "red", "grey", "again"])
    rulings = [
        Ruling(key, "exempt", draw(targets), "决定") for key in keys[:2] if draw(st.booleans())
    ]
    return facts_of(
        {key: draw(pick(FIGURES)) for key in keys}, groups=groups, units=units,
        breaches=[key for key in keys if draw(st.integers(0, 3)) == 0],
        rulings=rulings, standing=past,
    )  # fmt: skip


SLOW = settings(
    deadline=None, max_examples=8,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@SLOW
@given(facts=outcome_facts())
def test_engine_conforms_on_outcomes(engine: str, facts: Facts) -> None:
    plan = compile_scheme(with_outcomes(**OUTCOMES))

    assert frame_differences(plan, facts, engine) == []


@pytest.mark.parametrize("engine", ENGINES)
@SLOW
@given(facts=outcome_facts())
def test_exemption_without_other_outcomes_is_seen(engine: str, facts: Facts) -> None:
    grades = {key: {**OUTCOMES["grades"][key], "quotas": []} for key in ("grade", "leader")}
    plan = compile_scheme(with_outcomes(grades=grades, lists=_named(), streaks=_named_streak()))

    assert frame_differences(plan, facts, engine) == []


def _named() -> dict[str, Any]:
    return {key: {"title": key, "below": 0} for key in ("red", "grey")}


def _named_streak() -> dict[str, Any]:
    return {"again": {"title": "连续", "list": "grey", "times": 2}}


COMPARISONS: dict[str, Any] = {
    f"ranked_{within}": {
        "title": within,
        "rank_points": {"of": "sheet_score", "points": {"1": 10, "3": 5}, "within": within},
    }
    for within in ("all", "class", "unit")
} | {
    f"to_{to}_{within}": {
        "title": to, "relative": {"of": "sheet_score", "to": to, "points": 40, "within": within},
    }
    for to in ("best", "mean")
    for within in ("all", "class", "unit")
} | {
    "sheet_score": {"title": "表", "sheet": "sheet"},
    "rated": {"title": "各评委名次", "rater_rank": {"sheet": "sheet", "points": {"1": 10, "2": 6}}},
    "unit": {"title": "单位", "unit_score": {"of": "sheet_score"}},
    "total": {
        "title": "总分",
        "sum": [
            {"score": "ranked_class", "missing": "skip"}, {"score": "to_best_all", "missing": "skip"},
            {"score": "unit", "missing": "skip"}, {"rank_points": {
                "of": "to_mean_unit", "top": 20, "step": 3, "least": 1}, "missing": "skip"},
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@SLOW
@given(data=st.data())
def test_engine_conforms_on_comparisons(engine: str, data: st.DataObject) -> None:
    base = data.draw(outcome_facts())
    more = tuple(
        Mark(one.id, "sheet", f"r{number}", "*", Decimal(data.draw(st.integers(0, 100))))
        for one in base.subjects
        for number in range(data.draw(st.integers(0, 2)))
    )
    facts = Facts(base.subjects, (*base.marks, *more))
    plan = compile_scheme(with_outcomes(scores=COMPARISONS))

    assert frame_differences(plan, facts, engine) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_bulk_run_scores_the_chosen_ones_again_as_if_they_were_all(engine: str) -> None:
    scores = {f"k{n}": f"{60 + n % 40}.{n % 10}" for n in range(200)}
    groups = {key: "xy"[n % 2] for n, key in enumerate(scores)}
    facts = facts_of(scores, groups=groups, breaches=["k3", "k44"])
    plan = compile_scheme(with_outcomes(**{**OUTCOMES, "rank_within": "class"}))
    tables = native_tables(facts, engine, decimals=2)

    result = bulk_score(plan, **tables, period="2025", seed=1, sample=60)

    assert result.recheck.is_equal, result.recheck.differing
    assert 60 <= result.recheck.rederived < 200


def test_order_of_a_duckdb_table_is_kept() -> None:
    if "duckdb" not in ENGINES:
        pytest.skip("duckdb is not installed")
    facts = facts_of(dict.fromkeys(("c", "a", "b"), "80"))
    plan = compile_scheme(with_outcomes(lists={"low": {"title": "低", "below": 90}}))

    frame = score_frames(plan, **native_tables(facts, "duckdb", decimals=2))

    assert list(frame["subject"]) == ["c", "a", "b"]
    assert list(frame["score_total"]) == [8000, 8000, 8000]


@pytest.mark.parametrize(
    ("cell", "names"),
    [("", ()), (None, ()), (float("nan"), ()), ("red,grey", ("red", "grey")),
     ("red，grey、x", ("red", "grey", "x")), (["red"], ("red",))],
)  # fmt: skip
def test_lists_in_a_cell(cell: object, names: tuple[str, ...]) -> None:
    assert names_of(cell) == names
