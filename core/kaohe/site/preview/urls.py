"""The site's addresses, and the preview's own in front of them."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

from kaohe.site.preview import views

handler400 = "kaohe.site.errors.bad_request"
handler403 = "kaohe.site.errors.forbidden"
handler404 = "kaohe.site.errors.not_found"
handler500 = "kaohe.site.errors.server_error"

preview = (
    [
        path("", views.index, name="index"),
        path("score/<int:pk>/", views.score, name="score"),
        path("stamp/", views.stamp, name="stamp"),
    ],
    "preview",
)
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="preview:index")),
    path("preview/", include(preview)),
    path("", include("kaohe.site.urls")),
]
