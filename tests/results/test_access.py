"""Who may open and do what on the result pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from kaohe.campaigns.models import Campaign
from kaohe.results import services
from kaohe.results.models import Notice
from kaohe.results.queries import today
from tests.results.visiting import as_, publish, subject_url

pytestmark = pytest.mark.django_db


PAGES = ("campaign", "decision", "publication")
ALLOWED = {
    "campaign": {"organiser": 200, "decider": 200, "auditor": 200},
    "decision": {"decider": 200},
    "publication": {"organiser": 200, "auditor": 200},
}


@pytest.mark.parametrize("kind", ["organiser", "decider", "auditor", "assessor", "respondent"])
def test_campaign_pages_open_for_their_roles_only(campaign: Campaign, kind: str) -> None:
    client = as_(kind)

    found = {p: client.get(reverse(f"results:{p}", args=[campaign.pk])).status_code for p in PAGES}

    assert found == {p: ALLOWED[p].get(kind, 403) for p in PAGES}


def test_pages_send_strangers_to_the_log_in(campaign: Campaign) -> None:
    urls = [reverse(f"results:{p}", args=[campaign.pk]) for p in PAGES]
    urls += [subject_url(campaign, "甲村党支部", n) for n in ("subject", "subject_json")]

    assert {Client().get(u).status_code for u in urls} == {302}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("organiser", 200),
        ("decider", 200),
        ("auditor", 200),
        ("assessor", 404),
        ("technician", 404),
    ],
)
def test_derivation_opens_for_those_who_may_see_all(
    campaign: Campaign, kind: str, status: int
) -> None:
    client = as_(kind)

    names = ("subject", "subject_json", "subject_text")
    found = {client.get(subject_url(campaign, "甲村党支部", n)).status_code for n in names}

    assert found == {status}


def test_respondent_sees_the_own_unit_only_after_publication(campaign: Campaign) -> None:
    own = campaign.subjects.get(title="甲村党支部")
    client = as_("respondent", own.unit)
    assert client.get(subject_url(campaign, "甲村党支部")).status_code == 404

    publish(campaign)

    assert client.get(subject_url(campaign, "甲村党支部")).status_code == 200
    assert client.get(subject_url(campaign, "乙村党支部")).status_code == 404


def test_assessor_sees_nothing_after_publication_either(campaign: Campaign) -> None:
    publish(campaign)

    assert as_("assessor").get(subject_url(campaign, "甲村党支部")).status_code == 404


def test_own_page_hides_assessors_and_single_forms(campaign: Campaign) -> None:
    publish(campaign)
    unit = campaign.subjects.get(title="丁村党支部").unit
    client = as_("respondent", unit)

    page = client.get(subject_url(campaign, "丁村党支部")).content.decode()
    data = client.get(subject_url(campaign, "丁村党支部", "subject_json")).content.decode()

    assert "考核员" not in page + data
    assert "88.5" not in page + data


@pytest.mark.parametrize(
    ("kind", "name", "allowed"),
    [
        ("organiser", "compute", True), ("decider", "compute", False), ("auditor", "compute", False),
        ("organiser", "verify", True), ("auditor", "verify", True), ("decider", "verify", False),
        ("organiser", "withdraw", True), ("decider", "withdraw", False),
        ("organiser", "finalise", True), ("auditor", "finalise", False),
    ],
)  # fmt: skip
def test_actions_are_for_their_roles(
    campaign: Campaign, kind: str, name: str, allowed: bool
) -> None:
    publish(campaign)

    response = as_(kind).post(reverse(f"results:{name}", args=[campaign.pk]))

    assert response.status_code == (302 if allowed else 403)


def test_actions_do_not_answer_to_get(campaign: Campaign) -> None:
    client = as_("organiser")

    names = ("compute", "verify", "withdraw", "finalise")
    urls = [reverse(f"results:{n}", args=[campaign.pk]) for n in names]

    assert {client.get(u).status_code for u in urls} == {405}


def test_auditor_cannot_publish(campaign: Campaign) -> None:
    proposal = campaign.proposals.first()
    assert proposal is not None
    services.adopt_unflagged(proposal, minutes="1", decided_on=today(), actor="党委")

    as_("auditor").post(
        reverse("results:publication", args=[campaign.pk]), {"title": "x", "starts": today()}
    )

    assert not Notice.objects.exists()


@pytest.mark.parametrize("kind", ["organiser", "auditor"])
def test_only_deciders_waive_and_reweight(campaign: Campaign, kind: str) -> None:
    pk = campaign.subjects.first().pk  # type: ignore[union-attr]
    client = as_(kind)

    for url in (
        reverse("results:waive", args=[pk, "turnout"]),
        reverse("results:reweight", args=[pk, "debrief"]),
    ):
        assert client.post(url, {"reason": "x"}).status_code == 403
