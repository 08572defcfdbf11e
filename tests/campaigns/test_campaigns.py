"""Campaigns, stages, rulings: the explicit machine, order of keys, journal."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from kaohe.audit.models import JournalEntry
from kaohe.audit.services import verify
from kaohe.campaigns import services
from kaohe.campaigns.errors import IllegalTransition, Incomplete, NotAllowed
from kaohe.campaigns.facts import campaign_facts, campaign_scheme
from kaohe.campaigns.models import Campaign, SchemeVersion
from kaohe.campaigns.services.campaigns import TRANSITIONS
from kaohe.register.models import Unit
from kaohe.scheme.errors import SchemeErrors
from tests.campaigns.conftest import World, scheme_source

STATES = list(Campaign.State)


def test_frozen_scheme_keeps_the_order_of_keys(world: World) -> None:
    """PostgreSQL's JSON column would sort them, and bands are written best first."""
    stored = SchemeVersion.objects.get()

    assert ["优秀", "合格", "不合格"] == list(stored.data["grades"]["branch"]["bands"])
    assert ["优秀", "合格", "不合格"] == list(
        campaign_scheme(world.campaign).grades["branch"].bands
    )


def test_same_scheme_is_frozen_once(world: World) -> None:
    again = services.freeze_scheme(scheme_source(), plugin="other", actor="导入")

    assert again.pk == world.campaign.scheme_id
    assert 1 == JournalEntry.objects.filter(action="scheme.freeze").count()


@pytest.mark.parametrize(("before", "after"), list(itertools.product(STATES, STATES)))
def test_only_listed_transitions_happen(world: World, before: str, after: str) -> None:
    Campaign.objects.update(state=before)

    if (before, after) in TRANSITIONS:
        services.change_state(world.campaign, to=after, actor=world.organiser, reason="有理由")
        assert after == Campaign.objects.get().state
    else:
        with pytest.raises(IllegalTransition):
            services.change_state(world.campaign, to=after, actor=world.organiser, reason="有理由")
        assert before == Campaign.objects.get().state


def test_step_back_needs_a_reason(world: World) -> None:
    services.close_campaign(world.campaign, actor=world.organiser)

    with pytest.raises(NotAllowed):
        services.reopen_campaign(world.campaign, actor=world.organiser, reason="")


def test_closed_campaign_takes_nothing_in(world: World) -> None:
    services.close_campaign(world.campaign, actor=world.organiser)

    with pytest.raises(IllegalTransition):
        world.fill(world.self_sheet())
    with pytest.raises(IllegalTransition):
        world.claim()


def test_every_mistake_of_a_new_campaign_is_named(world: World) -> None:
    unit = Unit.objects.create(name="南村")
    before = Campaign.objects.count()

    with pytest.raises(Incomplete) as caught:
        services.create_campaign(
            title=" ",
            scheme=world.campaign.scheme,
            period="",
            subjects=[(unit, "city"), (unit, "village"), (world.subject.unit, "")],
            actor=world.organiser,
        )

    assert ["名称", "考核周期", "南村", "南村", "东村"] == [p.place for p in caught.value.problems]
    assert before == Campaign.objects.count()


def test_parameters_are_checked(world: World) -> None:
    with pytest.raises(SchemeErrors):
        services.create_campaign(
            title="x",
            scheme=world.campaign.scheme,
            period="2025",
            parameters={"first_points": "101"},
            actor=world.organiser,
        )


def test_parameters_reach_the_sheet(world: World) -> None:
    campaign = services.create_campaign(
        title="x",
        scheme=world.campaign.scheme,
        period="2026",
        parameters={"first_points": "30"},
        actor=world.organiser,
    )

    scheme = campaign_scheme(campaign)
    assert 30 == scheme.items["aspects"].items[0].points
    assert 20 == campaign_scheme(world.campaign).items["aspects"].items[0].points


def test_opened_campaign_keeps_its_parameters_and_subjects(world: World) -> None:
    with pytest.raises(IllegalTransition):
        services.set_parameters(world.campaign, {"first_points": "30"}, actor=world.organiser)
    with pytest.raises(IllegalTransition):
        services.set_subjects(world.campaign, [], actor=world.organiser)


def test_stage_opens_closes_and_opens_again(world: World) -> None:
    stage = world.stage("group_stage")
    with pytest.raises(IllegalTransition):
        services.close_stage(stage, actor=world.organiser)

    services.open_stage(stage, due=date(2026, 12, 1), actor=world.organiser)
    with pytest.raises(IllegalTransition):
        services.open_stage(stage, actor=world.organiser)
    services.close_stage(stage, actor=world.organiser)
    services.open_stage(stage, actor=world.organiser, reason="补交")

    assert ("open", date(2026, 12, 1)) == (stage.state, world.stage("group_stage").due)


def test_ruling_stands_once_and_can_be_withdrawn(world: World) -> None:
    wanted = {"kind": "reweight", "target": "debrief", "reason": "不适用"}
    ruling = services.record_ruling(world.subject, actor=world.organiser, **wanted)
    with pytest.raises(IllegalTransition):
        services.record_ruling(world.subject, actor=world.organiser, **wanted)
    assert ["debrief"] == [r.target for r in campaign_facts(world.campaign).rulings]

    services.withdraw_ruling(ruling, actor=world.organiser)
    assert () == campaign_facts(world.campaign).rulings
    with pytest.raises(IllegalTransition):
        services.withdraw_ruling(ruling, actor=world.organiser)


def test_note_is_kept_beside_the_facts(world: World) -> None:
    services.set_note(world.subject, "opinion", "满意率 97%", actor=world.organiser)

    assert {"opinion": "满意率 97%"} == campaign_facts(world.campaign).notes[world.subject.fact_id]


def test_every_change_is_journaled_with_an_actor(world: World) -> None:
    world.open_group_stage()
    world.hand_in_self()
    services.return_sheet(world.self_sheet(), reason="有误", actor=world.assessor)
    services.verify_claim(world.claim(), actor=world.organiser)

    actions = set(JournalEntry.objects.values_list("action", flat=True))
    assert {
        "scheme.freeze", "campaign.create", "campaign.open", "sheets.assign", "stage.open",
        "evidence.add", "sheet.submit", "sheet.return", "claim.create", "claim.hand_in",
        "claim.verified",
    } == actions  # fmt: skip
    assert not JournalEntry.objects.filter(actor="").exists()
    assert verify() is None
