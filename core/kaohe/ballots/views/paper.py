"""Typing hand counts: two accounts, blind to each other."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kaohe.ballots import queries
from kaohe.ballots.forms.paper import PaperForm
from kaohe.ballots.models import Poll
from kaohe.ballots.services import Refused, enter_paper, restart_paper
from kaohe.register.access import actor_label, requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organiser")
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form of one typing.  It never shows what the other account typed."""
    poll = get_object_or_404(Poll, pk=pk)
    state = queries.paper_state(poll)
    definition = queries.definition_of(poll)
    total = queries.total_counts(poll)
    overall = (
        definition.kind == "ballot"
        and "overall" in definition.hand_count
        and not total.printed - total.void
    )
    data = request.POST.dict() if request.method == "POST" else None
    form = PaperForm(definition, data, overall=overall)
    errors = list(form.errors)
    if data is not None and not errors:
        try:
            entry = enter_paper(
                poll, batch=form.batch, typist=request.user, label=actor_label(request)
            )
        except Refused as refused:
            errors = refused.reasons
        else:
            _tell(request, poll, agreed=entry.agreed)
            return redirect("ballots:paper", pk=pk)
    running = poll.state in (Poll.State.OPEN, Poll.State.CLOSED)
    done = len(state.typists) == 2
    context = {
        "poll": poll,
        "definition": definition,
        "form": form,
        "state": state,
        "errors": errors,
        "may_type": running
        and not state.agreed
        and (done or request.user.pk not in state.typist_ids),
        "running": running,
    }
    return render(request, "ballots/paper.html", context, status=422 if errors else 200)


def _tell(request: HttpRequest, poll: Poll, *, agreed: bool) -> None:
    state = queries.paper_state(poll)
    if agreed:
        messages.success(request, "两人录入一致，纸质票已核对。")
    elif len(state.typists) == 2:
        messages.error(request, "两人录入不一致，请重新清点后各自再录一遍。")
    else:
        messages.success(request, "第一遍已录入。请另一个账号录第二遍，录入前看不到您的数字。")


@require_POST
@requires("organiser")
def restart(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Throw both typings away for a recount."""
    poll = get_object_or_404(Poll, pk=pk)
    try:
        restart_paper(poll, reason=request.POST.get("reason", "")[:300], actor=actor_label(request))
        messages.success(request, "已清空两遍录入，请重新清点。")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("ballots:paper", pk=pk)
