"""Rulings: decisions scoring has to respect, each with a reason and never silently."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.campaigns.errors import IllegalTransition, NotAllowed
from kaohe.campaigns.models import Campaign, CampaignSubject, RulingRecord
from kaohe.campaigns.services.actors import Actor, clean_reason, label_of

KINDS = {"reweight": "重新分配权重", "waive": "放行标注", "exempt": "不参加评定"}
_SETTLED = (Campaign.State.PUBLISHED, Campaign.State.FINAL)


def record_ruling(
    subject: CampaignSubject, *, kind: str, target: str, reason: str, actor: Actor
) -> RulingRecord:
    """Record a decision: reweight a missing score, waive a flag, leave out of a grade or list.

    Raises:
        NotAllowed: unknown kind, no target or no reason.
        IllegalTransition: the same decision stands already, or the results are published.
    """
    if kind not in KINDS or not target or len(target) > 60:
        raise NotAllowed("请选择认定的种类和对象。")
    reason = clean_reason(reason)
    try:
        with transaction.atomic():
            _require_unsettled(subject)
            row = RulingRecord.objects.create(
                subject=subject,
                kind=kind,
                target=target,
                reason=reason,
                by=label_of(actor),
                at=timezone.now(),
            )
            record(
                "ruling.record",
                actor=label_of(actor),
                subject=f"subject:{subject.pk}",
                data={"kind": kind, "target": target, "reason": reason, "unit": subject.title},
            )
    except IntegrityError:
        raise IllegalTransition("同样的认定已经登记过。") from None
    return row


@transaction.atomic
def withdraw_ruling(ruling: RulingRecord, *, actor: Actor, reason: str = "") -> RulingRecord:
    """Take a ruling back; it stays on record.

    Raises:
        IllegalTransition: it is withdrawn already, or the results are published.
    """
    row = RulingRecord.objects.select_related("subject__campaign").get(pk=ruling.pk)
    _require_unsettled(row.subject)
    now = timezone.now()
    standing = RulingRecord.objects.filter(pk=row.pk, withdrawn_at=None)
    if not standing.update(withdrawn_at=now):
        raise IllegalTransition("这条认定已经撤回。")
    row.withdrawn_at = now
    record(
        "ruling.withdraw",
        actor=label_of(actor),
        subject=f"subject:{row.subject_id}",
        data={"kind": row.kind, "target": row.target, "reason": reason.strip()[:300]},
    )
    return row


def _require_unsettled(subject: CampaignSubject) -> None:
    state = Campaign.objects.select_for_update().get(pk=subject.campaign_id).state
    if state in _SETTLED:
        raise IllegalTransition("结果已经公示，不能再登记或撤回认定；请先撤回公示。")
