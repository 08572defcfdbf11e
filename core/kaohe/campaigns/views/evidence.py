"""Files: upload on their own page, download as an attachment, never shown inline."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaohe.campaigns.errors import Refusal
from kaohe.campaigns.facts import sheet_layout_of
from kaohe.campaigns.files.kinds import ACCEPT, KINDS, LARGEST, WANTED
from kaohe.campaigns.files.limit import upload_refusal
from kaohe.campaigns.marks import DONE, Layout, read_sheet
from kaohe.campaigns.models import Claim, Evidence, Report, Sheet
from kaohe.campaigns.permissions import (
    fillable_sheet,
    keeps_answers,
    person_of,
    readable_evidence,
)
from kaohe.campaigns.queries import evidence_by_slot
from kaohe.campaigns.services import add_evidence, remove_evidence, reuse_evidence
from kaohe.campaigns.services.sheets import why_locked
from kaohe.campaigns.services.stages import stage_for
from kaohe.register.access import requires


def store_files(
    request: HttpRequest, owner: Sheet | Claim | Report, *, slot: str = ""
) -> tuple[int, list[str]]:
    """Keep the posted files one by one; what is refused is said by name, the others are kept."""
    stored, refused = 0, []
    for file in request.FILES.getlist("files"):
        try:
            add_evidence(owner, file=file, slot=slot, actor=request.user)
            stored += 1
        except Refusal as error:
            refused.append(f"“{file.name}”：{error}")
    early = upload_refusal(request)
    if early:
        refused.append(early)
    return stored, refused


@keeps_answers
@requires("respondent", "assessor")
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of a sheet, by what they belong to."""
    sheet = fillable_sheet(request, pk)
    layout = sheet_layout_of(sheet)
    refusal = why_locked(sheet)
    if refusal and request.method != "POST":
        return redirect("campaigns:sheet_view", pk=pk)
    back = request.GET.get("back", "")
    back = back if back in {s.key for s in layout.steps} else ""
    if request.method != "POST":
        return render(request, "campaigns/evidence.html", _context(sheet, layout, back))
    slot = request.POST.get("slot", "")
    if request.POST.get("action") == "reuse":
        stored, refused = _reuse_files(request, sheet, slot=slot)
    else:
        stored, refused = store_files(request, sheet, slot=slot)
        if stored:
            messages.success(request, f"已上传 {stored} 个文件。")
        elif not refused:
            refused = ["没有选择文件。请先点“选择文件”，再点“上传”。"]
    if refused:
        context = _context(sheet, layout, back) | {"refused": refused, "refused_slot": slot}
        return render(request, "campaigns/evidence.html", context, status=422)
    known = slot in layout.spec.attach or slot in layout.item_ids
    query = f"?back={back}" if back else ""
    anchor = f"#slot-{slot}" if known else ""
    return redirect(reverse("campaigns:sheet_evidence", args=[pk]) + query + anchor)


def _reuse_files(request: HttpRequest, sheet: Sheet, *, slot: str) -> tuple[int, list[str]]:
    """Use files of the sheet for another item as well."""
    chosen = set(request.POST.getlist("reuse"))
    rows = [row for row in sheet.evidence.filter(removed_at=None) if str(row.pk) in chosen]
    refused = [] if rows else ["没有选择文件。请先勾选已上传的文件，再点“用在这里”。"]
    used = 0
    for row in rows:
        try:
            reuse_evidence(row, slot=slot, actor=request.user)
            used += 1
        except Refusal as error:
            refused.append(f"“{row.name}”：{error}")
    if used:
        messages.success(request, f"{used} 个已上传的文件也用在这里了。")
    return used, refused


def _others(files: dict[str, list[Evidence]], key: str) -> list[Evidence]:
    """Files of the sheet's other items that this one does not have, each once."""
    mine = {f.sha256 for f in files.get(key, ())}
    every = {f.sha256: f for rows in files.values() for f in rows}
    return [f for digest, f in every.items() if digest not in mine]


def _context(sheet: Sheet, layout: Layout, back: str) -> dict[str, Any]:
    files = evidence_by_slot(sheet)
    reading = read_sheet(layout, sheet.data, slots=set(files))
    slots = [
        {
            "key": key,
            "title": a.title,
            "help": a.help,
            "required": a.required,
            "cite": a.cite,
            "files": files.get(key, []),
            "others": _others(files, key),
        }
        for key, a in layout.spec.attach.items()
    ]
    items = [
        {
            "key": i.id,
            "title": i.title,
            "help": i.help,
            "cite": i.cite,
            "asked": i.evidence,
            "files": files.get(i.id, []),
            "others": _others(files, i.id),
        }
        for i in sorted(layout.items, key=lambda i: not i.evidence)
    ]
    steps = [
        {
            "key": s.key,
            "title": s.title,
            "url": reverse("campaigns:step", args=[sheet.pk, s.key]),
            "state": "done" if s.key in reading.complete_steps else "todo",
            "complete": s.key in reading.complete_steps,
        }
        for s in layout.steps
    ]
    return {
        "sheet": sheet,
        "subject": sheet.subject,
        "campaign": sheet.subject.campaign,
        "layout": layout,
        "reading": reading,
        "slots": slots,
        "items": items,
        "steps": steps,
        "step": "evidence",
        "evidence_done": "evidence" not in {p.step for p in reading.problems},
        "stage": stage_for(sheet.subject.campaign, sheet.instrument),
        "back": back,
        "accept": ACCEPT,
        "wanted": WANTED,
        "largest": LARGEST,
        "review_url": reverse("campaigns:step", args=[sheet.pk, DONE]),
    }


@requires("respondent", "assessor", "organiser", "decider", "auditor")
@require_safe
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A file as a download: our own type, our own name, and no way to run in our pages."""
    row = readable_evidence(request, pk)
    try:
        stream = row.file.open("rb")
    except OSError:
        messages.error(request, "文件在存储中找不到，请告诉系统管理员。")
        raise Http404 from None
    response = FileResponse(
        stream,
        as_attachment=True,
        filename=row.name,
        content_type=KINDS[row.kind].media_type
        if row.kind in KINDS
        else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


@requires("respondent", "assessor", "organiser", "decider", "auditor")
@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a file off a sheet or claim that may still be changed."""
    row = _own_evidence(request, pk)
    try:
        remove_evidence(row, actor=request.user)
        messages.success(request, f"已移除“{row.name}”。")
    except Refusal as error:
        messages.error(request, str(error))
    if row.sheet_id:
        return redirect("campaigns:sheet_evidence", pk=row.sheet_id)
    if row.report_id:
        return redirect("campaigns:report", pk=row.report_id)
    return redirect("campaigns:claim", pk=row.claim_id)


def _own_evidence(request: HttpRequest, pk: UUID) -> Evidence:
    row = readable_evidence(request, pk)
    if row.removed_at is not None:
        raise Http404
    if row.sheet_id:
        fillable_sheet(request, row.sheet_id)
    elif row.report is not None:
        if not person_of(request).fills_for(row.report.subject):
            raise Http404
    else:
        person, claim = person_of(request), row.claim
        if claim is None:
            raise Http404
        recorder = claim.recorded and claim.rule in person.rules_for(claim.subject)
        if not recorder and (claim.recorded or not person.fills_for(claim.subject)):
            raise Http404
    return row
