"""Where each floor's pages are mounted."""

from __future__ import annotations

from django.contrib.auth import views as auth
from django.urls import include, path

from kaohe.site import accounts, health, home

handler400 = "kaohe.site.errors.bad_request"
handler403 = "kaohe.site.errors.forbidden"
handler404 = "kaohe.site.errors.not_found"
handler500 = "kaohe.site.errors.server_error"

urlpatterns = [
    path("", home.home, name="home"),
    path("health/", health.health, name="health"),
    path("login/", accounts.LoginView.as_view(), name="login"),
    path("logout/", accounts.LogoutView.as_view(), name="logout"),
    path(
        "password/",
        auth.PasswordChangeView.as_view(template_name="site/password.html", success_url="/"),
        name="password_change",
    ),
    path("", include("kaohe.ballots.urls")),
    path("", include("kaohe.results.urls")),
    path("", include("kaohe.campaigns.urls")),
    path("", include("kaohe.site.organiser.urls")),
    path("", include("kaohe.site.designer.urls")),
    path("register/", include("kaohe.register.urls")),
    path("documents/", include("kaohe.documents.urls")),
    path("", include("kaohe.audit.urls")),
]
