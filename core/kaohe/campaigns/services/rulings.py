"""Decisions of people that scoring has to respect."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.campaigns.errors import CampaignError
from kaohe.campaigns.models import CampaignSubject, RulingRecord

KINDS = ("waive", "reweight")


def record_ruling(
    subject: CampaignSubject, *, kind: str, target: str, reason: str, actor: str
) -> RulingRecord:
    """Record a ruling with its reason; the one in force on the same matter is replaced."""
    if kind not in KINDS:
        raise CampaignError(f"没有“{kind}”这种认定。")
    if not reason.strip():
        raise CampaignError("请写明理由。")
    with transaction.atomic():
        now = timezone.now()
        subject.rulings.filter(kind=kind, target=target, withdrawn_at=None).update(withdrawn_at=now)
        ruling = RulingRecord.objects.create(
            subject=subject, kind=kind, target=target, reason=reason.strip(), by=actor, at=now
        )
        record(
            "ruling.recorded",
            actor=actor,
            subject=f"subject:{subject.pk}",
            data={"kind": kind, "target": target, "reason": reason.strip()},
        )
    return ruling


def withdraw_ruling(ruling: RulingRecord, *, actor: str) -> None:
    """Withdraw a ruling; it stays on record."""
    with transaction.atomic():
        updated = RulingRecord.objects.filter(pk=ruling.pk, withdrawn_at=None).update(
            withdrawn_at=timezone.now()
        )
        if not updated:
            raise CampaignError("这条认定已经撤回。")
        record(
            "ruling.withdrawn",
            actor=actor,
            subject=f"subject:{ruling.subject_id}",
            data={"kind": ruling.kind, "target": ruling.target},
        )
