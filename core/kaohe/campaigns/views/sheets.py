"""Filling in a sheet: the wizard, autosave, merging, review and handing in."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaohe.campaigns.errors import CampaignError, DraftConflict
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.marking import (
    filled,
    plain_mark,
    sheet_instrument,
    sheet_items,
    sheet_problems,
    subtotal,
)
from kaohe.campaigns.models import Sheet
from kaohe.campaigns.queries import assessed_subjects, fillable_sheets
from kaohe.campaigns.services.sheets import return_sheet, save_draft, submit_sheet, why_locked
from kaohe.campaigns.wizard import REVIEW, SheetWizard, locked_page, merge_page, step_forms
from kaohe.register.access import actor_label, has_role, requires

_wizard = SheetWizard.as_view(url_name="campaigns:step", done_step_name=REVIEW)


def own_sheet(request: HttpRequest, pk: int) -> Sheet:
    """The sheet, if the account fills it in; otherwise it does not exist for it."""
    sheet = get_object_or_404(fillable_sheets(request.user), pk=pk)
    request.sheet = sheet  # type: ignore[attr-defined]
    request.scheme = campaign_scheme(sheet.subject.campaign)  # type: ignore[attr-defined]
    return sheet


@requires("respondent", "assessor")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, step: str) -> HttpResponseBase:
    """One step of the wizard."""
    sheet = own_sheet(request, pk)
    if request.method != "POST" and why_locked(sheet):
        return redirect("campaigns:review", pk=pk)
    return _wizard(request, step=step)


@requires("respondent", "assessor")
@require_safe
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a sheet where work is left: the first incomplete step, the group sheet, or the review."""
    sheet = own_sheet(request, pk)
    scheme = request.scheme  # type: ignore[attr-defined]
    if sheet_instrument(scheme, sheet).by == "assessors":
        return redirect("campaigns:group_sheet", pk=pk)
    if why_locked(sheet):
        return redirect("campaigns:review", pk=pk)
    for key, form in step_forms(scheme, sheet).items():
        if filled(sheet, form.items) < len(form.items):
            return redirect("campaigns:step", pk=pk, step=key)
    return redirect("campaigns:review", pk=pk)


def read_changes(request: HttpRequest, sheet: Sheet) -> dict[str, dict[str, str]]:
    """Marks and reasons in a POST, whatever prefix a wizard step gave them."""
    changes: dict[str, dict[str, str]] = {"marks": {}, "reasons": {}}
    known = {i.id for i in sheet_items(campaign_scheme(sheet.subject.campaign), sheet)}
    for name in request.POST:
        tail = name.split("-")
        if len(tail) >= 2 and tail[-2] in ("mark", "reason") and tail[-1] in known:
            changes[tail[-2] + "s"][tail[-1]] = request.POST[name]
    return changes


def posted_version(request: HttpRequest) -> int:
    """The version a save started from; -1 (a conflict) if it is no number."""
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() and len(text) < 10 else -1


@requires("respondent", "assessor")
@require_POST
def autosave(request: HttpRequest, pk: int) -> JsonResponse:
    """Save what is typed so far; answers the new version and the running subtotal."""
    sheet = own_sheet(request, pk)
    try:
        save_draft(
            sheet,
            version=posted_version(request),
            changes=read_changes(request, sheet),
            actor=actor_label(request),
        )
    except DraftConflict:
        return JsonResponse({"error": "conflict"}, status=409)
    except CampaignError as error:
        return JsonResponse({"error": "locked", "text": str(error)}, status=409)
    items = sheet_items(request.scheme, sheet)  # type: ignore[attr-defined]
    return JsonResponse(
        {
            "version": sheet.version,
            "subtotal": plain_mark(subtotal(sheet)),
            "filled": filled(sheet, items),
            "count": len(items),
        }
    )


@requires("respondent", "assessor")
@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the choices of the merge page on top of the stored version."""
    sheet = own_sheet(request, pk)
    stored_version = posted_version(request)
    changes = read_changes(request, sheet)
    for part in ("marks", "reasons"):
        for item in list(changes[part]):
            if request.POST.get(f"keep-{part[:-1]}-{item}") != "mine":
                del changes[part][item]
    try:
        save_draft(sheet, version=stored_version, changes=changes, actor=actor_label(request))
    except DraftConflict:
        return merge_page(request, changes, request.POST.get("url", ""))
    except CampaignError as error:
        return locked_page(request, str(error), changes)
    messages.success(request, "两处的内容已合并保存。")
    return redirect("campaigns:start", pk=pk)


@requires("respondent", "assessor")
@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything at a glance before handing in; afterwards what was handed in."""
    sheet = own_sheet(request, pk)
    scheme = request.scheme  # type: ignore[attr-defined]
    instrument = sheet_instrument(scheme, sheet)
    evidence = list(sheet.evidence.all())
    uploaded: dict[str, int] = {}
    for row in evidence:
        uploaded[row.slot] = uploaded.get(row.slot, 0) + 1
    steps = {i.id: key for key, form in step_forms(scheme, sheet).items() for i in form.items}
    marks, reasons = sheet.data.get("marks", {}), sheet.data.get("reasons", {})
    problems = sheet_problems(scheme, sheet, uploaded=uploaded)
    wrong = {p.item: p.what for p in problems}
    rows = [
        (i, marks.get(i.id, ""), reasons.get(i.id, ""), wrong.get(i.id, ""), steps[i.id])
        for i in sheet_items(scheme, sheet)
    ]
    slots = [
        (slot, a, [e for e in evidence if e.slot == slot], wrong.get(f"@{slot}", ""))
        for slot, a in instrument.attach.items()
    ]
    context: dict[str, Any] = {
        "sheet": sheet,
        "subject": sheet.subject,
        "instrument": instrument,
        "rows": rows,
        "slots": slots,
        "other_files": [e for e in evidence if e.slot not in instrument.attach],
        "problems": problems,
        "subtotal": subtotal(sheet),
        "most": sum((i.points or 0) for i in sheet_items(scheme, sheet)),
        "locked": why_locked(sheet),
        "key": uuid.uuid4(),
        "revisions": sheet.revisions.all(),
        "edit_url": reverse(
            "campaigns:group_sheet" if instrument.by == "assessors" else "campaigns:start",
            args=[pk],
        ),
    }
    return render(request, "campaigns/review.html", context)


@requires("respondent", "assessor")
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in; pressing twice hands in once."""
    sheet = own_sheet(request, pk)
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        messages.error(request, "请从检查页提交。")
        return redirect("campaigns:review", pk=pk)
    try:
        submit_sheet(sheet, version=posted_version(request), key=key, actor=actor_label(request))
        messages.success(request, "已提交。提交的内容已留存，可随时回来查看。")
    except DraftConflict:
        messages.warning(
            request, "您检查之后内容又有改动（可能在另一个窗口），请再核对一遍后提交。"
        )
    except CampaignError as error:
        messages.error(request, f"还不能提交。{error}")
    return redirect("campaigns:review", pk=pk)


@requires("organiser", "assessor")
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a sheet with a reason: organisers any, assessors the self-assessments of their units."""
    sheet = get_object_or_404(Sheet.objects.select_related("subject__campaign__scheme"), pk=pk)
    if not has_role(request.user, "organiser"):
        mine = assessed_subjects(request.user).filter(pk=sheet.subject_id).exists()
        instrument = sheet_instrument(campaign_scheme(sheet.subject.campaign), sheet)
        if not mine or instrument.by != "subject":
            raise Http404
    try:
        return_sheet(sheet, reason=request.POST.get("reason", ""), actor=actor_label(request))
        messages.success(request, "已退回，填报人会看到理由。")
    except CampaignError as error:
        messages.error(request, str(error))
    if has_role(request.user, "organiser"):
        return redirect(
            "organiser:subject", pk=sheet.subject.campaign_id, subject_pk=sheet.subject_id
        )
    return redirect("campaigns:units")
