"""The assessor's sheet: all items in one table, the unit's own marks beside."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kaohe.campaigns.blocks import told
from kaohe.campaigns.drafts import WHOLE, changes_in
from kaohe.campaigns.errors import DraftConflict, IllegalTransition, Incomplete, Problem
from kaohe.campaigns.facts import campaign_scheme, sheet_layout_of
from kaohe.campaigns.forms import SubmitForm
from kaohe.campaigns.marks import Layout, Reading, read_sheet
from kaohe.campaigns.models import Claim, Sheet
from kaohe.campaigns.permissions import fillable_sheet, keeps_answers
from kaohe.campaigns.queries import beside_of, colleagues_of, evidence_by_slot
from kaohe.campaigns.services import save_draft, submit_sheet
from kaohe.campaigns.services.sheets import why_locked
from kaohe.campaigns.services.stages import stage_for
from kaohe.campaigns.sheet_forms import StepForm, initial_of
from kaohe.campaigns.views.conflicts import locked_response, merge_response, version_in
from kaohe.register.access import requires


@keeps_answers
@requires("assessor", "respondent")
@require_http_methods(["GET", "HEAD", "POST"])
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """Score a unit: save, or save and hand in."""
    sheet = fillable_sheet(request, pk)
    layout = sheet_layout_of(sheet)
    if layout.spec.by == "subject":
        return redirect("campaigns:sheet", pk=pk)
    refusal = why_locked(sheet)
    if request.method != "POST":
        check = not refusal and request.GET.get("check") == "1"
        problems = read_sheet(layout, sheet.data).problems if check else ()
        return _page(request, sheet, layout, refusal=refusal, problems=problems)
    if refusal:
        if sheet.state == Sheet.State.SUBMITTED and _is_replay(request, sheet):
            return redirect("campaigns:score", pk=pk)
        return locked_response(request, sheet, layout, refusal)
    try:
        changes = changes_in(request.POST, layout=layout)
        sheet = save_draft(
            sheet,
            version=version_in(request.POST),
            changes=changes,
            actor=request.user,
            just_read=True,
        )
        goto = request.POST.get("goto", "")
        if goto == "submit":
            return _submit(request, sheet, layout)
    except DraftConflict as conflict:
        return merge_response(request, sheet, layout, conflict, back="")
    except IllegalTransition as error:
        return locked_response(request, sheet, layout, str(error))
    if goto == "units":
        return redirect("campaigns:units")
    if goto.startswith("files:"):
        slot = goto.partition(":")[2]
        anchor = f"#slot-{slot}" if slot in layout.item_ids else ""
        return redirect(reverse("campaigns:sheet_evidence", args=[pk]) + anchor)
    reading = read_sheet(layout, sheet.data)
    faults = tuple(p for p in reading.problems if p.input and p.input in reading.faults)
    if faults:
        return _page(request, sheet, layout, problems=faults, status=422)
    return redirect(reverse("campaigns:score", args=[pk]) + "?saved=1")


def _is_replay(request: HttpRequest, sheet: Sheet) -> bool:
    form = SubmitForm(request.POST)
    return form.is_valid() and form.cleaned_data["key"] == sheet.submission_key


def _submit(request: HttpRequest, sheet: Sheet, layout: Layout) -> HttpResponse:
    form = SubmitForm(request.POST)
    if not form.is_valid():
        return redirect("campaigns:score", pk=sheet.pk)
    try:
        submit_sheet(sheet, version=sheet.version, key=form.cleaned_data["key"], actor=request.user)
    except Incomplete as error:
        return _page(request, sheet, layout, problems=error.problems, status=422)
    return redirect(reverse("campaigns:score", args=[sheet.pk]) + "?handed=1")


def _page(
    request: HttpRequest,
    sheet: Sheet,
    layout: Layout,
    *,
    refusal: str = "",
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> HttpResponse:
    scheme = campaign_scheme(sheet.subject.campaign)
    reading = read_sheet(layout, sheet.data)
    beside = beside_of(sheet, scheme)
    handed_in = sheet.state == Sheet.State.SUBMITTED
    colleagues = colleagues_of(sheet)
    context: dict[str, Any] = {
        "sheet": sheet,
        "subject": sheet.subject,
        "campaign": sheet.subject.campaign,
        "layout": layout,
        "reading": reading,
        "beside": beside,
        "rows": _rows(sheet, reading, beside, problems),
        "own_files": evidence_by_slot(sheet),
        "takes_files": bool(layout.spec.attach) or any(i.evidence for i in layout.items),
        "refusal": refusal,
        "problems": problems,
        "stage": stage_for(sheet.subject.campaign, sheet.instrument),
        "submit": SubmitForm(initial={"version": sheet.version, "key": uuid4()}),
        "colleagues": colleagues if handed_in else (),
        "others": len(colleagues),
        "others_done": sum(c.sheet.state == Sheet.State.SUBMITTED for c in colleagues),
        "waiting": Claim.objects.filter(
            subject=sheet.subject_id, state=Claim.State.CLAIMED
        ).count(),
        "saved": request.GET.get("saved") == "1",
        "handed": request.GET.get("handed") == "1" and handed_in,
    }
    return render(request, "campaigns/score.html", context, status=status)


def _rows(
    sheet: Sheet, reading: Reading, beside: Any, problems: tuple[Problem, ...]
) -> list[dict[str, Any]]:
    layout = reading.layout
    form = StepForm(
        items=layout.items, layout=layout, prefix=WHOLE, initial=initial_of(layout, sheet.data)
    )
    other = beside.reading if beside and beside.is_in else None
    return [
        {
            "item": block.item,
            "block": block,
            "told": told(block.item, reading),
            "self_mark": other.points.get(block.item.id) if other else None,
            "self_told": told(block.item, other) if other else (),
            "self_reason": other.reasons.get(block.item.id, "") if other else "",
            "files": beside.files.get(block.item.id, []) if other else [],
        }
        for block in form.blocks(reading, problems)
    ]
