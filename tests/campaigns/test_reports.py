"""Reports: examined in order, returned on grounds, every revision kept, asked for with a last day."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from kaohe.audit.models import JournalEntry
from kaohe.campaigns import services
from kaohe.campaigns.errors import DraftConflict, IllegalTransition, Incomplete, NotAllowed
from kaohe.campaigns.models import Campaign, CampaignStage, Report, ReportVerdict
from kaohe.register.models import Account, Group, GroupMember, Role, Unit
from kaohe.scheme.reading import read_source
from tests.campaigns.conftest import client_of, make_account, pdf_file

SCHEME = Path(__file__).parent / "reports.yaml"
CONTENT: dict[str, Any] = {
    "texts": {"duty": "我抓了三件事。"},
    "rows": {"problems": [{"problem": "学习不深", "promise": "每月讲课", "deadline": "六月"}]},
}


class School:
    """Two branches; the first has two accounts; a department, a committee secretary, a group."""

    def __init__(self) -> None:
        self.units = [
            Unit.objects.create(name=n, kind="支部", order=o)
            for o, n in enumerate(("一支部", "二支部"))
        ]
        self.writer = make_account("writer", "李书", Role.Kind.RESPONDENT, unit=self.units[0])
        self.colleague = make_account("colleague", "孙副", Role.Kind.RESPONDENT, unit=self.units[0])
        self.other = make_account("other", "王书", Role.Kind.RESPONDENT, unit=self.units[1])
        self.office = make_account("office", "张部", Role.Kind.ORGANISER)
        self.secretary = make_account("secretary", "周记", Role.Kind.DECIDER)
        self.assessor = make_account("assessor", "赵评", Role.Kind.ASSESSOR)
        group = Group.objects.create(name="组")
        group.units.set(self.units)
        GroupMember.objects.create(group=group, person=self.assessor.person)
        self.campaign = self.make_campaign("2026-H1")

    def make_campaign(self, period: str) -> Campaign:
        """A half-year with both branches, under way."""
        source = read_source(SCHEME.read_bytes(), name=SCHEME.name)
        version = services.freeze_scheme(source, actor=self.office)
        campaign = services.create_campaign(
            title=period, scheme=version, period=period, subjects=[(u,) for u in self.units],
            actor=self.office,
        )  # fmt: skip
        services.open_campaign(campaign, actor=self.office)
        services.assign_from_groups(campaign, actor=self.office)
        return campaign

    def report(self, instrument: str = "debrief", campaign: Campaign | None = None) -> Report:
        """The first branch's report, freshly read."""
        rows = Report.objects.select_related("subject__campaign__scheme", "subject__unit")
        return rows.get(
            subject__campaign=campaign or self.campaign, subject__unit=self.units[0],
            instrument=instrument,
        )  # fmt: skip

    def write(self, campaign: Campaign | None = None, **changes: Any) -> Report:
        """Save a full report with its attachment."""
        row = self.report(campaign=campaign)
        if not row.evidence.exists():
            services.add_evidence(row, file=pdf_file("表.pdf"), slot="form", actor=self.writer)
        return services.save_report(
            row, version=row.version, content=CONTENT | changes, actor=self.writer
        )

    def hand_in(self, campaign: Campaign | None = None, **changes: Any) -> Report:
        """Write it and hand it in."""
        row = self.write(campaign, **changes)
        return services.submit_report(row, version=row.version, key=uuid4(), actor=self.writer)

    def judge(self, review: str, actor: Account, *, passed: bool = True, **kw: Any) -> Report:
        """A verdict on the first branch's report."""
        return services.judge_report(self.report(), review=review, passed=passed, actor=actor, **kw)

    def pass_all(self) -> Report:
        """All three reviews pass it."""
        self.judge("branch", self.colleague)
        self.judge("department", self.office)
        return self.judge("secretary", self.secretary)


@pytest.fixture
def school(db: None, media: Path) -> School:
    """A half-year under way."""
    return School()


# Writing and handing in --------------------------------------------------------------------------


def test_everybody_gets_the_reports_of_the_scheme_once(school: School) -> None:
    assert 4 == Report.objects.count()
    assert 0 == services.make_reports(school.campaign, actor=school.office)


def test_what_is_missing_is_said_all_at_once(school: School) -> None:
    row = services.save_report(
        school.report(), version=0, actor=school.writer,
        content={"rows": {"problems": [{"problem": "浅"}, {}, {"promise": "改"}]}},
    )  # fmt: skip
    with pytest.raises(Incomplete) as caught:
        services.submit_report(row, version=row.version, key=uuid4(), actor=school.writer)

    assert [
        ("述责任", "没有写"), ("挖问题", "第 1 行的承诺、时限没有写"),
        ("挖问题", "第 2 行的问题、时限没有写"), ("意见表", "没有上传"),
    ] == [(p.place, p.what) for p in caught.value.problems]  # fmt: skip


def test_foreign_parts_and_columns_are_not_stored(school: School) -> None:
    row = services.save_report(
        school.report(), version=0, actor=school.writer,
        content={"texts": {"duty": " a\x00b ", "nonsense": "x", "problems": "y"},
                 "rows": {"problems": [{"problem": "p", "evil": "q"}], "duty": [{"a": "b"}]}},
    )  # fmt: skip

    assert {"texts": {"duty": "ab"}, "rows": {"problems": [{"problem": "p"}]}} == row.data


def test_stale_save_is_refused_and_changes_nothing(school: School) -> None:
    school.write()
    with pytest.raises(DraftConflict):
        services.save_report(
            school.report(), version=0, content={"texts": {"duty": "旧"}}, actor=school.colleague
        )

    assert "我抓了三件事。" == school.report().data["texts"]["duty"]


def test_same_submission_twice_is_one_revision(school: School) -> None:
    row, key = school.write(), uuid4()
    for _ in range(2):
        services.submit_report(row, version=row.version, key=key, actor=school.writer)

    assert 1 == school.report().revisions.count()


def test_report_without_reviews_has_passed_when_handed_in(school: School) -> None:
    services.open_stage(school.campaign.stages.get(key="monthly"), actor=school.office)
    row = services.save_report(
        school.report("self_check"), version=0, actor=school.writer,
        content={"rows": {"month": [{"task": "学习", "done": "已做"}]}},
    )  # fmt: skip

    row = services.submit_report(row, version=row.version, key=uuid4(), actor=school.writer)
    assert Report.State.PASSED == row.state


def test_report_under_examination_is_not_changed(school: School) -> None:
    row = school.hand_in()
    with pytest.raises(IllegalTransition, match="正在审核"):
        services.save_report(row, version=row.version, content=CONTENT, actor=school.writer)
    with pytest.raises(IllegalTransition, match="正在审核"):
        services.add_evidence(row, file=pdf_file("b.pdf"), slot="form", actor=school.writer)
    with pytest.raises(IllegalTransition, match="正在审核"):
        services.remove_evidence(row.evidence.get(), actor=school.writer)


# Reviews -----------------------------------------------------------------------------------------


def test_three_reviews_in_order(school: School) -> None:
    school.hand_in()
    with pytest.raises(IllegalTransition, match="审核情况已经变化"):
        school.judge("secretary", school.secretary)

    assert Report.State.PASSED == school.pass_all().state
    assert ["branch", "department", "secretary"] == list(
        ReportVerdict.objects.values_list("review", flat=True)
    )
    actions = JournalEntry.objects.filter(action__startswith="report.")
    assert ["report.submit", *["report.passed"] * 3] == list(
        actions.values_list("action", flat=True)
    )


def test_returned_report_starts_again_at_the_first_review_and_keeps_everything(
    school: School,
) -> None:
    school.hand_in()
    school.judge("branch", school.colleague)
    row = school.judge(
        "department", school.office, passed=False, grounds=["vague", "self"], remark="写具体"
    )
    assert (Report.State.RETURNED, "") == (row.state, row.review)

    row = school.hand_in(texts={"duty": "改过的。"})

    assert (Report.State.SUBMITTED, "branch") == (row.state, row.review)
    first, second = row.revisions.all()
    assert ("我抓了三件事。", "改过的。") == (
        first.data["texts"]["duty"], second.data["texts"]["duty"],
    )  # fmt: skip
    assert ["branch", "department"] == [v.review for v in first.verdicts.all()]
    assert ["self", "vague"] == first.verdicts.get(passed=False).grounds
    assert not second.verdicts.exists()


@pytest.mark.parametrize(
    ("kw", "said"),
    [
        ({"grounds": [], "remark": "改"}, "至少选择一条"),
        ({"grounds": ["vague"], "remark": " "}, "写明哪里要修改"),
        ({"grounds": ["vague", "mood"], "remark": "改"}, "在列出的退回理由中"),
        ({"grounds": ["vague"], "remark": "改" * 1001}, "最多 1000 字"),
    ],
)
def test_return_names_grounds_of_the_scheme(school: School, kw: dict[str, Any], said: str) -> None:
    school.hand_in()
    with pytest.raises(NotAllowed, match=said):
        school.judge("branch", school.colleague, passed=False, **kw)

    assert not ReportVerdict.objects.exists()


def test_writer_does_not_judge_himself(school: School) -> None:
    school.hand_in()
    Role.objects.create(account=school.writer, kind=Role.Kind.ORGANISER)

    with pytest.raises(NotAllowed, match="自己提交"):
        school.judge("branch", school.writer)


def test_database_takes_one_verdict_per_review_and_revision(school: School) -> None:
    school.hand_in()
    school.judge("branch", school.colleague)
    verdict = ReportVerdict.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportVerdict.objects.create(
            revision=verdict.revision, review="branch", passed=False, by="x", at=verdict.at
        )


def test_returned_report_may_be_written_after_its_stage_was_closed(school: School) -> None:
    school.hand_in()
    school.judge("branch", school.colleague, passed=False, grounds=["self"], remark="重写")
    services.close_stage(school.campaign.stages.get(key="report"), actor=school.office)

    assert Report.State.SUBMITTED == school.hand_in(texts={"duty": "改"}).state


def at_once(school: School, calls: list[Any]) -> list[str]:
    """Run calls in threads that start together; what each came to."""
    start, answers = threading.Barrier(len(calls)), []

    def run(call: Any) -> None:
        try:
            start.wait(5)
            call()
            answers.append("done")
        except (DraftConflict, IllegalTransition, OperationalError) as error:
            answers.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(c,)) for c in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def test_two_verdicts_at_once_are_one(transactional_db: None, media: Any) -> None:
    school = School()
    school.hand_in()
    kw = {"review": "branch", "report": school.report()}
    answers = at_once(
        school,
        [
            lambda: services.judge_report(**kw, passed=True, actor=school.colleague),
            lambda: services.judge_report(
                **kw, passed=False, grounds=["self"], remark="改", actor=school.office
            ),
        ],
    )

    assert 1 == answers.count("done"), answers
    assert 1 == ReportVerdict.objects.count()
    state = school.report().state
    assert ReportVerdict.objects.get().passed == (state == Report.State.SUBMITTED)


def test_handing_in_twice_at_once_is_one_revision(transactional_db: None, media: Any) -> None:
    school = School()
    row = school.write()
    answers = at_once(
        school,
        [
            lambda: services.submit_report(row, version=row.version, key=uuid4(), actor="x")
            for _ in range(2)
        ],
    )

    assert 1 == answers.count("done"), answers
    assert 1 == school.report().revisions.count()


# Gates -------------------------------------------------------------------------------------------


def test_meeting_waits_for_the_last_pass_of_every_report(school: School) -> None:
    meeting = school.campaign.stages.get(key="meeting")
    school.hand_in()
    school.pass_all()
    with pytest.raises(IllegalTransition, match="述职报告还没有通过审核：二支部"):
        services.open_stage(meeting, actor=school.office)

    Report.objects.filter(instrument="debrief").update(state=Report.State.PASSED)
    assert CampaignStage.State.OPEN == services.open_stage(meeting, actor=school.office).state


def test_stage_waits_for_the_stage_before(school: School) -> None:
    scoring = school.campaign.stages.get(key="scoring")
    with pytest.raises(IllegalTransition, match="环节“述职”还没有结束"):
        services.open_stage(scoring, actor=school.office)


def test_gate_is_overridden_with_a_reason_that_is_journaled(school: School) -> None:
    meeting = school.campaign.stages.get(key="meeting")

    services.open_stage(meeting, actor=school.office, reason="二支部书记空缺")

    entry = JournalEntry.objects.filter(action="stage.open").latest("pk")
    assert "二支部书记空缺" == entry.payload.data["reason"]
    assert ["述职报告还没有通过审核：一支部、二支部"] == entry.payload.data["waited_for"]


# Reminders and last days -------------------------------------------------------------------------


def remind(school: School, received: date, **kw: Any) -> int:
    return services.remind_reports(
        school.campaign, "self_check", received=received, actor=school.office, **kw
    )


def test_return_is_due_within_two_working_days_of_receipt(school: School) -> None:
    assert 2 == remind(school, date(2026, 9, 30), note="九月任务")

    row = school.report("self_check").reminders.get()
    # 1–7 October are holidays, 8 and 9 October are worked.
    assert (date(2026, 10, 9), "九月任务") == (row.due, row.note)
    assert 0 == remind(school, date(2026, 9, 30))


def test_passed_return_opens_again_for_the_next_month(school: School) -> None:
    services.open_stage(school.campaign.stages.get(key="monthly"), actor=school.office)
    today = timezone.localdate()
    remind(school, today - timedelta(days=40))
    for month in ("一月", "二月"):
        row = school.report("self_check")
        rows = {
            "month": [*row.data.get("rows", {}).get("month", []), {"task": month, "done": "是"}]
        }
        row = services.save_report(
            row, version=row.version, content={"rows": rows}, actor=school.writer
        )
        services.submit_report(row, version=row.version, key=uuid4(), actor=school.writer)
        if month == "一月":
            remind(school, today)
            assert Report.State.DRAFT == school.report("self_check").state

    first, second = school.report("self_check").reminders.all()
    assert (1, 2) == (first.answer.number, second.answer.number)
    lines = client_of(school.office).get(reverse("campaigns:reports")).context["blocks"]
    (line,) = [x for b in lines for x in b.lines if x.report == school.report("self_check")]
    assert 1 == line.missed


def test_answer_to_the_last_reports_promises_is_asked_row_by_row(school: School) -> None:
    school.hand_in()
    school.pass_all()
    later = school.make_campaign("2026-H2")
    row = school.write(later)
    with pytest.raises(Incomplete, match="上次的第 1 条“学习不深”没有回应"):
        services.submit_report(row, version=row.version, key=uuid4(), actor=school.writer)

    rows = CONTENT["rows"] | {"answers": [{"outcome": "每月讲了一课"}]}
    assert Report.State.SUBMITTED == school.hand_in(later, rows=rows).state
