"""A grade that follows another one is asked for again when the committee changes that."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from kaohe.campaigns.models import Campaign
from kaohe.results import engine, services
from kaohe.results.followers import FollowUp, follow_ups
from kaohe.results.models import Proposal
from kaohe.results.queries import rows_of, today
from kaohe.results.services import Choice
from tests.results.test_decisions import decide, proposed, row_of
from tests.results.township import account

pytestmark = pytest.mark.django_db
CHANGED = "有未了结的信访"


def _open(proposal: Proposal) -> list[FollowUp]:
    return follow_ups(rows_of(proposal), engine.scheme_of_proposal(proposal))


def _change_branch(proposal: Proposal) -> int:
    row = row_of(proposal, "甲村党支部").pk
    decide(proposal, Choice(row, "branch", "良好", CHANGED))
    return row


def test_adopted_grade_asks_for_nothing() -> None:
    proposal = proposed()
    decide(proposal, Choice(row_of(proposal, "甲村党支部").pk, "branch", "优秀"))

    assert _open(proposal) == []


def test_changed_grade_asks_for_the_one_that_follows() -> None:
    proposal = proposed()

    _change_branch(proposal)

    (found,) = _open(proposal)
    assert (found.grade, found.holder, found.label) == ("secretary", "赵一", "优秀")
    assert str(found) == (
        "甲村党支部的党组织等次已由“优秀”调整为“良好”；"
        "书记等次（赵一）随它产生，现为“优秀”，请一并审定"
    )


@pytest.mark.parametrize(("label", "reason"), [("良好", "随党组织"), ("优秀", "")])
def test_deciding_it_afterwards_settles_it(label: str, reason: str) -> None:
    """Also if the committee leaves it as it was: it has been looked at."""
    proposal = proposed()
    row = _change_branch(proposal)

    decide(proposal, Choice(row, "secretary", label, reason), minutes="纪要2号")

    assert _open(proposal) == []


def test_deciding_both_at_once_asks_for_nothing() -> None:
    proposal = proposed()
    row = row_of(proposal, "甲村党支部").pk

    decide(proposal, Choice(row, "branch", "良好", CHANGED), Choice(row, "secretary", "优秀"))

    assert _open(proposal) == []


def test_grade_decided_before_the_change_is_asked_for_again() -> None:
    proposal = proposed()
    row = row_of(proposal, "甲村党支部").pk
    decide(proposal, Choice(row, "branch", "优秀"), Choice(row, "secretary", "优秀"))

    _change_branch(proposal)

    assert [f.label for f in _open(proposal)] == ["优秀"]


def test_all_that_is_simple_does_not_contain_it() -> None:
    proposal = proposed()
    _change_branch(proposal)

    taken = services.adopt_unflagged(proposal, minutes="纪要2号", decided_on=today(), actor="党委")

    assert {(d.row.subject.title, d.grade) for d in taken} == {
        ("乙村党支部", "branch"), ("乙村党支部", "secretary"),
    }  # fmt: skip
    assert Campaign.objects.get().state == Campaign.State.CLOSED, "one grade is still open"


def test_page_prompts_with_a_link_to_the_row() -> None:
    proposal = proposed()
    client = Client()
    client.force_login(account("dangwei", "decider"))
    url = reverse("results:decision", args=[proposal.campaign_id])
    assert "随同产生的等次" not in client.get(url).content.decode()
    row = row_of(proposal, "甲村党支部")
    data = {
        "proposal": proposal.number, "minutes": "纪要1号", "decided_on": f"{today():%Y-%m-%d}",
        f"g.{row.pk}.branch": "良好", f"r.{row.pk}.branch": CHANGED,
    }  # fmt: skip

    page = client.post(url, data, follow=True).content.decode()

    assert "还有 1 个随同产生的等次要重新审定" in page
    assert f'href="#u{row.subject_id}"' in page
    assert "同意其余 1 个没有提示的建议" in page
