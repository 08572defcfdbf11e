"""Findings and deductions: recorded by whoever is responsible, checked by another person.

The program records what was found, what the person concerned says and what an authorised person
decided.  It never proposes or chooses a measure by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from kaohe.campaigns.claims import ONE, Particulars
from kaohe.campaigns.errors import IllegalTransition, NotAllowed
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import Campaign, CampaignSubject, Claim
from kaohe.campaigns.services.actors import Actor, clean_reason, label_of
from kaohe.campaigns.services.claims import (
    OPEN_STATES,
    enter,
    hand_in_claim,
    journal_claim,
)
from kaohe.campaigns.services.deadlines import reply_due
from kaohe.campaigns.services.evidence import add_evidence
from kaohe.scheme.model import EntryRule

State = Claim.State
_SETTLED = (Campaign.State.PUBLISHED, Campaign.State.FINAL)
LONGEST_STATEMENT = 4000


def record_finding(
    subject: CampaignSubject,
    *,
    rule: str,
    reason: str,
    actor: Actor,
    quantity: Decimal = ONE,
    label: str = "",
    event: str = "",
    person: str = "",
    day: date | None = None,
    due: date | None = None,
    key: UUID | None = None,
    files: Iterable[UploadedFile] = (),
) -> Claim:
    """Record a finding or deduction.  With the evidence it needs it waits for another's check.

    Where the rule lets anyone verify, it stands at once: the responsible person recorded it.

    Args:
        person: title of the office holder it is about; empty: the subject itself.
        due: by when a statement or correction is due; None: as the stage says, if it does.
        key: idempotency key of the form.

    Raises:
        Incomplete: what it says does not fit the rule, or names somebody who is not assessed.
        IllegalTransition: the stage is not open.
        FileRefused: a file; the draft with its text is stored all the same.
    """
    found = campaign_scheme(subject.campaign).entries.get(rule)
    if due is None and found is not None and found.sign == "none":
        due = reply_due(subject.campaign, rule, received=timezone.localdate()).day
    said = Particulars(quantity, reason, label, event, day, person, due)
    row = enter(subject, rule, said, key=key, actor=actor, recorded=True)
    if row.state != State.DRAFT:
        return row
    for file in files:
        add_evidence(row, file=file, actor=actor)
    if _rule(row).evidence == "optional" or row.evidence.filter(removed_at=None).exists():
        return hand_in_finding(row, actor=actor)
    return row


@transaction.atomic
def hand_in_finding(finding: Claim, *, actor: Actor) -> Claim:
    """Hand a recorded finding over for checking, or let it stand where anyone may verify.

    Raises:
        Incomplete: evidence is missing.
        IllegalTransition: it is no draft.
    """
    row = hand_in_claim(finding, actor=actor)
    if _rule(row).verified_by == "another":
        return row
    row.state, row.verified_at = State.VERIFIED, timezone.now()
    row.verified_by = None if isinstance(actor, str) else actor
    row.save(update_fields=["state", "verified_at", "verified_by"])
    journal_claim("claim.verified", row, actor, verdict=State.VERIFIED, at_once=True)
    return row


@transaction.atomic
def record_statement(finding: Claim, *, text: str, actor: Actor) -> Claim:
    """Keep what the person concerned says; each version goes into the journal.

    Raises:
        NotAllowed: the rule takes no statement, or the text is empty or too long.
        IllegalTransition: the finding is a draft or withdrawn, or a measure was decided.
    """
    row = _locked(finding)
    if not _rule(row).statement:
        raise NotAllowed("这一项不要求本人陈述。")
    _require_standing(row)
    if row.measure:
        raise IllegalTransition("已经作出处理决定，不能再改陈述。")
    text = str(text or "").replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise NotAllowed("请填写陈述；不作陈述的，写明“本人表示不作陈述”。")
    if len(text) > LONGEST_STATEMENT:
        raise NotAllowed(f"陈述最多 {LONGEST_STATEMENT} 字，现有 {len(text)} 字。")
    row.statement, row.statement_by = text, label_of(actor)
    row.statement_at = timezone.now()
    row.save(update_fields=["statement", "statement_by", "statement_at"])
    journal_claim("finding.statement", row, actor, statement=text)
    return row


@transaction.atomic
def decide_measure(finding: Claim, *, measure: str, reason: str, actor: Actor) -> Claim:
    """Record the measure an authorised person decided on for a verified finding.

    Raises:
        NotAllowed: the scheme has no such measure, no reason is given, or the actor recorded it.
        IllegalTransition: it is not verified, the statement is still due, or results are public.
    """
    row = _locked(finding)
    rule = _rule(row)
    if measure not in rule.measures:
        raise NotAllowed("请选择考核办法列出的一种处理。")
    reason = clean_reason(reason, what="决定的依据（会议、文号）")
    if row.state != State.VERIFIED:
        raise IllegalTransition("这件事项还没有核验通过，不能作处理决定。")
    if not isinstance(actor, str) and row.claimed_by_id == actor.pk:
        raise NotAllowed("登记人不能作处理决定，请由另一人决定。")
    if row.subject.campaign.state in _SETTLED:
        raise IllegalTransition("结果已经公示，不能再改处理决定；请先撤回公示。")
    waiting = rule.statement and not row.statement
    if waiting and (row.due is None or row.due >= timezone.localdate()):
        until = f"期限到 {row.due:%Y-%m-%d}。" if row.due else ""
        raise IllegalTransition(f"本人陈述还没有记录。{until}不作陈述的，请如实记录。")
    before = row.measure
    row.measure, row.measure_reason = measure, reason
    row.measure_by, row.measure_at = label_of(actor), timezone.now()
    row.save(update_fields=["measure", "measure_reason", "measure_by", "measure_at"])
    journal_claim(
        "finding.measure", row, actor,
        measure=rule.measures[measure], basis=reason, before=rule.measures.get(before, before),
    )  # fmt: skip
    return row


@transaction.atomic
def withdraw_finding(finding: Claim, *, reason: str, actor: Actor) -> Claim:
    """Take back a finding that was not verified; it stays on record as withdrawn.

    Raises:
        NotAllowed: no reason.
        IllegalTransition: it is verified or withdrawn.
    """
    reason = clean_reason(reason)
    row = _locked(finding)
    if row.state not in (*OPEN_STATES, State.CLAIMED):
        raise IllegalTransition(f"事项的状态是“{row.get_state_display()}”，不能撤回。")
    row.state = State.WITHDRAWN
    row.save(update_fields=["state"])
    journal_claim("claim.withdraw", row, actor, to=State.WITHDRAWN, why=reason)
    return row


def _locked(finding: Claim) -> Claim:
    rows = Claim.objects.select_for_update(of=("self",))
    return rows.select_related("subject__campaign__scheme").get(pk=finding.pk)


def _rule(row: Claim) -> EntryRule:
    return campaign_scheme(row.subject.campaign).entries[row.rule]


def _require_standing(row: Claim) -> None:
    if row.state not in (State.CLAIMED, State.VERIFIED):
        raise IllegalTransition(f"事项的状态是“{row.get_state_display()}”，现在不能办理。")
