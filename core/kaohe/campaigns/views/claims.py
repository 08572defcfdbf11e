"""Claiming a bonus, and verifying other people's claims."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaohe.campaigns.errors import CampaignError
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import Claim
from kaohe.campaigns.queries import own_subjects, visible_claims
from kaohe.campaigns.services.claims import claim, refuse_claim, verify_claim, withdraw_claim
from kaohe.campaigns.services.evidence import add_evidence
from kaohe.register.access import requires


class ClaimForm(forms.Form):
    """A claim with its certificate."""

    rule = forms.ChoiceField(label="种类")
    reason = forms.CharField(
        label="名称与依据", max_length=300, help_text="如：县级先进基层党组织，某县委文件第几号。"
    )
    quantity = forms.DecimalField(label="申报分值", max_digits=6, decimal_places=2)
    day = forms.DateField(
        label="授予日期", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    certificate = forms.FileField(
        label="证书", required=False, help_text="PDF、JPG、PNG、DOCX 或 XLSX，不超过 20 MB。"
    )


@requires("respondent")
@require_http_methods(["GET", "HEAD", "POST"])
def own_claims(request: HttpRequest, pk: int) -> HttpResponse:
    """My unit's claims in one campaign, and a form for another."""
    subject = get_object_or_404(own_subjects(request.user), pk=pk)
    entries = campaign_scheme(subject.campaign).entries
    form = ClaimForm(request.POST or None, request.FILES or None)
    form.fields["rule"].choices = [(k, e.title) for k, e in entries.items()]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        required = entries[data["rule"]].evidence == "required"
        if required and not data["certificate"]:
            form.add_error("certificate", "请选择证书文件；没有证书不能计分。")
        else:
            try:
                row = claim(
                    subject,
                    rule=data["rule"],
                    quantity=data["quantity"],
                    reason=data["reason"],
                    day=data["day"],
                    account=request.user,
                )
            except CampaignError as error:
                form.add_error(None, str(error))
            else:
                return _attach(request, row, data["certificate"])
    rows = subject.claims.exclude(state=Claim.State.DRAFT).prefetch_related("evidence")
    context = {"subject": subject, "form": form, "claims": rows, "entries": entries}
    return render(request, "campaigns/claims.html", context, status=422 if form.errors else 200)


def _attach(request: HttpRequest, row: Claim, upload: object) -> HttpResponse:
    if upload:
        try:
            add_evidence(upload=upload, account=request.user, claim=row, slot="certificate")  # type: ignore[arg-type]
        except CampaignError as error:
            messages.warning(request, f"申报已保存，但证书没有保存：{error}请在下面补传。")
            return redirect("campaigns:own_claims", pk=row.subject_id)
    messages.success(request, "已申报，等待核验。")
    return redirect("campaigns:own_claims", pk=row.subject_id)


@requires("respondent")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a claim back before it is decided."""
    row = get_object_or_404(visible_claims(request.user), pk=pk, claimed_by=request.user)
    try:
        withdraw_claim(row, account=request.user)
        messages.success(request, "已撤回。")
    except CampaignError as error:
        messages.error(request, str(error))
    return redirect("campaigns:own_claims", pk=row.subject_id)


@requires("organiser", "assessor")
@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """Claims to verify, newest campaign first, and those already decided."""
    rows = visible_claims(request.user).prefetch_related("evidence")
    waiting = rows.filter(state=Claim.State.CLAIMED).order_by("claimed_at")
    decided = rows.filter(state__in=[Claim.State.VERIFIED, Claim.State.REFUSED])
    context = {"waiting": waiting, "decided": decided.order_by("-verified_at")[:100]}
    return render(request, "campaigns/verify.html", context)


@requires("organiser", "assessor")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Verify or refuse a claim."""
    row = get_object_or_404(visible_claims(request.user), pk=pk)
    reason = request.POST.get("reason", "")
    try:
        if request.POST.get("verdict") == "verify":
            verify_claim(row, account=request.user, reason=reason)
            messages.success(request, f"已核验通过：{row.subject} {row.reason}。")
        else:
            refuse_claim(row, account=request.user, reason=reason)
            messages.success(request, "已记录为不通过，申报人会看到理由。")
    except CampaignError as error:
        messages.error(request, str(error))
    return redirect("campaigns:claims")
