"""Addresses of this floor."""

from __future__ import annotations

from django.urls import path

from kaohe.audit import views

app_name = "audit"
urlpatterns = [
    path("journal/", views.journal, name="journal"),
    path("journal/check/", views.check, name="check"),
]
