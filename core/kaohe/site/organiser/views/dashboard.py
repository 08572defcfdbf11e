"""A running campaign: who is late, stages, polls, and the method everybody may read."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaohe.campaigns.errors import CampaignError
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import Campaign, CampaignStage
from kaohe.campaigns.services import close_campaign, reopen_campaign
from kaohe.campaigns.services.stages import close_stage, open_stage
from kaohe.describing import describe, opening
from kaohe.register.access import actor_label, requires
from kaohe.site.organiser.overview import build_overview
from kaohe.site.organiser.polls import prepare_polls, secret_instruments


@requires("organiser", "auditor")
@require_safe
def dashboard(request: HttpRequest, pk: int) -> HttpResponse:
    """Show where every unit stands."""
    campaign = get_object_or_404(Campaign.objects.select_related("scheme"), pk=pk)
    overview = build_overview(campaign)
    only = request.GET.get("only", "")
    lines = {
        "late": [x for x in overview.lines if x.is_late],
        "open": [x for x in overview.lines if not x.is_complete],
    }.get(only, overview.lines)
    context = {"campaign": campaign, "overview": overview, "lines": lines, "only": only}
    return render(request, "organiser/campaign.html", context)


@requires("organiser")
@require_POST
def move_stage(request: HttpRequest, pk: int, stage_pk: int) -> HttpResponse:
    """Open or close a stage."""
    stage = get_object_or_404(CampaignStage, pk=stage_pk, campaign_id=pk)
    try:
        if request.POST.get("to") == "open":
            reason = request.POST.get("reason", "")
            open_stage(stage, actor=actor_label(request), reason=reason)
            messages.success(request, f"“{stage.title}”已开始。")
        else:
            close_stage(stage, actor=actor_label(request))
            messages.success(request, f"“{stage.title}”已结束；如有需要可重新开始。")
    except CampaignError as error:
        messages.error(request, str(error))
    return redirect("organiser:campaign", pk=pk)


@requires("organiser")
@require_POST
def move_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare everything to be in, so that the committee can decide; or take it up again."""
    campaign = get_object_or_404(Campaign, pk=pk)
    actor, to = actor_label(request), request.POST.get("to")
    try:
        if to == "closed":
            close_campaign(campaign, actor=actor)
            messages.success(request, "已收齐。测算以后，由党委审定。")
        elif to == "open":
            reopen_campaign(campaign, actor=actor, reason=request.POST.get("reason", ""))
            messages.success(request, "考核已重新开放，可以继续补交和更正。")
        else:
            messages.error(request, "没有选择要做什么，考核的状态没有变。")
    except CampaignError as error:
        messages.error(request, str(error))
    return redirect("organiser:campaign", pk=pk)


@requires("organiser")
@require_http_methods(["GET", "POST"])
def polls(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare the polls of a campaign, then hand over to the ballot pages."""
    campaign = get_object_or_404(Campaign.objects.select_related("scheme"), pk=pk)
    instruments = secret_instruments(campaign_scheme(campaign))
    if request.method == "POST":
        if campaign.state != Campaign.State.OPEN:
            messages.error(request, "考核不在进行中，不能准备测评。")
            return redirect("organiser:polls", pk=pk)
        wanted = [k for k in request.POST.getlist("instrument") if k in instruments]
        made = prepare_polls(campaign, instruments=wanted, actor=actor_label(request))
        messages.success(request, f"新建了 {made} 场测评。" if made else "这些测评都已建好。")
        return redirect("organiser:polls", pk=pk)
    overview = build_overview(campaign)
    context = {"campaign": campaign, "instruments": instruments, "overview": overview}
    return render(request, "organiser/polls.html", context)


@requires("organiser", "auditor", "decider", "assessor", "respondent")
@require_safe
def method(request: HttpRequest, pk: int) -> HttpResponse:
    """The regulation as the program applies it: items, formulas, grades, gaps and parameters."""
    campaign = get_object_or_404(Campaign.objects.select_related("scheme"), pk=pk)
    scheme = campaign_scheme(campaign)
    context = {
        "campaign": campaign,
        "scheme": scheme,
        "opening": opening(scheme),
        "sections": describe(scheme),
    }
    return render(request, "organiser/method.html", context)
