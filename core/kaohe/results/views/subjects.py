"""The derivation of one unit's result, for insiders and for the unit itself."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kaohe.campaigns.models import CampaignSubject
from kaohe.register.access import actor_label, kinds_in, requires
from kaohe.results import services
from kaohe.results.downloads import derivation_data, derivation_lines
from kaohe.results.errors import Refused
from kaohe.results.explanation.page import Explanation
from kaohe.results.models import ProposalRow
from kaohe.results.queries import latest_proposal
from kaohe.results.views.common import (
    explanation_of,
    may_see_all,
    page_context,
    row_or_404,
    sees_own,
    show_refusal,
)


def visible_result(request: HttpRequest, pk: int) -> tuple[ProposalRow, Explanation, bool]:
    """The row and its page as far as whoever asks may see it; 404 otherwise."""
    subject = get_object_or_404(
        CampaignSubject.objects.select_related("campaign", "campaign__scheme", "unit"), pk=pk
    )
    if may_see_all(request):
        row = row_or_404(subject, request.GET.get("proposal", ""))
        return row, explanation_of(row, public=False), False
    notice = sees_own(request, subject)
    if notice is None:
        raise Http404("not published, or not this account's unit")
    row = row_or_404(subject, str(notice.proposal.number))
    return row, explanation_of(row, public=True), True


@require_safe
@login_required
def subject(request: HttpRequest, pk: int) -> HttpResponse:
    """The derivation page."""
    row, page, public = visible_result(request, pk)
    shown = request.GET.get("format", "")
    if shown == "json":
        return _json(row, page, public)
    if shown == "txt":
        return _text(row, page)
    query = f"?proposal={row.proposal.number}" if request.GET.get("proposal") else ""
    latest = latest_proposal(row.proposal.campaign)
    roles = kinds_in(request)
    context = page_context(row, page, public=public) | {
        "json_url": reverse("results:subject_json", args=[pk]) + query,
        "text_url": reverse("results:subject_text", args=[pk]) + query,
        "is_old": latest is not None and latest.pk != row.proposal_id,
        "can_decide": "decider" in roles and not public,
        "neighbours": None if public else _neighbours(row),
        "reweightable": _reweightable(page) if "decider" in roles and not public else [],
    }
    return render(request, "results/subject.html", context)


def _neighbours(row: ProposalRow) -> dict[str, int | None]:
    """The units before and after, in the campaign's order."""
    rows = row.proposal.rows
    before = rows.filter(order__lt=row.order).order_by("-order").values_list("subject", flat=True)
    after = rows.filter(order__gt=row.order).order_by("order").values_list("subject", flat=True)
    return {"before": before.first(), "after": after.first()}


def _reweightable(page: Explanation) -> list[tuple[str, str]]:
    """Missing scores whose weight the scheme lets people redistribute."""
    return [
        (key, node.title)
        for key, node in page.scheme.scores.items()
        if node.missing == "reweight" and page.result.scores.get(key) is None
    ]


@require_safe
@login_required
def subject_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The same tree as data."""
    return _json(*visible_result(request, pk))


@require_safe
@login_required
def subject_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The same tree as text."""
    row, page, _ = visible_result(request, pk)
    return _text(row, page)


def _json(row: ProposalRow, page: Explanation, public: bool) -> HttpResponse:
    data = derivation_data(row, page, public=public)
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _text(row: ProposalRow, page: Explanation) -> HttpResponse:
    return HttpResponse(derivation_lines(row, page), content_type="text/plain; charset=utf-8")


@require_POST
@requires("decider")
def waive(request: HttpRequest, pk: int, flag: str) -> HttpResponse:
    """Record why a flagged result may become final."""
    found = get_object_or_404(CampaignSubject.objects.select_related("campaign"), pk=pk)
    try:
        services.waive_flag(
            found,
            flag=flag,
            reason=request.POST.get("reason", "")[:300],
            actor=actor_label(request),
        )
    except Refused as error:
        show_refusal(request, error)
    else:
        messages.success(request, f"{found.title}：已记录理由，可以审定。")
    return redirect(_back(request, found))


@require_POST
@requires("decider")
def reweight(request: HttpRequest, pk: int, score: str) -> HttpResponse:
    """Record the decision to redistribute the weight of a missing score."""
    found = get_object_or_404(CampaignSubject.objects.select_related("campaign"), pk=pk)
    try:
        services.reweight(
            found,
            score=score,
            reason=request.POST.get("reason", "")[:300],
            actor=actor_label(request),
        )
    except Refused as error:
        show_refusal(request, error)
    else:
        messages.success(request, f"{found.title}：已记录决定，考核办重新测算后生效。")
    return redirect("results:subject", pk=pk)


def _back(request: HttpRequest, found: CampaignSubject) -> str:
    if request.POST.get("next") == "decision":
        return reverse("results:decision", args=[found.campaign_id]) + f"#u{found.pk}"
    return reverse("results:subject", args=[found.pk])
