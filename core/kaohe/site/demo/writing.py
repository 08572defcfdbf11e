"""The period in progress: reports at every point of their way, a few findings on record."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.utils import timezone

from kaohe.campaigns import services as campaigns
from kaohe.campaigns.claims import is_plain_finding, recorders
from kaohe.campaigns.errors import IllegalTransition
from kaohe.campaigns.kinds import is_for
from kaohe.campaigns.models import Campaign, CampaignStage, CampaignSubject, Claim, Report
from kaohe.campaigns.persons import persons_of
from kaohe.campaigns.services.deadlines import reply_words
from kaohe.campaigns.services.reports import EDITABLE, edit_refusal_of, spec_of_report
from kaohe.campaigns.services.stages import pick_stage
from kaohe.register.models import Account, Role
from kaohe.scheme.model import EntryRule, ReportInstrument, Scheme
from kaohe.site.demo.papers import certificate
from kaohe.site.demo.telling import ACTOR

FINDINGS, REPORTS = 3, 5
"""So many findings and so many reports of a kind are made; the rest is still to be written."""


def write_reports(campaign: Campaign, scheme: Scheme) -> None:
    """Hand some reports in: one passed the first review, one was returned, one is half written."""
    campaigns.make_reports(campaign, actor=ACTOR)
    for key, spec in scheme.instruments.items():
        if not isinstance(spec, ReportInstrument):
            continue
        if reply_words(campaign, key):
            campaigns.remind_reports(
                campaign, key, received=timezone.localdate(), note="本期任务（演示）", actor=ACTOR
            )
        rows = Report.objects.filter(subject__campaign=campaign, instrument=key)
        found = rows.select_related("subject__campaign__scheme", "subject__unit")
        for number, report in enumerate(found.order_by("subject__order")[:REPORTS]):
            if not edit_refusal_of(report):
                _write(report, number)


def _write(report: Report, number: int) -> None:
    spec = spec_of_report(report)
    actor: Account | str = _writer(report.subject) or ACTOR
    parts = list(spec.parts.items())
    half = dict(parts[: (len(parts) + 1) // 2] if number == 0 else parts)
    content: dict[str, Any] = {
        "texts": {k: f"{p.title}的内容（演示）。" for k, p in half.items() if not p.rows},
        "rows": {
            k: [{c: f"{t}（演示）" for c, t in p.rows.items()}] for k, p in half.items() if p.rows
        },
    }
    saved = campaigns.save_report(report, version=report.version, content=content, actor=actor)
    if number == 0:
        return
    if isinstance(actor, Account):
        for slot in spec.attach:
            file = certificate(f"{saved.subject.title} 材料", name="材料.pdf")
            campaigns.add_evidence(saved, file=file, slot=slot, actor=actor)
    saved = campaigns.submit_report(saved, version=saved.version, key=uuid.uuid4(), actor=actor)
    if saved.state in EDITABLE or not saved.review or number == 1:
        return
    returned = number == 2
    campaigns.judge_report(
        saved, review=saved.review, passed=not returned, actor=ACTOR,
        grounds=list(spec.grounds)[:1] if returned else (),
        remark="请写得更具体（演示）。" if returned else "",
    )  # fmt: skip


def _writer(subject: CampaignSubject) -> Account | None:
    roles = Role.objects.filter(kind=Role.Kind.RESPONDENT).select_related("account")
    mine = (
        roles.filter(account__person=subject.holder_id)
        if subject.is_person
        else roles.filter(unit=subject.unit_id)
    )
    role = mine.order_by("pk").first()
    return role.account if role else None


def record_findings(campaign: Campaign, scheme: Scheme) -> None:
    """Record a few findings and deductions; those that need it wait for another's check."""
    recorder = Account.objects.filter(username="kaoheban").first()
    if recorder is None:
        return
    made = 0
    for key, rule in scheme.entries.items():
        if rule.sign == "+" or not recorders(scheme, key) or made == FINDINGS:
            continue
        subject = next((s for s in campaign.subjects.all()[made:] if is_for(rule.classes, s)), None)
        if subject is None or not _is_open(campaign, key):
            continue
        _record(subject, key, rule, recorder)
        made += 1


def _is_open(campaign: Campaign, rule: str) -> bool:
    stage = pick_stage(campaign, campaign.stages.all(), rule)
    if stage is None or stage.state == CampaignStage.State.OPEN:
        return True
    try:
        campaigns.open_stage(stage, actor=ACTOR)
    except IllegalTransition:
        return False
    return True


def _record(subject: CampaignSubject, key: str, rule: EntryRule, recorder: Account) -> Claim:
    figures: dict[str, Any] = {"quantity": Decimal(1)}
    if isinstance(rule.points, dict):
        figures["label"] = next(iter(rule.points))
    elif not is_plain_finding(rule):
        figures["quantity"] = min(Decimal(1), rule.most)
    return campaigns.record_finding(
        subject, rule=key, reason="检查中发现一处，详见材料（演示）。", event="检查发现的事项（演示）",
        person=next(iter(persons_of(subject, key)), ""), day=timezone.localdate(), actor=recorder,
        files=[certificate("检查记录（演示）", name="检查记录.pdf")], **figures,
    )  # fmt: skip
