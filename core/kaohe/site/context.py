"""What every page knows: the site's name, the menu for the roles of whoever looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from kaohe.register.access import kinds_in
from kaohe.register.models import Role


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the menu."""

    title: str
    url: str
    current: bool


MENU: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("首页", "home", frozenset({"*"})),
    ("考核", "organiser:campaigns", frozenset({"organiser", "auditor"})),
    ("单位和人员", "register:units", frozenset({"organiser"})),
    ("测评", "ballots:polls", frozenset({"organiser"})),
    ("核验加减分", "campaigns:claims", frozenset({"organiser", "assessor"})),
    (
        "登记事项",
        "campaigns:findings",
        frozenset({"organiser", "assessor", "decider", "auditor"}),
    ),
    (
        "报告",
        "campaigns:reports",
        frozenset({"organiser", "assessor", "decider", "auditor"}),
    ),
    ("我的单位", "campaigns:units", frozenset({"assessor"})),
    ("我的任务", "campaigns:tasks", frozenset({"respondent"})),
    ("考核办法", "designer:schemes", frozenset({"designer"})),
    ("审定", "results:decisions", frozenset({"decider"})),
    ("日志", "audit:journal", frozenset({"auditor", "organiser"})),
    ("账号", "register:accounts", frozenset({"technician", "organiser"})),
)


def _menu(request: HttpRequest, roles: set[str]) -> list[Link]:
    found: list[tuple[str, str]] = []
    for title, name, allowed in MENU:
        if "*" not in allowed and not roles & allowed:
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        found.append((title, url))
    home = reverse("home")
    # The longest address wins: accounts are mounted below the register.
    under = [u for _, u in found if request.path == u or (u != home and request.path.startswith(u))]
    current = max(under, key=len, default="")
    return [Link(title, url, url == current) for title, url in found]


def site(request: HttpRequest) -> dict[str, Any]:
    """The context processor; ballot pages use their own base and never call it with a user."""
    roles = kinds_in(request)
    titles = "、".join(Role.Kind(r).label for r in Role.Kind.values if r in roles)
    return {
        "site": {
            "name": getattr(settings, "KAOHE_SITE_NAME", "考核"),
            "menu": _menu(request, roles) if roles else [],
            "roles": roles,
            "role_titles": titles,
            "language": "zh-CN",
        }
    }
