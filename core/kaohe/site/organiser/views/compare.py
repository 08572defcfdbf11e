"""Comparing an office's own result workbook with a campaign's method."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from kaohe.campaigns.models import Campaign
from kaohe.comparing.report_text import repeated_causes, summary_line
from kaohe.register.access import requires
from kaohe.scoring import Contradiction, PlanRefused
from kaohe.site.organiser.comparing import MOST_BYTES, Asked, kept_bytes, read_asked
from kaohe.workbooks import WorkbookError

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires("organiser")
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload, confirm the columns, see the differences, take the marked workbook away."""
    campaign = get_object_or_404(Campaign.objects.select_related("scheme"), pk=pk)
    if request.method != "POST":
        return _page(request, campaign)
    file = request.FILES.get("file")
    data = file.read(MOST_BYTES + 1) if file else kept_bytes(request.POST.get("kept", ""))
    name = (file.name if file else request.POST.get("name", "")) or "结果表.xlsx"
    if not data:
        return _page(request, campaign, refused="请选择单位的结果表（XLSX）。")
    try:
        asked = read_asked(campaign, data, {} if file else request.POST)
    except WorkbookError as error:
        return _page(request, campaign, refused=f"{error.what}{error.remedy}")
    return _answer(request, campaign, asked, name)


def _answer(request: HttpRequest, campaign: Campaign, asked: Asked, name: str) -> HttpResponse:
    recorded = request.POST.get("facts") == "recorded"
    context: dict[str, Any] = {"asked": asked, "name": name, "recorded": recorded}
    action = request.POST.get("action", "")
    if action not in ("compare", "xlsx"):
        return _page(request, campaign, **context)
    if asked.problems:
        return _page(request, campaign, refused="；".join(asked.problems), **context)
    try:
        found = asked.compare(campaign, recorded=recorded)
    except (PlanRefused, Contradiction) as error:
        return _page(request, campaign, refused=str(error), **context)
    if not found.compared:
        return _page(request, campaign, refused=summary_line(found), **context)
    if action == "xlsx":
        from kaohe.comparing.marked_workbook import marked_workbook

        content = marked_workbook(asked.data, found)
        told = f"attachment; filename=\"compared.xlsx\"; filename*=UTF-8''{quote('核对-' + name)}"
        return HttpResponse(content, content_type=_XLSX, headers={"Content-Disposition": told})
    context |= {"summary": summary_line(found), "repeated": repeated_causes(found)}
    return _page(request, campaign, found=found, **context)


def _page(
    request: HttpRequest, campaign: Campaign, *, refused: str = "", **context: Any
) -> HttpResponse:
    everything = {"campaign": campaign, "refused": refused, **context}
    status = 422 if refused else 200
    return render(request, "organiser/compare.html", everything, status=status)
