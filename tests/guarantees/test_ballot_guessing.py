"""G10: codes cannot be guessed; many wrong ones raise an alarm and are slowed, voters are not."""

from __future__ import annotations

import logging
import random
from collections import Counter, defaultdict

import pytest
from django.test import Client, override_settings

from kaohe.audit.models import JournalEntry
from kaohe.ballots import guessing
from kaohe.ballots.codes import ALPHABET, QR_BITS, TYPED_BITS, hash_code, new_code
from kaohe.ballots.services import create_poll, issue_slips, open_poll
from kaohe.ballots.services.slips import Slip
from kaohe.ballots.views import voter
from tests.ballots.live import ballot_definition, cast_fields

HALL = "10.1.2.3"


class Clock:
    """A clock the test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_codes_have_the_entropy_they_claim() -> None:
    codes = [new_code() for _ in range(3000)]

    assert QR_BITS >= 128
    assert TYPED_BITS >= 50
    assert len({c.qr for c in codes}) == len({c.typed for c in codes}) == 3000
    for place in range(10):
        seen = Counter(c.typed[place] for c in codes)
        assert set(seen) == set(ALPHABET)
        assert max(seen.values()) < 3 * 3000 / 32
    # 26 characters carry 130 bits: the first one only three of its five.
    assert {c.qr[0] for c in codes} == set(ALPHABET[:8])


def test_hashes_depend_on_the_pepper() -> None:
    code = new_code()
    with override_settings(BALLOT_PEPPER="a" * 40):
        one = hash_code(code.typed)
    with override_settings(BALLOT_PEPPER="b" * 40):
        other = hash_code(code.typed)

    assert one is not None
    assert one != other


@pytest.fixture
def hall(db: None) -> tuple[str, list[Slip]]:
    poll = create_poll(reference="c1.s1.vote", definition=ballot_definition())
    slips = issue_slips(poll, counts={"": 300})
    open_poll(poll, head_counts={"": 300})
    return str(poll.pk), slips


def _attack(clock: Clock, guesses: int = 100_000) -> int:
    """Guess at a thousand codes a second; return how many were not looked up at all."""
    draw = random.Random(7)
    refused = 0
    for _ in range(guesses):
        clock.now += 0.001
        prefix = draw.choice(ALPHABET) + draw.choice(ALPHABET)
        if guessing.watch.is_slowed(prefix):
            refused += 1
        else:
            guessing.count_failure(prefix)
    return refused


def test_an_attack_is_slowed_and_reported_and_300_voters_of_the_same_address_vote(
    hall: tuple[str, list[Slip]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    watch = guessing.FailureWatch(clock)
    monkeypatch.setattr(guessing, "watch", watch)
    monkeypatch.setattr(voter, "watch", watch)
    poll, slips = hall
    client = Client(REMOTE_ADDR=HALL)

    with caplog.at_level(logging.WARNING, "kaohe.ballots"):
        refused = _attack(clock)
    by_qr = [client.post("/v", cast_fields(s.code.qr, poll)).status_code for s in slips[:270]]
    first = [client.post("/v", {"code": s.code.typed}).status_code for s in slips[270:]]
    clock.now += 5
    pages = [client.post("/v", {"code": s.code.typed}) for s in slips[270:]]
    by_code = []
    for slip, page in zip(slips[270:], pages, strict=True):
        fields = cast_fields(slip.code.typed, poll) | {"pass": page.context["pass"]}
        by_code.append(client.post("/v", fields).status_code)

    assert refused > 10_000
    assert "many wrong ballot codes" in caplog.text
    assert JournalEntry.objects.filter(action="ballots.guessing").count() == 1
    assert by_qr == [200] * 270
    assert 429 in first  # a typed code may have to wait its few seconds
    assert [page.status_code for page in pages] == [200] * 30
    assert by_code == [200] * 30


def test_a_limit_by_address_would_block_the_hall(hall: tuple[str, list[Slip]]) -> None:
    """The control."""
    poll, slips = hall
    failures: dict[str, int] = defaultdict(int)

    def limited(client: Client, fields: dict[str, str]) -> int:
        if failures[HALL] > 100:
            return 403
        status = client.post("/v", fields).status_code
        failures[HALL] += status == 404
        return status

    client = Client(REMOTE_ADDR=HALL)
    for _ in range(101):
        limited(client, {"code": new_code().qr})
    answers = {limited(client, cast_fields(slip.code.qr, poll)) for slip in slips}

    assert answers == {403}
