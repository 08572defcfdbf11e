"""Published results of earlier campaigns as facts of later ones."""

from __future__ import annotations

import pytest

from kaohe.results import services
from kaohe.results.facts import facts_for
from kaohe.results.models import Proposal
from kaohe.results.standing import base_of, wanted_by
from kaohe.scoring.facts import Standing
from tests.results.quarters import ACTOR, computed, lists_of, published, run, source

pytestmark = pytest.mark.django_db
FIRST = {"甲": "95", "乙": "80", "丙": "85"}
SECOND = {"甲": "91", "乙": "70", "丙": "92"}


def members(proposal: Proposal, name: str) -> list[str]:
    return [title for title, one in lists_of(proposal, name).items() if one["member"]]


def test_streak_counts_the_published_quarter_before() -> None:
    published(run("2025-Q1", FIRST))

    proposal = computed(run("2025-Q2", SECOND))

    assert members(proposal, "again") == ["乙"]
    sentence = lists_of(proposal, "again")["乙"]["sentence"]
    assert sentence == "列入“灰榜”连续 2 期（含本期）；2024年第四季度没有记录（六4）"


def test_results_that_are_not_published_do_not_count() -> None:
    """The control of the test above."""
    computed(run("2025-Q1", FIRST))

    assert members(computed(run("2025-Q2", SECOND)), "again") == []


def test_missing_quarter_ends_a_streak() -> None:
    published(run("2024-Q4", FIRST))

    assert members(computed(run("2025-Q2", SECOND)), "again") == []


def test_spoken_periods_are_understood() -> None:
    published(run("2024年第四季度", FIRST))

    assert members(computed(run("2025年一季度", SECOND)), "again") == ["乙"]


def test_year_reads_the_quarters_of_the_same_units() -> None:
    published(run("2025-Q1", FIRST))
    published(run("2025-Q3", {**SECOND, "丁": "50"}))
    published(run("2024-Q4", {"甲": "10", "乙": "10"}))

    proposal = computed(run("2025", FIRST, rollup="year"))

    scores = {row.subject.title: row.result["scores"]["total"] for row in proposal.rows.all()}
    assert scores == {"甲": "93.00", "乙": "75.00", "丙": "88.50"}
    assert members(proposal, "last") == ["乙"]


def test_year_without_enough_quarters_has_no_total() -> None:
    published(run("2025-Q1", FIRST))

    proposal = computed(run("2025", FIRST, rollup="year"))

    assert {row.total for row in proposal.rows.all()} == {None}


def test_roll_up_counts_its_own_years() -> None:
    for year, quarters in (("2024", ("2024-Q1", "2024-Q2")), ("2025", ("2025-Q1", "2025-Q2"))):
        for quarter in quarters:
            published(run(quarter, FIRST))
        if year == "2024":
            published(run(year, FIRST, rollup="year"))

    assert members(computed(run("2025", FIRST, rollup="year")), "years") == ["乙"]


def test_history_has_the_decided_grade_and_the_lists() -> None:
    campaign = run("2025-Q1", FIRST)
    proposal = computed(campaign)
    row = proposal.rows.get(subject__title="丙")
    assert row.result["grades"]["grade"]["label"] == "中"
    choices = [
        services.Choice(
            one.pk,
            "grade",
            "好" if one == row else one.result["grades"]["grade"]["label"],
            "补充材料",
        )
        for one in proposal.rows.all()
    ]
    services.decide(
        proposal, choices=choices, minutes="1", decided_on=services.decisions.today(), actor=ACTOR
    )
    campaign.refresh_from_db()
    services.publish(campaign, title="公示", starts=services.decisions.today(), actor=ACTOR)
    later = run("2025-Q2", SECOND)
    name = later.subjects.get(title="丙").fact_id

    found = [one for one in facts_for(later).standing if one.subject == name]

    assert found == [
        Standing(name, "2025-Q1", "", None, "", ()),
        Standing(name, "2025-Q1", "", None, "grade:好", ()),
    ]


def test_what_a_scheme_wants_of_others() -> None:
    year, quarter = source(rollup="year").bind(), source().bind()

    wanted = wanted_by(year, "2025")

    assert set(wanted.scores) == {("test.quarterly", f"2025-Q{n}") for n in (1, 2, 3, 4)}
    assert wanted.scores["test.quarterly", "2025-Q1"] == {("total", "test.quarterly/total")}
    assert wanted.has_history
    assert wanted_by(quarter, "2025-Q1").scores == {}
    assert base_of("township.responsibility") == ""


def test_standing_is_stored_with_the_proposal_and_computes_again() -> None:
    published(run("2025-Q1", FIRST))
    proposal = computed(run("2025-Q2", SECOND))

    assert services.recompute(Proposal.objects.get(pk=proposal.pk)) == []
    stored = Proposal.objects.get(pk=proposal.pk).facts["standing"]
    assert ["grey"] in [row[5] for row in stored]
