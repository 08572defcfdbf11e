"""Hand counts by double entry."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from kaohe.audit.models import JournalEntry
from kaohe.ballots import queries
from kaohe.ballots.models import PaperEntry, Poll
from kaohe.ballots.queries import TallyRow
from kaohe.ballots.services import (
    Refused,
    close_and_seal,
    close_poll,
    create_poll,
    enter_paper,
    issue_slips,
    open_poll,
    restart_paper,
)
from kaohe.ballots.services.paper import PaperErrors
from kaohe.scoring.facts import TOTAL
from tests.ballots.conftest import NewAccount
from tests.ballots.live import ASPECTS, ballot_definition, form_definition

OVERALL = {"issued": 55, "returned": 52, "invalid": 0, "blank": 0,
           "tallies": {TOTAL: {"优秀": 41, "良好": 9, "一般": 2}}}  # fmt: skip


@pytest.fixture
def paper_poll(poll: Poll) -> Poll:
    open_poll(poll, head_counts={"": 60}, paper=True)
    return close_poll(poll)


def _by_aspect(**changes: Any) -> dict[str, Any]:
    tallies = {a: {"优秀": 6, "良好": 2} for a in ASPECTS}
    return {"issued": 10, "returned": 10, "invalid": 1, "blank": 1, "tallies": tallies} | changes


def test_two_equal_typings_agree_and_are_sealed(paper_poll: Poll, account: NewAccount) -> None:
    first = enter_paper(paper_poll, batch={"": OVERALL}, typist=account("a"), label="甲")
    second = enter_paper(paper_poll, batch={"": OVERALL}, typist=account("b"), label="乙")

    assert (first.agreed, second.agreed) == (False, True)
    sealed = close_and_seal(paper_poll)
    rows = queries.tally(sealed)
    assert TallyRow("", TOTAL, "优秀", 41) in rows
    assert {r.option: r.count for r in rows if r.aspect == "@"}["returned"] == 52
    entry = JournalEntry.objects.filter(action="ballots.paper_typed").order_by("-seq")[0]
    assert entry.payload.data["typed_by"] == ["甲", "乙"]


def test_one_account_cannot_type_twice(paper_poll: Poll, account: NewAccount) -> None:
    typist = account("a")
    enter_paper(paper_poll, batch={"": OVERALL}, typist=typist, label="甲")

    with pytest.raises(Refused, match="另一个账号"):
        enter_paper(paper_poll, batch={"": OVERALL}, typist=typist, label="甲")


def test_a_difference_names_the_place_and_asks_for_a_recount(
    paper_poll: Poll, account: NewAccount
) -> None:
    one, other = account("a"), account("b")
    wrong = OVERALL | {"tallies": {TOTAL: {"优秀": 40, "良好": 10, "一般": 2}}}
    enter_paper(paper_poll, batch={"": OVERALL}, typist=one, label="甲")
    enter_paper(paper_poll, batch={"": wrong}, typist=other, label="乙")

    state = queries.paper_state(paper_poll)
    assert state.differs == ("总计票",)
    assert not state.agreed
    with pytest.raises(Refused, match="核对一致"):
        close_and_seal(paper_poll)

    enter_paper(paper_poll, batch={"": OVERALL}, typist=one, label="甲")
    assert enter_paper(paper_poll, batch={"": OVERALL}, typist=other, label="乙").agreed
    assert close_and_seal(paper_poll).state == Poll.State.SEALED
    assert PaperEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("batch", "place"),
    [
        (OVERALL | {"returned": 56}, ("", "returned")),
        (OVERALL | {"invalid": 30, "blank": 30}, ("", "invalid")),
        (OVERALL | {"tallies": {TOTAL: {"优秀": 1}}}, ("", TOTAL)),
        (OVERALL | {"tallies": {TOTAL: {"优秀": 51, "好": 1}}}, ("", TOTAL)),
        (OVERALL | {"tallies": {}}, ("", "tallies")),
        (_by_aspect(tallies={"duty": {"优秀": 9}}), ("", "duty")),
        ({}, ("",)),
    ],
)
def test_figures_that_cannot_be_right_are_refused(
    paper_poll: Poll, account: NewAccount, batch: dict[str, Any], place: tuple[str, ...]
) -> None:
    with pytest.raises(PaperErrors) as caught:
        enter_paper(paper_poll, batch={"": batch}, typist=account("a"), label="甲")

    assert place in caught.value.places
    assert not PaperEntry.objects.exists()


def test_paper_and_codes_are_pooled_and_balance(poll: Poll, account: NewAccount) -> None:
    issue_slips(poll, counts={"": 5})
    open_poll(poll, head_counts={"": 20}, paper=True)
    with pytest.raises(PaperErrors, match="按方面录入"):
        enter_paper(poll, batch={"": OVERALL}, typist=account("x"), label="丙")
    enter_paper(poll, batch={"": _by_aspect()}, typist=account("a"), label="甲")
    enter_paper(poll, batch={"": _by_aspect()}, typist=account("b"), label="乙")

    sealed = close_and_seal(poll)

    total = queries.total_counts(sealed)
    assert (total.issued, total.returned, total.valid) == (15, 10, 8)
    assert (total.paper_invalid, total.blank, total.unreturned) == (1, 1, 5)
    assert all(holds for _, _, holds in total.equations)


def test_forms_on_paper_are_lists_of_marks(account: NewAccount, organiser: Client) -> None:
    poll = create_poll(reference="c1.s1.form", definition=form_definition())
    open_poll(poll, head_counts={"": 3}, paper=True)
    other = Client()
    other.force_login(account("second"))
    fields = {"p..issued": "3", "p..returned": "３", "p..team": "91, 88.5 90"}

    organiser.post(f"/polls/{poll.pk}/paper/", fields)
    other.post(f"/polls/{poll.pk}/paper/", fields | {"p..team": "90、91、88.50"})

    sealed = close_and_seal(poll)
    assert TallyRow("", "team", "88.5", 1) in queries.tally(sealed)


def test_the_second_typist_sees_nothing_of_the_first(
    paper_poll: Poll, account: NewAccount, organiser: Client
) -> None:
    enter_paper(paper_poll, batch={"": OVERALL}, typist=account("a"), label="甲")

    page = organiser.get(f"/polls/{paper_poll.pk}/paper/").content.decode()

    assert "甲" in page
    typed = re.findall(r'name="p\.[^"]*"[^>]*value="([^"]*)"', page)
    assert set(typed) == {""}
    assert "41" not in re.sub(r"<[^>]*>", "", page)


def test_errors_keep_what_was_typed(paper_poll: Poll, organiser: Client) -> None:
    fields = {"p..issued": "10", "p..returned": "12", "p..duty.0": "x7"}

    answer = organiser.post(f"/polls/{paper_poll.pk}/paper/", fields)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="x7"' in page
    assert 'value="12"' in page
    assert not PaperEntry.objects.exists()


def test_a_recount_needs_a_reason(paper_poll: Poll, account: NewAccount) -> None:
    enter_paper(paper_poll, batch={"": OVERALL}, typist=account("a"), label="甲")

    with pytest.raises(Refused, match="理由"):
        restart_paper(paper_poll, reason="")
    restart_paper(paper_poll, reason="数错一摞")

    assert not PaperEntry.objects.exists()


def test_a_definition_may_refuse_an_overall_tally(account: NewAccount) -> None:
    poll = create_poll(reference="c1.s5.vote", definition=ballot_definition(hand_count=["aspect"]))
    open_poll(poll, head_counts={"": 60}, paper=True)

    with pytest.raises(PaperErrors, match="不接受总计票"):
        enter_paper(poll, batch={"": OVERALL}, typist=account("a"), label="甲")
