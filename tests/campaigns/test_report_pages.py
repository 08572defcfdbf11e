"""Pages of reports: written, examined, shown to those who may see them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from kaohe.campaigns.models import CampaignStage, ReportVerdict
from tests.campaigns.conftest import client_of, pdf_file
from tests.campaigns.test_reports import School, remind


@pytest.fixture
def school(db: None, media: Any) -> School:
    """A half-year under way."""
    return School()


def url(name: str, *args: Any) -> str:
    return reverse(f"campaigns:{name}", args=args)


def test_report_by_form_through_all_reviews(school: School) -> None:
    writer, pk = client_of(school.writer), school.report().pk
    assert "述职报告" in writer.get(url("tasks")).content.decode()
    page = writer.get(url("report", pk)).content.decode()
    assert 'name="row_problems_0_promise"' in page
    data = {
        "version": 0, "goto": "submit", "key": str(uuid4()), "text_duty": "我抓学习。",
        "row_problems_0_problem": "浅", "row_problems_0_promise": "改",
        "row_problems_0_deadline": "年底",
    }  # fmt: skip
    answer = writer.post(url("report", pk), data)
    assert 422 == answer.status_code
    text = answer.content.decode()
    assert "没有上传" in text
    assert "我抓学习。" in text
    writer.post(url("report_files", pk), {"slot": "form", "files": [pdf_file("a.pdf")]})
    version = school.report().version
    assert 302 == writer.post(url("report", pk), data | {"version": version}).status_code
    assert "支委会讨论" in writer.get(url("report", pk)).content.decode()

    colleague = client_of(school.colleague)
    assert "登记审核结果" in colleague.get(url("tasks")).content.decode()
    colleague.post(url("report_review", pk), {"review": "branch", "verdict": "pass"})
    office = client_of(school.office)
    assert "1 份待您审核" in office.get(url("reports")).content.decode()
    office.post(
        url("report_review", pk),
        {"review": "department", "verdict": "return", "grounds": ["self"], "remark": "写自己"},
    )
    text = writer.get(url("report", pk)).content.decode()
    assert "写自己" in text
    assert "没有讲自己" in text
    assert "第 1 稿" in text


def test_stale_form_shows_both_texts_and_keeps_what_was_typed(school: School) -> None:
    school.write()
    answer = client_of(school.colleague).post(
        url("report", school.report().pk), {"version": 0, "goto": "stay", "text_duty": "我的稿"}
    )

    assert 409 == answer.status_code
    text = answer.content.decode()
    assert "我的稿" in text
    assert "我抓了三件事。" in text
    assert f'name="version" value="{school.report().version}"' in text


def test_only_the_branch_writes_and_drafts_are_its_own(school: School) -> None:
    target = url("report", school.report().pk)
    school.write()
    for account in (school.other, school.office, school.secretary, school.assessor):
        assert 404 == client_of(account).get(target).status_code, account
    school.hand_in()
    statuses = {
        a.username: client_of(a).get(target).status_code
        for a in (school.writer, school.other, school.office, school.secretary, school.assessor)
    }
    assert {"writer": 200, "other": 404, "office": 200, "secretary": 200,
            "assessor": 404} == statuses  # fmt: skip
    assert 404 == client_of(school.office).post(target, {"text_duty": "改"}).status_code


@pytest.mark.parametrize(
    ("who", "status"), [("other", 404), ("secretary", 404), ("assessor", 404), ("office", 302)]
)
def test_who_may_speak_for_the_branch(school: School, who: str, status: int) -> None:
    school.hand_in()
    answer = client_of(getattr(school, who)).post(
        url("report_review", school.report().pk), {"review": "branch", "verdict": "pass"}
    )

    assert status == answer.status_code
    assert (status == 302) == ReportVerdict.objects.exists()


def test_organiser_reminds_by_form(school: School) -> None:
    target = url("report_remind", school.campaign.pk, "self_check")
    office = client_of(school.office)

    text = office.post(target, {"received": "2026-09-30"}, follow=True).content.decode()
    assert "2026-10-09 前交（2 个工作日内，收到当天不算）" in text
    office.post(target, {"received": "昨天"}, follow=True)
    assert 404 == office.post(
        url("report_remind", school.campaign.pk, "sheet"), {"received": "2026-09-30"}
    ).status_code  # fmt: skip
    assert 1 == school.report("self_check").reminders.count()
    assert 403 == client_of(school.writer).post(target).status_code


def test_old_revision_is_shown_as_such(school: School) -> None:
    school.hand_in()
    school.judge("branch", school.colleague, passed=False, grounds=["self"], remark="重写")
    school.hand_in(texts={"duty": "第二稿内容"})
    office = client_of(school.office)

    text = office.get(url("report", school.report().pk) + "?revision=1").content.decode()
    assert "我抓了三件事。" in text
    assert "不是最后一稿" in text
    assert "第二稿内容" in office.get(url("report", school.report().pk)).content.decode()


def test_lists_have_a_fixed_number_of_queries(
    school: School, django_assert_max_num_queries: Any
) -> None:
    school.hand_in()
    remind(school, timezone.localdate())
    office = client_of(school.office)
    office.get(url("reports"))
    with django_assert_max_num_queries(8):
        office.get(url("reports"))


def test_pages_have_no_inline_script_or_style(school: School) -> None:
    school.hand_in()
    office, writer = client_of(school.office), client_of(school.writer)
    pk, monthly = school.report().pk, school.report("self_check").pk
    for browser, target in (
        (office, url("reports")), (office, url("report", pk)), (writer, url("report", monthly)),
    ):  # fmt: skip
        text = browser.get(target).content.decode()
        assert " style=" not in text
        assert "<script>" not in text


def test_organiser_sees_what_a_stage_waits_for_and_overrides_it(school: School) -> None:
    browser = client_of(school.office)
    meeting = school.campaign.stages.get(key="meeting")
    text = browser.get(reverse("organiser:campaign", args=[school.campaign.pk])).content.decode()
    assert "还在等：述职报告还没有通过审核：一支部、二支部" in text
    target = reverse("organiser:stage", args=[school.campaign.pk, meeting.pk])
    browser.post(target, {"to": "open"})
    meeting.refresh_from_db()
    assert CampaignStage.State.WAITING == meeting.state

    browser.post(target, {"to": "open", "reason": "书记空缺"})
    meeting.refresh_from_db()
    assert CampaignStage.State.OPEN == meeting.state
