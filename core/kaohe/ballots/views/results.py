"""After sealing: what may be published, and the review of free texts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kaohe.ballots import queries
from kaohe.ballots.models import Poll
from kaohe.ballots.publication import published_tally
from kaohe.ballots.services import Refused, review_comment
from kaohe.register.access import actor_label, requires


@require_safe
@requires("organiser", "auditor")
def result(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The result sheet of a sealed poll."""
    poll = get_object_or_404(Poll, pk=pk)
    if poll.state != Poll.State.SEALED:
        messages.info(request, "封存以后才有结果。")
        return redirect("ballots:poll", pk=pk)
    context = {
        "poll": poll,
        "definition": queries.definition_of(poll),
        "published": published_tally(poll),
    }
    return render(request, "ballots/result.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organiser")
def texts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Review free texts one by one before anybody else reads them."""
    poll = get_object_or_404(Poll, pk=pk, state=Poll.State.SEALED)
    if request.method == "POST":
        number = 0
        for comment in poll.comments.all():
            choice = request.POST.get(f"c.{comment.pk.hex}", "")
            if choice not in ("released", "withheld") or choice == comment.state:
                continue
            try:
                review_comment(
                    poll,
                    comment=comment.pk,
                    release=choice == "released",
                    actor=actor_label(request),
                )
                number += 1
            except Refused as refused:
                messages.error(request, str(refused))
        messages.success(request, f"已审阅 {number} 条。")
        return redirect("ballots:texts", pk=pk)
    definition = queries.definition_of(poll)
    fields = [
        {"title": field.title, "comments": poll.comments.filter(field=field.id)}
        for field in definition.texts
    ]
    return render(request, "ballots/texts.html", {"poll": poll, "fields": fields})
