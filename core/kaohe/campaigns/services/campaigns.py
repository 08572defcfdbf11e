"""Preparing and opening a campaign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from kaohe.audit.services import record
from kaohe.campaigns.errors import CampaignError
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import Campaign, CampaignStage, CampaignSubject, SchemeVersion
from kaohe.register.models import Office, Unit
from kaohe.scheme.model import Scheme


def create_campaign(
    *,
    title: str,
    scheme: SchemeVersion,
    period: str,
    parameters: Mapping[str, Any] | None = None,
    subjects: Iterable[tuple[Unit, str]] = (),
    actor: str,
) -> Campaign:
    """Create a campaign in preparation, with the scheme's stages.

    Args:
        subjects: (unit, class key) pairs; more can be set until the campaign opens.
    """
    with transaction.atomic():
        campaign = Campaign.objects.create(
            title=title, scheme=scheme, period=period, parameters=dict(parameters or {})
        )
        for order, stage in enumerate(campaign_scheme(campaign).stages):
            CampaignStage.objects.create(
                campaign=campaign, key=stage.id, order=order, title=stage.title
            )
        _write_subjects(campaign, list(subjects))
        record(
            "campaign.created",
            actor=actor,
            subject=f"campaign:{campaign.pk}",
            data={"title": title, "scheme": scheme.fingerprint, "period": period},
        )
    return campaign


def set_basics(campaign: Campaign, *, title: str, period: str, actor: str) -> None:
    """Change the title and period of a campaign in preparation."""
    _change(campaign, actor=actor, title=title, period=period)


def set_parameters(campaign: Campaign, parameters: Mapping[str, Any], *, actor: str) -> None:
    """Set the parameters of a campaign in preparation.

    Raises:
        kaohe.scheme.errors.SchemeErrors: a value the scheme does not allow; nothing is changed.
    """
    from kaohe.scheme.reading import SchemeSource

    SchemeSource.from_data(campaign.scheme.data).bind(parameters)
    _change(campaign, actor=actor, parameters=dict(parameters))


def set_subjects(campaign: Campaign, subjects: Iterable[tuple[Unit, str]], *, actor: str) -> None:
    """Choose who is assessed, with classes, while the campaign is in preparation."""
    _still_draft(campaign)
    chosen = list(subjects)
    with transaction.atomic():
        keep = {unit.pk for unit, _ in chosen}
        campaign.subjects.exclude(unit_id__in=keep).delete()
        _write_subjects(campaign, chosen)
        record(
            "campaign.subjects",
            actor=actor,
            subject=f"campaign:{campaign.pk}",
            data={"units": {u.name: c for u, c in chosen}},
        )


def set_due_dates(campaign: Campaign, due: Mapping[str, Any], *, actor: str) -> None:
    """Set the last day of each stage; allowed until the campaign is decided."""
    with transaction.atomic():
        for stage in campaign.stages.all():
            if stage.key in due and due[stage.key] != stage.due:
                stage.due = due[stage.key]
                stage.save(update_fields=["due"])
        record(
            "campaign.dates",
            actor=actor,
            subject=f"campaign:{campaign.pk}",
            data={k: str(v) if v else "" for k, v in due.items()},
        )


def set_note(subject: CampaignSubject, instrument: str, text: str, *, actor: str) -> None:
    """Keep what was collected beside the score (an opinion poll); it is never scored."""
    with transaction.atomic():
        subject.notes = {**subject.notes, instrument: text}
        subject.save(update_fields=["notes"])
        record(
            "note.kept",
            actor=actor,
            subject=f"subject:{subject.pk}",
            data={"instrument": instrument, "text": text},
        )


def open_campaign(campaign: Campaign, *, actor: str) -> None:
    """Open a campaign: its subjects and parameters are fixed from now on."""
    _still_draft(campaign)
    if not campaign.subjects.exists():
        raise CampaignError("还没有选择参加考核的单位。请回到“选择单位”一步。")
    with transaction.atomic():
        updated = Campaign.objects.filter(pk=campaign.pk, state=Campaign.State.DRAFT).update(
            state=Campaign.State.OPEN, opened_at=timezone.now()
        )
        if not updated:
            raise CampaignError("这次考核已经开始，请刷新页面。")
        first = campaign.stages.first()
        if first:
            first.state = CampaignStage.State.OPEN
            first.save(update_fields=["state"])
        record("campaign.opened", actor=actor, subject=f"campaign:{campaign.pk}", data={})
    campaign.refresh_from_db()


def _change(campaign: Campaign, *, actor: str, **values: Any) -> None:
    _still_draft(campaign)
    with transaction.atomic():
        for name, value in values.items():
            setattr(campaign, name, value)
        campaign.save(update_fields=list(values))
        record("campaign.changed", actor=actor, subject=f"campaign:{campaign.pk}", data=values)


def _still_draft(campaign: Campaign) -> None:
    if Campaign.objects.filter(pk=campaign.pk).exclude(state=Campaign.State.DRAFT).exists():
        raise CampaignError("考核已经开始，单位和参数不能再改。如确需更改，请新建一次考核。")


def _write_subjects(campaign: Campaign, chosen: list[tuple[Unit, str]]) -> None:
    scheme = campaign_scheme(campaign)
    classes = next(iter(scheme.subjects.values())).classes
    wrong = [f"{u.name}（{c}）" for u, c in chosen if classes and c not in classes]
    if wrong:
        raise CampaignError(f"这些单位的类别不在考核办法里：{'、'.join(wrong)}。")
    holders = _holders(scheme, [u for u, _ in chosen])
    for order, (unit, group) in enumerate(chosen):
        CampaignSubject.objects.update_or_create(
            campaign=campaign,
            unit=unit,
            defaults={
                "order": unit.order or order,
                "title": unit.name,
                "group": group,
                "person": holders.get(unit.pk, ""),
            },
        )


def _holders(scheme: Scheme, units: list[Unit]) -> dict[int, str]:
    office = next((k.office for k in scheme.subjects.values() if k.kind == "person"), "")
    if not office:
        return {}
    rows = Office.objects.filter(unit__in=units, title=office, until=None)
    return {o.unit_id: o.person.name for o in rows.select_related("person")}
