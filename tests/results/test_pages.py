"""Pages: whether every number is there, what they report, and at what cost."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from kaohe.campaigns.models import Campaign, Claim
from kaohe.results import engine, services
from kaohe.results.models import Decision, Proposal
from kaohe.results.queries import today
from kaohe.scoring.derivation import Step
from tests.results.township import ACTOR, A, B, C, D, account, make_campaign
from tests.results.visiting import as_, publish, subject_url

pytestmark = pytest.mark.django_db


def _figures(step: Step) -> set[str]:
    """Every number of a tree as it is stored."""
    found = {f.value for f in step.facts}
    if step.value is not None:
        found.add(f"{step.value:f}")
    found.update(re.findall(r"\d+(?:\.\d+)?", step.formula))
    for child in step.inputs:
        found |= _figures(child)
    return found


@pytest.mark.parametrize("title", ["甲村党支部", "乙村党支部", "丙机关党支部", "丁村党支部"])
def test_page_and_text_contain_every_number_of_the_tree(campaign: Campaign, title: str) -> None:
    client = as_("organiser")
    row = campaign.proposals.get().rows.get(subject__title=title)
    figures = _figures(engine.result_of(row).derivation)
    assert len(figures) > 15

    page = strip_tags(client.get(subject_url(campaign, title)).content.decode())
    text = client.get(subject_url(campaign, title, "subject_text")).content.decode()

    assert {f for f in figures if f not in page} == set()
    assert {f for f in figures if f not in text} == set()


def test_json_is_the_stored_tree(campaign: Campaign) -> None:
    row = campaign.proposals.get().rows.get(subject__title="丁村党支部")

    data = as_("organiser").get(subject_url(campaign, "丁村党支部", "subject_json")).json()

    stored = {k: v for k, v in row.result.items() if k != "papers"}
    assert data["result"] == stored
    assert data["digest"] == row.proposal.digest


def test_format_in_the_query_gives_the_same_downloads(campaign: Campaign) -> None:
    client = as_("organiser")
    url = subject_url(campaign, "丁村党支部")

    for kind, name in (("json", "subject_json"), ("txt", "subject_text")):
        other = client.get(subject_url(campaign, "丁村党支部", name))
        assert client.get(url, {"format": kind}).content == other.content


HOSTILE = "<script>alert(1)</script>"


def test_what_people_typed_is_escaped() -> None:
    unit = replace(
        D, name=f"丁{HOSTILE}", person=HOSTILE,
        bonuses=(("2", HOSTILE, "verified"), ("1", HOSTILE, "refused")),
    )  # fmt: skip
    campaign = make_campaign((unit,))
    Claim.objects.filter(state="refused").update(verdict_reason=HOSTILE)
    services.compute_proposal(campaign, actor=ACTOR)
    notice = publish(campaign)
    pk = campaign.subjects.get().pk
    client = as_("organiser")

    pages = [
        client.get(reverse("results:subject", args=[pk])),
        client.get(reverse("results:campaign", args=[campaign.pk])),
        client.get(reverse("results:notice", args=[notice.slug])),
        client.get(reverse("results:notice_subject", args=[notice.slug, pk])),
    ]

    assert [p.status_code for p in pages] == [200] * 4
    assert not [p for p in pages if HOSTILE in p.content.decode()]
    assert all("&lt;script&gt;" in p.content.decode() for p in pages)


def test_pages_carry_no_inline_style_or_script(campaign: Campaign) -> None:
    """The content policy forbids them."""
    notice = publish(campaign)
    client = as_("organiser")
    pk = campaign.subjects.get(title="丁村党支部").pk

    for url in (
        reverse("results:subject", args=[pk]),
        reverse("results:campaign", args=[campaign.pk]),
        reverse("results:notice", args=[notice.slug]),
        reverse("results:notice_subject", args=[notice.slug, pk]),
    ):
        page = client.get(url).content.decode()
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style", page)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_headings_descend_one_level_at_a_time(campaign: Campaign) -> None:
    page = as_("organiser").get(subject_url(campaign, "丁村党支部")).content.decode()

    levels = [int(n) for n in re.findall(r"<h([1-6])[ >]", page)]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    assert page.count("<table") == page.count("<caption")


def _cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_pages_cost_the_same_for_three_and_for_twenty_six_units() -> None:
    costs = []
    for size in (3, 26):
        units = [replace(A, name=f"{size}-{i}支部") for i in range(size)]
        campaign = make_campaign(units)
        services.compute_proposal(campaign, actor=ACTOR)
        notice = publish(campaign)
        client = Client()
        user = account(f"organiser{size}", "organiser")
        user.roles.create(kind="decider")
        client.force_login(user)
        pk = campaign.subjects.first().pk  # type: ignore[union-attr]
        urls = [
            reverse("results:campaign", args=[campaign.pk]),
            reverse("results:decision", args=[campaign.pk]),
            reverse("results:subject", args=[pk]),
            reverse("results:notice", args=[notice.slug]),
            reverse("results:notice_subject", args=[notice.slug, pk]),
        ]
        costs.append([_cost(client, url) for url in urls])

    assert costs[0] == costs[1]
    assert max(costs[1]) <= 40


def test_decision_page_reports_everything_and_loses_nothing(campaign: Campaign) -> None:
    client = as_("decider")
    row = campaign.proposals.get().rows.get(subject__title="甲村党支部")
    url = reverse("results:decision", args=[campaign.pk])

    response = client.post(
        url,
        {
            "proposal": "1", "minutes": "", "decided_on": "2099-01-01",
            f"g.{row.pk}.branch": "良好", f"r.{row.pk}.branch": "",
            f"g.{row.pk}.secretary": "一般", f"r.{row.pk}.secretary": "已写的理由",
        },
    )  # fmt: skip

    page = response.content.decode()
    assert response.status_code == 422
    assert "没有保存，请先处理以下 3 处" in page
    assert "已写的理由" in page
    assert not Decision.objects.exists()


def test_decision_page_takes_a_meeting(campaign: Campaign) -> None:
    client = as_("decider")
    url = reverse("results:decision", args=[campaign.pk])
    meeting = {"proposal": "1", "minutes": "纪要1号", "decided_on": today().isoformat()}

    response = client.post(url, meeting | {"adopt_all": "1"})

    assert response.status_code == 302
    assert Decision.objects.count() == 8


def test_decision_on_a_page_that_is_out_of_date_is_refused(campaign: Campaign) -> None:
    services.compute_proposal(campaign, actor=ACTOR)

    response = as_("decider").post(
        reverse("results:decision", args=[campaign.pk]),
        {"proposal": "1", "minutes": "1", "decided_on": today().isoformat(), "adopt_all": "1"},
    )

    assert response.status_code == 422
    assert "测算结果已经更新" in response.content.decode()


def test_missing_parts_are_listed_by_who_owes_them() -> None:
    campaign = make_campaign(
        (A, replace(B, own=None), replace(C, sheets=()), replace(D, tally={}, turnout={}))
    )
    services.compute_proposal(campaign, actor=ACTOR)

    response = as_("organiser").get(reverse("results:campaign", args=[campaign.pk]))

    found = {
        who: [title for _, units in items for title, _ in units]
        for who, items in response.context["owed"]
    }
    assert found == {
        "填报单位": ["乙村党支部"],
        "考核组": ["丙机关党支部"],
        "考核办（测评、评议尚未封存或没有有效票）": ["丁村党支部"],
    }


def test_faulty_facts_are_all_reported_and_nothing_is_stored() -> None:
    campaign = make_campaign((replace(A, turnout={"returned": 10}), replace(B, own="101")))

    response = as_("organiser").post(reverse("results:compute", args=[campaign.pk]), follow=True)

    text = strip_tags(response.content.decode())
    assert "甲村党支部" in text
    assert "乙村党支部" in text
    assert not Proposal.objects.exists()


def test_public_json_holds_no_more_than_the_page(campaign: Campaign) -> None:
    notice = publish(campaign)
    pk = campaign.subjects.get(title="丁村党支部").pk

    data = Client().get(reverse("results:notice_json", args=[notice.slug, pk])).json()

    assert set(data["result"]["scores"]) == {"target", "ballot", "debrief", "total"}
    assert "考核员" not in json.dumps(data, ensure_ascii=False)
    assert "papers" not in data["result"]


def test_units_of_another_notice_are_not_found(campaign: Campaign) -> None:
    notice = publish(campaign)

    assert (
        Client().get(reverse("results:notice_subject", args=[notice.slug, 999999])).status_code
        == 404
    )
