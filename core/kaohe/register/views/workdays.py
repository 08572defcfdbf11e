"""Holidays and swapped workdays: which years are known, and entering the notice of a year."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from kaohe.register.access import actor_label, requires
from kaohe.register.forms import WorkdaysForm
from kaohe.register.models import WorkdayYear
from kaohe.register.services.seen import ChangedMeanwhile, fingerprint
from kaohe.register.services.workdays import ArrangementRefused, save_workdays, workday_state
from kaohe.register.workday_files import text_of_file
from kaohe.workbooks import WorkbookError
from kaohe.workdays import Arrangement, WorkCalendar, day_ranges, published_years, read_arrangement

YEARS_BACK, YEARS_AHEAD = 1, 2


def _offered() -> range:
    this = timezone.localdate().year
    return range(this - YEARS_BACK, this + YEARS_AHEAD + 1)


@require_safe
@requires("organiser")
def workday_years(request: HttpRequest) -> HttpResponse:
    """The years, and where their holidays come from."""
    known, entered = published_years(), {row.year: row for row in WorkdayYear.objects.all()}
    years = sorted({*_offered(), *entered})
    lines = [{"year": y, "row": entered.get(y), "built_in": y in known} for y in years]
    return render(request, "register/workday_years.html", {"lines": lines, "tab": "workdays"})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("organiser")
def workday_year(request: HttpRequest, year: int) -> HttpResponse:
    """The arrangement of one year: paste, look at what was understood, save."""
    row = WorkdayYear.objects.filter(year=year).first()
    if row is None and year not in _offered():
        raise Http404
    if request.method == "POST":
        return _posted(request, year)
    state = workday_state(year)
    form = WorkdaysForm(initial={"text": state["text"], "complete": bool(state["complete"])})
    found = read_arrangement(state["text"], year=year)
    return _show(request, year, form, found=found, seen=fingerprint(state), row=row)


def _posted(request: HttpRequest, year: int) -> HttpResponse:
    seen = request.POST.get("seen", "")
    form = WorkdaysForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, year, form, found=Arrangement(), seen=seen, status=422)
    text, complete = form.cleaned_data["text"], form.cleaned_data["complete"]
    file = form.cleaned_data["file"]
    if file is not None:
        try:
            text = "\n".join(filter(None, (text.strip(), text_of_file(file))))
        except WorkbookError as error:
            form.add_error("file", f"{error.what}{error.remedy}")
            return _show(request, year, form, found=Arrangement(), seen=seen, status=422)
    form = WorkdaysForm(initial={"text": text, "complete": complete})
    found = read_arrangement(text, year=year)
    if file is not None or request.POST.get("action") != "save":
        status = 422 if found.problems else 200
        return _show(request, year, form, found=found, seen=seen, status=status, unsaved=True)
    try:
        save_workdays(year, text=text, complete=complete, actor=actor_label(request), seen=seen)
    except ArrangementRefused as error:
        found = error.arrangement
        return _show(request, year, form, found=found, seen=seen, status=422, unsaved=True)
    except ChangedMeanwhile as error:
        context = {"found": found, "seen": error.seen, "meanwhile": error.now, "unsaved": True}
        return _show(request, year, form, status=409, **context)
    messages.success(request, f"已保存 {year} 年放假安排。已经公示的期限不变。")
    return redirect("register:workdays")


def _show(
    request: HttpRequest,
    year: int,
    form: WorkdaysForm,
    *,
    found: Arrangement,
    seen: str,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    built_in = year in published_years()
    context = {
        "year": year,
        "form": form,
        "found": found,
        "seen": seen,
        "built_in": built_in,
        "ranges": [
            {"first": a, "last": b, "worked": worked, "days": (b - a).days + 1}
            for a, b, worked in day_ranges(found.days)
        ],
        "differ": _differing(found, year) if built_in else [],
        "tab": "workdays",
    }
    return render(request, "register/workday_year.html", context | more, status=status)


def _differing(found: Arrangement, year: int) -> list[date]:
    """Days for which the built-in arrangement says otherwise."""
    built_in = WorkCalendar()
    return [day for day, worked in found.days.items() if built_in.is_workday(day) != worked]
