"""Addresses of this floor."""

from __future__ import annotations

from django.urls import path

from kaohe.documents import views

app_name = "documents"
urlpatterns = [
    path("results/<int:pk>/sheet.pdf", views.sheet, name="sheet"),
    path("campaigns/<int:pk>/table.pdf", views.table, name="table"),
    path("campaigns/<int:pk>/table.xlsx", views.workbook, name="workbook"),
    path("notices/<slug:slug>/notice.pdf", views.notice, name="notice"),
]
