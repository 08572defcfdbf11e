"""Claims: a certificate first, another person second, the cap in plain sight."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from kaohe.campaigns import services
from kaohe.campaigns.claims import caps_on
from kaohe.campaigns.errors import IllegalTransition, Incomplete, NotAllowed
from kaohe.campaigns.facts import campaign_facts, campaign_scheme
from kaohe.campaigns.models import Claim
from kaohe.register.models import Role
from tests.campaigns.conftest import World, client_of, make_account, pdf_file, upload


def test_claim_without_certificate_is_a_draft_and_does_not_count(world: World) -> None:
    row = world.claim(files=())

    assert Claim.State.DRAFT == row.state
    with pytest.raises(Incomplete, match="证书"):
        services.hand_in_claim(row, actor=world.respondent)
    assert () == campaign_facts(world.campaign).entries


def test_claim_counts_only_once_verified(world: World) -> None:
    row = world.claim()
    assert ["claimed"] == [e.state for e in campaign_facts(world.campaign).entries]

    services.verify_claim(row, actor=world.organiser)

    (entry,) = campaign_facts(world.campaign).entries
    assert ("verified", Decimal(2), "honour") == (entry.state, entry.quantity, entry.rule)


def test_claim_with_label_counts_times(world: World) -> None:
    row = world.claim(rule="medal", label="金", quantity=Decimal(2), files=())

    assert Claim.State.CLAIMED == row.state, "evidence is optional there"


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": Decimal("20.5")},
        {"quantity": Decimal(0)},
        {"quantity": Decimal("0.001")},
        {"reason": " "},
        {"rule": "nonsense"},
        {"rule": "medal", "label": "铜", "quantity": Decimal(1)},
        {"rule": "medal", "label": "金", "quantity": Decimal("1.5")},
    ],
)
def test_wrong_claim_is_refused_and_nothing_is_kept(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(Incomplete):
        world.claim(**wrong)

    assert not Claim.objects.exists()


def test_claimant_cannot_verify(world: World) -> None:
    row = world.claim()
    Role.objects.create(account=world.respondent, kind=Role.Kind.ORGANISER)

    with pytest.raises(NotAllowed, match="自己申报"):
        services.verify_claim(row, actor=world.respondent)
    with pytest.raises(NotAllowed):
        services.refuse_claim(row, reason="假的", actor=world.respondent)


def test_colleague_of_the_unit_cannot_verify(world: World) -> None:
    row = world.claim()
    unit = world.subject.unit
    both = make_account("both", "孙双", Role.Kind.ORGANISER, Role.Kind.RESPONDENT, unit=unit)

    with pytest.raises(NotAllowed, match="本单位"):
        services.verify_claim(row, actor=both)


def test_label_instead_of_an_account_cannot_verify(world: World) -> None:
    with pytest.raises(NotAllowed):
        services.verify_claim(world.claim(), actor="考核办")


def test_claim_is_judged_once(world: World) -> None:
    row = world.claim()
    services.verify_claim(row, actor=world.organiser)

    with pytest.raises(IllegalTransition):
        services.refuse_claim(row, reason="又看了一遍", actor=world.assessor)


def test_refused_claim_is_put_right_and_handed_in_again(world: World) -> None:
    row = services.refuse_claim(world.claim(), reason="证书不清楚", actor=world.organiser)

    services.update_claim(row, quantity=Decimal(1), reason="先进集体", actor=world.respondent)
    services.add_evidence(row, file=pdf_file("清楚.pdf"), actor=world.respondent)
    row = services.hand_in_claim(row, actor=world.respondent)

    assert (Claim.State.CLAIMED, Decimal(1)) == (row.state, row.quantity)


def test_claim_that_waits_cannot_be_changed(world: World) -> None:
    row = world.claim()

    with pytest.raises(IllegalTransition):
        services.update_claim(row, quantity=Decimal(9), reason="更多", actor=world.respondent)
    with pytest.raises(IllegalTransition):
        services.remove_evidence(row.evidence.get(), actor=world.respondent)


def test_withdrawn_claim_is_a_draft_again_then_gone(world: World) -> None:
    row = services.withdraw_claim(world.claim(), actor=world.respondent)
    assert Claim.State.DRAFT == row.state

    assert Claim.State.WITHDRAWN == services.withdraw_claim(row, actor=world.respondent).state
    assert () == campaign_facts(world.campaign).entries


def test_same_form_twice_is_one_claim(world: World) -> None:
    key = uuid4()

    assert world.claim(key=key).pk == world.claim(key=key).pk
    assert 1 == Claim.objects.count()


def test_cap_is_named(world: World) -> None:
    assert ["考核组得分加分后封顶 60"] == caps_on(campaign_scheme(world.campaign), "honour")


# Pages ------------------------------------------------------------------------------------------


def form_post(world: World, **kw: Any) -> Any:
    data = {"reason": "县先进（县委）", "quantity": "2", "day": "2025-07-01", "key": uuid4()} | kw
    url = reverse("campaigns:claim_new", args=[world.subject.pk, "honour"])
    return client_of(world.respondent).post(url, data)


def test_form_with_certificate_goes_to_the_queue(world: World) -> None:
    form_post(world, files=[pdf_file("证书.pdf")])

    queue = client_of(world.organiser).get(reverse("campaigns:claims")).content.decode()
    assert "县先进（县委）" in queue
    assert "证书.pdf" in queue
    assert "考核组得分加分后封顶 60" in queue


def test_form_with_a_bad_certificate_keeps_the_text_as_draft(world: World) -> None:
    response = form_post(world, files=[upload("证书.pdf", b"<html>")])

    row = Claim.objects.get()
    assert (Claim.State.DRAFT, "县先进（县委）") == (row.state, row.reason)
    assert reverse("campaigns:claim", args=[row.pk]) == response["Location"]


def test_form_with_mistakes_shows_them_and_keeps_what_was_typed(world: World) -> None:
    response = form_post(world, quantity="两分", day="去年")

    text = response.content.decode()
    assert 422 == response.status_code
    for shown in ("县先进（县委）", "两分", "日期写法不对"):
        assert shown in text


def test_claims_of_others_are_not_found(world: World) -> None:
    row = world.claim(files=())
    client = client_of(world.neighbour)

    assert 404 == client.get(reverse("campaigns:claim", args=[row.pk])).status_code
    assert 404 == client.get(reverse("campaigns:unit_claims", args=[row.subject_id])).status_code
    assert 404 == client.post(reverse("campaigns:claim_withdraw", args=[row.pk])).status_code
    assert 403 == client.post(reverse("campaigns:claim_verdict", args=[row.pk])).status_code


def test_assessor_sees_only_claims_of_the_own_units(world: World) -> None:
    row = world.claim()
    stranger = make_account("kao9", "吴九", Role.Kind.ASSESSOR)
    target = reverse("campaigns:claim_verdict", args=[row.pk])

    assert 404 == client_of(stranger).post(target, {"verdict": "verify"}).status_code
    assert 302 == client_of(world.assessor).post(target, {"verdict": "verify"}).status_code
    row.refresh_from_db()
    assert (Claim.State.VERIFIED, world.assessor.pk) == (row.state, row.verified_by_id)


def test_refusing_needs_a_reason(world: World) -> None:
    row = world.claim()
    client = client_of(world.organiser)
    target = reverse("campaigns:claim_verdict", args=[row.pk])

    client.post(target, {"verdict": "refuse", "reason": ""})
    assert Claim.State.CLAIMED == Claim.objects.get().state
    client.post(target, {"verdict": "refuse", "reason": "证书不清楚"})
    assert Claim.State.REFUSED == Claim.objects.get().state


def test_claims_are_asked_for_only_while_the_campaign_is_under_way(world: World) -> None:
    tasks = reverse("campaigns:tasks")
    assert "申报加分" in client_of(world.respondent).get(tasks).content.decode()

    services.close_campaign(world.campaign, actor=world.organiser)
    assert "荣誉加分" not in client_of(world.respondent).get(tasks).content.decode()


def test_what_was_claimed_stays_to_be_seen(world: World) -> None:
    row = world.claim()
    page = reverse("campaigns:unit_claims", args=[world.subject.pk])
    assert "撤回</button>" in client_of(world.respondent).get(page).content.decode()
    services.close_campaign(world.campaign, actor=world.organiser)

    text = client_of(world.respondent).get(reverse("campaigns:tasks")).content.decode()
    assert "查看申报" in text
    text = client_of(world.respondent).get(page).content.decode()
    assert row.reason in text
    assert "撤回</button>" not in text, "nothing can be done about it any more"
