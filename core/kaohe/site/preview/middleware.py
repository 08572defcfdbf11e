"""Nobody logs in to a preview: each page is seen by whoever fills it in."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from kaohe.campaigns.models import CampaignSubject, Sheet
from kaohe.register.models import Account
from kaohe.site.preview.stage import DESIGNER, RESPONDENT, account
from kaohe.site.preview.workshop import workshop

_SHEET = re.compile(r"^/sheets/(\d+)/")
_SUBJECT = re.compile(r"^/(?:subjects|preview/score)/(\d+)/")
_FILES = re.compile(r"^/(?:claims|evidence|tasks)/")


class PreviewMiddleware:
    """Takes over a changed file, plays the part, and puts the bar on top of every page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        workshop().refresh()
        sheet, subject = _looked_at(request.path)
        request.user = _player(request.path, sheet)
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            _add_bar(response, subject)
        return response


def _looked_at(path: str) -> tuple[Sheet | None, CampaignSubject | None]:
    if found := _SHEET.match(path):
        rows = Sheet.objects.select_related("subject", "respondent__person")
        sheet = rows.filter(pk=found[1]).first()
        return sheet, sheet.subject if sheet else None
    if found := _SUBJECT.match(path):
        return None, CampaignSubject.objects.filter(pk=found[1]).first()
    return None, None


def _player(path: str, sheet: Sheet | None) -> Account:
    if sheet is not None and sheet.respondent is not None:
        return sheet.respondent
    is_filling = path.startswith("/subjects/") or _FILES.match(path)
    return account(RESPONDENT if is_filling else DESIGNER)


def _add_bar(response: HttpResponse, subject: CampaignSubject | None) -> None:
    bench = workshop()
    context = {"bench": bench, "subject": subject}
    head = render_to_string("preview/_head.html", context)
    bar = render_to_string("preview/_bar.html", context)
    text = response.content.decode()
    text = text.replace("</head>", f"{head}</head>", 1).replace("<body>", f"<body>{bar}", 1)
    response.content = text.encode()
