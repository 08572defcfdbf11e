"""First pages: what a respondent and an assessor have to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kaohe.campaigns.permissions import person_of
from kaohe.campaigns.queries import assessor_blocks, respondent_tasks
from kaohe.register.access import requires


@requires("respondent")
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """“我的任务”: deadline, progress, state, and the next thing to do."""
    return render(request, "campaigns/tasks.html", {"tasks": respondent_tasks(person_of(request))})


@requires("assessor")
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """“我的单位”: own sheets, and how many colleagues are done, never their figures."""
    blocks = assessor_blocks(person_of(request))
    return render(request, "campaigns/units.html", {"blocks": blocks})
