"""Claims of honours: made with a certificate, counted once another person has checked it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.campaigns.claims import claim_problems, claimable_rules, points_of
from kaohe.campaigns.errors import IllegalTransition, Incomplete, NotAllowed, Problem
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import CampaignSubject, Claim
from kaohe.campaigns.services.actors import Actor, clean_reason, label_of, require_account
from kaohe.campaigns.services.campaigns import require_open
from kaohe.campaigns.services.evidence import add_evidence
from kaohe.campaigns.services.stages import closed_reason, stage_for
from kaohe.register.access import has_role
from kaohe.register.models import Account, Role
from kaohe.scheme.model import EntryRule

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
    day: date | None = None,
    key: UUID | None = None,
    files: Iterable[UploadedFile] = (),
) -> Claim:
    """Claim a bonus.  With everything it needs it is handed in at once, else it waits as a draft.

    Args:
        quantity: points if the rule's points are typed, else how many times the label applies.
        key: idempotency key of the form; the same key again returns the same claim.
        files: certificates; one that is refused is not kept, the claim's text is.

    Raises:
        Incomplete: figure, label or reason is wrong.
        IllegalTransition: claims are not open.
        FileRefused: a certificate; the draft with its text is stored all the same.
    """
    if key is not None:
        known = Claim.objects.filter(key=key).first()
        if known is not None:
            return known
    try:
        with transaction.atomic():
            row = _create(subject, rule, quantity, reason, label, event, day, key, actor)
    except IntegrityError:  # the same form, sent twice at the same moment
        return Claim.objects.get(key=key)
    for file in files:
        add_evidence(row, file=file, actor=actor)
    if _rule(row).evidence == "optional" or row.evidence.filter(removed_at=None).exists():
        return hand_in_claim(row, actor=actor)
    return row


def _create(
    subject: CampaignSubject,
    rule: str,
    quantity: Decimal,
    reason: str,
    label: str,
    event: str,
    day: date | None,
    key: UUID | None,
    actor: Actor,
) -> Claim:
    subject = CampaignSubject.objects.select_related("campaign__scheme").get(pk=subject.pk)
    reason = _text(reason, 400)
    _check(subject, rule, label, quantity, reason)
    row = Claim.objects.create(
        subject=subject,
        rule=rule,
        label=label,
        quantity=quantity,
        reason=reason,
        event=_text(event, 100),
        day=day,
        state=State.DRAFT,
        claimed_by=None if isinstance(actor, str) else actor,
        claimed_at=timezone.now(),
        key=key,
    )
    _journal("claim.create", row, actor)
    return row


def _text(text: str, most: int) -> str:
    return " ".join(str(text).replace("\x00", "").split())[:most]


def _check(subject: CampaignSubject, rule: str, label: str, quantity: Decimal, reason: str) -> None:
    scheme = campaign_scheme(subject.campaign)
    rules = claimable_rules(scheme)
    if rule not in rules:
        raise Incomplete([Problem("加分项目", "考核办法中没有这一项", "请重新选择。")])
    refusal = closed_reason(subject.campaign, stage_for(subject.campaign, rule))
    if refusal:
        raise IllegalTransition(refusal)
    problems = claim_problems(
        rules[rule], label=label, quantity=quantity, reason=reason, decimals=scheme.decimals
    )
    if problems:
        raise Incomplete(problems)


def _rule(row: Claim) -> EntryRule:
    return campaign_scheme(row.subject.campaign).entries[row.rule]


def _load(pk: int, *, lock: bool = False) -> Claim:
    rows = Claim.objects.select_related("subject__campaign__scheme")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return rows.get(pk=pk)


def _journal(action: str, row: Claim, actor: Actor, **data: object) -> None:
    points = points_of(_rule(row), label=row.label, quantity=row.quantity)
    record(
        action,
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
    day: date | None = None,
) -> Claim:
    """Change a claim that is a draft or was refused.

    Raises:
        IllegalTransition: it waits for verification or is verified.
        Incomplete: as `claim`.
    """
    row = _load(claim.pk, lock=True)
    if row.state not in OPEN_STATES:
        raise IllegalTransition(f"申报的状态是“{row.get_state_display()}”，不能修改；可先撤回。")
    reason = _text(reason, 400)
    _check(row.subject, row.rule, label, quantity, reason)
    row.label, row.quantity, row.reason = label, quantity, reason
    row.event, row.day = _text(event, 100), day
    row.save(update_fields=["label", "quantity", "reason", "event", "day"])
    _journal("claim.update", row, actor)
    return row


@transaction.atomic
def hand_in_claim(claim: Claim, *, actor: Actor) -> Claim:
    """Hand a claim in for verification.

    Raises:
        Incomplete: the certificate is missing.
        IllegalTransition: it is no draft, or claims are not open.
    """
    row = _load(claim.pk, lock=True)
    _check(row.subject, row.rule, row.label, row.quantity, row.reason)
    rule = _rule(row)
    if rule.evidence == "required" and not row.evidence.filter(removed_at=None).exists():
        raise Incomplete([Problem("证书", "没有上传", "请上传证书的照片或扫描件。", field="files")])
    now = timezone.now()
    changes = {"state": State.CLAIMED, "handed_in_at": now, "claimed_at": now}
    if row.claimed_by_id is None and not isinstance(actor, str):
        changes["claimed_by"] = actor
    if not Claim.objects.filter(pk=row.pk, state__in=OPEN_STATES).update(**changes):
        raise IllegalTransition(f"申报的状态是“{row.get_state_display()}”，不能再提交。")
    row = _load(row.pk)
    files = list(row.evidence.filter(removed_at=None).values_list("sha256", flat=True))
    _journal("claim.hand_in", row, actor, files=files)
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
    _journal("claim.withdraw", row, actor, to=after)
    return row


def verify_claim(claim: Claim, *, actor: Actor, reason: str = "") -> Claim:
    """Confirm a claim after checking the certificate.

    Raises:
        NotAllowed: the actor claimed it, or belongs to the unit (four-eyes rule).
        IllegalTransition: it does not wait for verification.
    """
    return _judge(claim, State.VERIFIED, _text(reason, 300), actor)


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
    _journal(f"claim.{verdict}", row, actor, verdict=verdict, verdict_reason=reason)
    return row


def verdict_refusal(claim: Claim, account: Account) -> str:
    """Why somebody may not judge a claim; empty if they may."""
    if claim.claimed_by_id == account.pk:
        return "不能核验自己申报的加分，请由另一人核验。"
    subject = claim.subject
    if subject.holder_id is not None:
        himself = subject.holder_id == account.person_id
        return "不能核验与本人有关的事项，请由另一人核验。" if himself else ""
    if has_role(account, Role.Kind.RESPONDENT, subject.unit):
        return "不能核验本单位的加分，请由其他人员核验。"
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
    _journal("claim.reopen", row, actor, why=reason)
    return row
