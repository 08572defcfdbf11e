"""Claims of bonuses: made with a certificate, verified by somebody else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.campaigns.errors import CampaignError
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import Campaign, CampaignSubject, Claim
from kaohe.register.access import actor_label
from kaohe.register.models import Account


def claim(
    subject: CampaignSubject,
    *,
    rule: str,
    quantity: Decimal,
    reason: str,
    account: Account | None,
    label: str = "",
    event: str = "",
    day: date | None = None,
) -> Claim:
    """Claim a bonus under an entry rule.  It counts only once verified.

    Raises:
        CampaignError: unknown rule, too many points, no reason, or the campaign does not run.
    """
    entry = campaign_scheme(subject.campaign).entries.get(rule)
    if entry is None:
        raise CampaignError("考核办法里没有这种加减分。")
    if subject.campaign.state != Campaign.State.OPEN:
        raise CampaignError("这次考核不在进行中，不能申报。")
    if not reason.strip():
        raise CampaignError("请写明名称与依据，如“县级先进基层党组织（某文号）”。")
    if not Decimal(0) < quantity <= entry.most:
        raise CampaignError(f"分值应大于 0、不超过 {entry.most}。")
    with transaction.atomic():
        row = Claim.objects.create(
            subject=subject,
            rule=rule,
            label=label,
            quantity=quantity,
            reason=reason.strip()[:300],
            event=event[:100],
            day=day,
            claimed_by=account,
            claimed_at=timezone.now(),
        )
        record(
            "claim.made",
            actor=actor_label(account),
            subject=f"claim:{row.pk}",
            data={"rule": rule, "quantity": str(quantity), "reason": row.reason},
        )
    return row


def verify_claim(row: Claim, *, account: Account, reason: str = "") -> Claim:
    """Confirm a claim after looking at the certificate.

    Raises:
        CampaignError: the claimant verifies it, there is no certificate, or it is decided already.
    """
    entry = campaign_scheme(row.subject.campaign).entries[row.rule]
    if entry.evidence == "required" and not row.evidence.exists():
        raise CampaignError("还没有上传证书，不能核验通过。请通知申报人补传，或不予通过。")
    return _decide(row, Claim.State.VERIFIED, account=account, reason=reason)


def refuse_claim(row: Claim, *, account: Account, reason: str) -> Claim:
    """Refuse a claim with a reason the claimant sees."""
    if not reason.strip():
        raise CampaignError("不通过须写明理由。")
    return _decide(row, Claim.State.REFUSED, account=account, reason=reason)


def withdraw_claim(row: Claim, *, account: Account) -> None:
    """Take a claim back before it was decided."""
    with transaction.atomic():
        updated = Claim.objects.filter(
            pk=row.pk, state=Claim.State.CLAIMED, claimed_by=account
        ).update(state=Claim.State.DRAFT)
        if not updated:
            raise CampaignError("这条申报已经核验，不能撤回。")
        record("claim.withdrawn", actor=actor_label(account), subject=f"claim:{row.pk}", data={})


def _decide(row: Claim, state: str, *, account: Account, reason: str) -> Claim:
    entry = campaign_scheme(row.subject.campaign).entries[row.rule]
    if entry.verified_by == "another" and row.claimed_by_id == account.pk:
        raise CampaignError("申报人不能核验自己的申报，请由其他人核验。")
    if row.subject.campaign.state != Campaign.State.OPEN:
        raise CampaignError("考核不在进行中，不能核验。")
    with transaction.atomic():
        updated = Claim.objects.filter(pk=row.pk, state=Claim.State.CLAIMED).update(
            state=state,
            verified_by=account,
            verified_at=timezone.now(),
            verdict_reason=reason.strip()[:300],
        )
        if not updated:
            raise CampaignError("这条申报已经有人处理，请刷新页面。")
        record(
            f"claim.{state}",
            actor=actor_label(account),
            subject=f"claim:{row.pk}",
            data={"reason": reason.strip()[:300]},
        )
    row.refresh_from_db()
    return row
