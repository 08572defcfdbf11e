"""The first page: what each role has to do today."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from kaohe.register.access import kinds_in

FIRST_PAGE = (
    ("organiser", "organiser:campaigns"),
    ("decider", "results:decisions"),
    ("assessor", "campaigns:units"),
    ("respondent", "campaigns:tasks"),
    ("auditor", "audit:journal"),
    ("designer", "designer:schemes"),
    ("technician", "register:accounts"),
)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Send people with one role to their page; show the others a choice."""
    roles = kinds_in(request)
    pages = []
    for role, name in FIRST_PAGE:
        if role in roles:
            try:
                pages.append((role, reverse(name)))
            except NoReverseMatch:
                continue
    if len(pages) == 1:
        return redirect(pages[0][1])
    return render(request, "site/home.html", {"pages": pages})
