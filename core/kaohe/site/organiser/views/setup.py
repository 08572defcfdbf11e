"""Steps 2 to 5 of a new campaign; each step saves at once, in any order, until it is opened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from kaohe.campaigns import services as service
from kaohe.campaigns.errors import CampaignError
from kaohe.campaigns.facts import campaign_scheme, version_scheme
from kaohe.campaigns.kinds import assessed_kinds
from kaohe.campaigns.models import Campaign
from kaohe.campaigns.services.assignments import assign_from_groups
from kaohe.register.access import actor_label, requires
from kaohe.register.models import Unit
from kaohe.scheme.errors import SchemeErrors
from kaohe.site.organiser.forms import ParametersForm, StagesForm, UnitsForm
from kaohe.site.organiser.holders import HoldersForm
from kaohe.site.organiser.people import people_of

STEPS = (
    ("units", "选择单位"),
    ("parameters", "参数"),
    ("stages", "环节和日期"),
    ("people", "人员和开始"),
)


def _draft(pk: int) -> Campaign:
    return get_object_or_404(Campaign.objects.select_related("scheme"), pk=pk)


def _show(
    request: HttpRequest, campaign: Campaign, step: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    keys = [key for key, _ in STEPS]
    steps = [
        {
            "title": title,
            "url": reverse(f"organiser:setup_{key}", args=[campaign.pk]),
            "state": "now" if key == step else "done" if keys.index(key) < keys.index(step) else "",
        }
        for key, title in STEPS
    ]
    context |= {"campaign": campaign, "steps": steps, "step": step}
    return render(request, f"organiser/setup_{step}.html", context, status=status)


def _guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send people on once the campaign runs; show what a service refuses."""

    def inner(request: HttpRequest, pk: int) -> HttpResponse:
        campaign = _draft(pk)
        if campaign.state != Campaign.State.DRAFT:
            messages.info(request, "考核已经开始，准备步骤不能再改。")
            return redirect("organiser:campaign", pk=pk)
        try:
            return view(request, campaign)
        except CampaignError as error:
            messages.error(request, str(error))
            return redirect(request.path)

    return requires("organiser")(require_http_methods(["GET", "POST"])(inner))  # type: ignore[return-value]


@_guarded
def units(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Step 2: who is assessed."""
    scheme = campaign_scheme(campaign)
    kinds = assessed_kinds(scheme).values()
    posted = request.POST if request.method == "POST" else None
    placed = list(campaign.subjects.values_list("unit_id", "holder_id", "group"))
    form = holders = None
    if any(k.kind == "organization" for k in kinds):
        rows = list(Unit.objects.filter(active=True).select_related("parent"))
        saved = {u: g for u, h, g in placed if h is None}
        classes = {c: t for k in kinds if k.kind == "organization" for c, t in k.classes.items()}
        chosen = {u.pk: saved.get(u.pk, "") for u in rows} if placed else {}
        form = UnitsForm(posted, units=rows, classes=classes, chosen=chosen)
    if any(k.kind == "person" for k in kinds):
        before = {(h, u): g for u, h, g in placed if h is not None} if placed else None
        lines = service.office_holders(scheme)
        holders = HoldersForm(posted, scheme=scheme, holders=lines, chosen=before)
    faulty = [f for f in (form, holders) if f is not None and not f.is_valid()]  # asks both
    if posted is not None and not faulty:
        subjects: list[Any] = [
            *(form.chosen() if form else ()),
            *(holders.chosen() if holders else ()),
        ]
        if subjects:
            service.set_subjects(campaign, subjects, actor=actor_label(request))
            return redirect("organiser:setup_parameters", pk=campaign.pk)
        messages.error(request, "请至少选择一个参加考核的单位或人员。")
    context = {"form": form, "holders": holders}
    return _show(request, campaign, "units", context, 422 if posted is not None else 200)


@_guarded
def parameters(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Step 3: the figures the regulation leaves open."""
    scheme = version_scheme(campaign.scheme)
    form = ParametersForm(
        request.POST if request.method == "POST" else None,
        scheme=scheme,
        values=campaign.parameters,
    )
    if request.method == "POST" and form.is_valid():
        try:
            service.set_parameters(campaign, form.values(), actor=actor_label(request))
        except SchemeErrors as errors:
            for error in errors.errors:
                form.add_error(None, f"{error.what} {error.remedy}")
        else:
            return redirect("organiser:setup_stages", pk=campaign.pk)
    context = {"form": form, "scheme": scheme}
    return _show(request, campaign, "parameters", context, 422 if form.errors else 200)


@_guarded
def stages(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Step 4: the last day of each stage; suggested from the lengths the scheme gives."""
    rows = list(campaign.stages.all())
    if not any(s.due for s in rows):
        day = timezone.localdate()
        lengths = {s.id: s.days for s in campaign_scheme(campaign).stages}
        for stage in rows:
            day += timedelta(days=lengths.get(stage.key) or 7)
            stage.due = day
    form = StagesForm(request.POST if request.method == "POST" else None, stages=rows)
    if request.method == "POST" and form.is_valid():
        service.set_due_dates(campaign, form.cleaned_data, actor=actor_label(request))
        return redirect("organiser:setup_people", pk=campaign.pk)
    context = {"form": form, "scheme": campaign_scheme(campaign)}
    return _show(request, campaign, "stages", context, 422 if form.errors else 200)


@_guarded
def people(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Step 5: see who fills in what, then open."""
    if request.method == "POST":
        actor = actor_label(request)
        service.open_campaign(campaign, actor=actor)
        assign_from_groups(campaign, actor=actor)
        messages.success(request, "考核已开始，任务已分给填报人和考核组。")
        return redirect("organiser:campaign", pk=campaign.pk)
    return _show(request, campaign, "people", {"lines": people_of(campaign)})
