"""One unit of a campaign as the organiser sees it: sheets, claims, rulings, notes."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kaohe.campaigns.errors import CampaignError
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import CampaignSubject, RulingRecord
from kaohe.campaigns.services.campaigns import set_note
from kaohe.campaigns.services.rulings import record_ruling, withdraw_ruling
from kaohe.register.access import actor_label, requires
from kaohe.scheme.model import NoteInstrument, Scheme
from kaohe.site.organiser.forms import NoteForm, RulingForm
from kaohe.site.organiser.overview import build_overview


def _subject(pk: int, subject_pk: int) -> CampaignSubject:
    rows = CampaignSubject.objects.select_related("campaign__scheme", "unit")
    return get_object_or_404(rows, pk=subject_pk, campaign_id=pk)


def ruling_targets(scheme: Scheme) -> list[tuple[str, str, str]]:
    """(kind, target, words) of the rulings a scheme foresees."""
    out = [
        ("reweight", name, f"“{node.title}”缺项，其余部分重新分配权重")
        for name, node in scheme.scores.items()
        if node.missing == "reweight"
    ]
    flags = {
        turnout.flag
        for instrument in scheme.instruments.values()
        for turnout in getattr(instrument, "turnout", ())
    }
    out += [("waive", flag, "参评人数不足，说明情况后可以定稿") for flag in sorted(flags)]
    outcomes = {**scheme.grades, **scheme.lists, **scheme.streaks}
    return out + [("exempt", key, f"不参加“{one.title}”的评定") for key, one in outcomes.items()]


@requires("organiser", "auditor")
@require_safe
def subject(request: HttpRequest, pk: int, subject_pk: int) -> HttpResponse:
    """Show everything kept for one unit."""
    return _page(request, _subject(pk, subject_pk))


def _page(
    request: HttpRequest,
    row: CampaignSubject,
    *,
    refused: str = "",
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The unit's page; with what was typed, if a ruling or note was refused."""
    typed = typed or {}
    scheme = campaign_scheme(row.campaign)
    overview = build_overview(row.campaign)
    line = next(x for x in overview.lines if x.subject.pk == row.pk)
    notes = [
        (key, i.title, typed.get(f"note.{key}", row.notes.get(key, "")))
        for key, i in scheme.instruments.items()
        if isinstance(i, NoteInstrument)
    ]
    context = {
        "subject": row,
        "campaign": row.campaign,
        "line": line,
        "sheets": row.sheets.select_related("respondent__person").order_by("instrument", "pk"),
        "instruments": scheme.instruments,
        "claims": row.claims.select_related("claimed_by__person", "verified_by__person"),
        "rulings": row.rulings.order_by("pk"),
        "targets": ruling_targets(scheme),
        "notes": notes,
        "typed": typed,
    }
    if refused:
        messages.error(request, refused)
    return render(request, "organiser/subject.html", context, status=422 if refused else 200)


@requires("organiser")
@require_POST
def ruling(request: HttpRequest, pk: int, subject_pk: int) -> HttpResponse:
    """Record or withdraw a ruling."""
    row = _subject(pk, subject_pk)
    actor = actor_label(request)
    what, reason = request.POST.get("what", ""), request.POST.get("reason", "")
    kind, _, target = what.partition(":")
    form = RulingForm({"kind": kind, "target": target, "reason": reason})
    refused = "请选择认定事项并写明理由（300 字以内）。"
    try:
        if request.POST.get("withdraw", "").isdecimal():
            found = get_object_or_404(RulingRecord, pk=request.POST["withdraw"], subject=row)
            withdraw_ruling(found, actor=actor)
            messages.success(request, "已撤回。")
            refused = ""
        elif (kind, target) in _foreseen(row) and form.is_valid():
            given = form.cleaned_data["reason"]
            record_ruling(row, kind=kind, target=target, reason=given, actor=actor)
            messages.success(request, "已记录；重新计算后生效。")
            refused = ""
    except CampaignError as error:
        refused = str(error)
    if refused:
        return _page(request, row, refused=refused, typed={"what": what, "reason": reason})
    return redirect("organiser:subject", pk=pk, subject_pk=subject_pk)


def _foreseen(row: CampaignSubject) -> set[tuple[str, str]]:
    return {(kind, target) for kind, target, _ in ruling_targets(campaign_scheme(row.campaign))}


@requires("organiser")
@require_POST
def note(request: HttpRequest, pk: int, subject_pk: int, instrument: str) -> HttpResponse:
    """Keep what was collected beside the score."""
    row = _subject(pk, subject_pk)
    if not isinstance(campaign_scheme(row.campaign).instruments.get(instrument), NoteInstrument):
        raise Http404
    form = NoteForm(request.POST)
    refused = ""
    if form.is_valid():
        try:
            set_note(row, instrument, form.cleaned_data["text"], actor=actor_label(request))
        except CampaignError as error:
            refused = str(error)
    else:
        refused = "内容过长（2000 字以内），没有保存。"
    if refused:
        typed = {f"note.{instrument}": request.POST.get("text", "")}
        return _page(request, row, refused=refused, typed=typed)
    messages.success(request, "已保存。")
    return redirect("organiser:subject", pk=pk, subject_pk=subject_pk)
