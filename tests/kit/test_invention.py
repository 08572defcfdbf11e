"""Made-up facts are valid, repeatable, and reach the corners."""

from __future__ import annotations

import pytest

from kaohe import catalogue
from kaohe.kit.invention import invented_facts, made_up_facts, without_refused
from kaohe.scheme.reading import SchemeSource
from kaohe.scoring import compile_scheme, validate_facts
from kaohe.scoring.facts import TOTAL, Facts, Mark, Subject
from tests.kit.schemes import ruled, shipped, small

SOURCES = {"small": small(), **shipped()}


@pytest.mark.parametrize("shape", ["plausible", "wild"])
@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_nothing_made_up_is_refused(source: SchemeSource, shape: str) -> None:
    scheme = source.bind(operators=catalogue.syntaxes())

    for seed in range(6):
        facts = invented_facts(scheme, seed, subjects=9, shape=shape)  # type: ignore[arg-type]
        assert [] == [str(p) for p in validate_facts(scheme, facts)]


def test_same_seed_gives_the_same_facts() -> None:
    scheme = ruled().bind()

    assert made_up_facts(scheme, 5) == made_up_facts(scheme, 5)
    assert made_up_facts(scheme, 5) != made_up_facts(scheme, 6)


def test_more_subjects_leave_the_first_as_they_were() -> None:
    scheme = small().bind()

    few, many = made_up_facts(scheme, 1, subjects=3), made_up_facts(scheme, 1, subjects=8)

    assert few.subjects == many.subjects[:3]
    kept = {s.id for s in few.subjects}
    assert few.marks == tuple(m for m in many.marks if m.subject in kept)


def test_wild_facts_reach_the_edges_and_leave_holes() -> None:
    scheme = small().bind()
    plan = compile_scheme(scheme)
    facts = [made_up_facts(scheme, seed, subjects=20, shape="wild") for seed in range(5)]
    values = {m.value for one in facts for m in one.marks if m.item == "duty"}
    results = [s for one in facts for s in plan.score(one).subjects]

    assert {0, 60} <= values
    assert any(m.item == TOTAL for one in facts for m in one.marks)
    missing = sum(s.scores["total"] is None for s in results)
    assert 0 < missing < len(results) / 2
    assert {e.state for one in facts for e in one.entries} > {"verified", "refused"}


def test_rows_the_checks_refuse_are_left_out() -> None:
    """Negative control: a mark beyond its maximum does not survive."""
    scheme = small().bind()
    good = Mark("s", "sheet", "", "duty", scheme.items["work"].items[0].points or 0)  # type: ignore[arg-type]
    bad = Mark("s", "sheet", "", "team", good.value)
    facts = Facts((Subject("s", "某单位"),), (good, bad))

    assert without_refused(scheme, facts).marks == (good,)
