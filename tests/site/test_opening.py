"""Opening a campaign in guided steps, through the pages and with a scheme of the tests."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kaohe.campaigns.models import Campaign, CampaignStage, Sheet
from kaohe.register.models import Group, Role, Unit
from tests.site.conftest import Site, browser, make_account

STEPS = ("units", "parameters", "stages", "people")


def _begin(site: Site, **changes: str) -> Any:
    data = {"scheme": "test.responsibility", "period": "2026", "title": "2026 年度考核"}
    return site.organiser.post("/campaigns/new/", data | changes)


def _step(site: Site, name: str, data: dict[str, str] | None = None) -> Any:
    url = reverse(f"organiser:setup_{name}", args=[site.campaign().pk])
    return site.organiser.get(url) if data is None else site.organiser.post(url, data)


def _units(site: Site, *classes: str) -> dict[str, str]:
    return {f"unit_{u.pk}": c for u, c in zip(site.villages, classes, strict=False)}


def _shown(response: Any) -> dict[str, str]:
    """Every field of a step's form as it was sent to the browser."""
    form = response.context["form"]
    return {bound.html_name: str(bound.value() or "") for bound in form}


def _opened(site: Site) -> Campaign:
    _begin(site)
    _step(site, "units", _units(site, "village", "village"))
    _step(site, "people", {})
    return site.campaign()


def test_campaign_is_opened_by_going_through_the_steps(site: Site) -> None:
    first = _begin(site)
    assert first.headers["Location"] == reverse("organiser:setup_units", args=[site.campaign().pk])
    assert site.campaign().state == Campaign.State.DRAFT

    for name, after in zip(STEPS, (*STEPS[1:], None), strict=True):
        page = _step(site, name)
        assert page.status_code == 200
        saved = _step(site, name, _shown(page) if page.context.get("form") else {})
        assert saved.status_code == 302, saved.content.decode()
        wanted = f"organiser:setup_{after}" if after else "organiser:campaign"
        assert saved.headers["Location"] == reverse(wanted, args=[site.campaign().pk])

    campaign = site.campaign()
    assert campaign.state == Campaign.State.OPEN
    assert sorted(s.title for s in campaign.subjects.all()) == ["东村党支部", "西村党支部"]
    assert {s.group for s in campaign.subjects.all()} == {"village"}
    assert campaign.parameters == {}, "the defaults were left alone"
    mine = Sheet.objects.filter(respondent=site.respondent)
    assert [s.instrument for s in mine] == ["self_sheet"]
    assert Sheet.objects.filter(respondent=site.assessor, instrument="group_sheet").count() == 2


def test_units_are_suggested_by_their_kind_and_the_town_is_left_out(site: Site) -> None:
    _begin(site)

    fields = _shown(_step(site, "units"))

    town = Unit.objects.get(name="某镇党委")
    assert fields == _units(site, "village", "village") | {f"unit_{town.pk}": ""}


@pytest.mark.parametrize(
    ("period", "fault"), [("2026-Q1", "请填年份"), ("20266", "请填年份"), ("", "这个字段是必填项")]
)
def test_period_must_be_of_the_regulations_kind(site: Site, period: str, fault: str) -> None:
    response = _begin(site, period=period)

    text = response.content.decode()
    assert response.status_code == 422
    assert fault in text
    assert 'value="2026 年度考核"' in text, "what was typed stays"
    assert not Campaign.objects.exists()


def test_regulation_that_is_not_offered_is_refused(site: Site) -> None:
    assert _begin(site, scheme="somebody.elses").status_code == 422
    assert not Campaign.objects.exists()


def test_campaign_without_units_is_refused_in_words(site: Site) -> None:
    _begin(site)

    response = _step(site, "units", _units(site, "", ""))

    assert response.status_code == 422
    assert "请至少选择一个" in response.content.decode()
    assert not site.campaign().subjects.exists()


def test_class_of_another_regulation_is_refused(site: Site) -> None:
    _begin(site)

    response = _step(site, "units", _units(site, "village", "university"))

    assert response.status_code == 422
    assert not site.campaign().subjects.exists()


def test_units_can_be_chosen_again_until_the_campaign_opens(site: Site) -> None:
    _begin(site)
    _step(site, "units", _units(site, "village", "village"))

    _step(site, "units", _units(site, "", "office"))

    rows = site.campaign().subjects.all()
    assert [(s.title, s.group) for s in rows] == [("西村党支部", "office")]
    assert _shown(_step(site, "units"))[f"unit_{site.villages[0].pk}"] == ""


def test_parameter_is_kept_and_shown_again(site: Site) -> None:
    _begin(site)

    saved = _step(site, "parameters", {"bonus_on": "mean", "notice_days": "7"})

    assert saved.status_code == 302
    assert site.campaign().parameters == {"bonus_on": "mean", "notice_days": "7"}
    assert _shown(_step(site, "parameters")) == {"bonus_on": "mean", "notice_days": "7"}


@pytest.mark.parametrize(
    "typed", [{"notice_days": "0"}, {"notice_days": "x"}, {"bonus_on": "elsewhere"}, {}]
)
def test_parameter_out_of_bounds_changes_nothing(site: Site, typed: dict[str, str]) -> None:
    _begin(site)

    response = _step(site, "parameters", ({"bonus_on": "mean"} if typed else {}) | typed)

    assert response.status_code == 422
    assert "有内容需要修改" in response.content.decode()
    assert site.campaign().parameters == {}


def test_gap_is_shown_beside_its_parameter(site: Site) -> None:
    _begin(site)

    text = _step(site, "parameters").content.decode()

    assert "没有说明加分加在哪一个分数上" in text
    assert "默认加在考核组得分上" in text


def test_stages_are_kept_in_order(site: Site) -> None:
    _begin(site)
    today = timezone.localdate()
    dates = _shown(_step(site, "stages"))
    backwards = dates | {"group_assessment": f"{today - timedelta(days=1):%Y-%m-%d}"}

    refused = _step(site, "stages", backwards)

    assert refused.status_code == 422
    assert "不能早于前一环节“自查评价”" in refused.content.decode()
    assert not CampaignStage.objects.exclude(due=None).exists()
    assert _step(site, "stages", dates).status_code == 302
    assert not CampaignStage.objects.filter(due=None).exists()


def test_people_step_names_who_has_no_account(site: Site) -> None:
    _begin(site)
    _step(site, "units", _units(site, "village", "village"))

    lines = {x.subject.title: x for x in _step(site, "people").context["lines"]}

    assert lines["东村党支部"].is_ready
    assert lines["东村党支部"].respondents == ("某dongcun",)
    assert lines["东村党支部"].assessors == ("某zuyuan",)
    assert not lines["西村党支部"].is_ready, "it has no respondent"


def test_people_step_names_a_group_member_without_an_account(site: Site) -> None:
    _begin(site)
    _step(site, "units", _units(site, "village"))
    site.assessor.is_active = False
    site.assessor.save()

    line = _step(site, "people").context["lines"][0]

    assert (line.assessors, line.without_account) == ((), ("某zuyuan",))
    assert not line.is_ready


def test_campaign_without_units_cannot_be_opened(site: Site) -> None:
    _begin(site)

    response = _step(site, "people", {})

    assert response.status_code == 302
    assert site.campaign().state == Campaign.State.DRAFT
    page = site.organiser.get(response.headers["Location"]).content.decode()
    assert 'class="note note-bad"' in page


def test_second_click_opens_once(site: Site) -> None:
    campaign = _opened(site)
    sheets = Sheet.objects.count()

    again = _step(site, "people", {})

    assert again.headers["Location"] == reverse("organiser:campaign", args=[campaign.pk])
    assert Sheet.objects.count() == sheets
    assert "准备步骤不能再改" in site.organiser.get(again.headers["Location"]).content.decode()


@pytest.mark.parametrize("name", STEPS)
def test_open_campaign_is_not_prepared_any_more(site: Site, name: str) -> None:
    campaign = _opened(site)
    before = sorted(campaign.subjects.values_list("title", "group"))

    response = _step(site, name, {**_units(site, "", "office"), "notice_days": "9"})

    assert response.headers["Location"] == reverse("organiser:campaign", args=[campaign.pk])
    assert sorted(campaign.subjects.values_list("title", "group")) == before
    assert site.campaign().parameters == {}


def test_campaigns_are_listed_with_what_was_handed_in(site: Site) -> None:
    _opened(site)
    Sheet.objects.filter(respondent=site.respondent).update(state=Sheet.State.SUBMITTED)

    row = site.organiser.get("/campaigns/").context["campaigns"].get()

    assert (row.units, row.sheets, row.handed_in) == (2, 3, 1)


def test_without_any_regulation_the_page_says_what_to_do(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaohe.catalogue.schemes", lambda *names: {})

    text = site.organiser.get("/campaigns/new/").content.decode()

    assert re.search("插件|考核办法", text)
    assert _begin(site).status_code == 422


def test_groups_of_several_people_share_the_units(site: Site) -> None:
    other = make_account("zuyuan2", Role.Kind.ASSESSOR)
    group = Group.objects.get()
    group.memberships.create(person=other.person)

    _opened(site)

    assert Sheet.objects.filter(respondent=other, instrument="group_sheet").count() == 2


def test_auditor_sees_the_campaign_but_prepares_nothing(site: Site) -> None:
    _begin(site)
    auditor = browser(make_account("jiandu", Role.Kind.AUDITOR))
    pk = site.campaign().pk

    assert auditor.get(reverse("organiser:campaign", args=[pk])).status_code == 200
    assert auditor.get(reverse("organiser:setup_units", args=[pk])).status_code == 403
    assert auditor.post(reverse("organiser:setup_people", args=[pk])).status_code == 403
    assert site.campaign().state == Campaign.State.DRAFT
