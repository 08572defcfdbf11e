"""When a draft was changed elsewhere: both texts, place by place, and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kaohe.campaigns.drafts import changes_in, field_name
from kaohe.campaigns.errors import DraftConflict, IllegalTransition
from kaohe.campaigns.facts import sheet_layout_of
from kaohe.campaigns.marks import DONE, Layout, read_sheet
from kaohe.campaigns.models import Sheet
from kaohe.campaigns.permissions import fillable_sheet, keeps_answers
from kaohe.campaigns.services import save_draft
from kaohe.campaigns.services.sheets import why_locked
from kaohe.campaigns.terms import brackets_of
from kaohe.register.access import requires

_WORDS = {"marks": "得分", "reasons": "说明"}
_LARGEST_VERSION = 2_000_000_000


def version_in(posted: Any) -> int:
    """The version a form was made with; 0 if it is not a plain number, which then conflicts."""
    text = str(posted.get("version", ""))
    whole = text.isascii() and text.isdigit() and len(text) <= 10
    return min(int(text), _LARGEST_VERSION) if whole else 0


def _titled(layout: Layout, path: str) -> dict[str, str]:
    place, item = path.split(".", 1)
    word = _WORDS[place]
    if place == "reasons":
        word = "扣分理由" if layout.spec.reason == "deduction" else word
    elif layout.input_of(item).kind != "points":
        word = "填写的数"
    title = layout.title_of(item)
    return {"name": field_name(place, item), "title": title, "word": word, "place": place}


def merge_response(
    request: HttpRequest, sheet: Sheet, layout: Layout, conflict: DraftConflict, *, back: str
) -> HttpResponse:
    """The merge page, 409: the contested places side by side, the others carried along."""
    rows, carried = [], []
    for path, mine in conflict.mine.items():
        row = _titled(layout, path) | {"mine": mine, "stored": conflict.stored.get(path, "")}
        (rows if path in conflict.stored else carried).append(row)
    context = {
        "sheet": sheet,
        "subject": sheet.subject,
        "campaign": sheet.subject.campaign,
        "version": conflict.version,
        "rows": rows,
        "carried": carried,
        "back": back,
    }
    return render(request, "campaigns/merge.html", context, status=409)


def locked_response(
    request: HttpRequest, sheet: Sheet, layout: Layout, reason: str
) -> HttpResponse:
    """Nothing can be saved any more: show what was typed, so that it can be copied."""
    typed = [
        _titled(layout, f"{place}.{item}") | {"mine": text}
        for place, items in changes_in(request.POST, layout=layout).items()
        for item, text in items.items()
        if text.strip() and text.strip() != str((sheet.data.get(place) or {}).get(item, ""))
    ]
    context = {"sheet": sheet, "subject": sheet.subject, "reason": reason, "typed": typed}
    return render(request, "campaigns/locked.html", context, status=409)


@keeps_answers
@requires("respondent", "assessor")
@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Store what was chosen on the merge page; a new conflict gives a new merge page."""
    sheet = fillable_sheet(request, pk)
    layout = sheet_layout_of(sheet)
    changes = _chosen(request.POST, layout)
    back = request.POST.get("back", "")
    if back not in {s.key for s in layout.steps} | {DONE}:
        back = ""
    try:
        save_draft(sheet, version=version_in(request.POST), changes=changes, actor=request.user)
    except DraftConflict as conflict:
        return merge_response(request, sheet, layout, conflict, back=back)
    except IllegalTransition as error:
        return locked_response(request, sheet, layout, str(error))
    if back and layout.spec.by == "subject":
        return redirect("campaigns:step", pk=pk, step=back)
    return redirect("campaigns:sheet", pk=pk)


def _chosen(posted: Any, layout: Layout) -> dict[str, dict[str, str]]:
    """What to store: carried places, and contested ones where “mine” or “both” was picked."""
    changes: dict[str, dict[str, str]] = {}
    for place, items in changes_in(posted, layout=layout).items():
        for item, mine in items.items():
            name = field_name(place, item)
            pick = posted.get(f"pick-{name}", "mine")
            if pick == "both" and place == "reasons":
                stored = str(posted.get(f"stored-{name}", ""))
                mine = "\n".join(t for t in (stored.strip(), mine.strip()) if t)
            if pick != "stored":
                changes.setdefault(place, {})[item] = mine
    return changes


@keeps_answers
@requires("respondent", "assessor")
@require_http_methods(["GET", "POST"])
def autosave(request: HttpRequest, pk: int) -> JsonResponse:
    """Store the typed places in the background; a GET hands out a fresh token after a log-in."""
    sheet = fillable_sheet(request, pk)
    layout = sheet_layout_of(sheet)
    if request.method == "GET":
        return JsonResponse({"token": get_token(request), "version": sheet.version})
    refusal = why_locked(sheet)
    if refusal:
        return JsonResponse({"refused": refusal}, status=409)
    try:
        sheet = save_draft(
            sheet,
            version=version_in(request.POST),
            changes=changes_in(request.POST, layout=layout),
            actor=request.user,
            just_read=True,
        )
    except DraftConflict as conflict:
        return JsonResponse({"conflict": str(conflict)}, status=409)
    except IllegalTransition as error:
        return JsonResponse({"refused": str(error)}, status=409)
    reading = read_sheet(layout, sheet.data)
    return JsonResponse(
        {
            "version": sheet.version,
            "subtotal": f"{reading.subtotal:.{layout.decimals}f}",
            "filled": reading.filled,
            "items": len(layout.items),
            "faults": reading.faults,
            "missing": list(reading.unexplained),
            "points": _figures(layout, reading.points),
            "sections": _figures(layout, reading.section_points),
            "away": sorted(reading.not_applicable),
            "possible": f"{reading.possible.normalize():f}",
            "hits": {
                i.id: [n for n, row in enumerate(rows) if row.hit]
                for i in layout.items
                if (rows := brackets_of(i, reading.marks))
            },
        }
    )


def _figures(layout: Layout, values: Mapping[str, Decimal]) -> dict[str, str]:
    return {k: f"{v:.{layout.decimals}f}" for k, v in values.items()}
