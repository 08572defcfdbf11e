"""The next period's campaign: one per period, made from the last."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kaohe.campaigns import services
from kaohe.campaigns.errors import IllegalTransition
from kaohe.campaigns.models import Campaign
from kaohe.register.models import Office
from tests.campaigns.conftest import client_of
from tests.campaigns.test_persons import Town


@pytest.fixture
def town(db: None, media: Any) -> Town:
    """A half-year under way."""
    return Town()


def test_next_period_keeps_method_parameters_and_subjects(town: Town) -> None:
    town.campaign.title = "2026年上半年考核"
    made, left_out = services.next_campaign(town.campaign, actor=town.organiser)

    assert ("2026-H2", "2026年下半年考核", town.campaign.scheme_id, Campaign.State.DRAFT) == (
        made.period, made.title, made.scheme_id, made.state,
    )  # fmt: skip
    fields = ("title", "kind", "group", "holder", "unit", "key")
    assert list(town.campaign.subjects.values_list(*fields)) == list(
        made.subjects.values_list(*fields)
    )
    assert () == left_out
    assert not made.subjects.filter(sheets__isnull=False).exists()


def test_those_who_left_are_named_and_left_out(town: Town) -> None:
    Office.objects.filter(person=town.deputy.person).update(until=timezone.localdate())
    town.units["西村"].active = False
    town.units["西村"].save()

    made, left_out = services.next_campaign(town.campaign, actor=town.organiser)

    assert {"西村", "孙中（东村）", "王西（西村）"} == set(left_out)
    assert {"东村", "李东"} == set(made.subjects.values_list("title", flat=True))


def test_one_campaign_per_period(town: Town) -> None:
    services.next_campaign(town.campaign, actor=town.organiser)

    with pytest.raises(IllegalTransition, match="2026年下半年的考核已经有了"):
        services.next_campaign(town.campaign, actor=town.organiser)
    assert 2 == Campaign.objects.count()


@pytest.mark.parametrize(
    ("period", "following"),
    [("2026-12", "2027-01"), ("2026-Q4", "2027-Q1"), ("2026", "2027"), ("2026-H2", "2027-H1")],
)
def test_years_end(town: Town, period: str, following: str) -> None:
    town.campaign.period = period

    assert following == services.next_campaign(town.campaign, actor="x").campaign.period


def test_period_nobody_can_count_is_refused(town: Town) -> None:
    town.campaign.period = "第一批"

    with pytest.raises(IllegalTransition, match="推算不出下一期"):
        services.next_campaign(town.campaign, actor=town.organiser)


def test_button_leads_to_the_set_up_and_says_who_is_missing(town: Town) -> None:
    Office.objects.filter(person=town.deputy.person).update(until=timezone.localdate())
    browser = client_of(town.organiser)
    target = reverse("campaigns:next", args=[town.campaign.pk])

    text = browser.post(target, follow=True).content.decode()
    assert "孙中（东村）" in text
    assert "选择考核对象" in text
    assert "已经有了" in browser.post(target, follow=True).content.decode()
    assert 403 == client_of(town.deputy).post(target).status_code


def test_tasks_show_the_stages_with_their_last_days(town: Town) -> None:
    stage = town.campaign.stages.get(key="check")
    services.set_due(stage, due=timezone.localdate(), actor=town.organiser)

    text = client_of(town.deputy).get(reverse("campaigns:tasks")).content.decode()

    today = timezone.localdate()
    assert f"{today.year}年{today.month}月{today.day}日截止" in text
