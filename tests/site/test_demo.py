"""The demo of every scheme with a sample: its figures are those of the record, its pages answer."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from kaohe import catalogue
from kaohe.campaigns.models import Campaign, Claim, Report, Sheet
from kaohe.hookspecs import SampleCampaign
from kaohe.register.models import Account
from kaohe.results.models import Notice, ProposalRow
from kaohe.scoring import compile_scheme
from kaohe.site.demo import DEMO_ACCOUNTS, seed
from kaohe.site.demo.telling import later, read_sample, retitled, spoken

pytestmark = pytest.mark.django_db
SAMPLES = catalogue.samples()


def as_user(username: str) -> Client:
    """A browser of somebody who is logged in."""
    client = Client()
    client.force_login(Account.objects.get(username=username))
    return client


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_demo_of_a_scheme_runs_from_record_to_notice(sample: SampleCampaign) -> None:
    seed(sample, progress=lambda text: None)

    record, scheme = read_sample(sample)
    plan = compile_scheme(scheme, operators=catalogue.meanings())
    expected = {
        s.subject: (s.scores, {k: g.label for k, g in s.grades.items()}, members(s.lists))
        for s in plan.score(record.facts).subjects
    }
    notice = Notice.objects.get()
    rows = ProposalRow.objects.filter(proposal=notice.proposal).select_related("subject")
    assert expected == {
        row.subject.fact_id: (
            {k: Decimal(v) if v else None for k, v in row.result["scores"].items()},
            {k: g["label"] for k, g in row.result["grades"].items()},
            {k for k, one in row.result.get("lists", {}).items() if one["member"]},
        )
        for row in rows
    }
    assert Client().get(f"/notices/{notice.slug}/").status_code == 200
    running = Campaign.objects.exclude(pk=notice.campaign_id).get()
    assert running.period == later(record.period)
    assert running.state == Campaign.State.OPEN
    pages = pages_of(running) + pages_of(notice.campaign)
    organiser = as_user("kaoheban")
    assert [p for p in pages if organiser.get(p).status_code != 200] == []
    for account in DEMO_ACCOUNTS:
        if Account.objects.filter(username=account.username).exists():
            assert as_user(account.username).get("/", follow=True).status_code == 200
    for sheet in Sheet.objects.exclude(respondent=None).order_by("pk")[:2]:
        assert sheet.respondent is not None
        client = as_user(sheet.respondent.username)
        assert client.get(f"/sheets/{sheet.pk}/", follow=True).status_code == 200

    check_reports_and_findings(running, organiser)


def check_reports_and_findings(running: Campaign, organiser: Client) -> None:
    """What is written and recorded shows on its pages."""
    for report in Report.objects.filter(subject__campaign=running).exclude(submitted_at=None):
        assert organiser.get(f"/reports/{report.pk}/").status_code == 200
    for finding in Claim.objects.filter(subject__campaign=running, recorded=True):
        assert organiser.get(f"/findings/{finding.pk}/").status_code == 200
    for page in ("/reports/", "/findings/", "/claims/"):
        assert organiser.get(page).status_code == 200
    states = {r.state for r in Report.objects.filter(subject__campaign=running)}
    assert not states or states - {Report.State.DRAFT}, "no report was handed in"


def members(lists: dict) -> set[str]:
    """The lists and streaks a subject is on."""
    return {key for key, one in lists.items() if one.member}


def pages_of(campaign: Campaign) -> list[str]:
    """The organiser's pages of a campaign."""
    base = f"/campaigns/{campaign.pk}/"
    subject = campaign.subjects.first()
    assert subject is not None
    return [base, f"{base}polls/", f"{base}results/", f"{base}subjects/{subject.pk}/"]


@pytest.mark.parametrize(
    ("period", "steps", "words", "code"),
    [
        ("2025", 1, "2026 年度", "2026"),
        ("2025-H2", 1, "2026 年上半年", "2026-H1"),
        ("2025-Q4", 1, "2026 年第一季度", "2026-Q1"),
        ("2025-12", 1, "2026 年 1 月", "2026-01"),
        ("一次性", 1, "一次性", "一次性"),
    ],
)
def test_next_period_is_written_as_titles_write_it(
    period: str, steps: int, words: str, code: str
) -> None:
    assert spoken(period, steps) == words
    assert later(period, steps) == code


def test_title_of_the_next_period_changes_only_the_period() -> None:
    assert retitled("青岭镇 2025 年第四季度红灰榜", "2025-Q4") == "青岭镇 2026 年第一季度红灰榜"
    assert retitled("青岭乡 2025 年度考核", "2025") == "青岭乡 2026 年度考核"
