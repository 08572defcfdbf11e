"""G1: one code counts once, however often it is posted at the same time.  G5: a hall is served."""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.ballots.live import Place, cast_fields, in_parallel, place

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


def test_a_room_of_200_is_served_at_once(hall: Place) -> None:
    """Nobody is sent away; how long they wait is measured by `benchmarks/ballots.py`."""
    poll, codes = hall.open_poll(200)
    ballots = [cast_fields(c, poll, nonce=secrets.token_hex(16)) for c in codes]

    answers = in_parallel(hall.port, ballots, lambda v, fields: v.post("/v", fields))

    assert Counter(answers) == {200: 200}
