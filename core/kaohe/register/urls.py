"""Addresses of this floor."""

from __future__ import annotations

from django.urls import path

from kaohe.register.views import accounts, importing, units, workdays

app_name = "register"
urlpatterns = [
    path("", units.unit_list, name="units"),
    path("units/new/", units.unit_edit, name="unit_new"),
    path("units/<int:pk>/", units.unit_edit, name="unit"),
    path("people/", units.person_list, name="people"),
    path("people/<int:pk>/", units.person_edit, name="person"),
    path("groups/", units.group_list, name="groups"),
    path("groups/new/", units.group_edit, name="group_new"),
    path("groups/<int:pk>/", units.group_edit, name="group"),
    path("groups/<int:pk>/delete/", units.group_delete, name="group_delete"),
    path("import/", importing.upload, name="import"),
    path("import/template.xlsx", importing.template, name="template"),
    path("import/<int:pk>/", importing.preview, name="preview"),
    path("import/<int:pk>/discard/", importing.discard, name="discard"),
    path("workdays/", workdays.workday_years, name="workdays"),
    path("workdays/<int:year>/", workdays.workday_year, name="workday_year"),
    path("accounts/", accounts.account_list, name="accounts"),
    path("accounts/create/", accounts.create_all, name="accounts_create"),
    path("accounts/new/", accounts.account_new, name="account_new"),
    path("accounts/<int:pk>/", accounts.account_edit, name="account"),
    path("accounts/<int:pk>/state/", accounts.account_state, name="account_state"),
    path("accounts/<int:pk>/password/", accounts.account_password, name="account_password"),
]
