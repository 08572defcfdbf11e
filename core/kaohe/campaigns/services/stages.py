"""Stages open and close in order; closing the last one that collects closes the campaign."""

from __future__ import annotations

from django.db import transaction

from kaohe.audit.services import record
from kaohe.campaigns.errors import CampaignError
from kaohe.campaigns.models import Campaign, CampaignStage


def open_stage(stage: CampaignStage, *, actor: str) -> None:
    """Open a stage: its forms can be filled in."""
    _move(stage, CampaignStage.State.OPEN, actor=actor)


def close_stage(stage: CampaignStage, *, actor: str) -> None:
    """Close a stage: nothing of it can be handed in any more.  It can be opened again."""
    if stage.state != CampaignStage.State.OPEN:
        raise CampaignError(f"“{stage.title}”没有在进行，不能结束。")
    _move(stage, CampaignStage.State.CLOSED, actor=actor)


def stage_of(campaign: Campaign, instrument: str) -> CampaignStage | None:
    """The stage in which an instrument or entry rule is filled in."""
    from kaohe.campaigns.facts import campaign_scheme

    for stage in campaign_scheme(campaign).stages:
        if instrument in stage.does:
            return campaign.stages.filter(key=stage.id).first()
    return None


def _move(stage: CampaignStage, state: str, *, actor: str) -> None:
    if stage.campaign.state != Campaign.State.OPEN:
        raise CampaignError("考核不在进行中，不能开始或结束环节。")
    with transaction.atomic():
        stage.state = state
        stage.save(update_fields=["state"])
        record(
            f"stage.{state}",
            actor=actor,
            subject=f"campaign:{stage.campaign_id}",
            data={"stage": stage.key},
        )
