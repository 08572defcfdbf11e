"""The journal's page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from kaohe.audit.labels import action_label, describe
from kaohe.audit.queries import find_entries, used_actions
from kaohe.audit.services import head, verify

READERS = ("auditor", "organiser")
_PAGE = 50
View = Callable[..., HttpResponseBase]


def _for_readers(view: View) -> View:
    """Like `register.access.requires`, asked through the account: the register is a floor above."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user: Any = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not user.roles.filter(kind__in=READERS).exists():
            raise PermissionDenied
        if user.must_change_password:
            return redirect("password_change")
        return view(request, *args, **kwargs)

    guarded.required_roles = READERS  # type: ignore[attr-defined]
    return guarded


def _context(request: HttpRequest) -> dict[str, Any]:
    asked = {
        key: request.GET.get(key, "").replace("\0", "").strip()[:60]
        for key in ("text", "action", "since", "until")
    }
    page = Paginator(find_entries(**asked), _PAGE).get_page(request.GET.get("page"))
    rows = [
        (e, action_label(e.action), describe(e.payload.data) if hasattr(e, "payload") else None)
        for e in page
    ]
    kept = request.GET.copy()
    kept.pop("page", None)
    return {
        **asked,
        "page": page,
        "rows": rows,
        "actions": [(a, action_label(a)) for a in used_actions()],
        "head": head(),
        "kept": kept.urlencode(),
        "filtered": any(asked.values()),
    }


@require_safe
@_for_readers
def journal(request: HttpRequest) -> HttpResponse:
    """The entries, newest first."""
    return render(request, "audit/journal.html", _context(request))


@require_POST
@_for_readers
def check(request: HttpRequest) -> HttpResponse:
    """Verify the whole chain, against an anchor if one is given; writes nothing."""
    anchor = request.POST.get("anchor", "").replace(" ", "")[:80]
    context = _context(request)
    context.update(checked=True, problem=verify(anchor or None), anchor=anchor)
    return render(request, "audit/journal.html", context)
