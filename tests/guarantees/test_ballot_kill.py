"""G2: a ballot that was acknowledged is stored, whatever happens to the workers."""

from __future__ import annotations

import random
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator

import pytest

from tests.ballots.live import ASPECTS, Place, Voter, cast_fields, in_parallel, place

pytestmark = pytest.mark.alone
BALLOTS, DYING = 300, 4


@pytest.fixture
def hall() -> Iterator[Place]:
    with place() as made:
        made.serve()
        yield made


def _vote_until_answered(voter: Voter, fields: dict[str, str], path: str = "/v") -> int:
    for _ in range(60):
        status = voter.post(path, fields)
        if status in (200, 409):
            return status
        path = "/v"
        time.sleep(0.1)
    return 0


def _fields(code: str, poll: str, *, nonce: bool) -> dict[str, str]:
    choices = [random.randrange(4) for _ in ASPECTS]
    return cast_fields(code, poll, nonce=secrets.token_hex(16) if nonce else "", choices=choices)


def test_workers_killed_under_load_lose_no_acknowledged_ballot(hall: Place) -> None:
    poll, codes = hall.open_poll(BALLOTS)
    done = threading.Event()
    kills = [0]

    def killer() -> None:
        while not done.wait(0.4):
            kills[0] += hall.kill_a_worker()

    thread = threading.Thread(target=killer)
    thread.start()
    jobs = [_fields(code, poll, nonce=True) for code in codes]
    answers = in_parallel(hall.port, jobs, _vote_until_answered, connections=12)
    done.set()
    thread.join()

    assert kills[0] > 0
    assert answers == [200] * BALLOTS
    assert hall.query("SELECT count(*) FROM ballots_urn") == [(BALLOTS,)]
    assert hall.query("SELECT count(*) FROM ballots_code WHERE spent") == [(BALLOTS,)]
    if not hall.url:
        with sqlite3.connect(hall.file) as link:
            assert link.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(("nonce", "expected"), [(True, 200), (False, 409)])
def test_an_answer_lost_after_the_commit(hall: Place, nonce: bool, expected: int) -> None:
    """With the page's nonce the retry says "recorded"; the control, without it, "already used"."""
    poll, codes = hall.open_poll(DYING)

    answers = [
        _vote_until_answered(Voter(hall.port), _fields(code, poll, nonce=nonce), "/test/dying")
        for code in codes
    ]

    assert answers == [expected] * DYING
    assert hall.query("SELECT count(*) FROM ballots_urn") == [(DYING,)]
