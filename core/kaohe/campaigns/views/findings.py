"""Findings and deductions: recorded by whoever is responsible, answered, checked, decided on."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaohe.campaigns import services
from kaohe.campaigns.claims import points_of, sign_of
from kaohe.campaigns.entry_forms import EntryForm, initial_entry
from kaohe.campaigns.errors import Incomplete, Refusal
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.files.kinds import ACCEPT, LARGEST, WANTED
from kaohe.campaigns.forms import ReasonForm
from kaohe.campaigns.models import CampaignSubject, Claim
from kaohe.campaigns.permissions import (
    keeps_answers,
    person_of,
    visible_claims,
    visible_finding,
)
from kaohe.campaigns.queries import LIVE
from kaohe.campaigns.services.claims import OPEN_STATES
from kaohe.campaigns.services.stages import closed_reason, stage_for
from kaohe.campaigns.views.claims import key_in
from kaohe.campaigns.views.evidence import store_files
from kaohe.register.access import requires
from kaohe.register.models import Role

RECORDERS = ("organiser", "assessor", "decider", "auditor")


@requires(*RECORDERS)
@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """Campaigns under way with those about whom something may be recorded, and what was."""
    person = person_of(request)
    counts: dict[int, list[int]] = {}
    recorded = visible_claims(person).filter(recorded=True).exclude(state=Claim.State.WITHDRAWN)
    for pk, state in recorded.values_list("subject_id", "state"):
        found = counts.setdefault(pk, [0, 0])
        found[0] += 1
        found[1] += state == Claim.State.CLAIMED
    blocks: dict[int, dict[str, Any]] = {}
    rows = CampaignSubject.objects.filter(campaign__state__in=LIVE)
    for subject in rows.select_related("campaign__scheme", "unit").order_by(
        "-campaign__created_at", "-campaign_id", "order", "id"
    ):
        rules = person.rules_for(subject)
        if not rules and subject.pk not in counts:
            continue
        block = blocks.setdefault(subject.campaign_id, {"campaign": subject.campaign, "rows": []})
        total, waiting = counts.get(subject.pk, [0, 0])
        block["rows"].append(
            {"subject": subject, "may": bool(rules), "total": total, "waiting": waiting}
        )
    return render(request, "campaigns/findings.html", {"blocks": list(blocks.values())})


@requires("respondent", *RECORDERS)
@require_safe
def subject_findings(request: HttpRequest, pk: int) -> HttpResponse:
    """What is on record about one subject, and under which rules more may be recorded."""
    subject, person = _subject(request, pk), person_of(request)
    rows = (
        visible_claims(person)
        .filter(Q(subject=subject) | Q(about=subject), recorded=True)
        .exclude(state=Claim.State.WITHDRAWN)
    )
    rules = [
        {"key": k, "rule": r, "refusal": _refusal(subject, k)}
        for k, r in person.rules_for(subject).items()
    ]
    context = {
        "subject": subject,
        "campaign": subject.campaign,
        "rules": rules,
        "lines": [_line(row) for row in rows],
        "own": person.fills_for(subject),
    }
    return render(request, "campaigns/subject_findings.html", context)


def _subject(request: HttpRequest, pk: int) -> CampaignSubject:
    rows = CampaignSubject.objects.select_related("campaign__scheme", "unit")
    subject = get_object_or_404(rows, pk=pk, campaign__state__in=LIVE)
    person = person_of(request)
    known = visible_claims(person).filter(recorded=True)
    concerned = known.filter(Q(subject=subject) | Q(about=subject))
    if not (
        person.rules_for(subject)
        or person.fills_for(subject)
        or person.is_overseer
        or concerned.exists()
    ):
        raise Http404
    return subject


def _refusal(subject: CampaignSubject, rule: str) -> str:
    return closed_reason(subject.campaign, stage_for(subject.campaign, rule))


def _line(row: Claim) -> dict[str, Any]:
    rule = campaign_scheme(row.subject.campaign).entries.get(row.rule)
    late = row.due is not None and row.due < timezone.localdate() and not row.statement
    return {
        "claim": row,
        "rule": rule,
        "sign": sign_of(rule),
        "points": points_of(rule, label=row.label, quantity=row.quantity) if rule else None,
        "measure": rule.measures.get(row.measure, row.measure) if rule else row.measure,
        "wants_statement": bool(rule and rule.statement and not row.statement and not row.measure),
        "late": late,
    }


@keeps_answers
@requires(*RECORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def finding_new(request: HttpRequest, pk: int, rule: str) -> HttpResponse:
    """Record something under a rule."""
    subject = _subject(request, pk)
    spec = person_of(request).rules_for(subject).get(rule)
    if spec is None:
        raise Http404
    posted = request.method == "POST"
    form = EntryForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        subject=subject,
        rule=rule,
        recorded=True,
        initial={"due": services.reply_due(
            subject.campaign, rule, received=timezone.localdate()
        ).day},
    )  # fmt: skip
    key = key_in(request.POST) if posted else uuid4()
    if posted and form.is_valid():
        try:
            row = services.record_finding(
                subject, rule=rule, actor=request.user, key=key, **form.values()
            )
        except Incomplete as error:
            form.add_problems(error.problems)
        except Refusal as error:
            form.add_error(None, str(error))
        else:
            return _with_files(request, row)
    context = _form_context(subject, rule, spec) | {"form": form, "key": key, "claim": None}
    context["choose_again"] = posted and bool(request.FILES)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "campaigns/finding_form.html", context, status=status)


def _with_files(request: HttpRequest, row: Claim) -> HttpResponse:
    if row.state in OPEN_STATES:
        _, refused = store_files(request, row)
        for text in refused:
            messages.error(request, text)
        if not refused and row.evidence.filter(removed_at=None).exists():
            row = services.hand_in_finding(row, actor=request.user)
    if row.state in OPEN_STATES:
        messages.warning(request, "文字内容已保存。请上传证明材料后再提交。")
    elif row.state == Claim.State.VERIFIED:
        messages.success(request, "已登记。")
    else:
        messages.success(request, "已登记，等待另一人核验。")
    return redirect("campaigns:finding", pk=row.pk)


def _form_context(subject: CampaignSubject, rule: str, spec: Any) -> dict[str, Any]:
    due = services.reply_due(subject.campaign, rule, received=timezone.localdate())
    return {
        "subject": subject,
        "campaign": subject.campaign,
        "rule": spec,
        "due": due,
        "accept": ACCEPT,
        "wanted": WANTED,
        "largest": LARGEST,
        "refusal": _refusal(subject, rule),
    }


@keeps_answers
@requires("respondent", *RECORDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding: its recorder edits it while it may be, everybody it concerns reads it."""
    row, person = visible_finding(request, pk), person_of(request)
    spec = campaign_scheme(row.subject.campaign).entries[row.rule]
    editable = row.state in OPEN_STATES and row.rule in person.rules_for(row.subject)
    posted = request.method == "POST"
    if posted and not editable:
        raise Http404
    form = EntryForm(
        request.POST if posted else None,
        initial=initial_entry(row),
        subject=row.subject,
        rule=row.rule,
        recorded=True,
        with_files=False,
    )
    if posted and form.is_valid():
        try:
            services.update_claim(row, actor=request.user, **form.values())
            _, refused = store_files(request, row)
            for text in refused:
                messages.error(request, text)
            if request.POST.get("goto") == "hand_in" and not refused:
                row = services.hand_in_finding(row, actor=request.user)
                messages.success(request, "已提交。")
            else:
                messages.success(request, "已保存。")
            return redirect("campaigns:finding", pk=pk)
        except Incomplete as error:
            form.add_problems(error.problems)
        except Refusal as error:
            form.add_error(None, str(error))
    standing = row.state in (Claim.State.CLAIMED, Claim.State.VERIFIED)
    context = _form_context(row.subject, row.rule, spec) | {
        "line": _line(row),
        "claim": row,
        "form": form,
        "editable": editable,
        "files": row.evidence.filter(removed_at=None),
        "may_state": standing and spec.statement and not row.measure and _may_state(person, row),
        "himself": person.is_concerned(row),
        "may_judge": row.state == Claim.State.CLAIMED and _may_judge(person, row),
        "may_decide": _may_decide(person, row, spec),
        "may_withdraw": (row.state in OPEN_STATES or row.state == Claim.State.CLAIMED)
        and row.rule in person.rules_for(row.subject),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "campaigns/finding.html", context, status=status)


def _may_state(person: Any, row: Claim) -> bool:
    return person.is_concerned(row) or row.rule in person.rules_for(row.subject)


def _may_judge(person: Any, row: Claim) -> bool:
    own = row.claimed_by_id == person.account.pk or person.is_concerned(row)
    return (person.is_organiser or person.is_assessor) and not own


def _may_decide(person: Any, row: Claim, spec: Any) -> bool:
    if not spec.measures or row.state != Claim.State.VERIFIED:
        return False
    own = row.claimed_by_id == person.account.pk or person.is_concerned(row)
    return Role.Kind.DECIDER in person.kinds and not own


@keeps_answers
@requires("respondent", *RECORDERS)
@require_POST
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the person concerned says, typed by himself or taken down for him."""
    row = visible_finding(request, pk)
    if not _may_state(person_of(request), row):
        raise Http404
    try:
        services.record_statement(row, text=request.POST.get("statement", ""), actor=request.user)
        messages.success(request, "陈述已记录。")
    except Refusal as error:
        messages.error(request, str(error))
    return redirect("campaigns:finding", pk=pk)


@keeps_answers
@requires("decider")
@require_POST
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the measure that was decided on."""
    row, person = visible_finding(request, pk), person_of(request)
    if person.is_concerned(row):
        raise Http404
    try:
        services.decide_measure(
            row,
            measure=request.POST.get("measure", ""),
            reason=request.POST.get("reason", ""),
            actor=request.user,
        )
        messages.success(request, "处理决定已记录。")
    except Refusal as error:
        messages.error(request, str(error))
    return redirect("campaigns:finding", pk=pk)


@requires(*RECORDERS)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was not verified."""
    row = visible_finding(request, pk)
    if row.rule not in person_of(request).rules_for(row.subject):
        raise Http404
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        services.withdraw_finding(row, reason=reason, actor=request.user)
        messages.success(request, "已撤回，记录保留。")
    except Refusal as error:
        messages.error(request, str(error))
        return redirect("campaigns:finding", pk=pk)
    return redirect("campaigns:subject_findings", pk=row.subject_id)
