"""Addresses of the designer's pages."""

from __future__ import annotations

from django.urls import path

from kaohe.site.designer import views

app_name = "designer"
urlpatterns = [
    path("schemes/", views.schemes, name="schemes"),
    path("schemes/<int:pk>/", views.scheme, name="scheme"),
    path("schemes/<int:pk>/try/", views.trial, name="try"),
    path("schemes/<int:pk>/state/", views.state, name="state"),
    path("schemes/<int:pk>/file/<slug:kind>/", views.download, name="file"),
]
