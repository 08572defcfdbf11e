"""The public's pages: notices while their period runs, and the derivation of each number."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from kaohe.results.downloads import derivation_data, derivation_lines
from kaohe.results.explanation.page import Explanation
from kaohe.results.models import Notice, ProposalRow
from kaohe.results.queries import public_notices, today
from kaohe.results.views.common import explanation_of, page_context

ANCHOR = 16
"""How many characters of the journal's head are printed."""


def notice_table(content: dict[str, Any]) -> dict[str, Any]:
    """The published rows by class, best first, ties said so."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in content["rows"]:
        groups[row["group_title"]].append(row)
    keys = [c[0] for c in content["columns"]]
    out = []
    for title, rows in groups.items():
        rows.sort(key=lambda r: (r["group_rank"] is None, r["group_rank"] or 0))
        ranks = [r["group_rank"] for r in rows]
        out.append(
            (
                title,
                [
                    r
                    | {
                        "cells": [
                            (c[1], r["scores"].get(k) or "—")
                            for k, c in zip(keys, content["columns"], strict=True)
                        ],
                        "marks": [(t, r["grades"].get(k)) for k, t in content["grades"]],
                        "tied": ranks.count(r["group_rank"]) > 1,
                    }
                    for r in rows
                ],
            )
        )
    return {"groups": out, "columns": content["columns"], "grades": content["grades"]}


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Notices that are up, and final lists that stay."""
    kept = Notice.objects.filter(withdrawn_at=None, keeps=True).exclude(final_at=None)
    context = {"notices": public_notices(), "final": kept.select_related("campaign")}
    return render(request, "results/notices.html", context)


def _is_shown(notice: Notice) -> bool:
    """Whether the public may read the notice today."""
    return notice.withdrawn_at is None and notice.starts <= today() <= notice.ends


def _gone(request: HttpRequest, notice: Notice) -> HttpResponse:
    """A friendly page in place of a notice that is over or was taken back."""
    if notice.withdrawn_at is None and today() < notice.starts:
        raise Http404("not yet posted")
    corrected = notice.corrected_by.filter(withdrawn_at=None).first()
    context = {"notice": notice, "corrected": corrected}
    return render(request, "results/notice_gone.html", context, status=410)


def _final_list(notice: Notice) -> bool:
    return bool(notice.keeps and notice.final_at and not notice.withdrawn_at)


@require_safe
def notice(request: HttpRequest, slug: str) -> HttpResponse:
    """A notice, exactly as it was frozen."""
    found = get_object_or_404(Notice.objects.select_related("campaign"), slug=slug)
    final = _final_list(found) and not _is_shown(found)
    if not _is_shown(found) and not final:
        return _gone(request, found)
    context = {
        "notice": found,
        "content": found.content,
        "table": notice_table(found.content),
        "anchor": found.journal_head[:ANCHOR],
        "final": final,
    }
    return render(request, "results/notice.html", context)


def _published(slug: str, pk: int) -> tuple[Notice, ProposalRow | None, Explanation | None]:
    """The notice and, while it is up, the public view of one of its rows."""
    found = get_object_or_404(Notice.objects.select_related("campaign", "corrects"), slug=slug)
    rows = ProposalRow.objects.select_related(
        "proposal", "proposal__campaign", "proposal__campaign__scheme", "subject"
    ).defer("proposal__facts")
    row = get_object_or_404(rows, proposal=found.proposal_id, subject=pk)
    if not _is_shown(found):
        return found, None, None
    posted = next(r for r in found.content["rows"] if r["subject"] == pk)
    return found, row, explanation_of(row, public=True, posted=posted)


@require_safe
def notice_subject(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """How one published result came about."""
    found, row, page = _published(slug, pk)
    if row is None or page is None:
        return _gone(request, found)
    context = page_context(row, page, public=True) | {
        "notice": found,
        "anchor": found.journal_head,
        "json_url": reverse("results:notice_json", args=[slug, pk]),
        "text_url": reverse("results:notice_text", args=[slug, pk]),
    }
    return render(request, "results/notice_subject.html", context)


@require_safe
def notice_json(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The public derivation as data."""
    found, row, page = _published(slug, pk)
    if row is None or page is None:
        return _gone(request, found)
    data = derivation_data(row, page, public=True)
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def notice_text(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The public derivation as text."""
    found, row, page = _published(slug, pk)
    if row is None or page is None:
        return _gone(request, found)
    return HttpResponse(derivation_lines(row, page), content_type="text/plain; charset=utf-8")
