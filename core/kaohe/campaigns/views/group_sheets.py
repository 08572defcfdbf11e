"""An assessor's sheet: all items on one page, the self-assessment beside."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kaohe.campaigns.errors import CampaignError, DraftConflict
from kaohe.campaigns.marking import (
    filled,
    mark_problem,
    plain_mark,
    sheet_instrument,
    sheet_items,
    sheet_problems,
    subtotal,
)
from kaohe.campaigns.models import Sheet
from kaohe.campaigns.services.sheets import save_draft, why_locked
from kaohe.campaigns.views.sheets import own_sheet, posted_version, read_changes
from kaohe.campaigns.wizard import locked_page, merge_page
from kaohe.register.access import actor_label, requires


def _beside(sheet: Sheet, key: str | None) -> Sheet | None:
    rows = Sheet.objects.filter(
        subject=sheet.subject, instrument=key or "", state=Sheet.State.SUBMITTED
    )
    return rows.prefetch_related("evidence").first()


@requires("assessor")
@require_http_methods(["GET", "HEAD", "POST"])
def group_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill in the group's sheet; saving keeps everything, going on demands that it is right."""
    sheet = own_sheet(request, pk)
    scheme = request.scheme  # type: ignore[attr-defined]
    instrument = sheet_instrument(scheme, sheet)
    items = sheet_items(scheme, sheet)
    problems: dict[str, str] = {}
    if request.method == "POST":
        changes = read_changes(request, sheet)
        try:
            save_draft(
                sheet, version=posted_version(request), changes=changes, actor=actor_label(request)
            )
        except DraftConflict:
            return merge_page(request, changes, request.path)
        except CampaignError as error:
            return locked_page(request, str(error), changes)
        problems = {p.item: p.what for p in sheet_problems(scheme, sheet)}
        if request.POST.get("goto") == "review" and not problems:
            return redirect("campaigns:review", pk=pk)
        if request.POST.get("goto") != "review":
            return redirect("campaigns:group_sheet", pk=pk)
    elif why_locked(sheet):
        return redirect("campaigns:review", pk=pk)
    beside = _beside(sheet, instrument.beside)
    marks, reasons = sheet.data.get("marks", {}), sheet.data.get("reasons", {})
    theirs = beside.data if beside else {}
    rows: list[dict[str, Any]] = [
        {
            "item": item,
            "most": plain_mark(item.points) if item.points is not None else "",
            "mark": marks.get(item.id, ""),
            "reason": reasons.get(item.id, ""),
            "self_mark": theirs.get("marks", {}).get(item.id, ""),
            "self_reason": theirs.get("reasons", {}).get(item.id, ""),
            "problem": problems.get(item.id)
            or (mark_problem(item, marks[item.id], instrument.step) if marks.get(item.id) else ""),
        }
        for item in items
    ]
    context = {
        "sheet": sheet,
        "subject": sheet.subject,
        "instrument": instrument,
        "rows": rows,
        "beside": beside,
        "beside_total": subtotal(beside) if beside else None,
        "beside_title": scheme.instruments[instrument.beside].title if instrument.beside else "",
        "subtotal": subtotal(sheet),
        "most": sum((i.points or 0) for i in items),
        "filled": filled(sheet, items),
        "count": len(items),
        "problems": problems,
        "claims": sheet.subject.claims.exclude(state="draft").prefetch_related("evidence"),
    }
    return render(request, "campaigns/group_sheet.html", context, status=422 if problems else 200)
