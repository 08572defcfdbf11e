"""The preview's own pages: what there is to fill in, the live score, and the version stamp."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kaohe.campaigns.claims import claimable_rules
from kaohe.campaigns.models import CampaignSubject, Sheet
from kaohe.results.explanation.page import explain
from kaohe.scheme.model import Scheme
from kaohe.scoring.wording import shown as shown_figure
from kaohe.site.preview.live import live_result
from kaohe.site.preview.workshop import campaign, workshop

_SIGNS = {"+": "加分，由别人登记", "-": "扣分，由别人登记", "none": "事项"}
_WORDS = {"ballot": "测评票", "form": "评议表", "report": "报告", "note": "备注"}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Mistakes, findings, and everything that can be filled in."""
    bench, row = workshop(), campaign()
    shown = bench.shown
    subjects = []
    if row is not None and shown is not None:
        subjects = [_subject(one, shown.scheme) for one in row.subjects.order_by("order")]
    context = {
        "bench": bench,
        "shown": shown,
        "subjects": subjects,
        "findings": shown.findings if shown else (),
        "others": _others(shown.scheme) if shown else (),
    }
    return render(request, "preview/index.html", context)


def _subject(subject: CampaignSubject, scheme: Scheme) -> dict[str, Any]:
    sheets = Sheet.objects.filter(subject=subject).select_related("respondent__person")
    return {
        "row": subject,
        "sheets": [
            {"row": one, "title": scheme.instruments[one.instrument].title}
            for one in sheets.order_by("pk")
        ],
        "rules": [
            {"key": key, "title": rule.title}
            for key, rule in claimable_rules(scheme, subject).items()
        ],
    }


def _others(scheme: Scheme) -> list[dict[str, str]]:
    """What is filled with made-up figures here."""
    found = [
        {"title": one.title, "kind": _WORDS[one.type]}
        for one in scheme.instruments.values()
        if one.type in _WORDS
    ]
    claimable = claimable_rules(scheme)
    return found + [
        {"title": rule.title, "kind": _SIGNS[rule.sign]}
        for key, rule in scheme.entries.items()
        if key not in claimable
    ]


@require_safe
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """The derivation as the site will show it, on what was typed so far."""
    shown = workshop().shown
    if shown is None:
        raise Http404
    subject = get_object_or_404(CampaignSubject.objects.select_related("campaign"), pk=pk)
    live = live_result(shown, subject)
    page = live.result and explain(live.result, scheme=shown.scheme, parameters={})
    context = {"subject": subject, "live": live, "page": page}
    return render(request, "preview/score.html", context)


@require_safe
def stamp(request: HttpRequest) -> HttpResponse:
    """What the bar polls: whether the file changed, and the score of the subject looked at."""
    bench = workshop()
    data: dict[str, Any] = {"stamp": bench.stamp, "errors": len(bench.errors), "score": ""}
    wanted = request.GET.get("subject", "")
    if bench.shown is not None and wanted.isascii() and wanted.isdigit():
        rows = CampaignSubject.objects.select_related("campaign")
        subject = rows.filter(pk=wanted).first()
        if subject is not None:
            data["score"] = _line(bench.shown, subject)
    return JsonResponse(data)


def _line(shown: Any, subject: CampaignSubject) -> str:
    live = live_result(shown, subject)
    if live.result is None:
        return "；".join(live.problems[:1])
    scheme = shown.scheme
    total = shown_figure(live.result.scores[scheme.total])
    labels = [one.label for one in live.result.grades.values() if one.label]
    return "　".join([f"{scheme.scores[scheme.total].title} {total}", *labels])
