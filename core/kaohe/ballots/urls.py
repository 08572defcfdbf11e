"""Addresses of this floor.  The voter's page has one, whatever the poll and the step."""

from __future__ import annotations

from django.urls import path

from kaohe.ballots.views import paper, polls, results, runs, voter

app_name = "ballots"
urlpatterns = [
    path("v", voter.vote, name="vote"),
    path("polls/", polls.poll_list, name="polls"),
    path("polls/issue/", runs.issue, name="issue"),
    path("polls/open/", runs.open_polls, name="open"),
    path("polls/close/", runs.close_polls, name="close"),
    path("polls/void/", runs.void, name="void"),
    path("polls/turnout/", polls.turnout, name="turnout"),
    path("polls/clear/", polls.clear, name="clear"),
    path("polls/<uuid:pk>/", polls.poll_page, name="poll"),
    path("polls/<uuid:pk>/head-counts/", polls.head_counts, name="head_counts"),
    path("polls/<uuid:pk>/revoke/", polls.revoke, name="revoke"),
    path("polls/<uuid:pk>/annul/", polls.annul, name="annul"),
    path("polls/<uuid:pk>/paper/", paper.paper, name="paper"),
    path("polls/<uuid:pk>/paper/restart/", paper.restart, name="paper_restart"),
    path("polls/<uuid:pk>/result/", results.result, name="result"),
    path("polls/<uuid:pk>/texts/", results.texts, name="texts"),
]
