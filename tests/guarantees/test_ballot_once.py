"""G1: one code counts once, however often it is posted at the same time.  G5: a hall is served."""

from __future__ import annotations

import random
import secrets
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.ballots.live import Place, Voter, cast_fields, in_parallel, place

pytestmark = pytest.mark.alone
CODES, POSTS = 200, 5


@pytest.fixture
def hall() -> Iterator[Place]:
    with place() as made:
        made.serve()
        yield made


def _storm(hall: Place, path: str) -> Counter[int]:
    poll, codes = hall.open_poll(CODES)
    jobs = [cast_fields(c, poll, nonce=secrets.token_hex(16)) for c in codes for _ in range(POSTS)]
    # Neighbours in the queue carry the same code, so that they really meet.
    start = random.randrange(len(jobs))
    jobs = jobs[start:] + jobs[:start]
    return Counter(in_parallel(hall.port, jobs, lambda v, fields: v.post(path, fields)))


def test_each_code_posted_five_times_at_once_counts_once(hall: Place) -> None:
    answers = _storm(hall, "/v")

    assert answers == {200: CODES, 409: CODES * (POSTS - 1)}
    assert hall.query("SELECT count(*) FROM ballots_urn") == [(CODES,)]
    assert hall.query("SELECT count(*) FROM ballots_code WHERE spent") == [(CODES,)]


def test_reading_before_writing_counts_codes_twice(hall: Place) -> None:
    """The control: without the conditional UPDATE this storm stores more ballots than codes."""
    _storm(hall, "/test/racing")

    ((stored,),) = hall.query("SELECT count(*) FROM ballots_urn")
    assert stored > CODES


def _room(hall: Place, path: str, voters: int) -> tuple[list[int], list[float]]:
    poll, codes = hall.open_poll(voters)

    def one(voter: Voter, code: str) -> tuple[int, float]:
        started = time.perf_counter()
        fields = cast_fields(code, poll, nonce=secrets.token_hex(16))
        return voter.post(path, fields), time.perf_counter() - started

    results = in_parallel(hall.port, codes, one, connections=20)
    return [status for status, _ in results], sorted(seconds for _, seconds in results)


def test_a_room_of_200_is_served_within_three_seconds_each(hall: Place) -> None:
    """Small on purpose: shared machines are noisy; `benchmarks/ballots.py` measures the goals."""
    statuses, seconds = _room(hall, "/v", 200)

    assert set(statuses) == {200}
    assert seconds[int(len(seconds) * 0.95)] < 3


def test_a_password_per_ballot_is_several_times_slower(hall: Place) -> None:
    """The control of the load test: the work a log-in does would be noticed."""
    _, plain = _room(hall, "/v", 16)
    _, slow = _room(hall, "/test/with-password", 16)

    assert slow[8] > 3 * plain[8]
