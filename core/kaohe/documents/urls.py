"""Addresses of this floor."""

from __future__ import annotations

from django.urls import path

from kaohe.documents import views

app_name = "documents"
urlpatterns = [
    path("results/<int:pk>/sheet.pdf", views.sheet, name="sheet"),
    path("campaigns/<int:pk>/sheets.zip", views.sheets, name="sheets"),
    path("campaigns/<int:pk>/table.pdf", views.table, name="table"),
    path("campaigns/<int:pk>/table.xlsx", views.workbook, name="workbook"),
    path("notices/<slug:slug>/notice.pdf", views.notice, name="notice"),
    path("notices/<slug:slug>/<int:pk>/sheet.pdf", views.notice_sheet, name="notice_sheet"),
    path("polls/<uuid:pk>/ballot.pdf", views.blank_ballot, name="blank_ballot"),
]
