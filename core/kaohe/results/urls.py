"""Addresses of this floor."""

from __future__ import annotations

from django.urls import path

from kaohe.results.views import campaigns, decisions, notices, publication, subjects

app_name = "results"
urlpatterns = [
    path("campaigns/<int:pk>/results/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/results/compute/", campaigns.compute, name="compute"),
    path("campaigns/<int:pk>/results/verify/", campaigns.verify, name="verify"),
    path("campaigns/<int:pk>/decision/", decisions.decision, name="decision"),
    path("campaigns/<int:pk>/publication/", publication.publication, name="publication"),
    path("campaigns/<int:pk>/publication/withdraw/", publication.withdraw, name="withdraw"),
    path("campaigns/<int:pk>/publication/finalise/", publication.finalise, name="finalise"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("results/subjects/<int:pk>/", subjects.subject, name="subject"),
    path("results/subjects/<int:pk>/derivation.json", subjects.subject_json, name="subject_json"),
    path("results/subjects/<int:pk>/derivation.txt", subjects.subject_text, name="subject_text"),
    path("results/subjects/<int:pk>/flags/<slug:flag>/", subjects.waive, name="waive"),
    path("results/subjects/<int:pk>/reweight/<slug:score>/", subjects.reweight, name="reweight"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<slug:slug>/", notices.notice, name="notice"),
    path("notices/<slug:slug>/<int:pk>/", notices.notice_subject, name="notice_subject"),
    path("notices/<slug:slug>/<int:pk>/derivation.json", notices.notice_json, name="notice_json"),
    path("notices/<slug:slug>/<int:pk>/derivation.txt", notices.notice_text, name="notice_text"),
]
