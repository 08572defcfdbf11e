"""Accounts, for technicians and organisers."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaohe.register.access import actor_label, requires
from kaohe.register.forms import AccountForm, RolesForm
from kaohe.register.models import Account, Role
from kaohe.register.services.accounts import (
    AccountRefused,
    Slip,
    create_account,
    create_missing_accounts,
    grants_text,
    missing_accounts,
    reset_password,
    roles_as_text,
    roles_state,
    set_active,
    set_roles,
)
from kaohe.register.services.seen import ChangedMeanwhile
from kaohe.register.views.meanwhile import after_refusal, before_saving

_PAGE = 100


@require_safe
@requires("technician", "organiser")
def account_list(request: HttpRequest) -> HttpResponse:
    """All accounts, and who still needs one."""
    search = request.GET.get("q", "").replace("\0", "").strip()[:60]
    accounts = Account.objects.select_related("person").prefetch_related("roles__unit")
    if search:
        accounts = accounts.filter(
            Q(username__icontains=search)
            | Q(person__name__icontains=search)
            | Q(person__pinyin__icontains=search)
            | Q(roles__unit__name__icontains=search)
        ).distinct()
    page = Paginator(accounts.order_by("-is_active", "person__pinyin", "pk"), _PAGE)
    context = {
        "page": page.get_page(request.GET.get("page")),
        "q": search,
        "missing": missing_accounts(),
        "total": Account.objects.count(),
    }
    return render(request, "register/accounts.html", context)


def _slips(request: HttpRequest, slips: list[Slip]) -> HttpResponse:
    return render(request, "register/account_slips.html", {"slips": slips})


@require_POST
@requires("technician", "organiser")
def create_all(request: HttpRequest) -> HttpResponse:
    """Accounts for all who need one; the passwords are on this answer only."""
    try:
        slips = create_missing_accounts(actor=actor_label(request))
    except IntegrityError:
        messages.warning(request, "另有人正在建立账号，请看看下面的名单。")
        return redirect("register:accounts")
    if not slips:
        messages.info(request, "所有书记和考核组人员都已有账号，没有新建。")
        return redirect("register:accounts")
    return _slips(request, slips)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("technician", "organiser")
def account_new(request: HttpRequest) -> HttpResponse:
    """One account for somebody who is in no roll."""
    form = AccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        account, password = create_account(**data, actor=actor_label(request))
        roles = grants_text((r.kind, r.unit) for r in account.roles.select_related("unit"))
        return _slips(request, [Slip(str(account), account.username, password, roles)])
    status = 422 if form.is_bound else 200
    return render(request, "register/account_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("technician", "organiser")
def account_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The roles of one account."""
    account = get_object_or_404(Account, pk=pk)
    roles = list(Role.objects.filter(account=account).select_related("unit"))
    initial = {"kinds": sorted({r.kind for r in roles}), "units": [r.unit for r in roles if r.unit]}
    meanwhile = before_saving(request, roles_state(account))
    form = RolesForm(request.POST if request.method == "POST" else None, initial=initial)
    status, own = 422 if form.is_bound else 200, account == request.user
    if request.method == "POST" and form.is_valid():
        given, actor = form.cleaned_data, actor_label(request)
        try:
            set_roles(account, **given, actor=actor, own=own, seen=meanwhile.seen)
            messages.success(request, f"已保存“{account}”的角色，下一次点击起生效。")
            return redirect("register:accounts")
        except AccountRefused as e:
            form.add_error("kinds", str(e))
        except ChangedMeanwhile as error:
            meanwhile, status = after_refusal(error, roles_as_text(**given)), 409
    context = {"form": form, "account": account, "own": own, "meanwhile": meanwhile}
    return render(request, "register/account_edit.html", context, status=status)


@require_POST
@requires("technician", "organiser")
def account_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Deactivate or reactivate."""
    account = get_object_or_404(Account, pk=pk)
    active = request.POST.get("active") == "1"
    try:
        own = account == request.user
        set_active(account, active=active, actor=actor_label(request), own=own)
        messages.success(request, f"已{'启用' if active else '停用'}“{account}”的账号。")
    except AccountRefused as e:
        messages.error(request, str(e))
    return redirect("register:account", pk)


@require_POST
@requires("technician", "organiser")
def account_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one-time password, shown once."""
    account = get_object_or_404(Account, pk=pk)
    password = reset_password(account, actor=actor_label(request))
    roles = grants_text((r.kind, r.unit) for r in account.roles.select_related("unit"))
    return _slips(request, [Slip(str(account), account.username, password, roles)])
