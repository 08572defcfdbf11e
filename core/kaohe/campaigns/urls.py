"""Addresses of this floor."""

from __future__ import annotations

from django.urls import path

from kaohe.campaigns.views import (
    claims,
    conflicts,
    evidence,
    findings,
    following,
    reports,
    scores,
    sheets,
    tasks,
    wizard,
)

app_name = "campaigns"
urlpatterns = [
    path("tasks/", tasks.tasks, name="tasks"),
    path("units/", tasks.units, name="units"),
    path("sheets/<int:pk>/", sheets.sheet, name="sheet"),
    path("sheets/<int:pk>/steps/<slug:step>/", wizard.step, name="step"),
    path("sheets/<int:pk>/score/", scores.score, name="score"),
    path("sheets/<int:pk>/autosave/", conflicts.autosave, name="autosave"),
    path("sheets/<int:pk>/merge/", conflicts.merge, name="merge"),
    path("sheets/<int:pk>/evidence/", evidence.sheet_evidence, name="sheet_evidence"),
    path("sheets/<int:pk>/submit/", sheets.submit, name="submit"),
    path("sheets/<int:pk>/view/", sheets.sheet_view, name="sheet_view"),
    path("sheets/<int:pk>/return/", sheets.give_back, name="return"),
    path("evidence/<uuid:pk>/", evidence.download, name="evidence"),
    path("evidence/<uuid:pk>/remove/", evidence.remove, name="evidence_remove"),
    path("subjects/<int:pk>/claims/", claims.unit_claims, name="unit_claims"),
    path("subjects/<int:pk>/claims/<slug:rule>/", claims.claim_new, name="claim_new"),
    path("claims/", claims.claims, name="claims"),
    path("claims/<int:pk>/", claims.claim, name="claim"),
    path("claims/<int:pk>/withdraw/", claims.withdraw, name="claim_withdraw"),
    path("claims/<int:pk>/verdict/", claims.verdict, name="claim_verdict"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/files/", reports.files, name="report_files"),
    path("reports/<int:pk>/review/", reports.review, name="report_review"),
    path(
        "campaigns/<int:pk>/reports/<slug:instrument>/remind/",
        reports.remind,
        name="report_remind",
    ),
    path("campaigns/<int:pk>/next/", following.following, name="next"),
    path("findings/", findings.findings, name="findings"),
    path("subjects/<int:pk>/findings/", findings.subject_findings, name="subject_findings"),
    path("subjects/<int:pk>/findings/<slug:rule>/", findings.finding_new, name="finding_new"),
    path("findings/<int:pk>/", findings.finding, name="finding"),
    path("findings/<int:pk>/statement/", findings.statement, name="finding_statement"),
    path("findings/<int:pk>/measure/", findings.measure, name="finding_measure"),
    path("findings/<int:pk>/withdraw/", findings.withdraw, name="finding_withdraw"),
]
