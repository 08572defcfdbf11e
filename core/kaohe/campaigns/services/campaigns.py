"""Campaigns: made from a frozen scheme, then moved through their states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from kaohe import catalogue
from kaohe.audit.services import record
from kaohe.campaigns.errors import IllegalTransition, Incomplete, Problem
from kaohe.campaigns.facts import campaign_scheme, scheme_source
from kaohe.campaigns.models import Campaign, CampaignStage, CampaignSubject, SchemeVersion
from kaohe.campaigns.services.actors import Actor, clean_reason, label_of
from kaohe.campaigns.services.subjects import SubjectChoice, place_subjects, subject_problems
from kaohe.scheme.model import NoteInstrument, Scheme

State = Campaign.State
TRANSITIONS: dict[tuple[str, str], bool] = {
    (State.DRAFT, State.OPEN): False,
    (State.OPEN, State.CLOSED): False,
    (State.CLOSED, State.OPEN): True,
    (State.CLOSED, State.DECIDED): False,
    (State.DECIDED, State.CLOSED): True,
    (State.DECIDED, State.OPEN): True,
    (State.DECIDED, State.PUBLISHED): False,
    (State.PUBLISHED, State.DECIDED): True,
    (State.PUBLISHED, State.FINAL): False,
}
"""(from, to) -> whether the step needs a reason."""


@transaction.atomic
def create_campaign(
    *,
    title: str,
    scheme: SchemeVersion,
    period: str,
    parameters: Mapping[str, Any] | None = None,
    subjects: Iterable[SubjectChoice | tuple[Any, ...]] = (),
    actor: Actor,
) -> Campaign:
    """Prepare a campaign with its subjects and stages.

    Args:
        subjects: `SubjectChoice` or tuples with its fields in order.

    Raises:
        SchemeErrors: the parameters do not fit the scheme.
        Incomplete: title, period or a subject's class is wrong; every problem at once.
    """
    bound = scheme_source(scheme).bind(
        dict(parameters or {}) or None, operators=catalogue.syntaxes()
    )
    chosen = [SubjectChoice(*s) for s in subjects]
    _check(title, period, bound, chosen)
    campaign = Campaign.objects.create(
        title=title.strip(),
        scheme=scheme,
        period=period.strip(),
        parameters=dict(parameters or {}),
    )
    place_subjects(campaign, bound, chosen)
    CampaignStage.objects.bulk_create(
        CampaignStage(campaign=campaign, key=s.id, order=n, title=s.title)
        for n, s in enumerate(bound.stages)
    )
    record(
        "campaign.create",
        actor=label_of(actor),
        subject=f"campaign:{campaign.pk}",
        data={
            "title": campaign.title,
            "scheme": scheme.fingerprint,
            "period": campaign.period,
            "parameters": campaign.parameters,
            "subjects": [[c.name, c.group] for c in chosen],
        },
    )
    return campaign


def set_basics(campaign: Campaign, *, title: str, period: str, actor: Actor) -> None:
    """Change the title and period of a campaign in preparation.

    Raises:
        IllegalTransition: it has been opened.
        Incomplete: a text is missing or too long.
    """
    _change(campaign, actor, title=title.strip(), period=period.strip())


def set_parameters(campaign: Campaign, parameters: Mapping[str, Any], *, actor: Actor) -> None:
    """Set the parameters of a campaign in preparation.

    Raises:
        IllegalTransition: it has been opened.
        SchemeErrors: a value the scheme does not allow; nothing is changed.
    """
    scheme_source(campaign.scheme).bind(dict(parameters) or None, operators=catalogue.syntaxes())
    _change(campaign, actor, parameters=dict(parameters))


@transaction.atomic
def _change(campaign: Campaign, actor: Actor, **values: Any) -> None:
    row = _draft(campaign)
    for name, value in values.items():
        setattr(row, name, value)
        setattr(campaign, name, value)
    _check(row.title, row.period, campaign_scheme(row), [])
    row.save(update_fields=list(values))
    record(
        "campaign.change", actor=label_of(actor), subject=f"campaign:{row.pk}", data=dict(values)
    )


def _draft(campaign: Campaign) -> Campaign:
    rows = Campaign.objects.select_for_update(of=("self",)).select_related("scheme")
    row = rows.get(pk=campaign.pk)
    if row.state != State.DRAFT:
        raise IllegalTransition(
            "考核已经启动，不能再改名称、周期、参数和考核对象。如确需更改，请新建一次考核。"
        )
    return row


@transaction.atomic
def set_subjects(
    campaign: Campaign, subjects: Iterable[SubjectChoice | tuple[Any, ...]], *, actor: Actor
) -> None:
    """Choose who is assessed, with classes, while the campaign is in preparation.

    Raises:
        IllegalTransition: it has been opened.
        Incomplete: a class the scheme does not know, a unit chosen twice; all at once.
    """
    row = _draft(campaign)
    chosen = [SubjectChoice(*s) for s in subjects]
    scheme = campaign_scheme(row)
    _check(row.title, row.period, scheme, chosen)
    row.subjects.all().delete()
    place_subjects(row, scheme, chosen)
    record(
        "campaign.subjects",
        actor=label_of(actor),
        subject=f"campaign:{row.pk}",
        data={"subjects": [[c.name, c.group] for c in chosen]},
    )


def _check(title: str, period: str, scheme: Scheme, chosen: list[SubjectChoice]) -> None:
    problems = []
    if not title.strip():
        problems.append(Problem("名称", "没有填写", "例如：2025 年度党建工作责任制考核。"))
    elif len(title.strip()) > 200:
        problems.append(Problem("名称", "超过 200 字", "请缩短。"))
    if not period.strip() or len(period.strip()) > 20:
        problems.append(Problem("考核周期", "没有填写或超过 20 字", "例如：2025。"))
    problems.extend(subject_problems(scheme, chosen))
    if problems:
        raise Incomplete(problems)


@transaction.atomic
def change_state(campaign: Campaign, *, to: str, actor: Actor, reason: str = "") -> Campaign:
    """Move a campaign to another state along `TRANSITIONS`.

    Raises:
        IllegalTransition: there is no such step from the stored state.
        NotAllowed: the step needs a reason and there is none.
    """
    row = Campaign.objects.select_for_update().get(pk=campaign.pk)
    needs_reason = TRANSITIONS.get((row.state, to))
    if needs_reason is None:
        target = State(to).label if to in State.values else to
        raise IllegalTransition(f"“{row.get_state_display()}”的考核不能直接变为“{target}”。")
    if needs_reason:
        reason = clean_reason(reason)
    before, row.state = row.state, to
    if to == State.OPEN and row.opened_at is None:
        row.opened_at = timezone.now()
    row.save(update_fields=["state", "opened_at"])
    campaign.state, campaign.opened_at = row.state, row.opened_at
    record(
        f"campaign.{to}",
        actor=label_of(actor),
        subject=f"campaign:{row.pk}",
        data={"from": before, "to": to, "reason": reason},
    )
    return row


@transaction.atomic
def open_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """Start a prepared campaign with its first stage; the others are opened one by one.

    Raises:
        Incomplete: it has no subjects.
        IllegalTransition: it was started already.
    """
    if not campaign.subjects.exists():
        raise Incomplete([Problem("考核对象", "还没有选", "请先选择参加考核的单位或人员。")])
    if Campaign.objects.filter(pk=campaign.pk).exclude(state=State.DRAFT).exists():
        raise IllegalTransition("这次考核已经启动。")
    row = change_state(campaign, to=State.OPEN, actor=actor)
    first = campaign.stages.order_by("order").first()
    if first is not None:
        CampaignStage.objects.filter(pk=first.pk, state=CampaignStage.State.WAITING).update(
            state=CampaignStage.State.OPEN
        )
    return row


def close_campaign(campaign: Campaign, *, actor: Actor) -> Campaign:
    """Everything is in: no sheet, claim or ruling changes until it is reopened."""
    return change_state(campaign, to=State.CLOSED, actor=actor)


def reopen_campaign(campaign: Campaign, *, actor: Actor, reason: str) -> Campaign:
    """Take a closed or decided campaign up again, for a recorded reason.

    Decisions stay on record; computing again carries over those whose figures did not change.
    """
    return change_state(campaign, to=State.OPEN, actor=actor, reason=reason)


@transaction.atomic
def set_note(subject: CampaignSubject, instrument: str, text: str, *, actor: Actor) -> None:
    """Keep the text of a note instrument (an opinion poll): shown, never scored.

    Raises:
        IllegalTransition: the campaign is not under way.
        KeyError: the scheme has no such note.
    """
    row = (
        CampaignSubject.objects.select_for_update(of=("self",))
        .select_related("campaign__scheme")
        .get(pk=subject.pk)
    )
    require_open(row.campaign)
    if not isinstance(campaign_scheme(row.campaign).instruments.get(instrument), NoteInstrument):
        raise KeyError(instrument)
    notes = {k: v for k, v in row.notes.items() if k != instrument}
    text = text.replace("\x00", "").strip()[:4000]
    row.notes = notes | ({instrument: text} if text else {})
    row.save(update_fields=["notes"])
    subject.notes = row.notes
    record(
        "subject.note",
        actor=label_of(actor),
        subject=f"subject:{row.pk}",
        data={"instrument": instrument, "text": text},
    )


def require_open(campaign: Campaign) -> None:
    """Refuse a change while the campaign is not under way.

    Raises:
        IllegalTransition: it is not.
    """
    if campaign.state != State.OPEN:
        raise IllegalTransition(f"这次考核的状态是“{campaign.get_state_display()}”，现在不能办理。")
