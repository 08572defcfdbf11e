"""Logging in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import views
from django.http import HttpRequest, HttpResponse


class LoginView(views.LoginView):
    """The log-in page; on the demo site it lists the accounts."""

    template_name = "site/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.pop("site", None)  # Django's own, which would hide ours
        context.pop("site_name", None)
        if settings.KAOHE_DEMO:
            from kaohe.site.demo import DEMO_ACCOUNTS, DEMO_PASSWORD

            context.update(demo_accounts=DEMO_ACCOUNTS, demo_password=DEMO_PASSWORD)
        return context


class LogoutView(views.LogoutView):
    """Logging out clears what the browser kept: office PCs are shared."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response
