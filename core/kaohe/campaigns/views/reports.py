"""Reports: written by those assessed, examined in order, every revision kept."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaohe.campaigns import services
from kaohe.campaigns.errors import DraftConflict, Incomplete, Problem, Refusal
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.files.kinds import ACCEPT, LARGEST, WANTED
from kaohe.campaigns.models import Campaign, Evidence, Report
from kaohe.campaigns.permissions import (
    keeps_answers,
    person_of,
    readable_report,
    reviews_of,
)
from kaohe.campaigns.report_lists import is_missed, report_blocks
from kaohe.campaigns.reports import (
    LONGEST_CELL,
    LONGEST_TEXT,
    MOST_ROWS,
    Chapter,
    chapters_of,
    report_instruments,
    report_problems,
    review_of,
)
from kaohe.campaigns.services.reports import (
    content_before,
    edit_refusal_of,
    judge_refusal,
    spec_of_report,
)
from kaohe.campaigns.views.claims import key_in
from kaohe.campaigns.views.conflicts import version_in
from kaohe.campaigns.views.evidence import store_files
from kaohe.register.access import requires
from kaohe.scheme.model import ReportInstrument

EVERYBODY = ("respondent", "assessor", "organiser", "decider", "auditor")
_SPARE_ROWS, _MORE_ROWS = 2, 5


class ReminderForm(forms.Form):
    """The day on which a reminder was received, and what it asked for."""

    received = forms.DateField(
        label="收到日期",
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={
            "required": "请填写收到日期。",
            "invalid": "日期写法不对，例如 2026-07-01。",
        },
    )
    note = forms.CharField(label="提醒的事项", max_length=300, required=False)

    def clean_received(self) -> date:
        """A day far away is a typing slip."""
        received: date = self.cleaned_data["received"]
        if abs(received.year - timezone.localdate().year) > 1:
            raise forms.ValidationError("请核对收到日期的年份。")
        return received


@requires("assessor", "organiser", "decider", "auditor")
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """All reports somebody examines or oversees, those that wait for him first."""
    person = person_of(request)
    context = {
        "blocks": report_blocks(person),
        "is_organiser": person.is_organiser,
        "reminder": ReminderForm(initial={"received": timezone.localdate()}),
    }
    return render(request, "campaigns/reports.html", context)


@requires("organiser")
@require_POST
def remind(request: HttpRequest, pk: int, instrument: str) -> HttpResponse:
    """Note that everybody was reminded of a report."""
    campaign = get_object_or_404(Campaign.objects.select_related("scheme"), pk=pk)
    if instrument not in report_instruments(campaign_scheme(campaign)):
        raise Http404
    form = ReminderForm(request.POST)
    if not form.is_valid():
        for faults in form.errors.values():
            messages.error(request, faults[0])
        return redirect("campaigns:reports")
    data = form.cleaned_data
    try:
        made = services.remind_reports(
            campaign, instrument, received=data["received"], note=data["note"], actor=request.user
        )
    except Refusal as error:
        messages.error(request, str(error))
    else:
        due = services.reply_due(campaign, instrument, received=data["received"])
        until = f"，{due.day:%Y-%m-%d} 前交（{due.words}，收到当天不算）" if due.day else ""
        done = f"已登记提醒 {made} 个考核对象{until}。{due.note}"
        messages.success(request, done if made else "这一天的提醒已经登记过。")
    return redirect("campaigns:reports")


@keeps_answers
@requires(*EVERYBODY)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: its writer writes it while it may be written, everybody else reads it."""
    row = readable_report(request, pk)
    own = person_of(request).fills_for(row.subject)
    refusal = edit_refusal_of(row)
    if request.method != "POST":
        if not own or refusal:
            return _read(request, row, refusal=refusal if own else "")
        more = request.GET.get("more") == "1"
        return _write(request, row, row.data, spare=_MORE_ROWS if more else _SPARE_ROWS)
    if not own:
        raise Http404
    spec = spec_of_report(row)
    content = _posted(request, spec)
    try:
        row = services.save_report(
            row, version=version_in(request.POST), content=content, actor=request.user
        )
        goto = request.POST.get("goto", "")
        if goto == "submit":
            services.submit_report(
                row, version=row.version, key=key_in(request.POST), actor=request.user
            )
            messages.success(request, "已提交。提交的内容已保存，审核结果会显示在这里。")
            return redirect("campaigns:report", pk=pk)
    except DraftConflict:
        stored = chapters_of(spec, Report.objects.get(pk=pk).data, {})
        fresh = readable_report(request, pk)
        return _write(request, fresh, content, stored=stored, status=409)
    except Incomplete as error:
        return _write(request, row, row.data, problems=error.problems, status=422)
    except Refusal as error:
        return _write(request, row, content, refusal=str(error), status=409)
    messages.success(request, "已保存，还没有提交。")
    if goto == "tasks":
        return redirect("campaigns:tasks")
    response = redirect("campaigns:report", pk=pk)
    if goto == "more":
        response["Location"] += "?more=1"
    return response


def _posted(request: HttpRequest, spec: ReportInstrument) -> dict[str, Any]:
    posted = request.POST
    texts = {k: posted.get(f"text_{k}", "") for k, p in spec.parts.items() if not p.rows}
    rows = {
        k: [{c: posted.get(f"row_{k}_{n}_{c}", "") for c in p.rows} for n in range(MOST_ROWS)]
        for k, p in spec.parts.items()
        if p.rows
    }
    return {"texts": texts, "rows": rows}


def _write(
    request: HttpRequest,
    row: Report,
    content: dict[str, Any],
    *,
    spare: int = _SPARE_ROWS,
    problems: tuple[Problem, ...] = (),
    stored: list[Chapter] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    spec = spec_of_report(row)
    chapters = chapters_of(spec, content, content_before(row))
    files = _files(row)
    left = report_problems(spec, chapters, slots=set(files))
    context = _context(row, spec) | {
        "version": row.version,
        "key": uuid4(),
        "chapters": [_fields(c, spare) for c in chapters],
        "problems": problems,
        "left": len(left),
        "stored": stored,
        "refusal": refusal,
        "files": files,
        "accept": ACCEPT,
        "wanted": WANTED,
        "largest": LARGEST,
        "longest": LONGEST_TEXT,
        "longest_cell": LONGEST_CELL,
    }
    return render(request, "campaigns/report_form.html", context, status=status)


def _fields(chapter: Chapter, spare: int) -> dict[str, Any]:
    count = max(len(chapter.rows) + (0 if chapter.answered else spare), len(chapter.answered))
    rows = []
    for n in range(min(count, MOST_ROWS)):
        row = chapter.rows[n] if n < len(chapter.rows) else {}
        rows.append(
            {
                "number": n + 1,
                "asked": _asked(chapter, n),
                "cells": [
                    {"name": f"row_{chapter.key}_{n}_{c}", "title": t, "value": row.get(c, "")}
                    for c, t in chapter.part.rows.items()
                ],
            }
        )
    return {"chapter": chapter, "name": f"text_{chapter.key}", "rows": rows}


def _asked(chapter: Chapter, at: int) -> list[tuple[str, str]]:
    if at >= len(chapter.answered):
        return []
    row = chapter.answered[at]
    return [(t, row[c]) for c, t in chapter.answered_columns.items() if row.get(c)]


def _files(row: Report) -> dict[str, list[Evidence]]:
    out: dict[str, list[Evidence]] = {}
    for file in row.evidence.filter(removed_at=None):
        out.setdefault(file.slot, []).append(file)
    return out


def _context(row: Report, spec: ReportInstrument) -> dict[str, Any]:
    revisions = list(row.revisions.prefetch_related("verdicts"))
    return {
        "report": row,
        "spec": spec,
        "subject": row.subject,
        "campaign": row.subject.campaign,
        "revisions": [
            {
                "revision": r,
                "verdicts": [
                    {
                        "verdict": v,
                        "title": found.title if (found := review_of(spec, v.review)) else v.review,
                        "grounds": [spec.grounds.get(g, g) for g in v.grounds],
                    }
                    for v in r.verdicts.all()
                ],
            }
            for r in reversed(revisions)
        ],
        "reminders": [
            {"reminder": r, "missed": is_missed(r)} for r in row.reminders.select_related("answer")
        ],
    }


def _read(request: HttpRequest, row: Report, *, refusal: str) -> HttpResponse:
    spec, person = spec_of_report(row), person_of(request)
    context = _context(row, spec)
    wanted = request.GET.get("revision", "")
    shown = next(
        (r["revision"] for r in context["revisions"] if str(r["revision"].number) == wanted),
        context["revisions"][0]["revision"] if context["revisions"] else None,
    )
    data = shown.data if shown is not None else row.data
    latest = context["revisions"][0]["revision"] if context["revisions"] else None
    due = review_of(spec, row.review) if row.state == Report.State.SUBMITTED else None
    may_judge = (
        due is not None
        and due.id in reviews_of(person, row)
        and row.subject.campaign.state == Campaign.State.OPEN
        and latest is not None
        and not judge_refusal(row, latest, person.account)
    )
    context |= {
        "chapters": chapters_of(spec, data, content_before(row)),
        "shown": shown,
        "is_latest": shown is None or shown is latest,
        "own": person.fills_for(row.subject),
        "refusal": refusal,
        "files": _files(row),
        "due_review": due,
        "may_judge": may_judge,
    }
    return render(request, "campaigns/report.html", context)


@keeps_answers
@requires(*EVERYBODY)
@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a verdict: passed, or returned on named grounds."""
    row = readable_report(request, pk)
    key = request.POST.get("review", "")
    if key not in reviews_of(person_of(request), row):
        raise Http404
    choice = request.POST.get("verdict", "")
    if choice not in ("pass", "return"):
        messages.error(request, "请选择“通过”或“退回”。")
        return redirect("campaigns:report", pk=pk)
    try:
        after = services.judge_report(
            row,
            review=key,
            passed=choice == "pass",
            grounds=request.POST.getlist("grounds"),
            remark=request.POST.get("remark", ""),
            actor=request.user,
        )
    except Refusal as error:
        messages.error(request, str(error))
    else:
        done = {
            Report.State.PASSED: "已通过，审核全部完成。",
            Report.State.SUBMITTED: "已通过，转下一级审核。",
            Report.State.RETURNED: "已退回，填写人会看到理由。",
        }
        messages.success(request, done[Report.State(after.state)])
    return redirect("campaigns:report", pk=pk)


@keeps_answers
@requires("respondent")
@require_POST
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep files for a report that may be written."""
    row = readable_report(request, pk)
    if not person_of(request).fills_for(row.subject):
        raise Http404
    stored, refused = store_files(request, row, slot=request.POST.get("slot", ""))
    if stored:
        messages.success(request, f"已上传 {stored} 个文件。")
    elif not refused:
        refused = ["没有选择文件。请先点“选择文件”，再点“上传”。"]
    for text in refused:
        messages.error(request, text)
    return redirect("campaigns:report", pk=pk)
