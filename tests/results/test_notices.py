"""Notices: dates frozen, content frozen, taken back with a reason, final after the period."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kaohe.audit.models import JournalEntry
from kaohe.campaigns.models import Campaign, Sheet
from kaohe.campaigns.services import close_campaign, reopen_campaign
from kaohe.results import queries, services
from kaohe.results.errors import Refused
from kaohe.results.models import Decision, Notice
from kaohe.results.stored_facts import digest_of
from tests.results.township import ACTOR, A, B, D, make_campaign

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 1, 12)


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set the day everywhere this floor asks for it."""

    def set_day(day: date) -> None:
        for module in (  # queries last: a module first imported here must not bind the patch
            "services.notices", "services.decisions", "views.notices", "views.common",
            "views.publication", "forms", "queries",
        ):  # fmt: skip
            monkeypatch.setattr(f"kaohe.results.{module}.today", lambda: day)

    set_day(MONDAY)
    return set_day


def decided(*units: Any) -> Campaign:
    campaign = make_campaign(units or (A, B))
    proposal = services.compute_proposal(campaign, actor=ACTOR)
    services.adopt_unflagged(proposal, minutes="纪要1号", decided_on=queries.today(), actor="党委")
    campaign.refresh_from_db()
    return campaign


def publish(campaign: Campaign, **extra: Any) -> Notice:
    options = {"title": "结果公示", "starts": MONDAY, "actor": ACTOR} | extra
    return services.publish(campaign, **options)


def get(notice: Notice) -> Any:
    return Client().get(reverse("results:notice", args=[notice.slug]))


def test_period_counts_working_days_without_the_first_day(on_day: Any) -> None:
    notice = publish(decided())

    assert (notice.starts, notice.ends) == (MONDAY, date(2026, 1, 19))
    assert (notice.days, notice.unit, notice.period_note) == (5, "working", "")


def test_period_leaves_out_holidays_and_counts_swapped_days(on_day: Any) -> None:
    """Spring Festival 2026: off from 15 to 23 February, worked on 14 and 28 February."""
    on_day(date(2026, 2, 12))

    notice = publish(decided(), starts=date(2026, 2, 12))

    assert notice.ends == date(2026, 2, 26)


def test_period_past_known_holidays_says_so(on_day: Any) -> None:
    on_day(date(2030, 1, 7))

    notice = publish(decided(), starts=date(2030, 1, 7))

    assert notice.ends == date(2030, 1, 14)
    assert "2030" in notice.period_note


def test_notice_freezes_what_it_shows(on_day: Any) -> None:
    campaign = decided()
    notice = publish(campaign)
    Decision.objects.update(decided="较差")
    campaign.subjects.update(title="改名")

    page = get(notice).content.decode()

    assert notice.digest == digest_of(notice.content)
    assert "甲村党支部" in page
    assert "较差" not in page.split("怎么算的")[0]


def test_page_shows_exactly_what_is_published(on_day: Any) -> None:
    notice = publish(decided(A, B, D))

    response = get(notice)
    page = response.content.decode()

    assert response.status_code == 200
    for row in notice.content["rows"]:
        for value in (row["title"], row["total"], *row["scores"].values()):
            assert value in page
    shown = response.context["table"]["groups"][0][1]
    assert [r["title"] for r in shown] == ["乙村党支部", "甲村党支部", "丁村党支部"]
    assert set(notice.content["rows"][0]["scores"]) == {"target", "ballot", "debrief"}


def test_publication_is_anchored_in_the_journal(on_day: Any) -> None:
    notice = publish(decided())

    entry = JournalEntry.objects.get(action="notice.published")

    assert notice.journal_head == entry.hash
    assert entry.payload.data["content"] == notice.digest
    assert notice.journal_head[:16] in get(notice).content.decode()


def test_reasons_of_changes_are_posted_only_if_chosen(on_day: Any) -> None:
    campaign = make_campaign((A,))
    proposal = services.compute_proposal(campaign, actor=ACTOR)
    row = proposal.rows.get()
    services.decide(
        proposal,
        choices=[
            services.Choice(row.pk, "branch", "良好", "不宜公开的缘由"),
            services.Choice(row.pk, "secretary", "优秀"),
        ],
        minutes="纪要1号", decided_on=queries.today(), actor="党委",
    )  # fmt: skip
    notice = publish(campaign)

    page = get(notice).content.decode()
    detail = Client().get(reverse("results:notice_subject", args=[notice.slug, row.subject_id]))

    assert "建议 优秀，审定时调整（纪要 纪要1号）" in page
    assert "不宜公开的缘由" not in page + detail.content.decode()
    services.withdraw(notice, reason="补充理由", actor=ACTOR)
    assert "不宜公开的缘由" in get(publish(campaign, reasons=True)).content.decode()


def test_undecided_campaign_is_not_published(on_day: Any) -> None:
    campaign = make_campaign((A, B))
    services.compute_proposal(campaign, actor=ACTOR)

    with pytest.raises(Refused, match="4 个等次还没有审定"):
        publish(campaign)

    assert not Notice.objects.exists()


def test_one_notice_stands_at_a_time(on_day: Any) -> None:
    campaign = decided()
    publish(campaign)

    with pytest.raises(Refused, match="已经公示"):
        publish(campaign)


def test_notice_cannot_be_posted_into_the_past(on_day: Any) -> None:
    with pytest.raises(Refused, match="早于今天"):
        publish(decided(), starts=date(2026, 1, 11))


def test_withdrawn_notice_says_why_and_leads_to_the_corrected_one(on_day: Any) -> None:
    campaign = decided()
    first = publish(campaign)
    services.withdraw(first, reason="票数录入有误", actor=ACTOR)
    assert Campaign.objects.get().state == Campaign.State.DECIDED

    second = publish(campaign, title="更正公示")
    gone = get(first)

    assert gone.status_code == 410
    assert "票数录入有误" in gone.content.decode()
    assert reverse("results:notice", args=[second.slug]) in gone.content.decode()
    assert (second.number, second.corrects_id) == (2, first.pk)


def test_upheld_objection_corrects_one_unit_and_leaves_the_others_decided(on_day: Any) -> None:
    campaign = decided()
    first = publish(campaign)
    services.withdraw(first, reason="甲村自评分登错", actor=ACTOR)
    reopen_campaign(campaign, actor=ACTOR, reason="更正甲村自评分")
    Sheet.objects.filter(subject__title=A.name, instrument="self_sheet").update(
        data={"total": "95"}
    )
    close_campaign(campaign, actor=ACTOR)

    proposal = services.compute_proposal(campaign, actor=ACTOR)

    assert Campaign.objects.get().state == Campaign.State.CLOSED
    open_rows = [r for r in queries.rows_of(proposal) if not queries.decisions_of(r)]
    assert [r.subject.title for r in open_rows] == [A.name]
    services.adopt_unflagged(proposal, minutes="纪要2号", decided_on=MONDAY, actor="党委")
    second = publish(Campaign.objects.get(), title="更正公示")
    totals = {r["title"]: r["total"] for r in second.content["rows"]}
    before = {r["title"]: r["total"] for r in first.content["rows"]}
    assert [t for t in totals if totals[t] != before[t]] == [A.name]


def test_objection_without_ground_leaves_everything_decided(on_day: Any) -> None:
    campaign = decided()
    services.withdraw(publish(campaign), reason="核实异议", actor=ACTOR)
    reopen_campaign(campaign, actor=ACTOR, reason="核实异议")
    close_campaign(campaign, actor=ACTOR)

    services.compute_proposal(campaign, actor=ACTOR)

    assert Campaign.objects.get().state == Campaign.State.DECIDED
    publish(Campaign.objects.get())


def test_withdrawal_takes_a_reason(on_day: Any) -> None:
    notice = publish(decided())

    with pytest.raises(Refused, match="理由"):
        services.withdraw(notice, reason=" ", actor=ACTOR)


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2026, 1, 12), 404),
        (date(2026, 1, 13), 200),
        (date(2026, 1, 20), 200),
        (date(2026, 1, 21), 410),
    ],
)
def test_notice_is_public_from_its_first_to_its_last_day(
    on_day: Any, day: date, status: int
) -> None:
    notice = publish(decided(), starts=date(2026, 1, 13))
    assert notice.ends == date(2026, 1, 20)
    subject = notice.content["rows"][0]["subject"]
    on_day(day)

    pages = [
        reverse("results:notice", args=[notice.slug]),
        reverse("results:notice_subject", args=[notice.slug, subject]),
        reverse("results:notice_json", args=[notice.slug, subject]),
        reverse("results:notice_text", args=[notice.slug, subject]),
    ]

    assert [Client().get(url).status_code for url in pages] == [status] * 4
    listed = Client().get(reverse("results:notices")).content.decode()
    assert (notice.slug in listed) is (status == 200)


def test_results_become_final_only_after_the_period(on_day: Any) -> None:
    notice = publish(decided())
    on_day(notice.ends)
    with pytest.raises(Refused, match="公示期到"):
        services.finalise(notice, actor=ACTOR)
    on_day(date(2026, 1, 20))

    services.finalise(notice, actor=ACTOR)

    assert Campaign.objects.get().state == Campaign.State.FINAL
    assert get(notice).status_code == 410
    with pytest.raises(Refused, match="已经定稿"):
        services.withdraw(notice, reason="x", actor=ACTOR)


def test_final_list_stays_if_chosen_without_parts_and_derivations(on_day: Any) -> None:
    notice = publish(decided(), keeps=True)
    on_day(date(2026, 1, 20))
    services.finalise(notice, actor=ACTOR)

    page = get(notice).content.decode()

    assert "最终名单" in page
    assert "94.53" in page
    assert "94.75" not in page
    assert f"/notices/{notice.slug}/{notice.content['rows'][0]['subject']}/" not in page
