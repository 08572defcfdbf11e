"""What a respondent and an assessor have to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.marking import filled, sheet_items, subtotal
from kaohe.campaigns.models import Campaign, CampaignSubject, Claim, Sheet
from kaohe.campaigns.queries import assessed_subjects, fillable_sheets, own_subjects
from kaohe.campaigns.services.sheets import why_locked
from kaohe.register.access import requires


@dataclass(frozen=True, slots=True)
class Task:
    """One sheet somebody has to fill in."""

    sheet: Sheet
    title: str
    done: int
    count: int
    total: Any
    due: date | None
    locked: str


def _tasks(rows: list[Sheet]) -> list[Task]:
    out = []
    dues: dict[int, dict[str, date | None]] = {}
    for sheet in rows:
        campaign = sheet.subject.campaign
        scheme = campaign_scheme(campaign)
        if campaign.pk not in dues:
            days = dict(campaign.stages.values_list("key", "due"))
            dues[campaign.pk] = {i: days.get(s.id) for s in scheme.stages for i in s.does}
        items = sheet_items(scheme, sheet)
        out.append(
            Task(
                sheet,
                scheme.instruments[sheet.instrument].title,
                filled(sheet, items),
                len(items),
                subtotal(sheet),
                dues[campaign.pk].get(sheet.instrument),
                why_locked(sheet),
            )
        )
    return out


@requires("respondent")
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """My tasks: sheets of my unit, claims, and results once published."""
    rows = list(fillable_sheets(request.user).order_by("-subject__campaign_id", "pk"))
    subjects = list(own_subjects(request.user).order_by("-campaign_id"))
    by_subject: dict[int, list[Task]] = {}
    for task in _tasks([s for s in rows if s.subject_id in {x.pk for x in subjects}]):
        by_subject.setdefault(task.sheet.subject_id, []).append(task)
    published = (Campaign.State.PUBLISHED, Campaign.State.FINAL)
    blocks = [
        {
            "subject": s,
            "campaign": s.campaign,
            "tasks": by_subject.get(s.pk, []),
            "claims": Claim.objects.filter(subject=s).exclude(state=Claim.State.DRAFT).count(),
            "takes_claims": bool(campaign_scheme(s.campaign).entries),
            "published": s.campaign.state in published,
        }
        for s in subjects
    ]
    return render(request, "campaigns/tasks.html", {"blocks": blocks})


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit an assessor scores: own sheet, colleagues' progress, the self-assessment."""

    subject: CampaignSubject
    mine: list[Task]
    self_sheets: list[Sheet]
    others_done: int
    others: int


@requires("assessor")
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """My units: where each stands, without colleagues' figures until mine is in."""
    subjects = list(assessed_subjects(request.user).order_by("-campaign_id", "order"))
    sheets: dict[int, list[Sheet]] = {}
    rows = Sheet.objects.filter(subject__in=subjects).select_related(
        "subject__campaign__scheme", "respondent__person"
    )
    for sheet in rows:
        sheets.setdefault(sheet.subject_id, []).append(sheet)
    mine_all = _tasks([s for x in sheets.values() for s in x if s.respondent_id == request.user.pk])
    mine: dict[int, list[Task]] = {}
    for task in mine_all:
        mine.setdefault(task.sheet.subject_id, []).append(task)
    campaigns: dict[int, dict[str, Any]] = {}
    for subject in subjects:
        scheme = campaign_scheme(subject.campaign)
        own = {t.sheet.instrument for t in mine.get(subject.pk, [])}
        others = [
            s
            for s in sheets.get(subject.pk, [])
            if s.instrument in own and s.respondent_id != request.user.pk
        ]
        line = UnitLine(
            subject,
            mine.get(subject.pk, []),
            [
                s
                for s in sheets.get(subject.pk, [])
                if getattr(scheme.instruments[s.instrument], "by", "") == "subject"
            ],
            sum(s.state == Sheet.State.SUBMITTED for s in others),
            len(others),
        )
        block = campaigns.setdefault(
            subject.campaign_id, {"campaign": subject.campaign, "lines": [], "done": 0}
        )
        block["lines"].append(line)
        block["done"] += all(t.sheet.state == Sheet.State.SUBMITTED for t in line.mine)
    return render(request, "campaigns/units.html", {"blocks": list(campaigns.values())})
