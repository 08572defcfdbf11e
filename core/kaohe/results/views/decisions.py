"""The committee's pages: what waits for a decision, and deciding it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kaohe.campaigns.models import Campaign
from kaohe.register.access import actor_label, requires
from kaohe.results import engine, services
from kaohe.results.errors import Refused
from kaohe.results.explanation.page import bands_of
from kaohe.results.followers import follow_ups
from kaohe.results.forms import MeetingForm
from kaohe.results.models import Proposal
from kaohe.results.queries import latest_proposal, progress_of, rows_of, today, waivers
from kaohe.results.services import Choice
from kaohe.results.services.decisions import DECIDABLE
from kaohe.results.tabulation import build_table
from kaohe.results.views.common import campaign_or_404


@require_safe
@requires("decider")
def decisions(request: HttpRequest) -> HttpResponse:
    """Campaigns with what is left to decide."""
    entries = []
    for found in Campaign.objects.exclude(state=Campaign.State.DRAFT).select_related("scheme"):
        proposal = latest_proposal(found)
        progress = progress_of(rows_of(proposal), waivers(found)) if proposal else None
        entries.append((found, proposal, progress))
    return render(request, "results/decisions.html", {"entries": entries})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("decider")
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Adopt or change each grade; adopt all that nothing speaks against."""
    found = campaign_or_404(pk)
    proposal = latest_proposal(found)
    if proposal is None:
        return render(request, "results/decision.html", {"campaign": found, "proposal": None})
    proposal.campaign = found
    posted = request.POST if request.method == "POST" else None
    form = MeetingForm(posted, initial={"decided_on": today()})
    problems: list[Any] = []
    if request.method == "POST":
        problems = _record(request, proposal, form)
        if not problems:
            return redirect("results:decision", pk=pk)
    context = _context(request, proposal) | {"form": form, "problems": problems}
    status = 422 if problems else 200
    return render(request, "results/decision.html", context, status=status)


def _record(request: HttpRequest, proposal: Proposal, form: MeetingForm) -> list[Any]:
    """Hand the posted decisions to the service; return what it refused."""
    form.is_valid()
    meeting = {
        "minutes": form.cleaned_data.get("minutes", ""),
        "decided_on": form.cleaned_data.get("decided_on"),
        "actor": actor_label(request),
    }
    try:
        if str(proposal.number) != request.POST.get("proposal"):
            raise Refused("测算结果已经更新，请核对后重新审定")
        if "adopt_all" in request.POST:
            taken = services.adopt_unflagged(proposal, **meeting)
        else:
            taken = services.decide(proposal, choices=_choices(request, proposal), **meeting)
    except Refused as error:
        return error.problems
    what = f"{len(taken)} 个等次的审定结果" if taken else "本次结果的审定"
    messages.success(request, f"已记录{what}。")
    return []


def _choices(request: HttpRequest, proposal: Proposal) -> list[Choice]:
    """What was chosen; grades left alone are no choice."""
    chosen = []
    for row in rows_of(proposal):
        for key in row.result["grades"]:
            label = request.POST.get(f"g.{row.pk}.{key}", "")
            if label:
                reason = request.POST.get(f"r.{row.pk}.{key}", "")
                chosen.append(Choice(row.pk, key, label, reason))
    return chosen


def _context(request: HttpRequest, proposal: Proposal) -> dict[str, Any]:
    scheme = engine.scheme_of_proposal(proposal)
    rows = rows_of(proposal)
    waived = waivers(proposal.campaign)
    table = build_table(rows, scheme, waived, sort="flags")
    follow = follow_ups(rows, scheme)
    waiting = {(f.row.pk, f.grade) for f in follow}
    lines = []
    for line in table.rows:
        cells = [
            {
                "cell": cell,
                "labels": list(bands_of(scheme, cell.key)),
                "chosen": request.POST.get(f"g.{line.row.pk}.{cell.key}", ""),
                "reason": request.POST.get(f"r.{line.row.pk}.{cell.key}", ""),
            }
            for cell in line.grades
        ]
        done = all(cell.decision or (line.row.pk, cell.key) in waiting for cell in line.grades)
        lines.append({"line": line, "cells": cells, "done": done})
    return {
        "campaign": proposal.campaign,
        "proposal": proposal,
        "scheme": scheme,
        "lines": lines,
        "columns": table.columns,
        "subject_word": table.subject,
        "total_word": table.total,
        "counts": table.counts,
        "progress": progress_of(rows, waived),
        "is_open": proposal.campaign.state in DECIDABLE,
        "follow_ups": follow,
        "simple": sum(
            1 for e in lines if not e["done"] and not e["line"].is_blocked and e["line"].total
        ),
    }
