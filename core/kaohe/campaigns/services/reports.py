"""Reports: drafts, handed in as revisions, examined in order, returned on named grounds.

A returned report starts again at the first review; every revision and verdict is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.campaigns.errors import DraftConflict, IllegalTransition, Incomplete, NotAllowed
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import (
    Campaign,
    CampaignSubject,
    Report,
    ReportReminder,
    ReportRevision,
    ReportVerdict,
)
from kaohe.campaigns.reports import (
    chapters_of,
    clean_content,
    report_instruments,
    report_problems,
    report_spec,
    review_after,
    review_of,
)
from kaohe.campaigns.services.actors import Actor, label_of
from kaohe.campaigns.services.campaigns import require_open
from kaohe.campaigns.services.deadlines import reply_due
from kaohe.campaigns.services.stages import closed_reason, stage_for
from kaohe.register.models import Account
from kaohe.scheme.model import ReportInstrument

State = Report.State
EDITABLE = (State.DRAFT, State.RETURNED)
LONGEST_REMARK = 1000


def make_reports(campaign: Campaign, *, actor: Actor) -> int:
    """Give every subject the reports meant for it; what is there stays.

    Returns:
        How many were made.
    """
    scheme = campaign_scheme(campaign)
    there = set(
        Report.objects.filter(subject__campaign=campaign).values_list("subject_id", "instrument")
    )
    rows = [
        Report(subject=s, instrument=k)
        for s in campaign.subjects.all()
        for k in report_instruments(scheme, s)
        if (s.pk, k) not in there
    ]
    with transaction.atomic():
        Report.objects.bulk_create(rows, ignore_conflicts=True)
        if rows:
            record(
                "reports.assign",
                actor=label_of(actor),
                subject=f"campaign:{campaign.pk}",
                data={"reports": [[r.subject.title, r.instrument] for r in rows]},
            )
    return len(rows)


def spec_of_report(report: Report) -> ReportInstrument:
    """The instrument of a report; subject, campaign and scheme should be loaded."""
    return report_spec(campaign_scheme(report.subject.campaign), report.instrument)


def content_before(report: Report) -> dict[str, Any]:
    """What the same subject's last passed report of an earlier period said."""
    subject = report.subject
    earlier = Report.objects.filter(
        instrument=report.instrument,
        state=State.PASSED,
        subject__unit=subject.unit_id,
        subject__holder=subject.holder_id,
        subject__campaign__scheme__scheme_id=subject.campaign.scheme.scheme_id,
        subject__campaign__period__lt=subject.campaign.period,
    ).order_by("-subject__campaign__period", "-id")
    last = earlier.first()
    revision = last.revisions.order_by("-number").first() if last else None
    return dict(revision.data) if revision else {}


def edit_refusal_of(report: Report) -> str:
    """Why a report cannot be written now; empty if it can.

    A returned one may be written after its stage was closed: returning it asked for that.
    """
    if report.state == State.SUBMITTED:
        return "报告正在审核，不能修改。"
    if report.state == State.PASSED:
        return "报告已经通过，不能再修改。"
    campaign = report.subject.campaign
    stage = None if report.state == State.RETURNED else stage_for(campaign, report.instrument)
    return closed_reason(campaign, stage)


def save_report(
    report: Report, *, version: int, content: Mapping[str, Any], actor: Actor
) -> Report:
    """Store what was written, complete or not.

    Args:
        version: the version the browser loaded.

    Raises:
        DraftConflict: it was changed elsewhere since.
        IllegalTransition: it is under examination, or its stage is not open.
    """
    row = _load(report.pk)
    refusal = edit_refusal_of(row)
    if refusal:
        raise IllegalTransition(refusal)
    data = clean_content(spec_of_report(row), content)
    if data == _filled(row.data):
        return row
    now = timezone.now()
    updated = Report.objects.filter(pk=row.pk, version=version, state__in=EDITABLE).update(
        data=data, version=F("version") + 1, updated_at=now
    )
    if not updated:
        row = _load(report.pk)
        raise DraftConflict(version=row.version, stored={}, mine={})
    return _load(report.pk)


def _filled(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"texts": dict(data.get("texts") or {}), "rows": dict(data.get("rows") or {})}


def submit_report(report: Report, *, version: int, key: UUID, actor: Actor) -> Report:
    """Hand a report in as a new revision; the same key again is the same submission.

    Raises:
        Incomplete: every problem at once.
        DraftConflict: it was changed since it was shown.
        IllegalTransition: it is under examination already, or its stage is closed.
    """
    try:
        with transaction.atomic():
            return _submit(report.pk, version=version, key=key, actor=actor)
    except IntegrityError:  # the key was used for another report
        raise IllegalTransition("提交凭证已经用过，请重新打开报告再提交。") from None


def _submit(pk: int, *, version: int, key: UUID, actor: Actor) -> Report:
    row = _load(pk, lock=True)
    if row.submission_key == key and row.state not in EDITABLE:
        return row
    refusal = edit_refusal_of(row)
    if refusal:
        raise IllegalTransition(refusal)
    if row.version != version:
        raise DraftConflict(version=row.version, stored={}, mine={})
    spec = spec_of_report(row)
    files = list(row.evidence.filter(removed_at=None))
    chapters = chapters_of(spec, row.data, content_before(row))
    problems = report_problems(spec, chapters, slots={f.slot for f in files})
    if problems:
        raise Incomplete(problems)
    first, now = review_after(spec, ""), timezone.now()
    row.state = State.SUBMITTED if first else State.PASSED
    row.review = first.id if first else ""
    row.submission_key, row.submitted_at, row.version = key, now, row.version + 1
    row.save(update_fields=["state", "review", "submission_key", "submitted_at", "version"])
    held = [{"id": str(f.pk), "slot": f.slot, "name": f.name, "sha256": f.sha256} for f in files]
    data = {**_filled(row.data), "evidence": held}
    revision = ReportRevision.objects.create(
        report=row,
        number=row.revisions.count() + 1,
        data=data,
        at=now,
        by=label_of(actor),
        by_account=None if isinstance(actor, str) else actor,
    )
    row.reminders.filter(answer=None).update(answer=revision)
    _journal("report.submit", row, actor, revision=revision.number, **data)
    return row


def judge_report(
    report: Report,
    *,
    review: str,
    passed: bool,
    actor: Actor,
    grounds: Collection[str] = (),
    remark: str = "",
) -> Report:
    """Record what a review said: on to the next one, or back to the writer.

    Args:
        review: the review the page showed; another one may have come meanwhile.
        grounds: keys of the scheme's grounds; at least one to return it, if the scheme has any.

    Raises:
        IllegalTransition: this review is not due.
        NotAllowed: the writer judges himself, or a return names no ground or no remark.
    """
    remark = str(remark or "").replace("\x00", "").strip()
    with transaction.atomic():
        row = _load(report.pk, lock=True)
        require_open(row.subject.campaign)
        if row.state != State.SUBMITTED or row.review != review:
            raise IllegalTransition("这份报告的审核情况已经变化，请刷新后再看。")
        spec = spec_of_report(row)
        revision = row.revisions.order_by("-number")[0]
        if not isinstance(actor, str) and (refusal := judge_refusal(row, revision, actor)):
            raise NotAllowed(refusal)
        if not passed:
            _require_grounds(spec, grounds, remark)
        ReportVerdict.objects.create(
            revision=revision,
            review=review,
            passed=passed,
            grounds=[] if passed else [g for g in spec.grounds if g in set(grounds)],
            remark=remark,
            by=label_of(actor),
            at=timezone.now(),
        )
        following = review_after(spec, review) if passed else None
        row.review = following.id if following else ""
        row.state = State.SUBMITTED if following else State.PASSED if passed else State.RETURNED
        row.version += 1
        row.save(update_fields=["state", "review", "version"])
        title = found.title if (found := review_of(spec, review)) else review
        _journal(
            "report.passed" if passed else "report.returned", row, actor,
            review=title, revision=revision.number, remark=remark,
            grounds=[] if passed else [spec.grounds[g] for g in spec.grounds if g in set(grounds)],
        )  # fmt: skip
    return row


def judge_refusal(report: Report, revision: ReportRevision, account: Account) -> str:
    """Why somebody may not judge a report; empty if they may."""
    if revision.by_account_id == account.pk:
        return "不能审核自己提交的报告，请由另一人审核。"
    holder = report.subject.holder_id
    if holder is not None and holder == account.person_id:
        return "不能审核自己的报告，请由另一人审核。"
    return ""


def _require_grounds(spec: ReportInstrument, grounds: Collection[str], remark: str) -> None:
    if spec.grounds and not set(grounds) & spec.grounds.keys():
        raise NotAllowed("退回时至少选择一条理由。")
    if set(grounds) - spec.grounds.keys():
        raise NotAllowed("请在列出的退回理由中选择。")
    if not remark:
        raise NotAllowed("退回时请写明哪里要修改。")
    if len(remark) > LONGEST_REMARK:
        raise NotAllowed(f"意见最多 {LONGEST_REMARK} 字，现有 {len(remark)} 字。")


def remind_reports(
    campaign: Campaign,
    instrument: str,
    *,
    received: date,
    actor: Actor,
    note: str = "",
    subjects: Iterable[CampaignSubject] | None = None,
) -> int:
    """Ask for a report: note the day the reminder was received; the last day follows from it.

    A report that has passed opens again, for the next return.  A day is noted once.

    Args:
        subjects: None: everybody it is for.

    Returns:
        How many were reminded.

    Raises:
        IllegalTransition: the campaign is not under way.
        KeyError: the scheme has no such report.
    """
    require_open(campaign)
    report_spec(campaign_scheme(campaign), instrument)
    make_reports(campaign, actor=actor)
    due = reply_due(campaign, instrument, received=received)
    wanted = Report.objects.filter(subject__campaign=campaign, instrument=instrument)
    if subjects is not None:
        wanted = wanted.filter(subject__in=[s.pk for s in subjects])
    note = " ".join(str(note or "").replace("\x00", "").split())[:300]
    with transaction.atomic():
        reports = list(wanted.select_for_update(of=("self",)).select_related("subject"))
        known = set(
            ReportReminder.objects.filter(report__in=reports, received=received).values_list(
                "report_id", flat=True
            )
        )
        fresh = [r for r in reports if r.pk not in known]
        ReportReminder.objects.bulk_create(
            ReportReminder(
                report=r, received=received, due=due.day, note=note, warning=due.note[:200],
                by=label_of(actor), at=timezone.now(),
            )
            for r in fresh
        )  # fmt: skip
        again = [r.pk for r in fresh if r.state == State.PASSED]
        Report.objects.filter(pk__in=again).update(
            state=State.DRAFT, review="", version=F("version") + 1
        )
        if fresh:
            record(
                "report.remind",
                actor=label_of(actor),
                subject=f"campaign:{campaign.pk}",
                data={
                    "instrument": instrument,
                    "received": received.isoformat(),
                    "due": due.day.isoformat() if due.day else "",
                    "note": note,
                    "units": [r.subject.title for r in fresh],
                },
            )
    return len(fresh)


def _load(pk: int, *, lock: bool = False) -> Report:
    rows = Report.objects.select_related("subject__campaign__scheme", "subject__unit")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.get(pk=pk)


def _journal(action: str, row: Report, actor: Actor, **data: object) -> None:
    record(
        action,
        actor=label_of(actor),
        subject=f"report:{row.pk}",
        data={
            "campaign": row.subject.campaign_id,
            "unit": row.subject.title,
            "instrument": row.instrument,
            **data,
        },
    )
