"""Addresses of the organiser's pages."""

from __future__ import annotations

from django.urls import path

from kaohe.site.organiser.views import campaigns, compare, dashboard, setup, subjects

app_name = "organiser"
urlpatterns = [
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.new, name="new"),
    path("campaigns/<int:pk>/", dashboard.dashboard, name="campaign"),
    path("campaigns/<int:pk>/setup/units/", setup.units, name="setup_units"),
    path("campaigns/<int:pk>/setup/parameters/", setup.parameters, name="setup_parameters"),
    path("campaigns/<int:pk>/setup/stages/", setup.stages, name="setup_stages"),
    path("campaigns/<int:pk>/setup/people/", setup.people, name="setup_people"),
    path("campaigns/<int:pk>/stages/<int:stage_pk>/", dashboard.move_stage, name="stage"),
    path("campaigns/<int:pk>/state/", dashboard.move_campaign, name="state"),
    path("campaigns/<int:pk>/polls/", dashboard.polls, name="polls"),
    path("campaigns/<int:pk>/method/", dashboard.method, name="method"),
    path("campaigns/<int:pk>/compare/", compare.compare, name="compare"),
    path("campaigns/<int:pk>/subjects/<int:subject_pk>/", subjects.subject, name="subject"),
    path("campaigns/<int:pk>/subjects/<int:subject_pk>/rulings/", subjects.ruling, name="ruling"),
    path(
        "campaigns/<int:pk>/subjects/<int:subject_pk>/notes/<slug:instrument>/",
        subjects.note,
        name="note",
    ),
]
