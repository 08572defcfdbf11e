"""Claims of honours: the unit's list and form, the queue of those who check certificates."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaohe.campaigns import services
from kaohe.campaigns.claims import caps_on, claimable_rules, points_of, sign_of
from kaohe.campaigns.entry_forms import EntryForm, initial_entry
from kaohe.campaigns.errors import Incomplete, Refusal
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.files.kinds import ACCEPT, LARGEST, WANTED
from kaohe.campaigns.forms import ReasonForm
from kaohe.campaigns.models import Campaign, CampaignSubject, Claim
from kaohe.campaigns.permissions import keeps_answers, own_subject, person_of, visible_claims
from kaohe.campaigns.queries import LIVE
from kaohe.campaigns.services.claims import OPEN_STATES, verdict_refusal
from kaohe.campaigns.services.stages import closed_reason, stage_for
from kaohe.campaigns.views.evidence import store_files
from kaohe.register.access import requires
from kaohe.scheme.model import EntryRule


def _points(claim: Claim) -> Any:
    rule = campaign_scheme(claim.subject.campaign).entries.get(claim.rule)
    if rule is None:
        return claim.quantity
    return points_of(rule, label=claim.label, quantity=claim.quantity)


@requires("respondent")
@require_safe
def unit_claims(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's claims with their states, and what the cap leaves of them."""
    subject = _subject(request, pk)
    scheme = campaign_scheme(subject.campaign)
    rows = (
        subject.claims.filter(recorded=False)
        .exclude(state=Claim.State.WITHDRAWN)
        .prefetch_related("evidence")
    )
    claims = [{"claim": c, "points": _points(c), "rule": scheme.entries.get(c.rule)} for c in rows]
    rules = [
        {"key": k, "rule": r, "caps": caps_on(scheme, k), "refusal": _refusal(subject, k)}
        for k, r in claimable_rules(scheme, subject).items()
    ]
    verified = [c["points"] for c in claims if c["claim"].state == Claim.State.VERIFIED]
    context = {
        "subject": subject,
        "campaign": subject.campaign,
        "is_open": subject.campaign.state == Campaign.State.OPEN,
        "claims": claims,
        "rules": rules,
        "verified": sum(verified),
        "decimals": scheme.decimals,
    }
    return render(request, "campaigns/unit_claims.html", context)


def _subject(request: HttpRequest, pk: int) -> CampaignSubject:
    subject = own_subject(request, pk)
    if subject.campaign.state not in LIVE:
        raise Http404
    return subject


def _refusal(subject: CampaignSubject, rule: str) -> str:
    return closed_reason(subject.campaign, stage_for(subject.campaign, rule))


@keeps_answers
@requires("respondent")
@require_http_methods(["GET", "HEAD", "POST"])
def claim_new(request: HttpRequest, pk: int, rule: str) -> HttpResponse:
    """Claim an honour; with a certificate it goes straight to verification."""
    subject = _subject(request, pk)
    scheme = campaign_scheme(subject.campaign)
    spec = claimable_rules(scheme, subject).get(rule)
    if spec is None:
        raise Http404
    posted = request.method == "POST"
    form = EntryForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        subject=subject,
        rule=rule,
    )
    key = key_in(request.POST) if posted else uuid4()
    if posted and form.is_valid():
        try:
            row = services.claim(subject, rule=rule, actor=request.user, key=key, **form.values())
        except Incomplete as error:
            form.add_problems(error.problems)
        except Refusal as error:
            form.add_error(None, str(error))
        else:
            return _with_files(request, row)
    context = _form_context(subject, rule, spec) | {"form": form, "key": key, "claim": None}
    if posted and request.FILES:
        context["choose_again"] = True
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "campaigns/claim_form.html", context, status=status)


def key_in(posted: Any) -> UUID:
    """The idempotency key of a posted form; a fresh one if it carries none."""
    try:
        return UUID(str(posted.get("key")))
    except ValueError:
        return uuid4()


def _with_files(request: HttpRequest, row: Claim) -> HttpResponse:
    refused: list[str] = []
    if row.state in OPEN_STATES:
        _, refused = store_files(request, row)
        if row.evidence.filter(removed_at=None).exists() and not refused:
            services.hand_in_claim(row, actor=request.user)
            messages.success(request, "已提交，等待核验。")
            return redirect("campaigns:unit_claims", pk=row.subject_id)
    for text in refused:
        messages.error(request, text)
    if row.state in OPEN_STATES:
        messages.warning(request, "文字内容已保存。请上传证书后再提交核验。")
        return redirect("campaigns:claim", pk=row.pk)
    return redirect("campaigns:unit_claims", pk=row.subject_id)


def _form_context(subject: CampaignSubject, rule: str, spec: EntryRule) -> dict[str, Any]:
    return {
        "subject": subject,
        "campaign": subject.campaign,
        "rule": spec,
        "caps": caps_on(campaign_scheme(subject.campaign), rule),
        "accept": ACCEPT,
        "wanted": WANTED,
        "largest": LARGEST,
        "refusal": _refusal(subject, rule),
    }


@keeps_answers
@requires("respondent", "organiser", "assessor", "decider", "auditor")
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """One claim: its unit edits it while it may, others read it."""
    row = get_object_or_404(visible_claims(person_of(request)), pk=pk)
    if row.recorded:
        return redirect("campaigns:finding", pk=pk)
    own = person_of(request).fills_for(row.subject)
    if not own:
        if request.method == "POST":
            raise Http404
        return redirect("campaigns:claims")
    scheme = campaign_scheme(row.subject.campaign)
    spec = scheme.entries[row.rule]
    posted = request.method == "POST"
    form = EntryForm(
        request.POST if posted else None,
        initial=initial_entry(row),
        subject=row.subject,
        rule=row.rule,
        with_files=False,
    )
    if posted and form.is_valid():
        try:
            services.update_claim(row, actor=request.user, **form.values())
            stored, refused = store_files(request, row)
            if request.POST.get("goto") == "hand_in" and not refused:
                services.hand_in_claim(row, actor=request.user)
                messages.success(request, "已提交，等待核验。")
                return redirect("campaigns:unit_claims", pk=row.subject_id)
            for text in refused:
                messages.error(request, text)
            messages.success(request, f"已保存{f'，上传了 {stored} 个文件' if stored else ''}。")
            return redirect("campaigns:claim", pk=pk)
        except Incomplete as error:
            form.add_problems(error.problems)
        except Refusal as error:
            form.add_error(None, str(error))
    context = _form_context(row.subject, row.rule, spec) | {
        "form": form,
        "claim": row,
        "files": row.evidence.filter(removed_at=None),
        "editable": row.state in OPEN_STATES,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "campaigns/claim_form.html", context, status=status)


@requires("respondent")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a claim back."""
    row = get_object_or_404(visible_claims(person_of(request)), pk=pk)
    if row.recorded or not person_of(request).fills_for(row.subject):
        raise Http404
    try:
        after = services.withdraw_claim(row, actor=request.user)
        done = (
            "已撤回，可修改后再提交。" if after.state == Claim.State.DRAFT else "已取消这项申报。"
        )
        messages.success(request, done)
    except Refusal as error:
        messages.error(request, str(error))
    return redirect("campaigns:unit_claims", pk=row.subject_id)


@requires("organiser", "assessor")
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """The queue: what waits for somebody to look at the certificate, and what was decided."""
    person = person_of(request)
    rows = (
        visible_claims(person)
        .filter(subject__campaign__state__in=LIVE)
        .exclude(state__in=[Claim.State.DRAFT, Claim.State.WITHDRAWN])
        .select_related("verified_by__person", "about")
        .prefetch_related("evidence")
        .order_by("subject__campaign", "subject__order", "id")
    )
    waiting, decided = [], []
    for row in rows:
        scheme = campaign_scheme(row.subject.campaign)
        line = {
            "claim": row,
            "points": _points(row),
            "sign": sign_of(scheme.entries.get(row.rule)),
            "rule": scheme.entries.get(row.rule),
            "files": [e for e in row.evidence.all() if e.removed_at is None],
            "caps": caps_on(scheme, row.rule),
            "may": not _blocked(person, row),
        }
        (waiting if row.state == Claim.State.CLAIMED else decided).append(line)
    context = {"waiting": waiting, "decided": decided, "is_organiser": person.is_organiser}
    return render(request, "campaigns/claims.html", context)


def _blocked(person: Any, row: Claim) -> bool:
    return row.claimed_by_id == person.account.pk or person.is_concerned(row)


@keeps_answers
@requires("organiser", "assessor")
@require_POST
def verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or refuse a claim, or (organisers) take a verdict back."""
    person = person_of(request)
    row = get_object_or_404(visible_claims(person), pk=pk)
    choice = request.POST.get("verdict", "")
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        if choice == "verify":
            services.verify_claim(row, actor=request.user, reason=reason)
            done = "已核验通过。" if row.recorded else "已核验通过，计入得分。"
            messages.success(request, done)
        elif choice == "refuse":
            services.refuse_claim(row, reason=reason, actor=request.user)
            messages.success(request, "已标为不通过，填报人会看到理由。")
        elif choice == "reopen" and person.is_organiser and not verdict_refusal(row, request.user):
            services.reopen_claim(row, reason=reason, actor=request.user)
            messages.success(request, "已撤回核验，重新等待核验。")
        else:
            messages.error(request, "请选择“通过”或“不通过”。")
    except Refusal as error:
        messages.error(request, str(error))
    if request.POST.get("back") == "finding" and row.recorded:
        return redirect("campaigns:finding", pk=pk)
    return redirect("campaigns:claims")
