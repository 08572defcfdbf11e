"""The assessor's pages: a reason for each deduction, nobody's figures before one's own are in."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kaohe.campaigns import services
from kaohe.campaigns.models import Sheet, SheetRevision
from kaohe.register.models import GroupMember, Role
from tests.campaigns.conftest import ITEMS, World, client_of, make_account
from tests.campaigns.test_wizard import queries_of


@pytest.fixture
def client(world: World) -> Client:
    """An assessor's browser, the group's stage open."""
    world.open_group_stage()
    return client_of(world.assessor)


def url(world: World) -> str:
    return reverse("campaigns:score", args=[world.group_sheet().pk])


def post(world: World, client: Client, marks: dict[str, Any], **kw: Any) -> Any:
    data = {"version": kw.pop("version", world.group_sheet().version), "key": uuid4()} | kw
    return client.post(url(world), data | {f"all-mark_{k}": v for k, v in marks.items()})


def test_deduction_without_reason_is_saved_but_not_submitted(world: World, client: Client) -> None:
    response = post(world, client, {**ITEMS, "duty": 19}, goto="submit")

    assert 422 == response.status_code
    assert "扣了 1 分，没有写理由" in response.content.decode()
    sheet = world.group_sheet()
    assert ("19", Sheet.State.DRAFT) == (sheet.data["marks"]["duty"], sheet.state)


def test_deduction_with_reason_is_submitted(world: World, client: Client) -> None:
    response = post(
        world, client, {**ITEMS, "duty": 19}, goto="submit", **{"all-reason_duty": "少一次会议"}
    )

    assert 302 == response.status_code
    assert Sheet.State.SUBMITTED == world.group_sheet().state
    assert "已提交" in client.get(response["Location"]).content.decode()


def test_same_form_twice_is_one_submission(world: World, client: Client) -> None:
    key, version = uuid4(), world.group_sheet().version

    for _ in range(2):
        response = post(world, client, ITEMS, goto="submit", key=key, version=version)
        assert 302 == response.status_code

    assert 1 == SheetRevision.objects.count()


def test_self_marks_are_shown_only_once_handed_in(world: World, client: Client) -> None:
    world.fill(world.self_sheet(), {"duty": "17.5"})
    assert "17.50" not in client.get(url(world)).content.decode()

    world.hand_in_self({**ITEMS, "duty": "17.5"})

    assert "17.50" in client.get(url(world)).content.decode()


def test_colleagues_figures_are_shown_only_after_ones_own(world: World, client: Client) -> None:
    other = world.fill(world.group_sheet(world.colleague), {**ITEMS, "files": "4.57"})
    other = services.save_draft(
        other, version=other.version, changes={"reasons": {"files": "缺"}}, actor=world.colleague
    )
    services.submit_sheet(other, version=other.version, key=uuid4(), actor=world.colleague)
    for page in (url(world), reverse("campaigns:units")):
        text = client.get(page).content.decode()
        assert "59.57" not in text
        assert "4.57" not in text

    post(world, client, ITEMS, goto="submit")

    assert "59.57" in client.get(url(world)).content.decode()


def test_colleagues_sheet_is_not_found(world: World, client: Client) -> None:
    other = world.group_sheet(world.colleague)

    for name in ("score", "sheet_view", "sheet_evidence", "return"):
        assert 404 == client.get(reverse(f"campaigns:{name}", args=[other.pk])).status_code


def test_assessor_returns_the_self_sheet_with_reason(world: World, client: Client) -> None:
    world.hand_in_self()
    target = reverse("campaigns:return", args=[world.self_sheet().pk])

    assert 422 == client.post(target, {"reason": " "}).status_code
    assert 302 == client.post(target, {"reason": "请补充履职说明"}).status_code

    assert Sheet.State.RETURNED == world.self_sheet().state
    tasks = client_of(world.respondent).get(reverse("campaigns:tasks")).content.decode()
    assert "请补充履职说明" in tasks


def test_assessor_cannot_unsubmit_but_organiser_can_return(world: World, client: Client) -> None:
    post(world, client, ITEMS, goto="submit")
    target = reverse("campaigns:return", args=[world.group_sheet().pk])

    assert 404 == client.post(target, {"reason": "想改"}).status_code
    assert 302 == client_of(world.organiser).post(target, {"reason": "请核对"}).status_code
    assert Sheet.State.RETURNED == world.group_sheet().state


def test_stage_that_is_not_open_refuses_and_keeps_what_was_typed(world: World) -> None:
    response = post(world, client_of(world.assessor), {"duty": 3}, **{"all-reason_duty": "因为"})

    assert 409 == response.status_code
    assert "因为" in response.content.decode()
    assert {} == world.group_sheet().data


def test_conflict_gives_a_merge_page(world: World, client: Client) -> None:
    post(world, client, {"duty": 3}, version=0)

    response = post(world, client, {"duty": 4}, version=0)

    assert 409 == response.status_code
    assert {"duty": "3"} == world.group_sheet().data["marks"]


def test_member_of_the_units_own_is_left_out(world: World) -> None:
    unit = world.subject.unit
    both = make_account("both", "孙双", Role.Kind.ASSESSOR, Role.Kind.RESPONDENT, unit=unit)
    GroupMember.objects.create(group=unit.groups.get(), person=both.person)

    out = services.assign_from_groups(world.campaign, actor=world.organiser)

    assert ["孙双（东村）"] == out.recused
    titles = [s.subject.title for s in Sheet.objects.filter(respondent=both)]
    assert ["西村"] == titles


def test_assignment_twice_adds_nothing(world: World) -> None:
    before = Sheet.objects.count()

    assert 0 == services.assign_from_groups(world.campaign, actor=world.organiser).created
    assert before == Sheet.objects.count()


def test_units_page_costs_the_same_for_one_and_for_many(world: World, client: Client) -> None:
    page = reverse("campaigns:units")
    client.get(page)
    two = queries_of(client, page)
    Sheet.objects.filter(subject=world.other_subject).delete()

    assert two == queries_of(client, page)


def test_tasks_page_costs_the_same_for_one_and_for_three_campaigns(world: World) -> None:
    client, page = client_of(world.respondent), reverse("campaigns:tasks")
    client.get(page)
    one = queries_of(client, page)
    for n in range(2):
        campaign = services.create_campaign(
            title=f"第 {n} 次",
            scheme=world.campaign.scheme,
            period="2026",
            subjects=[(world.subject.unit, "village")],
            actor=world.organiser,
        )
        services.open_campaign(campaign, actor=world.organiser)
        services.assign_from_groups(campaign, actor=world.organiser)

    assert one == queries_of(client, page)


def test_enter_key_never_hands_in_nor_verifies(world: World, client: Client) -> None:
    """Enter in a text field presses the first button of its form."""
    world.claim()
    first = {
        url(world): 'name="goto" value=""',
        reverse("campaigns:claims"): 'name="verdict" value="refuse"',
    }
    for page, wanted in first.items():
        text = client.get(page).content.decode()
        form = text[text.index("<main") :]
        button = form[form.index("<button") :].split(">")[0]
        assert wanted in button
    page = reverse("campaigns:step", args=[world.self_sheet().pk, "1"])
    text = client_of(world.respondent).get(page).content.decode()
    form = text[text.index("<main") :]
    assert 'value="stay"' in form[form.index("<button") :].split(">")[0]
