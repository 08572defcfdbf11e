"""The list of campaigns, and the first step of a new one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kaohe import catalogue
from kaohe.campaigns.models import Campaign, Sheet
from kaohe.campaigns.services.campaigns import create_campaign
from kaohe.campaigns.services.versions import freeze_scheme
from kaohe.register.access import actor_label, requires
from kaohe.site.designer.offers import schemes_on_offer
from kaohe.site.organiser.forms import BasicsForm


@requires("organiser", "auditor")
@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """Show every campaign with how far it is."""
    submitted = Q(subjects__sheets__state=Sheet.State.SUBMITTED)
    rows = Campaign.objects.select_related("scheme").annotate(
        units=Count("subjects", distinct=True),
        sheets=Count("subjects__sheets", distinct=True),
        handed_in=Count("subjects__sheets", filter=submitted, distinct=True),
    )
    return render(request, "organiser/campaigns.html", {"campaigns": rows})


@requires("organiser")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Step 1: choose the regulation and the period; the campaign exists from here on."""
    entries = schemes_on_offer()
    bound = {
        key: entry.source.bind(operators=catalogue.syntaxes()) for key, entry in entries.items()
    }
    choices = {key: (f"{s.title}（{s.version}）", s.period) for key, s in bound.items()}
    form = BasicsForm(request.POST if request.method == "POST" else None, schemes=choices)
    if request.method == "POST" and form.is_valid():
        data, actor = form.cleaned_data, actor_label(request)
        entry = entries[data["scheme"]]
        version = freeze_scheme(entry.source, plugin=entry.plugin, actor=actor)
        campaign = create_campaign(
            title=data["title"], scheme=version, period=data["period"], actor=actor
        )
        messages.success(request, "已建立，可随时回来继续准备。")
        return redirect("organiser:setup_units", pk=campaign.pk)
    context = {"form": form, "schemes": bound, "problems": catalogue.problems()}
    return render(request, "organiser/new.html", context, status=422 if form.errors else 200)
