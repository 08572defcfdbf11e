"""The voter's page: answers, their size, what survives, and what is not spent."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.test import Client

from kaohe.audit.models import JournalEntry
from kaohe.ballots.models import Code, Poll, TextUrn, Urn
from kaohe.ballots.services import close_and_seal, close_poll, create_poll, issue_slips, open_poll
from kaohe.ballots.views import voter
from tests.ballots.live import ballot_definition, cast_fields, form_definition, marks

STATIC = Path(__file__).parents[2] / "core/kaohe/site/static/kaohe"
NONCE = "0" * 32
Opened = tuple[Poll, list[str]]


@pytest.fixture
def phone() -> Client:
    return Client(enforce_csrf_checks=True)


def test_get_asks_for_the_code_and_spends_nothing(phone: Client, opened: Opened) -> None:
    _, codes = opened

    page = phone.get("/v")

    assert page.status_code == 200
    assert not Code.objects.filter(spent=True).exists()
    assert codes[0] not in page.content.decode()


def test_the_first_post_shows_the_ballot_and_the_second_casts(
    phone: Client, opened: Opened
) -> None:
    poll, codes = opened

    shown = phone.post("/v", {"code": codes[0].lower()})
    assert shown.status_code == 200
    assert "青岭村党支部" in shown.content.decode()
    assert Urn.objects.count() == 0

    nonce = shown.context["nonce"]
    cast = phone.post("/v", cast_fields(codes[0], str(poll.pk), nonce=nonce))
    assert cast.status_code == 200
    assert "已计票" in cast.content.decode()
    assert Urn.objects.count() == 1


def test_typed_code_and_qr_code_of_a_slip_are_one_ballot(phone: Client, poll: Poll) -> None:
    slip, *_ = issue_slips(poll, counts={"": 5})
    open_poll(poll, head_counts={"": 5})

    first = phone.post("/v", cast_fields(slip.code.typed_grouped.lower()))
    second = phone.post("/v", cast_fields(slip.code.qr))

    assert (first.status_code, second.status_code) == (200, 409)


def test_a_repeated_post_is_recognised_by_its_nonce(phone: Client, opened: Opened) -> None:
    poll, codes = opened
    fields = cast_fields(codes[0], str(poll.pk), nonce=NONCE)

    statuses = [phone.post("/v", fields).status_code for _ in range(2)]
    other = phone.post("/v", fields | {"nonce": "1" * 32}).status_code
    without = phone.post("/v", fields | {"nonce": ""}).status_code

    assert (statuses, other, without) == ([200, 200], 409, 409)
    assert Urn.objects.count() == 1


def test_an_incomplete_ballot_keeps_its_marks_and_its_code(phone: Client, opened: Opened) -> None:
    poll, codes = opened
    fields = cast_fields(codes[0], str(poll.pk), nonce=NONCE)
    del fields["m.team"]

    asked = phone.post("/v", fields)

    text = asked.content.decode()
    assert asked.status_code == 422
    assert text.count(" checked") == 7
    assert "班子建设" in text
    assert NONCE in text
    assert not Code.objects.filter(spent=True).exists()
    assert phone.post("/v", fields | {"confirmed": "1"}).status_code == 200


def test_a_wrong_mark_is_422_and_the_code_stays_open(phone: Client, opened: Opened) -> None:
    poll, codes = opened

    bad = phone.post("/v", cast_fields(codes[0], str(poll.pk)) | {"m.duty": "7"})

    assert bad.status_code == 422
    assert phone.post("/v", cast_fields(codes[0], str(poll.pk))).status_code == 200


def test_statuses_of_a_poll_that_is_not_open(phone: Client, poll: Poll) -> None:
    codes = [s.code.qr for s in issue_slips(poll, counts={"": 3})]
    fields = cast_fields(codes[0], str(poll.pk))
    incomplete = {"step": "cast", "code": codes[0], "poll": str(poll.pk)}

    assert phone.post("/v", {"code": codes[0]}).status_code == 403
    assert phone.post("/v", fields).status_code == 403
    assert phone.post("/v", incomplete).status_code == 403
    open_poll(poll, head_counts={"": 3})
    close_poll(poll)
    assert phone.post("/v", {"code": codes[0]}).status_code == 410
    assert phone.post("/v", fields).status_code == 410
    assert phone.post("/v", incomplete).status_code == 410
    close_and_seal(poll)
    assert phone.post("/v", fields).status_code == 410


def test_a_wrong_code_is_404_and_stays_in_the_field(phone: Client, opened: Opened) -> None:
    answer = phone.post("/v", {"code": "0000000000"})

    assert answer.status_code == 404
    assert 'value="0000000000"' in answer.content.decode()


def test_until_sealing_a_spent_code_says_counted(phone: Client, opened: Opened) -> None:
    poll, codes = opened
    phone.post("/v", cast_fields(codes[0], str(poll.pk)))

    receipt = phone.post("/v", {"code": codes[0]})

    assert receipt.status_code == 200
    assert "这张票已计票" in receipt.content.decode()
    assert "优秀" not in receipt.content.decode()


def test_every_answer_has_one_size_and_one_reason(phone: Client, opened: Opened) -> None:
    poll, codes = opened
    answers = [
        phone.get("/v"),
        phone.post("/v", {}),
        phone.post("/v", {"code": codes[0]}),
        phone.post("/v", {"code": "0" * 26}),
        phone.post("/v", cast_fields(codes[0], str(poll.pk)) | {"m.duty": ""}),
        phone.post("/v", cast_fields(codes[0], str(poll.pk))),
        phone.post("/v", cast_fields(codes[0], str(poll.pk))),
        phone.put("/v"),
    ]

    assert [a.status_code for a in answers] == [200, 422, 200, 404, 422, 200, 409, 405]
    assert {len(a.content) for a in answers} == {voter.SIZE_STEP}
    assert {a.reason_phrase for a in answers} == {"Done"}


def test_headers_keep_the_page_out_of_caches_and_referrers(phone: Client, opened: Opened) -> None:
    _, codes = opened

    for answer in (phone.get("/v"), phone.post("/v", {"code": codes[0]})):
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "default-src 'self'" in answer["Content-Security-Policy"]
        assert answer.cookies == {}


def test_no_session_and_no_journal_entry_per_ballot(phone: Client, opened: Opened) -> None:
    poll, codes = opened
    before = JournalEntry.objects.count()

    phone.post("/v", cast_fields(codes[0], str(poll.pk)))

    assert JournalEntry.objects.count() == before
    assert Session.objects.count() == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://testserver"}, 200),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, 403),
    ],
)
def test_posts_of_other_sites_are_refused(
    opened: Opened, headers: dict[str, str], status: int
) -> None:
    _, codes = opened

    assert Client().post("/v", {"code": codes[0]}, headers=headers).status_code == status


def test_the_page_weighs_less_than_60_kb_with_everything(phone: Client, opened: Opened) -> None:
    _, codes = opened
    page = phone.post("/v", {"code": codes[0]}).content
    resources = [STATIC / "ballot.css", STATIC / "ballot.js"]

    weight = len(gzip.compress(page)) + sum(len(gzip.compress(f.read_bytes())) for f in resources)

    assert weight < 60_000
    assert b"http://" not in page
    assert b"https://" not in page


def test_a_failing_database_is_503_and_says_try_again(
    phone: Client, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll, codes = opened

    def fail(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("DETAIL: Key (qr_hash)=(secret)")

    monkeypatch.setattr(voter, "cast", fail)
    answer = phone.post("/v", cast_fields(codes[0], str(poll.pk)))

    assert answer.status_code == 503
    assert "secret" not in answer.content.decode()
    assert len(answer.content) == voter.SIZE_STEP


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "\0"},
        {"code": "票" * 500},
        {"code": "0" * 26, "poll": "not-a-uuid"},
        {"code": "0" * 10, "pass": "\ud800".encode("utf-8", "surrogatepass")},
        {"step": "cast"},
    ],
)
def test_hostile_fields_are_never_a_server_error(
    phone: Client, opened: Opened, fields: dict[str, Any]
) -> None:
    assert phone.post("/v", fields).status_code in (404, 422)


def test_broken_bodies_are_never_a_server_error(phone: Client, opened: Opened) -> None:
    kinds = {
        "multipart/form-data": 400,
        "multipart/form-data; boundary=x": 422,
        "application/x-www-form-urlencoded; charset=utf-16": 400,
        "application/json": 422,
    }
    for kind, status in kinds.items():
        answer = phone.generic("POST", "/v", b"\xff\xfe--x", content_type=kind)
        assert answer.status_code == status
    big = phone.post("/v", {"code": "0" * 26, "t.best": "x" * 3_000_000})
    assert big.status_code == 413


def test_sixty_units_by_twenty_items_fit_into_a_post(phone: Client, db: None) -> None:
    aspects = [{"id": f"a{n}", "title": f"第 {n} 项"} for n in range(1200)]
    poll = create_poll(reference="c1.s9.vote", definition=ballot_definition(aspects=aspects))
    codes = [s.code.qr for s in issue_slips(poll, counts={"": 5})]
    open_poll(poll, head_counts={"": 5})
    fields = {"step": "cast", "code": codes[0]} | {f"m.a{n}": "1" for n in range(1200)}

    shown = phone.post("/v", {"code": codes[1]})
    assert phone.post("/v", fields).status_code == 200
    assert len(shown.content) % voter.SIZE_STEP == 0


def test_free_texts_go_to_their_own_urn(phone: Client, db: None) -> None:
    poll = create_poll(reference="c1.s1.form", definition=form_definition())
    codes = [s.code.qr for s in issue_slips(poll, counts={"": 10})]
    open_poll(poll, head_counts={"": 10})
    fields = {
        "step": "cast",
        "code": codes[0],
        "s.team": "９１．５",
        "s.secretary": "90",
        "t.best": "修路",
    }

    page = phone.post("/v", {"code": codes[0]}).content.decode()
    assert "文字和语气可能让人认出" in page
    assert phone.post("/v", fields).status_code == 200
    assert TextUrn.objects.get().text == "修路"
    assert Urn.objects.get().payload == '{"m":{},"s":{"secretary":"90","team":"91.5"}}'


def test_a_form_for_few_people_does_not_ask_for_texts(phone: Client, db: None) -> None:
    poll = create_poll(reference="c1.s1.form", definition=form_definition())
    codes = [s.code.qr for s in issue_slips(poll, counts={"": 9})]
    open_poll(poll, head_counts={"": 9})
    fields = {
        "step": "cast",
        "code": codes[0],
        "s.team": "90",
        "s.secretary": "90",
        "t.best": "修路",
    }

    assert "<textarea" not in phone.post("/v", {"code": codes[0]}).content.decode()
    assert phone.post("/v", fields).status_code == 200
    assert TextUrn.objects.count() == 0


def test_the_page_says_what_is_not_guaranteed(phone: Client, opened: Opened) -> None:
    _, codes = opened
    page = phone.post("/v", {"code": codes[0]}).content.decode()

    for words in ("程序保证不了", "服务器程序被人改动", "旁人看屏幕", "意见完全一致", "备份"):
        assert words in page


def test_marks_are_radio_groups_with_legends(phone: Client, opened: Opened) -> None:
    _, codes = opened
    page = phone.post("/v", {"code": codes[0]}).content.decode()

    assert page.count("<fieldset") == page.count("<legend") == 8
    assert page.count('type="radio"') == page.count("<label for=") == 32
    assert " style=" not in page
    assert list(marks([0] * 8)) == [
        f"m.{a}" for a in [q["id"] for q in ballot_definition()["aspects"]]
    ]
