"""Addresses of this floor."""

from __future__ import annotations

from django.urls import path

from kaohe.campaigns.views import claims, evidence, group_sheets, sheets, tasks

app_name = "campaigns"
urlpatterns = [
    path("tasks/", tasks.tasks, name="tasks"),
    path("units/", tasks.units, name="units"),
    path("sheets/<int:pk>/", sheets.start, name="start"),
    path("sheets/<int:pk>/steps/<slug:step>/", sheets.step, name="step"),
    path("sheets/<int:pk>/group/", group_sheets.group_sheet, name="group_sheet"),
    path("sheets/<int:pk>/autosave/", sheets.autosave, name="autosave"),
    path("sheets/<int:pk>/merge/", sheets.merge, name="merge"),
    path("sheets/<int:pk>/review/", sheets.review, name="review"),
    path("sheets/<int:pk>/submit/", sheets.submit, name="submit"),
    path("sheets/<int:pk>/return/", sheets.give_back, name="return"),
    path("sheets/<int:pk>/evidence/", evidence.upload_to_sheet, name="upload_to_sheet"),
    path("claims/", claims.claims, name="claims"),
    path("claims/<int:pk>/decide/", claims.decide, name="decide_claim"),
    path("claims/<int:pk>/withdraw/", claims.withdraw, name="withdraw_claim"),
    path("claims/<int:pk>/evidence/", evidence.upload_to_claim, name="upload_to_claim"),
    path("subjects/<int:pk>/claims/", claims.own_claims, name="own_claims"),
    path("evidence/<uuid:pk>/", evidence.download, name="evidence"),
    path("evidence/<uuid:pk>/remove/", evidence.remove, name="remove_evidence"),
]
