"""Sealing: counts, equations, what is left, and what scoring gets."""

from __future__ import annotations

import pytest
from django.test import Client

from kaohe.audit.models import JournalEntry
from kaohe.ballots import queries
from kaohe.ballots.codes import hash_code
from kaohe.ballots.definition import load_definition
from kaohe.ballots.marks import read_ballot
from kaohe.ballots.models import Code, Comment, Poll, Tally, TextUrn, Urn
from kaohe.ballots.publication import published_tally
from kaohe.ballots.queries import TallyRow
from kaohe.ballots.services import (
    Refused,
    cast,
    clear_storage,
    close_and_seal,
    close_poll,
    create_poll,
    issue_slips,
    open_poll,
    review_comment,
    seal_poll,
)
from kaohe.ballots.services.sealing import Unbalanced
from kaohe.scoring.facts import TURNOUT
from tests.ballots.live import ballot_definition, form_definition, marks

Opened = tuple[Poll, list[str]]


def _cast(poll: Poll, code: str, fields: dict[str, str]) -> None:
    definition = load_definition(poll.definition)
    data = {k: [v] for k, v in fields.items()}
    ballot = read_ballot(definition, data, texts_offered=poll.texts_offered, confirmed=True)
    hashed = hash_code(code)
    assert hashed is not None
    assert cast(hashed, poll=poll.pk, ballot=ballot, nonce="").status == 200


def _form(people: int) -> Opened:
    poll = create_poll(reference="c1.s1.form", definition=form_definition())
    codes = [s.code.qr for s in issue_slips(poll, counts={"": people})]
    return open_poll(poll, head_counts={"": people}), codes


def test_histograms_count_every_mark(opened: Opened) -> None:
    poll, codes = opened
    for code, choice in zip(codes, [0, 0, 0, 1, 2], strict=False):
        _cast(poll, code, marks([choice] * 8))
    _cast(poll, codes[5], {"m.duty": "3"})
    _cast(poll, codes[6], {})

    sealed = close_and_seal(poll)

    rows = set(queries.tally(sealed))
    assert TallyRow("", "duty", "优秀", 3) in rows
    assert TallyRow("", "duty", "较差", 1) in rows
    assert TallyRow("", "team", "良好", 1) in rows
    assert not any(row.option == "" for row in rows)
    turnout = {row.option: row.count for row in rows if row.aspect == TURNOUT}
    assert turnout == {
        "due": 8, "present": 8, "issued": 8, "returned": 7, "valid": 6, "invalid": 0, "blank": 1,
    }  # fmt: skip
    assert Tally.objects.get(aspect="team", option="").count == 2


def test_codes_and_ballots_are_gone_and_counts_stay(opened: Opened) -> None:
    poll, codes = opened
    _cast(poll, codes[0], marks([0] * 8))

    sealed = close_and_seal(poll)

    assert not Code.objects.exists()
    assert not Urn.objects.exists()
    total = queries.total_counts(sealed)
    assert (total.spent, total.unused) == (1, 7)
    assert all(holds for _, _, holds in total.equations)


def test_the_digest_is_in_the_journal(opened: Opened) -> None:
    poll, codes = opened
    _cast(poll, codes[0], marks([0] * 8))

    sealed = close_and_seal(poll, actor="办公室")

    entry = JournalEntry.objects.get(action="ballots.sealed")
    assert entry.payload.data["digest"] == sealed.digest
    assert entry.payload.data["spent"] == 1
    assert JournalEntry.objects.filter(action="ballots.closed").count() == 1


def test_sealing_in_two_steps(opened: Opened) -> None:
    poll, _ = opened

    with pytest.raises(Refused):
        seal_poll(poll)
    close_poll(poll)
    assert seal_poll(poll).state == Poll.State.SEALED
    with pytest.raises(Refused, match="已封存"):
        close_and_seal(poll)


def test_a_ballot_too_many_stops_sealing_and_changes_nothing(opened: Opened) -> None:
    poll, codes = opened
    _cast(poll, codes[0], marks([0] * 8))
    Urn.objects.create(poll=poll, payload='{"m":{},"s":{}}')

    with pytest.raises(Unbalanced, match="票数不符"):
        close_and_seal(poll)

    poll.refresh_from_db()
    assert poll.state == Poll.State.OPEN
    assert Urn.objects.count() == 2


def test_no_tally_before_sealing(opened: Opened) -> None:
    poll, _ = opened

    with pytest.raises(ValueError, match="sealed"):
        queries.tally(poll)
    with pytest.raises(ValueError, match="sealing"):
        published_tally(poll)


def test_marks_of_a_form_are_a_histogram_and_published_as_a_mean(db: None) -> None:
    poll, codes = _form(12)
    for code, mark in zip(codes, ["91", "88.5", "90", "90", "90.25"], strict=False):
        _cast(poll, code, {"s.team": mark})
    _cast(poll, codes[5], {"s.secretary": "80"})

    sealed = close_and_seal(poll)

    assert TallyRow("", "team", "90", 2) in queries.tally(sealed)
    team, secretary = published_tally(sealed).scores
    assert (str(team.mean), team.count) == ("89.95", 5)
    assert (secretary.mean, secretary.count) == (None, None)


def test_texts_are_kept_for_review_from_ten_forms_on(db: None) -> None:
    poll, codes = _form(12)
    for number, code in enumerate(codes[:10]):
        _cast(poll, code, {"s.team": "90", "t.best": f"意见 {number}"})

    sealed = close_and_seal(poll)

    assert not TextUrn.objects.exists()
    assert Comment.objects.count() == 10
    assert published_tally(sealed).texts[0] == ("主要成绩", ())
    first = Comment.objects.first()
    assert first is not None
    review_comment(sealed, comment=first.pk, release=True)
    assert published_tally(sealed).texts[0] == ("主要成绩", (first.text,))


def test_texts_of_fewer_than_ten_forms_are_destroyed_unread(db: None) -> None:
    poll, codes = _form(12)
    for code in codes[:9]:
        _cast(poll, code, {"s.team": "90", "t.best": "意见"})

    sealed = close_and_seal(poll)

    assert not Comment.objects.exists()
    assert not TextUrn.objects.exists()
    assert any("销毁" in note for note in published_tally(sealed).notes)
    entry = JournalEntry.objects.get(action="ballots.sealed")
    assert entry.payload.data["texts"] == {"kept": 0, "destroyed": 9}


def test_the_threshold_can_be_raised_but_not_lowered(db: None, settings: object) -> None:
    thresholds = []
    for number, value in enumerate((2, 8)):
        settings.KAOHE_BALLOT_THRESHOLD = value  # type: ignore[attr-defined]
        made = create_poll(reference=f"c1.s{number}.x", definition=ballot_definition())
        thresholds.append(made.threshold)

    assert thresholds == [5, 8]


@pytest.mark.django_db(transaction=True)
def test_storage_is_rewritten_after_the_commit(organiser: Client) -> None:
    poll = create_poll(reference="c1.s1.vote", definition=ballot_definition())
    codes = [s.code.qr for s in issue_slips(poll, counts={"": 6})]
    open_poll(poll, head_counts={"": 6})
    _cast(poll, codes[0], marks([0] * 8))

    sealed = close_and_seal(poll)

    assert sealed.cleared_at is not None
    assert clear_storage()
