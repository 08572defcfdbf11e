"""Addresses of the organiser's pages."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "organiser"
urlpatterns: list[URLPattern] = []
