"""Who may do what: roles are rows, read at each request, so a revoked role is gone at the next."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from kaohe.register.models import Account, Role, Unit

View = Callable[..., HttpResponseBase]


def roles_of(account: Account | AnonymousUser | Any) -> set[str]:
    """Return the kinds of role an account has; nothing for anonymous or deactivated ones.

    A superuser (made on the command line) counts as technician, so that a new site has somebody
    who can create accounts; it sees no sheet and no result by that.
    """
    return _kinds(account, _role_rows(account))


def roles_in(request: HttpRequest) -> list[Role]:
    """The role rows of whoever asks: read at each request, and once in it."""
    account = getattr(request, "user", None)
    owner = getattr(account, "pk", None)
    known: tuple[Any, list[Role]] | None = getattr(request, "_kaohe_roles", None)
    if known is None or known[0] != owner:
        known = (owner, _role_rows(account))
        request._kaohe_roles = known  # type: ignore[attr-defined]
    return known[1]


def kinds_in(request: HttpRequest) -> set[str]:
    """`roles_of` whoever asks, without asking the database again."""
    return _kinds(getattr(request, "user", None), roles_in(request))


def _role_rows(account: Any) -> list[Role]:
    if not getattr(account, "is_authenticated", False) or not account.is_active:
        return []
    return list(Role.objects.filter(account=account))


def _kinds(account: Any, rows: list[Role]) -> set[str]:
    kinds = {row.kind for row in rows}
    if getattr(account, "is_superuser", False) and account.is_active:
        kinds.add(Role.Kind.TECHNICIAN.value)
    return kinds


def has_role(account: Any, kind: str, unit: Unit | None = None) -> bool:
    """Whether an account has a role, for a unit if one is given."""
    if not getattr(account, "is_authenticated", False) or not account.is_active:
        return False
    if unit is None:
        return kind in roles_of(account)
    return Role.objects.filter(account=account, kind=kind, unit=unit).exists()


def account_unit(account: Any) -> Unit | None:
    """The unit a respondent fills in for."""
    role = Role.objects.filter(account=account, kind=Role.Kind.RESPONDENT, unit__isnull=False)
    first = role.select_related("unit").first()
    return first.unit if first else None


def actor_label(who: HttpRequest | Account | Any) -> str:
    """How the journal names an actor: name and account."""
    account = getattr(who, "user", who)
    if not getattr(account, "is_authenticated", False):
        return ""
    name = str(account)
    return name if name == account.username else f"{name}（{account.username}）"


def requires(*kinds: str) -> Callable[[View], View]:
    """Let a view through for accounts with one of the roles; others log in, or see 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not kinds_in(request) & set(kinds):
                raise PermissionDenied
            if request.user.must_change_password:
                messages.warning(request, "您用的是一次性密码，请先设置自己的密码。")
                return redirect("password_change")
            return view(request, *args, **kwargs)

        guarded.required_roles = kinds  # type: ignore[attr-defined]
        return guarded

    return decorate
