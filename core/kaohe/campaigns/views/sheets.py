"""A sheet as a whole: where to go on, handing in, reading, returning."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaohe.campaigns.errors import DraftConflict, Incomplete, Refusal
from kaohe.campaigns.facts import sheet_layout_of
from kaohe.campaigns.forms import ReasonForm, SubmitForm
from kaohe.campaigns.marks import DONE, read_sheet
from kaohe.campaigns.models import Sheet
from kaohe.campaigns.permissions import (
    fillable_sheet,
    keeps_answers,
    may_fill,
    person_of,
    readable_sheet,
    returnable_sheet,
    spec_of,
)
from kaohe.campaigns.queries import evidence_by_slot
from kaohe.campaigns.services import return_sheet, submit_sheet
from kaohe.campaigns.services.sheets import why_locked
from kaohe.campaigns.views.wizard import review_rows
from kaohe.register.access import requires


@requires("respondent", "assessor")
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on where work is left: the first step that is not complete, or the review."""
    row = fillable_sheet(request, pk)
    layout = sheet_layout_of(row)
    if layout.spec.by != "subject":
        return redirect("campaigns:score", pk=pk)
    if why_locked(row):
        return redirect("campaigns:sheet_view", pk=pk)
    complete = read_sheet(layout, row.data).complete_steps
    step = next((s.key for s in layout.steps if s.key not in complete), DONE)
    return redirect("campaigns:step", pk=pk, step=step)


@keeps_answers
@requires("respondent", "assessor")
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a sheet in.  Sending the same form twice is one submission."""
    row = fillable_sheet(request, pk)
    form = SubmitForm(request.POST)
    if not form.is_valid():
        messages.error(request, "提交的信息不完整，请在核对页重新提交。")
        return redirect("campaigns:sheet", pk=pk)
    data = form.cleaned_data
    try:
        submit_sheet(row, version=data["version"], key=data["key"], actor=request.user)
    except DraftConflict:
        messages.warning(
            request, "核对之后内容又被修改过（可能在另一台设备上）。请再核对一次再提交。"
        )
    except Incomplete as error:
        messages.error(request, f"还不能提交：{error.args[0]}请看下面的红字。")
    except Refusal as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, "已提交。提交的内容已保存，不能再改；如需修改，请联系考核办退回。"
        )
        return redirect("campaigns:sheet_view", pk=pk)
    if spec_of(row).by == "subject":
        return redirect("campaigns:step", pk=pk, step=DONE)
    return redirect(reverse("campaigns:score", args=[pk]) + "?check=1")


@requires("respondent", "assessor", "organiser", "decider", "auditor")
@require_safe
def sheet_view(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet to be read: what was handed in, when, and what was said about it."""
    row = readable_sheet(request, pk)
    person = person_of(request)
    layout = sheet_layout_of(row)
    files = evidence_by_slot(row)
    reading = read_sheet(layout, row.data, slots=set(files))
    own = may_fill(person, row)
    context = {
        "sheet": row,
        "subject": row.subject,
        "campaign": row.subject.campaign,
        "layout": layout,
        "reading": reading,
        "rows": review_rows(reading, files),
        "files": files,
        "revisions": row.revisions.all(),
        "own": own,
        "refusal": why_locked(row) if own and row.state != Sheet.State.SUBMITTED else "",
        "can_return": row.state == Sheet.State.SUBMITTED and _can_return(request, row),
    }
    return render(request, "campaigns/sheet_view.html", context)


def _can_return(request: HttpRequest, row: Sheet) -> bool:
    person = person_of(request)
    if may_fill(person, row):
        return False
    by_subject = spec_of(row).by == "subject"
    return person.is_organiser or (by_subject and person.assesses(row.subject))


@keeps_answers
@requires("organiser", "assessor")
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a sheet with a reason."""
    row = returnable_sheet(request, pk)
    kind: dict[str, Any] = {
        "label": "退回理由",
        "help_text": "填报人会看到这段话。请写明哪一项、哪里需要补充或修改。",
    }
    form = ReasonForm(request.POST if request.method == "POST" else None, **kind)
    if request.method == "POST" and form.is_valid():
        try:
            return_sheet(row, reason=form.cleaned_data["reason"], actor=request.user)
        except Refusal as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已退回{row.subject.title}的{spec_of(row).title}。")
            return redirect(_after_return(request, row))
    context = {
        "form": form,
        "sheet": row,
        "title": spec_of(row).title,
        "subject": row.subject,
        "campaign": row.subject.campaign,
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "campaigns/return.html", context, status=status)


def _after_return(request: HttpRequest, row: Sheet) -> str:
    person = person_of(request)
    if person.is_organiser:
        try:
            return reverse("organiser:subject", args=[row.subject.campaign_id, row.subject_id])
        except NoReverseMatch:
            return reverse("home")
    return reverse("campaigns:units")
