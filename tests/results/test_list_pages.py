"""Lists, quotas and streaks on the pages; schemes without grades."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from kaohe.campaigns.models import Campaign
from kaohe.campaigns.services.rulings import record_ruling
from kaohe.register.models import Role
from kaohe.results import queries, services
from kaohe.results.errors import Refused
from kaohe.results.models import Notice, Proposal
from tests.results.quarters import ACTOR, computed, published, run
from tests.results.township import account

pytestmark = pytest.mark.django_db
FIRST = {"甲": "95", "乙": "80", "丙": "92"}


def page(url: str, kind: str = Role.Kind.ORGANISER) -> str:
    client = Client()
    client.force_login(account(f"{kind}-1", kind))
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_campaign_page_shows_lists_quotas_and_streaks() -> None:
    proposal = published(run("2025-Q1", FIRST))
    proposal = computed(run("2025-Q2", FIRST))

    text = page(reverse("results:campaign", args=[proposal.campaign_id]))

    for part in (
        "名单和名额", "红榜", "灰榜", "连续两次灰榜", "达到的有 2 个，保留 1 个，1 个降为“中”",
        '<span class="tag tag-good">红榜</span>', '<span class="tag tag-warn">连续两次灰榜</span>',
        "一并列入", "降档 1 个", '<span class="clause">甲 六3</span>', "<th scope=\"col\">支部</th>",
        "季度得分",
    ):  # fmt: skip
        assert part in text
    assert "党" not in text.split("<main")[1]


def test_subject_page_says_why_it_is_on_a_list_and_why_not() -> None:
    proposal = computed(run("2025-Q1", FIRST))
    low = proposal.campaign.subjects.get(title="乙")

    text = page(reverse("results:subject", args=[low.pk]))

    for part in (
        "3 个有得分的对象，取最后 1 名；倒数第 1 名，列入（六3）",
        "已列入“灰榜”，不再列入（六2）",
        "列入“灰榜”连续 1 期（含本期）；2024年第四季度没有记录，不足 2 期（六4）",
        'href="#lists"',
    ):
        assert part in text


def test_downloads_carry_lists() -> None:
    proposal = computed(run("2025-Q1", FIRST))
    low = proposal.campaign.subjects.get(title="乙")

    text = page(reverse("results:subject_text", args=[low.pk]))

    assert "名单\n  灰榜：列入\n" in text


def test_notice_posts_the_lists() -> None:
    published(run("2025-Q1", FIRST))
    notice = Notice.objects.get()

    text = Client().get(reverse("results:notice", args=[notice.slug])).content.decode()

    assert [(one["title"], one["members"]) for one in notice.content["lists"]] == [
        ("红榜", ["甲"]), ("灰榜", ["乙"]), ("连续两次灰榜", []),
    ]  # fmt: skip
    assert "红榜" in text
    assert "取前 1 名" in text


def test_change_of_a_list_is_reported_with_the_next_computation() -> None:
    campaign = run("2025-Q1", FIRST)
    computed(campaign)
    sheet = campaign.subjects.get(title="丙").sheets.get()
    sheet.data = {"total": "97"}
    sheet.save()

    again = computed(campaign)

    changes = {row.subject.title: row.changes for row in queries.rows_of(again)}
    assert ["红榜", "列入", "未列入"] in changes["甲"]
    assert ["红榜", "未列入", "列入"] in changes["丙"]


def test_account_that_was_changed_is_found_by_computing_again() -> None:
    proposal = Proposal.objects.get(pk=computed(run("2025-Q1", FIRST)).pk)
    assert services.recompute(proposal) == []
    proposal.accounts["lists"][0]["members"] = []
    proposal.save()

    assert [p.place for p in services.recompute(Proposal.objects.get(pk=proposal.pk))] == [
        "名单和名额"
    ]


def test_scheme_without_grades_is_decided_by_its_figures() -> None:
    for quarter in ("2025-Q1", "2025-Q2"):
        published(run(quarter, FIRST))
    campaign = run("2025", FIRST, rollup="year")
    proposal = computed(campaign)
    with pytest.raises(Refused, match="还没有审定"):
        services.publish(campaign, title="公示", starts=queries.today(), actor=ACTOR)
    client = Client()
    client.force_login(account("decider-2", Role.Kind.DECIDER))
    url = reverse("results:decision", args=[campaign.pk])

    assert "审定本次结果" in client.get(url).content.decode()
    client.post(
        url,
        {"proposal": proposal.number, "minutes": "纪要3号", "decided_on": f"{queries.today()}"},
    )

    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DECIDED
    services.publish(campaign, title="公示", starts=queries.today(), actor=ACTOR)


def test_scheme_without_grades_is_not_decided_with_an_open_flag() -> None:
    campaign = run("2025", FIRST, rollup="year")
    proposal = computed(campaign)

    with pytest.raises(Refused, match="有待说明的提示“缺少得分”"):
        services.decide(proposal, choices=(), minutes="1", decided_on=queries.today(), actor=ACTOR)


def test_exempt_subject_is_published_without_a_grade() -> None:
    campaign = run("2025-Q1", FIRST)
    new = campaign.subjects.get(title="丙")
    for target in ("grade", "red"):
        record_ruling(new, kind="exempt", target=target, reason="当年新建", actor=ACTOR)

    published(campaign)

    row = next(r for r in Notice.objects.get().content["rows"] if r["title"] == "丙")
    assert row["grades"] == {}
    text = page(reverse("results:subject", args=[new.pk]))
    assert "按记录的决定不评定：当年新建" in text
    assert "按记录的决定不参加：当年新建" in text
