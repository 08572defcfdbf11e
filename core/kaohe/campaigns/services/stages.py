"""Stages: opened and closed by people; a date alone closes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction

from kaohe.audit.services import record
from kaohe.campaigns.errors import IllegalTransition
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import Campaign, CampaignStage
from kaohe.campaigns.services.actors import Actor, label_of
from kaohe.campaigns.services.campaigns import require_open
from kaohe.campaigns.services.gates import waits_for

State = CampaignStage.State


def _locked(stage: CampaignStage) -> CampaignStage:
    rows = CampaignStage.objects.select_for_update(of=("self",)).select_related("campaign")
    return rows.get(pk=stage.pk)


def _journal(action: str, stage: CampaignStage, actor: Actor, **data: object) -> None:
    record(
        action,
        actor=label_of(actor),
        subject=f"campaign:{stage.campaign_id}",
        data={"stage": stage.key, **data},
    )


@transaction.atomic
def open_stage(
    stage: CampaignStage, *, actor: Actor, due: date | None = None, reason: str = ""
) -> CampaignStage:
    """Open a stage, or open it again; a reason, if one is given, goes into the journal.

    Raises:
        IllegalTransition: it is open already, the campaign is not under way, or what the scheme
            wants finished before is not, and no reason is given to open it all the same.
    """
    row = _locked(stage)
    require_open(row.campaign)
    if row.state == State.OPEN:
        raise IllegalTransition(f"环节“{row.title}”已经在进行。")
    again = row.state == State.CLOSED
    left = [] if again else waits_for(row.campaign, row.key)
    if left and not reason.strip():
        raise IllegalTransition(
            f"环节“{row.title}”还不能开始：{'；'.join(left)}。确需提前开始的，请写明理由。"
        )
    row.state, row.due = State.OPEN, due or row.due
    row.save(update_fields=["state", "due"])
    stage.state, stage.due = row.state, row.due
    due_text = row.due.isoformat() if row.due else ""
    why = reason.strip()[:300]
    _journal("stage.open", row, actor, due=due_text, again=again, reason=why, waited_for=left)
    return row


@transaction.atomic
def close_stage(stage: CampaignStage, *, actor: Actor) -> CampaignStage:
    """Close a stage: what was not handed in until now stays out.

    Raises:
        IllegalTransition: it is not open.
    """
    row = _locked(stage)
    if row.state != State.OPEN:
        raise IllegalTransition(f"环节“{row.title}”的状态是“{row.get_state_display()}”，不能结束。")
    row.state = State.CLOSED
    row.save(update_fields=["state"])
    stage.state = row.state
    _journal("stage.close", row, actor)
    return row


@transaction.atomic
def set_due(stage: CampaignStage, *, due: date | None, actor: Actor) -> CampaignStage:
    """Set or move the last day of a stage that is not closed.

    Raises:
        IllegalTransition: it is closed.
    """
    row = _locked(stage)
    if row.state == State.CLOSED:
        raise IllegalTransition(f"环节“{row.title}”已经结束，不能再改截止日期。")
    before, row.due = row.due, due
    row.save(update_fields=["due"])
    stage.due = due
    _journal(
        "stage.due",
        row,
        actor,
        before=before.isoformat() if before else "",
        due=due.isoformat() if due else "",
    )
    return row


def set_due_dates(campaign: Campaign, due: Mapping[str, date | None], *, actor: Actor) -> None:
    """Set the last days of several stages at once; closed ones stay as they are."""
    with transaction.atomic():
        for stage in campaign.stages.exclude(state=State.CLOSED):
            if stage.key in due and due[stage.key] != stage.due:
                set_due(stage, due=due[stage.key], actor=actor)


def stage_for(campaign: Campaign, part: str, *, lock: bool = False) -> CampaignStage | None:
    """The stage in which an instrument or entry rule is filled in; None: any time.

    Args:
        lock: hold the rows until the transaction ends, so that closing waits (or came before).
    """
    rows = CampaignStage.objects.filter(campaign=campaign)
    if lock:
        rows = rows.select_for_update()
    return pick_stage(campaign, list(rows), part)


def pick_stage(
    campaign: Campaign, stages: Iterable[CampaignStage], part: str
) -> CampaignStage | None:
    """`stage_for` among stages that are loaded already."""
    keys = {s.id for s in campaign_scheme(campaign).stages if part in s.does}
    found = [s for s in stages if s.key in keys]
    return next((s for s in found if s.state == State.OPEN), found[0] if found else None)


def closed_reason(campaign: Campaign, stage: CampaignStage | None) -> str:
    """Why nothing can be filled in now; empty if it can."""
    if campaign.state != Campaign.State.OPEN:
        return f"这次考核的状态是“{campaign.get_state_display()}”，现在不能填写。"
    if stage is not None and stage.state == State.WAITING:
        return f"环节“{stage.title}”还没有开始，请等考核办开放。"
    if stage is not None and stage.state == State.CLOSED:
        return f"环节“{stage.title}”已经结束，不能再修改。如确有需要，请联系考核办。"
    return ""
