"""Error pages that say what happened and what to do next; nothing typed is lost."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict

KEPT_FIELDS = 2000
_SECRET = {"csrfmiddlewaretoken", "password", "old_password", "new_password1", "new_password2"}


def _kept(data: MultiValueDict[str, str]) -> list[tuple[str, str]]:
    pairs = [(k, v) for k, values in data.lists() if k not in _SECRET for v in values]
    return pairs[:KEPT_FIELDS]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show the answers again with a fresh token: a log-in in another tab must not cost them."""
    context = {"kept": _kept(request.POST), "path": request.get_full_path()}
    return render(request, "site/csrf_failure.html", context, status=403)


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    context = {"status": status, "title": title, "text": text}
    return render(request, "site/error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page(request, 400, "请求无法处理", "请返回上一页重试；如仍不行，请联系考核办。")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return _page(request, 403, "没有权限", "您的账号没有查看此页的角色。如需要，请联系考核办开通。")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return _page(request, 404, "没有找到", "页面不存在，或者不属于您。请从首页重新进入。")


def server_error(request: HttpRequest) -> HttpResponse:
    """500.  Rendered without context processors: whatever broke may break them too."""
    from django.template.loader import render_to_string

    return HttpResponse(render_to_string("site/server_error.html"), status=500)
