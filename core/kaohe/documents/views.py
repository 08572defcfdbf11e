"""Downloads.  Whoever may see a page may take its paper, and nobody else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from kaohe.audit import services as audit
from kaohe.ballots.models import Poll
from kaohe.ballots.queries import definition_of
from kaohe.campaigns.models import Campaign
from kaohe.documents.composition import notice_of, sheet_of, table_of_proposal
from kaohe.documents.fonts import FontError
from kaohe.documents.notices import notice_pdf
from kaohe.documents.paper_ballots import blank_ballot_pdf
from kaohe.documents.sheets import sheet_pdf
from kaohe.documents.tables import table_pdf
from kaohe.documents.workbooks import table_xlsx
from kaohe.register.access import requires
from kaohe.results.models import Notice, Proposal, ProposalRow
from kaohe.results.queries import latest_proposal, rows_of, standing_notice, today
from kaohe.results.views.common import explanation_of
from kaohe.results.views.subjects import visible_result

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEES_ALL = ("organiser", "decider", "auditor")
View = Callable[..., HttpResponse]


def _with_fonts(view: View) -> View:
    """Show what to install where fonts are missing, instead of a server error."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except FontError as error:
            return render(request, "documents/no_fonts.html", {"error": error}, status=503)

    return guarded


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    clean = "".join(c for c in name if c.isprintable() and c not in '/\\:*?"<>|')
    response["Content-Disposition"] = content_disposition_header(True, clean) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _institution() -> str:
    return getattr(settings, "KAOHE_OFFICE", "")


def _anchor(campaign: Campaign) -> str:
    """The journal's head as posted; before that, as it is now."""
    posted = standing_notice(campaign)
    return posted.journal_head if posted else audit.head()


def _proposal(request: HttpRequest, pk: int) -> Proposal:
    campaign = get_object_or_404(Campaign.objects.select_related("scheme"), pk=pk)
    number = request.GET.get("proposal", "")
    found = (
        campaign.proposals.defer("facts").filter(number=int(number)).first()
        if number.isdecimal()
        else latest_proposal(campaign)
    )
    if found is None:
        raise Http404("not computed yet")
    return found


def _sheet_bytes(row: ProposalRow, page: Any) -> bytes:
    campaign = row.proposal.campaign
    return sheet_pdf(sheet_of(row, page, anchor=_anchor(campaign), institution=_institution()))


@require_safe
@login_required
@_with_fonts
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit's score sheet; a unit sees its own once it is posted, without assessors' names."""
    row, page, _ = visible_result(request, pk)
    return _download(_sheet_bytes(row, page), f"{row.subject.title} 考核得分表.pdf", PDF)


@require_safe
@requires(*SEES_ALL)
@_with_fonts
def sheets(request: HttpRequest, pk: int) -> HttpResponse:
    """All score sheets of a campaign in one archive."""
    proposal = _proposal(request, pk)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number, row in enumerate(rows_of(proposal), start=1):
            name = "".join(
                c for c in row.subject.title if c.isprintable() and c not in '/\\:*?"<>|'
            )
            # A fixed date: equal results give equal archives.
            info = zipfile.ZipInfo(f"{number:03d} {name}.pdf")
            archive.writestr(info, _sheet_bytes(row, explanation_of(row, public=False)))
    return _download(out.getvalue(), f"{proposal.campaign.title} 得分表.zip", "application/zip")


@require_safe
@requires(*SEES_ALL)
@_with_fonts
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The result table as PDF."""
    proposal = _proposal(request, pk)
    data = table_of_proposal(
        proposal, anchor=_anchor(proposal.campaign), institution=_institution()
    )
    return _download(table_pdf(data), f"{proposal.campaign.title} 得分汇总表.pdf", PDF)


@require_safe
@requires(*SEES_ALL)
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The result table as a workbook."""
    proposal = _proposal(request, pk)
    data = table_of_proposal(
        proposal, anchor=_anchor(proposal.campaign), institution=_institution()
    )
    return _download(table_xlsx(data), f"{proposal.campaign.title} 得分汇总表.xlsx", XLSX)


def _posted(slug: str) -> tuple[Notice, bool]:
    """A notice that may be read today, and whether its period still runs."""
    found = get_object_or_404(
        Notice.objects.select_related("campaign", "proposal"), slug=slug, withdrawn_at=None
    )
    runs = found.starts <= today() <= found.ends
    if not runs and not (found.keeps and found.final_at):
        raise Http404("not posted today")
    return found, runs


@require_safe
@_with_fonts
def notice(request: HttpRequest, slug: str) -> HttpResponse:
    """The notice, for everybody while it is posted."""
    found, _ = _posted(slug)
    address = request.build_absolute_uri(reverse("results:notice", args=[slug]))
    data = notice_of(found, institution=_institution(), address=address)
    return _download(notice_pdf(data), f"{found.title}.pdf", PDF)


@require_safe
@_with_fonts
def notice_sheet(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A unit's score sheet as the public sees it, while the notice's period runs."""
    found, runs = _posted(slug)
    rows = ProposalRow.objects.select_related(
        "proposal", "proposal__campaign", "proposal__campaign__scheme", "subject"
    ).defer("proposal__facts")
    row = get_object_or_404(rows, proposal=found.proposal_id, subject=pk)
    posted = next((r for r in found.content["rows"] if r["subject"] == pk), None)
    if not runs or posted is None:
        raise Http404("the derivation is public only while the period runs")
    page = explanation_of(row, public=True, posted=posted)
    return _download(_sheet_bytes(row, page), f"{row.subject.title} 考核得分表.pdf", PDF)


@require_safe
@requires("organiser")
@_with_fonts
def blank_ballot(request: HttpRequest, pk: Any) -> HttpResponse:
    """The blank paper form of a poll."""
    poll = get_object_or_404(Poll, pk=pk)
    content = blank_ballot_pdf(definition_of(poll))
    return _download(content, f"{poll.title} 空白票.pdf", PDF)
