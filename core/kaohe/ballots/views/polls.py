"""The organiser's pages of polls: list, one poll, turnout."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaohe.ballots import queries
from kaohe.ballots.forms.counts import count_table
from kaohe.ballots.models import Poll
from kaohe.ballots.services import (
    Refused,
    annul_poll,
    clear_storage,
    revoke_batch,
    update_head_counts,
)
from kaohe.register.access import actor_label, requires


def chosen_polls(request: HttpRequest, *states: str) -> list[Poll]:
    """The polls named by ``poll`` in the address or the form, in the list's order."""
    wanted = set()
    for value in [*request.GET.getlist("poll"), *request.POST.getlist("poll")]:
        try:
            wanted.add(UUID(value))
        except ValueError:
            continue
    found = [poll for poll in queries.polls() if poll.pk in wanted]
    return [poll for poll in found if not states or poll.state in states]


@require_safe
@requires("organiser", "auditor")
def poll_list(request: HttpRequest) -> HttpResponse:
    """All polls, or those whose reference starts with ``?reference=``."""
    prefix, state = request.GET.get("reference", "")[:120], request.GET.get("state", "")
    everything = queries.polls(prefix=prefix)
    shown = [poll for poll in everything if not state or poll.state == state]
    numbers = [
        (value, label, sum(poll.state == value for poll in everything))
        for value, label in Poll.State.choices
    ]
    context = {
        "polls": shown,
        "total": len(everything),
        "prefix": prefix,
        "state": state,
        "states": [row for row in numbers if row[2]],
        "guessing": queries.recent_guessing(),
    }
    return render(request, "ballots/polls.html", context)


@require_safe
@requires("organiser", "auditor")
def poll_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One poll: its state, what to do next, its counts."""
    poll = get_object_or_404(Poll, pk=pk)
    counts = queries.stratum_counts(poll)
    codes = sum(row.spent + row.unused for row in counts.values())
    context = {
        "poll": poll,
        "definition": queries.definition_of(poll),
        "strata": list(counts.values()) if len(counts) > 1 else [],
        "total": queries.add_counts(list(counts.values()), "合计"),
        "codes": codes,
        "turnout": queries.turnout(poll),
        "batches": queries.batches(poll),
        "paper": queries.paper_state(poll),
        "heads": count_table([poll], None, kind="present", initial="present")
        if poll.state == Poll.State.OPEN
        else None,
        "small": [
            s.title
            for s in poll.strata.all()
            if s.present is not None and 0 < s.present < poll.threshold
        ],
        "finished": poll.state in (Poll.State.SEALED, Poll.State.ANNULLED),
    }
    return render(request, "ballots/poll.html", context)


@require_safe
@requires("organiser", "auditor")
def turnout(request: HttpRequest) -> HttpResponse:
    """The turnout screen: how many ballots were cast, and nothing else."""
    polls = chosen_polls(request) or [
        p for p in queries.polls(prefix=request.GET.get("reference", "")[:120]) if p.state == "open"
    ]
    rows = []
    for poll in polls:
        present = sum(s.present or 0 for s in poll.strata.all())
        rows.append({"poll": poll, "cast": queries.turnout(poll), "present": present})
    context = {"rows": rows, "running": any(p.state == Poll.State.OPEN for p in polls)}
    return render(request, "ballots/turnout.html", context)


@require_POST
@requires("organiser")
def head_counts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Correct the head count of an open poll."""
    poll = get_object_or_404(Poll, pk=pk)
    table = count_table([poll], request.POST.dict(), kind="present")
    try:
        if table.errors:
            raise Refused(*table.errors)
        update_head_counts(poll, head_counts=table.values[poll.pk], actor=actor_label(request))
        messages.success(request, "实到人数已更正。")
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, reason)
    return redirect("ballots:poll", pk=pk)


@require_POST
@requires("organiser")
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Void a print run."""
    poll = get_object_or_404(Poll, pk=pk)
    try:
        number = revoke_batch(
            poll, batch=UUID(request.POST.get("batch", "")), actor=actor_label(request)
        )
        messages.success(request, f"已作废这一批 {number} 张票，可以重新印发。")
    except ValueError:
        messages.error(request, "没有这一批票。")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("ballots:poll", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organiser")
def annul(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw a poll away so that it can be repeated."""
    poll = get_object_or_404(Poll, pk=pk)
    reason, error = request.POST.get("reason", "")[:300], ""
    if request.method == "POST":
        try:
            annul_poll(poll, reason=reason, actor=actor_label(request))
        except Refused as refused:
            error = str(refused)
        else:
            messages.success(request, f"“{poll.title}”已作废，票箱未经查看即销毁。")
            return redirect("ballots:polls")
    return render(request, "ballots/annul.html", {"poll": poll, "reason": reason, "error": error})


@require_POST
@requires("organiser", "technician")
def clear(request: HttpRequest) -> HttpResponse:
    """Try again to rewrite the tables after sealing."""
    if clear_storage():
        messages.success(request, "残留数据已清除。")
    else:
        messages.error(request, "数据库正忙，没有清除干净，请过几分钟再试。")
    back = request.POST.get("poll", "")
    try:
        return redirect("ballots:poll", pk=UUID(back))
    except ValueError:
        return redirect("ballots:polls")
