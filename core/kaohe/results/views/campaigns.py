"""Results of a campaign: the table, computing, and computing again as a check."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kaohe.register.access import actor_label, kinds_in, requires
from kaohe.results import engine, services
from kaohe.results.errors import Refused
from kaohe.results.explanation.lists import account_views
from kaohe.results.models import Proposal
from kaohe.results.queries import (
    latest_proposal,
    progress_of,
    rows_of,
    standing_notice,
    waivers,
)
from kaohe.results.services.proposals import COMPUTABLE
from kaohe.results.tabulation import SORTS, build_table, owed
from kaohe.results.views.common import campaign_or_404, show_refusal
from kaohe.scoring import FactErrors


@require_safe
@requires("organiser", "decider", "auditor")
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """All results, sorted and filtered."""
    found = campaign_or_404(pk)
    proposal = latest_proposal(found)
    number = request.GET.get("proposal", "")
    if number.isdecimal():
        proposal = get_object_or_404(found.proposals.defer("facts"), number=int(number))
    roles = kinds_in(request)
    context = {
        "campaign": found,
        "proposal": proposal,
        "latest": latest_proposal(found),
        "can_compute": "organiser" in roles and found.state in COMPUTABLE,
        "can_decide": "decider" in roles,
        "is_organiser": "organiser" in roles,
        "notice": standing_notice(found),
        "problems": (),
    }
    if proposal is not None:
        proposal.campaign = found
        context |= _results(request, proposal)
    return render(request, "results/campaign.html", context)


def _results(request: HttpRequest, proposal: Proposal) -> dict[str, object]:
    sort = request.GET.get("sort", "order")
    group = request.GET.get("group", "")
    scheme = engine.scheme_of_proposal(proposal)
    rows = rows_of(proposal)
    waived = waivers(proposal.campaign)
    return {
        "table": build_table(rows, scheme, waived, sort=sort, group=group),
        "scheme": scheme,
        "accounts": account_views(
            scheme,
            proposal.accounts,
            {r.subject.fact_id: (r.subject.title, r.subject_id) for r in rows},
        ),
        "progress": progress_of(rows, waived),
        "owed": owed(rows, scheme),
        "changed": [r for r in rows if r.changes],
        "carried": [r for r in rows if any(d.carried_from_id for d in r.standing)],  # type: ignore[attr-defined]
        "sorts": [(key, title) for key, (title, _) in SORTS.items()],
        "sort": sort if sort in SORTS else "order",
        "group": group,
        "stale": services.is_stale(Proposal.objects.get(pk=proposal.pk)),
        "numbers": list(proposal.campaign.proposals.values_list("number", flat=True)),
    }


@require_POST
@requires("organiser")
def compute(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute a new proposal."""
    found = campaign_or_404(pk)
    try:
        proposal = services.compute_proposal(found, actor=actor_label(request))
    except Refused as error:
        show_refusal(request, error)
    except FactErrors as error:
        for problem in error.problems:
            messages.error(request, str(problem))
    else:
        messages.success(request, f"{proposal}完成，共 {proposal.rows.count()} 个考核对象。")
    return redirect("results:campaign", pk=pk)


@require_POST
@requires("organiser", "auditor")
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute the latest proposal again from its stored facts and compare every figure."""
    found = campaign_or_404(pk)
    proposal = found.proposals.select_related("campaign__scheme").order_by("-number").first()
    if proposal is None:
        messages.error(request, "还没有测算结果。")
        return redirect("results:campaign", pk=pk)
    problems = services.recompute(proposal)
    for problem in problems:
        messages.error(request, str(problem))
    if not problems:
        messages.success(
            request,
            f"用保存的事实和办法重新计算了{proposal}：逐位一致，结果指纹 {proposal.digest[:12]}…",
        )
    return redirect("results:campaign", pk=pk)
