"""The organiser's overview: who is late, what is complete, stages, polls, one unit's page."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kaohe.ballots.models import Poll
from kaohe.campaigns import services
from kaohe.campaigns.facts import campaign_scheme, version_scheme
from kaohe.campaigns.models import Campaign, CampaignSubject, Claim, RulingRecord, Sheet
from kaohe.register.models import Role, Unit
from kaohe.results.facts import poll_reference
from kaohe.results.models import RecordedVote
from kaohe.site.organiser.overview import SubjectLine, build_overview
from kaohe.site.organiser.polls import poll_definition, prepare_polls
from tests.results.township import ACTOR, frozen_scheme
from tests.site.conftest import Site, browser, make_account

SECRET = ("vote", "debrief_form")


@pytest.fixture
def campaign(site: Site) -> Campaign:
    """Both villages under way; the first stage open."""
    row = services.create_campaign(
        title="2026 年度考核",
        scheme=frozen_scheme(),
        period="2026",
        subjects=[(u, "village") for u in site.villages],
        actor=ACTOR,
    )
    services.open_campaign(row, actor=ACTOR)
    services.assign_from_groups(row, actor=ACTOR)
    return Campaign.objects.select_related("scheme").get(pk=row.pk)


def _line(campaign: Campaign, title: str = "东村党支部") -> SubjectLine:
    return next(x for x in build_overview(campaign).lines if x.subject.title == title)


def _subject(campaign: Campaign, title: str = "东村党支部") -> CampaignSubject:
    return campaign.subjects.select_related("campaign__scheme", "unit").get(title=title)


def _hand_in(campaign: Campaign, title: str = "东村党支部") -> None:
    Sheet.objects.filter(subject__campaign=campaign, subject__title=title).update(
        state=Sheet.State.SUBMITTED
    )


def _due(campaign: Campaign, key: str, days: int) -> None:
    day = timezone.localdate() + timedelta(days=days)
    campaign.stages.filter(key=key).update(due=day)


def _seal(campaign: Campaign, title: str = "东村党支部") -> None:
    prepare_polls(campaign, instruments=list(SECRET), actor=ACTOR)
    reference = f"c{campaign.pk}.s{_subject(campaign, title).pk}."
    Poll.objects.filter(reference__startswith=reference).update(state=Poll.State.SEALED)


def test_unit_is_late_after_the_last_day_of_its_stage(campaign: Campaign) -> None:
    _due(campaign, "self_assessment", 0)
    assert not _line(campaign).is_late, "the last day itself is not late"

    _due(campaign, "self_assessment", -1)

    assert _line(campaign).is_late
    assert [s.late for s in _line(campaign).sheets] == [True, False]
    _hand_in(campaign)
    assert not _line(campaign).is_late
    assert _line(campaign, "西村党支部").is_late


def test_poll_is_late_until_it_is_sealed(campaign: Campaign) -> None:
    _due(campaign, "ballot", -1)
    assert [p.late for p in _line(campaign).polls] == [True, False]

    _seal(campaign)

    assert not _line(campaign).is_late
    assert _line(campaign, "西村党支部").is_late


def test_unit_is_complete_with_sheets_polls_and_no_waiting_claim(campaign: Campaign) -> None:
    _hand_in(campaign)
    assert not _line(campaign).is_complete, "its polls are missing"
    _seal(campaign)
    assert _line(campaign).is_complete

    Claim.objects.create(
        subject=_subject(campaign), rule="honour", quantity=Decimal(1), reason="先进",
        state=Claim.State.CLAIMED, claimed_at=timezone.now(),
    )  # fmt: skip

    assert not _line(campaign).is_complete
    assert _line(campaign).waiting_claims == 1
    assert build_overview(campaign).waiting_claims == 1


def test_unit_without_anybody_to_fill_in_is_not_complete(campaign: Campaign) -> None:
    """The second village has no respondent: nothing handed in out of nothing is not complete."""
    _hand_in(campaign, "西村党支部")
    _seal(campaign, "西村党支部")

    line = _line(campaign, "西村党支部")

    assert [(s.done, s.expected) for s in line.sheets] == [(0, 0), (1, 1)]
    assert not line.is_complete


def test_votes_of_a_record_stand_for_a_poll(campaign: Campaign) -> None:
    for poll in SECRET:
        RecordedVote.objects.create(
            subject=_subject(campaign), poll=poll, aspect="duty", option="优秀", count=9
        )
    _hand_in(campaign)

    assert _line(campaign).is_complete
    assert [p.recorded for p in _line(campaign, "西村党支部").polls] == [False, False]


def test_returned_sheet_is_shown_as_returned(campaign: Campaign) -> None:
    Sheet.objects.filter(respondent__username="dongcun").update(state=Sheet.State.RETURNED)

    assert [s.returned for s in _line(campaign).sheets] == [True, False]


def test_page_shows_figures_and_filters(site: Site, campaign: Campaign) -> None:
    _due(campaign, "self_assessment", -1)
    _hand_in(campaign)
    _seal(campaign)
    url = reverse("organiser:campaign", args=[campaign.pk])

    def names(query: str) -> list[str]:
        return [x.subject.title for x in site.organiser.get(url + query).context["lines"]]

    assert names("") == ["东村党支部", "西村党支部"]
    assert names("?only=late") == ["西村党支部"]
    assert names("?only=open") == ["西村党支部"]
    assert names("?only=nonsense") == ["东村党支部", "西村党支部"]
    text = site.organiser.get(url).content.decode()
    assert "<span>已齐</span><b>1</b>" in text
    assert "<span>逾期</span><b>1</b>" in text


def test_overview_asks_as_often_for_many_units_as_for_few(site: Site, campaign: Campaign) -> None:
    with CaptureQueriesContext(connection) as few:
        build_overview(campaign)
    for number in range(12):
        unit = Unit.objects.create(name=f"第{number}村党支部", kind="村", order=50 + number)
        CampaignSubject.objects.create(
            campaign=campaign, unit=unit, title=unit.name, group="village", key=f"u{unit.pk}"
        )

    with CaptureQueriesContext(connection) as many:
        assert len(build_overview(campaign).lines) == 14

    assert len(many) == len(few)


def test_stage_is_opened_and_closed(site: Site, campaign: Campaign) -> None:
    stage = campaign.stages.get(key="group_assessment")
    url = reverse("organiser:stage", args=[campaign.pk, stage.pk])

    site.organiser.post(url, {"to": "open"})
    stage.refresh_from_db()
    assert stage.state == stage.State.OPEN
    response = site.organiser.post(url, {"to": "open"}, follow=True)
    assert "已经在进行" in response.content.decode()

    site.organiser.post(url, {"to": "closed"})
    stage.refresh_from_db()
    assert stage.state == stage.State.CLOSED


def test_stage_of_another_campaign_is_not_found(site: Site, campaign: Campaign) -> None:
    stage = campaign.stages.get(key="group_assessment")
    other = services.create_campaign(
        title="另一次", scheme=campaign.scheme, period="2027", actor=ACTOR
    )

    response = site.organiser.post(reverse("organiser:stage", args=[other.pk, stage.pk]))

    assert response.status_code == 404


def test_polls_are_prepared_once_for_each_unit(site: Site, campaign: Campaign) -> None:
    url = reverse("organiser:polls", args=[campaign.pk])
    assert site.organiser.get(url).status_code == 200

    first = site.organiser.post(url, {"instrument": ["vote", "no-such"]}, follow=True)
    again = site.organiser.post(url, {"instrument": list(SECRET)}, follow=True)
    last = site.organiser.post(url, {"instrument": list(SECRET)}, follow=True)

    assert "新建了 2 场测评" in first.content.decode()
    assert "新建了 2 场测评" in again.content.decode()
    assert "都已建好" in last.content.decode()
    wanted = {poll_reference(campaign.pk, s.pk, k) for s in campaign.subjects.all() for k in SECRET}
    assert set(Poll.objects.values_list("reference", flat=True)) == wanted


def test_polls_of_a_campaign_that_is_not_under_way_are_refused(
    site: Site, campaign: Campaign
) -> None:
    services.close_campaign(campaign, actor=ACTOR)

    url = reverse("organiser:polls", args=[campaign.pk])
    response = site.organiser.post(url, {"instrument": ["vote"]}, follow=True)

    assert "不在进行中" in response.content.decode()
    assert not Poll.objects.exists()


def test_ballot_has_the_regulations_aspects_and_options(campaign: Campaign) -> None:
    scheme = campaign_scheme(campaign)

    ballot = poll_definition(scheme, "vote", _subject(campaign))
    form = poll_definition(scheme, "debrief_form", _subject(campaign))

    assert [a["id"] for a in ballot["aspects"]] == [i.id for i in scheme.items["aspects"].items]
    assert ballot["options"][0] == {"label": "优秀", "points": "100"}
    assert ballot["strata"] == {"member": "党员代表", "resident": "群众代表"}
    assert "东村党支部" in ballot["unit"]
    assert [s["id"] for s in form["scores"]] == ["team", "secretary"]
    assert form["texts"] == [{"id": "best", "title": "亮点"}]
    with pytest.raises(ValueError, match="self_sheet"):
        poll_definition(scheme, "self_sheet", _subject(campaign))


def _ruling(site: Site, campaign: Campaign, data: dict[str, Any]) -> Any:
    url = reverse("organiser:ruling", args=[campaign.pk, _subject(campaign).pk])
    return site.organiser.post(url, data, follow=True)


def test_ruling_is_recorded_and_withdrawn(site: Site, campaign: Campaign) -> None:
    done = _ruling(site, campaign, {"what": "reweight:debrief", "reason": "没有召开述职会"})

    assert "已记录" in done.content.decode()
    row = RulingRecord.objects.get()
    assert (row.kind, row.target, row.reason) == ("reweight", "debrief", "没有召开述职会")
    assert "某kaoheban" in row.by

    _ruling(site, campaign, {"withdraw": str(row.pk)})
    row.refresh_from_db()
    assert row.withdrawn_at


@pytest.mark.parametrize(
    "data",
    [
        {"what": "reweight:debrief", "reason": ""},
        {"what": "reweight:ballot", "reason": "不可以"},
        {"what": "waive:nonsense", "reason": "不可以"},
        {"what": "exempt:debrief", "reason": "不可以"},
        {"what": "reweight:debrief", "reason": "长" * 301},
        {"withdraw": "²"},
        {},
    ],
)
def test_ruling_the_regulation_does_not_foresee_is_refused(
    site: Site, campaign: Campaign, data: dict[str, Any]
) -> None:
    response = _ruling(site, campaign, data)

    assert response.status_code == 422
    assert "请选择认定事项并写明理由" in response.content.decode()
    assert not RulingRecord.objects.exists()


def test_refused_ruling_keeps_what_was_typed(site: Site, campaign: Campaign) -> None:
    response = _ruling(site, campaign, {"what": "reweight:debrief", "reason": "理" * 301})

    text = response.content.decode()
    assert "理" * 301 in text
    assert 'value="reweight:debrief" required checked' in text


def test_ruling_of_another_unit_cannot_be_withdrawn_from_here(
    site: Site, campaign: Campaign
) -> None:
    other = services.record_ruling(
        _subject(campaign, "西村党支部"),
        kind="reweight",
        target="debrief",
        reason="缺",
        actor=ACTOR,
    )

    assert _ruling(site, campaign, {"withdraw": str(other.pk)}).status_code == 404
    other.refresh_from_db()
    assert other.withdrawn_at is None


def _note(site: Site, campaign: Campaign, instrument: str, text: str) -> Any:
    url = reverse("organiser:note", args=[campaign.pk, _subject(campaign).pk, instrument])
    return site.organiser.post(url, {"text": text}, follow=True)


def test_note_is_kept_and_too_long_a_one_stays_on_the_page(site: Site, campaign: Campaign) -> None:
    _note(site, campaign, "opinion", "群众满意")
    assert _subject(campaign).notes == {"opinion": "群众满意"}

    refused = _note(site, campaign, "opinion", "长" * 2001)

    assert refused.status_code == 422
    assert "没有保存" in refused.content.decode()
    assert "长" * 2001 in refused.content.decode()
    assert _subject(campaign).notes == {"opinion": "群众满意"}


def test_note_for_something_else_is_refused(site: Site, campaign: Campaign) -> None:
    assert _note(site, campaign, "vote", "群众满意").status_code == 404
    assert _subject(campaign).notes == {}


def test_note_after_the_end_is_refused_in_words(site: Site, campaign: Campaign) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(state=Campaign.State.FINAL)

    response = _note(site, campaign, "opinion", "晚了")

    assert response.status_code == 422
    assert 'class="note note-bad"' in response.content.decode()
    assert "晚了" in response.content.decode()
    assert _subject(campaign).notes == {}


def test_method_is_open_to_all_who_take_part(site: Site, campaign: Campaign) -> None:
    url = reverse("organiser:method", args=[campaign.pk])

    text = browser(site.respondent).get(url).content.decode()

    scheme = version_scheme(campaign.scheme)
    for title in [i.title for i in scheme.items["aspects"].items] + list(
        scheme.grades["branch"].bands
    ):
        assert title in text
    assert "= 目标考核 × 60% + 民主测评 × 30% + 述职评议 × 10%" in text
    assert re.findall(r'href="#(gap-\d+)"', text), "no resolution is referred to"
    assert set(re.findall(r'href="#(gap-\d+)"', text)) <= set(re.findall(r'id="(gap-\d+)"', text))
    assert browser(make_account("jishu", Role.Kind.TECHNICIAN)).get(url).status_code == 403


def test_a_campaign_is_declared_complete_and_taken_up_again_for_a_reason(
    site: Site, campaign: Campaign
) -> None:
    page, address = (
        reverse("organiser:campaign", args=[campaign.pk]),
        reverse("organiser:state", args=[campaign.pk]),
    )
    assert "已经收齐，交审定" in site.organiser.get(page).content.decode()

    site.organiser.post(address, {"to": "closed"})
    assert site.campaign().state == Campaign.State.CLOSED
    text = site.organiser.post(address, {"to": "open"}, follow=True).content.decode()
    assert site.campaign().state == Campaign.State.CLOSED
    assert "理由" in text

    site.organiser.post(address, {"to": "open", "reason": "补交一张评分表"})
    assert site.campaign().state == Campaign.State.OPEN
