"""Downloads: who may see a page may take its paper."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from kaohe.campaigns.models import Campaign
from kaohe.documents.fonts import default_fonts
from kaohe.documents.inputs import Imprint, SheetInput
from kaohe.documents.sheets import sheet_pdf
from kaohe.documents.tables import notice_pdf, table_pdf, table_xlsx
from kaohe.register.access import requires
from kaohe.results import engine
from kaohe.results.models import Notice
from kaohe.results.posting import notice_content
from kaohe.results.queries import latest_proposal, rows_of, standing_notice, today
from kaohe.results.views.subjects import visible_result

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    from django.utils.http import content_disposition_header

    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_safe
@login_required
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit's sheet with its derivation."""
    row, page, _ = visible_result(request, pk)
    proposal = row.proposal
    imprint = Imprint(
        campaign=proposal.campaign.title,
        period=proposal.campaign.period,
        scheme=page.scheme.title,
        version=page.scheme.version,
        fingerprint=proposal.fingerprint,
        digest=proposal.digest,
        proposal=proposal.number,
        institution=getattr(settings, "KAOHE_OFFICE", ""),
    )
    content = sheet_pdf(SheetInput(page, imprint))
    return _download(content, f"{row.subject.title}得分推导表.pdf", "application/pdf")


def _content(pk: int) -> tuple[Campaign, dict[str, Any], str]:
    campaign = get_object_or_404(Campaign.objects.select_related("scheme"), pk=pk)
    proposal = latest_proposal(campaign)
    if proposal is None:
        raise Http404("还没有计算结果")
    notice = standing_notice(campaign)
    if notice is not None:
        return campaign, notice.content, "已公布"
    scheme = engine.scheme_of(campaign)
    rows = rows_of(proposal)
    content = notice_content(proposal, rows, scheme, reasons=True)
    for data, row in zip(content["rows"], rows, strict=True):
        for key, grade in row.result["grades"].items():
            data["grades"].setdefault(
                key, {"proposed": grade["label"], "decided": "", "holder": grade["holder"]}
            )
    return campaign, content, "计算建议，未公布"


@requires("organiser", "decider", "auditor")
@require_safe
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The result table as PDF."""
    campaign, content, state = _content(pk)
    pdf = table_pdf(content, title=campaign.title, state=state, fonts=default_fonts())
    return _download(pdf, f"{campaign.title}得分汇总表.pdf", "application/pdf")


@requires("organiser", "decider", "auditor")
@require_safe
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The result table as a workbook."""
    campaign, content, state = _content(pk)
    return _download(
        table_xlsx(content, title=campaign.title, state=state),
        f"{campaign.title}得分汇总表.xlsx",
        XLSX,
    )


@require_safe
def notice(request: HttpRequest, slug: str) -> HttpResponse:
    """The posted notice, for everybody while it is posted."""
    row = get_object_or_404(Notice.objects.select_related("campaign"), slug=slug)
    if row.withdrawn_at or not row.starts <= today() or (today() > row.ends and not row.keeps):
        raise Http404("公示期已过")
    pdf = notice_pdf(
        row.content,
        title=row.title,
        office=getattr(settings, "KAOHE_OFFICE", ""),
        starts=f"{row.starts.year}年{row.starts.month}月{row.starts.day}日",
        ends=f"{row.ends.year}年{row.ends.month}月{row.ends.day}日",
        contact=row.contact,
        anchor=row.journal_head,
        fonts=default_fonts(),
    )
    return _download(pdf, f"{row.title}.pdf", "application/pdf")
