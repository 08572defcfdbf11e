"""Uploading, removing and downloading evidence."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from kaohe.campaigns.errors import CampaignError
from kaohe.campaigns.models import Claim, Evidence, Sheet
from kaohe.campaigns.queries import fillable_sheets, visible_claims, visible_evidence
from kaohe.campaigns.services.evidence import CONTENT_TYPES, add_evidence, remove_evidence
from kaohe.campaigns.services.sheets import why_locked
from kaohe.register.access import requires


@requires("respondent", "assessor")
@require_POST
def upload_to_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Add files to a slot of a sheet."""
    sheet = get_object_or_404(fillable_sheets(request.user), pk=pk)
    locked = why_locked(sheet)
    if locked:
        messages.error(request, locked)
    else:
        _store(request, sheet=sheet)
    return redirect("campaigns:review", pk=pk)


@requires("respondent")
@require_POST
def upload_to_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a certificate to a claim that is not decided yet."""
    row = get_object_or_404(
        visible_claims(request.user), pk=pk, claimed_by=request.user, state=Claim.State.CLAIMED
    )
    _store(request, claim=row)
    return redirect("campaigns:own_claims", pk=row.subject_id)


def _store(request: HttpRequest, *, sheet: Sheet | None = None, claim: Claim | None = None) -> None:
    files = request.FILES.getlist("file")
    if not files:
        messages.error(request, "请先选择文件。")
    for upload in files[:20]:
        try:
            row = add_evidence(
                upload=upload,
                account=request.user,
                sheet=sheet,
                claim=claim,
                slot=request.POST.get("slot", ""),
            )
            messages.success(request, f"已上传：{row.name}")
        except CampaignError as error:
            messages.error(request, f"{upload.name}：{error}")


@requires("respondent", "assessor")
@require_POST
def remove(request: HttpRequest, pk: str) -> HttpResponse:
    """Remove a file of one's own while the sheet is open or the claim undecided."""
    row = get_object_or_404(visible_evidence(request.user), pk=pk, uploaded_by=request.user)
    if row.sheet:
        if why_locked(row.sheet):
            messages.error(request, why_locked(row.sheet))
        else:
            remove_evidence(row, account=request.user)
            messages.success(request, "已删除。")
        return redirect("campaigns:review", pk=row.sheet_id)
    if row.claim is None or row.claim.state != Claim.State.CLAIMED:
        raise Http404
    subject_pk = row.claim.subject_id
    remove_evidence(row, account=request.user)
    messages.success(request, "已删除。")
    return redirect("campaigns:own_claims", pk=subject_pk)


@requires("respondent", "assessor", "organiser", "auditor")
@require_safe
def download(request: HttpRequest, pk: str) -> HttpResponseBase:
    """Serve a file as a download, never inline."""
    row: Evidence = get_object_or_404(visible_evidence(request.user), pk=pk)
    name = row.name if row.name.lower().endswith(f".{row.kind}") else f"{row.name}.{row.kind}"
    try:
        handle = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        handle, as_attachment=True, filename=name, content_type=CONTENT_TYPES[row.kind]
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
