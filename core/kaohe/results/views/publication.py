"""The organiser's page for publishing, correcting and finalising results."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kaohe.register.access import actor_label, kinds_in, requires
from kaohe.results import engine, services
from kaohe.results.errors import Refused
from kaohe.results.forms import PublicationForm
from kaohe.results.posting import notice_content
from kaohe.results.queries import latest_proposal, rows_of, standing_notice, today
from kaohe.results.views.common import campaign_or_404, show_refusal
from kaohe.results.views.notices import notice_table


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organiser", "auditor")
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands against publishing, the preview, and the form."""
    campaign = campaign_or_404(pk)
    organiser = "organiser" in kinds_in(request)
    if request.method == "POST" and not organiser:
        raise PermissionDenied
    initial = {"title": f"{campaign.title}结果公示", "starts": today()}
    posted = request.POST if request.method == "POST" else None
    form = PublicationForm(posted, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            notice = services.publish(campaign, actor=actor_label(request), **form.cleaned_data)
        except Refused as error:
            show_refusal(request, error)
        else:
            messages.success(request, f"已公示，到 {notice.ends:%Y-%m-%d} 期满。")
            return redirect("results:publication", pk=pk)
    notice = standing_notice(campaign)
    problems = [] if notice else services.publication_problems(campaign)
    context = {
        "campaign": campaign,
        "form": form,
        "notice": notice,
        "problems": problems,
        "is_organiser": organiser,
        "old": campaign.notices.exclude(withdrawn_at=None),
        "today": today(),
    }
    if notice is None and not problems:
        context |= _preview(campaign, request)
    status = 422 if request.method == "POST" else 200
    return render(request, "results/publication.html", context, status=status)


def _preview(campaign: object, request: HttpRequest) -> dict[str, object]:
    proposal = latest_proposal(campaign)  # type: ignore[arg-type]
    assert proposal is not None  # publication_problems names a missing proposal
    proposal.campaign = campaign  # type: ignore[assignment]
    scheme = engine.scheme_of_proposal(proposal)
    content = notice_content(proposal, rows_of(proposal), scheme, reasons=False)
    return {
        "preview": notice_table(content),
        "content": content,
        "notice_period": services.notice_period(scheme, today()),
    }


@require_POST
@requires("organiser")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the notice back."""
    campaign = campaign_or_404(pk)
    notice = get_object_or_404(campaign.notices.filter(withdrawn_at=None))
    try:
        services.withdraw(notice, reason=request.POST.get("reason", ""), actor=actor_label(request))
    except Refused as error:
        show_refusal(request, error)
    else:
        messages.success(
            request,
            "公示已撤回。材料有误的，到考核页写明理由重新开放，更正、收齐后重新测算；只是等次要改的，直接重新审定。",
        )
    return redirect("results:publication", pk=pk)


@require_POST
@requires("organiser")
def finalise(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the results final after the period."""
    campaign = campaign_or_404(pk)
    notice = get_object_or_404(campaign.notices.filter(withdrawn_at=None))
    try:
        services.finalise(notice, actor=actor_label(request))
    except Refused as error:
        show_refusal(request, error)
    else:
        messages.success(request, "结果已定稿。")
    return redirect("results:publication", pk=pk)
