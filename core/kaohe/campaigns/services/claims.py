"""Claims of honours: made with a certificate, counted once another person has checked it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.campaigns.claims import (
    LONGEST_EVENT,
    LONGEST_PERSON,
    Particulars,
    claim_problems,
    claimable_rules,
    needs_event,
    points_of,
    recorders,
)
from kaohe.campaigns.errors import IllegalTransition, Incomplete, NotAllowed, Problem
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.kinds import is_for
from kaohe.campaigns.models import CampaignSubject, Claim
from kaohe.campaigns.persons import person_concerned
from kaohe.campaigns.services.actors import Actor, clean_reason, label_of, require_account
from kaohe.campaigns.services.campaigns import require_open
from kaohe.campaigns.services.evidence import add_evidence
from kaohe.campaigns.services.stages import closed_reason, stage_for
from kaohe.register.access import has_role
from kaohe.register.models import Account, Role
from kaohe.scheme.model import EntryRule, Scheme

State = Claim.State
OPEN_STATES = (State.DRAFT, State.REFUSED)


def claim(
    subject: CampaignSubject,
    *,
    rule: str,
    quantity: Decimal,
    reason: str,
    actor: Actor,
    label: str = "",
    event: str = "",
    person: str = "",
    day: date | None = None,
    key: UUID | None = None,
    files: Iterable[UploadedFile] = (),
) -> Claim:
    """Claim a bonus.  With everything it needs it is handed in at once, else it waits as a draft.

    Args:
        quantity: points if the rule's points are typed, else how many times the label applies (or
            the percentage of it that is earned).
        event: what it is for, where the rule counts once per event.
        person: who earned it, where the rule counts by person.
        key: idempotency key of the form; the same key again returns the same claim.
        files: certificates; one that is refused is not kept, the claim's text is.

    Raises:
        Incomplete: figure, label or reason is wrong.
        IllegalTransition: claims are not open.
        FileRefused: a certificate; the draft with its text is stored all the same.
    """
    said = Particulars(quantity, reason, label, event, day, person)
    row = enter(subject, rule, said, key=key, actor=actor)
    if row.state != State.DRAFT:
        return row
    for file in files:
        add_evidence(row, file=file, actor=actor)
    if _rule(row).evidence == "optional" or row.evidence.filter(removed_at=None).exists():
        return hand_in_claim(row, actor=actor)
    return row


def enter(
    subject: CampaignSubject,
    rule: str,
    said: Particulars,
    *,
    key: UUID | None,
    actor: Actor,
    recorded: bool = False,
) -> Claim:
    """Store a new entry as a draft; the same key again is the same entry.

    Raises:
        Incomplete: what it says does not fit the rule.
        IllegalTransition: nothing can be entered now.
    """
    if key is not None:
        known = Claim.objects.filter(key=key).first()
        if known is not None:
            return known
    try:
        with transaction.atomic():
            return _create(subject, rule, said, key, actor, recorded)
    except IntegrityError:  # the same form, sent twice at the same moment
        return Claim.objects.get(key=key)


def _create(
    subject: CampaignSubject,
    rule: str,
    said: Particulars,
    key: UUID | None,
    actor: Actor,
    recorded: bool,
) -> Claim:
    rows = CampaignSubject.objects.select_related("campaign__scheme", "unit")
    subject = rows.get(pk=subject.pk)
    row = Claim(
        subject=subject,
        rule=rule,
        recorded=recorded,
        state=State.DRAFT,
        claimed_by=None if isinstance(actor, str) else actor,
        claimed_at=timezone.now(),
        key=key,
    )
    put_particulars(row, said)
    row.save(force_insert=True)
    journal_claim("claim.create", row, actor)
    return row


def put_particulars(row: Claim, said: Particulars) -> None:
    """Set what an entry says, once it was found to fit.

    Raises:
        Incomplete: it does not fit the rule; every problem at once.
        IllegalTransition: nothing can be entered now.
    """
    said = replace(
        said,
        reason=plain_text(said.reason, 400),
        event=plain_text(said.event, LONGEST_EVENT),
        person=plain_text(said.person, LONGEST_PERSON),
    )
    scheme = campaign_scheme(row.subject.campaign)
    row.about = _check(row, said, scheme)
    row.label, row.quantity, row.reason = said.label, said.quantity, said.reason
    row.event, row.day, row.person, row.due = said.event, said.day, said.person, said.due


def plain_text(text: str, most: int) -> str:
    """A line somebody typed, blanks tidied."""
    return " ".join(str(text).replace("\x00", "").split())[:most]


def _check(row: Claim, said: Particulars, scheme: Scheme) -> CampaignSubject | None:
    subject = row.subject
    rules = (
        {k: r for k, r in scheme.entries.items() if recorders(scheme, k)}
        if row.recorded
        else claimable_rules(scheme)
    )
    rule = rules.get(row.rule)
    if rule is None:
        raise Incomplete([Problem("项目", "考核办法中没有这一项", "请重新选择。")])
    if not is_for(rule.classes, subject):
        what = f"“{rule.title}”不用于{subject.title}这一类考核对象"
        raise Incomplete([Problem("项目", what, "请重新选择。")])
    refusal = closed_reason(subject.campaign, stage_for(subject.campaign, row.rule))
    if refusal:
        raise IllegalTransition(refusal)
    problems = claim_problems(
        rule, said, decimals=scheme.decimals, with_event=needs_event(scheme, row.rule)
    )
    about = None
    try:
        about = person_concerned(subject, row.rule, said.person)
    except ValueError as error:
        remedy = "只登记列入本次考核的任职人员。" if rule.about else "请写进事由。"
        problems.append(Problem("有关人员", str(error), remedy, field="person"))
    if problems:
        raise Incomplete(problems)
    return about


def particulars_of(row: Claim) -> Particulars:
    """What a stored entry says."""
    return Particulars(row.quantity, row.reason, row.label, row.event, row.day, row.person, row.due)


def _rule(row: Claim) -> EntryRule:
    return campaign_scheme(row.subject.campaign).entries[row.rule]


def _load(pk: int, *, lock: bool = False) -> Claim:
    rows = Claim.objects.select_related("subject__campaign__scheme", "subject__unit")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.get(pk=pk)


def journal_claim(action: str, row: Claim, actor: Actor, **data: object) -> None:
    """Put what was done with an entry into the journal."""
    points = points_of(_rule(row), label=row.label, quantity=row.quantity)
    record(
        action.replace("claim.", "finding.") if row.recorded else action,
        actor=label_of(actor),
        subject=f"claim:{row.pk}",
        data={
            "campaign": row.subject.campaign_id,
            "unit": row.subject.title,
            "rule": row.rule,
            "label": row.label,
            "quantity": f"{row.quantity:f}",
            "points": f"{points:f}",
            "reason": row.reason,
            **({"person": row.person} if row.person else {}),
            **({"event": row.event} if row.event else {}),
            **data,
        },
    )


@transaction.atomic
def update_claim(
    claim: Claim,
    *,
    quantity: Decimal,
    reason: str,
    actor: Actor,
    label: str = "",
    event: str = "",
    person: str = "",
    day: date | None = None,
    due: date | None = None,
) -> Claim:
    """Change an entry that is a draft or was refused.

    Raises:
        IllegalTransition: it waits for verification or is verified.
        Incomplete: as `claim`.
    """
    row = _load(claim.pk, lock=True)
    if row.state not in OPEN_STATES:
        raise IllegalTransition(f"申报的状态是“{row.get_state_display()}”，不能修改；可先撤回。")
    put_particulars(row, Particulars(quantity, reason, label, event, day, person, due))
    row.save()
    journal_claim("claim.update", row, actor)
    return row


@transaction.atomic
def hand_in_claim(claim: Claim, *, actor: Actor) -> Claim:
    """Hand a claim in for verification.

    Raises:
        Incomplete: the certificate is missing.
        IllegalTransition: it is no draft, or claims are not open.
    """
    row = _load(claim.pk, lock=True)
    _check(row, particulars_of(row), campaign_scheme(row.subject.campaign))
    rule = _rule(row)
    if rule.evidence == "required" and not row.evidence.filter(removed_at=None).exists():
        problem = Problem("证书", "没有上传", "请上传证书的照片或扫描件。", field="files")
        if row.recorded:
            problem = Problem("材料", "没有上传", "请上传证明事实的材料。", field="files")
        raise Incomplete([problem])
    now = timezone.now()
    changes = {"state": State.CLAIMED, "handed_in_at": now, "claimed_at": now}
    if row.claimed_by_id is None and not isinstance(actor, str):
        changes["claimed_by"] = actor
    if not Claim.objects.filter(pk=row.pk, state__in=OPEN_STATES).update(**changes):
        raise IllegalTransition(f"申报的状态是“{row.get_state_display()}”，不能再提交。")
    row = _load(row.pk)
    files = list(row.evidence.filter(removed_at=None).values_list("sha256", flat=True))
    journal_claim("claim.hand_in", row, actor, files=files)
    return row


@transaction.atomic
def withdraw_claim(claim: Claim, *, actor: Actor) -> Claim:
    """Take a claim back: one that waits becomes a draft again, any other is withdrawn for good.

    Raises:
        IllegalTransition: it is verified or withdrawn.
    """
    row = _load(claim.pk, lock=True)
    require_open(row.subject.campaign)
    after = {
        State.CLAIMED: State.DRAFT,
        State.DRAFT: State.WITHDRAWN,
        State.REFUSED: State.WITHDRAWN,
    }.get(State(row.state))
    if after is None:
        raise IllegalTransition(f"申报的状态是“{row.get_state_display()}”，不能撤回。")
    row.state = after
    row.save(update_fields=["state"])
    journal_claim("claim.withdraw", row, actor, to=after)
    return row


def verify_claim(claim: Claim, *, actor: Actor, reason: str = "") -> Claim:
    """Confirm a claim after checking the certificate.

    Raises:
        NotAllowed: the actor claimed it, or belongs to the unit (four-eyes rule).
        IllegalTransition: it does not wait for verification.
    """
    return _judge(claim, State.VERIFIED, plain_text(reason, 300), actor)


def refuse_claim(claim: Claim, *, reason: str, actor: Actor) -> Claim:
    """Refuse a claim with a reason; the unit may put it right and hand it in again.

    Raises:
        NotAllowed: as `verify_claim`, or no reason.
        IllegalTransition: it does not wait for verification.
    """
    return _judge(claim, State.REFUSED, clean_reason(reason, what="不通过的理由"), actor)


@transaction.atomic
def _judge(claim: Claim, verdict: str, reason: str, actor: Actor) -> Claim:
    row = _load(claim.pk, lock=True)
    require_open(row.subject.campaign)
    account: Account | None = None
    if _rule(row).verified_by == "another":
        account = require_account(actor)
        refusal = verdict_refusal(row, account)
        if refusal:
            raise NotAllowed(refusal)
    elif not isinstance(actor, str):
        account = actor
    waiting = Claim.objects.filter(pk=row.pk, state=State.CLAIMED)
    if not waiting.update(
        state=verdict, verified_by=account, verified_at=timezone.now(), verdict_reason=reason
    ):
        raise IllegalTransition(f"申报的状态是“{row.get_state_display()}”，不在待核验之列。")
    row = _load(row.pk)
    journal_claim(f"claim.{verdict}", row, actor, verdict=verdict, verdict_reason=reason)
    return row


def verdict_refusal(claim: Claim, account: Account) -> str:
    """Why somebody may not judge a claim; empty if they may."""
    if claim.claimed_by_id == account.pk:
        what = "登记的事项" if claim.recorded else "申报的加分"
        return f"不能核验自己{what}，请由另一人核验。"
    if claim.about_id and claim.about is not None and claim.about.holder_id == account.person_id:
        return "不能核验与本人有关的事项，请由另一人核验。"
    subject = claim.subject
    if subject.holder_id is not None:
        himself = subject.holder_id == account.person_id
        return "不能核验与本人有关的事项，请由另一人核验。" if himself else ""
    if has_role(account, Role.Kind.RESPONDENT, subject.unit):
        return "不能核验本单位的事项，请由其他人员核验。"
    return ""


@transaction.atomic
def reopen_claim(claim: Claim, *, reason: str, actor: Actor) -> Claim:
    """Take a verdict back: the claim waits again.

    Raises:
        IllegalTransition: there is no verdict, or the campaign is closed.
    """
    reason = clean_reason(reason)
    row = _load(claim.pk, lock=True)
    require_open(row.subject.campaign)
    judged = Claim.objects.filter(pk=row.pk, state__in=[State.VERIFIED, State.REFUSED])
    if not judged.update(state=State.CLAIMED, verified_by=None, verified_at=None):
        raise IllegalTransition(f"申报的状态是“{row.get_state_display()}”，没有可以撤回的核验。")
    row = _load(row.pk)
    journal_claim("claim.reopen", row, actor, why=reason)
    return row
