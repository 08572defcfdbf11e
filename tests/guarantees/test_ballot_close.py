"""G4: closing is a barrier: what was acknowledged is in the tally, what comes later is refused."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from kaohe.ballots.codes import HashedCode, hash_code
from kaohe.ballots.definition import load_definition
from kaohe.ballots.marks import Ballot, read_ballot
from kaohe.ballots.models import Code, Poll, Tally, Urn
from kaohe.ballots.services import (
    Outcome,
    cast,
    close_and_seal,
    create_poll,
    issue_slips,
    open_poll,
)
from kaohe.ballots.services.sealing import result_digest
from tests.ballots.live import ballot_definition, marks

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]
REPETITIONS, VOTERS, THREADS = 25, 24, 4


def _poll(number: int) -> tuple[Poll, list[HashedCode]]:
    poll = create_poll(reference=f"c1.s{number}.vote", definition=ballot_definition())
    slips = issue_slips(poll, counts={"": VOTERS})
    codes = [hash_code(slip.code.qr) for slip in slips]
    return open_poll(poll, head_counts={"": VOTERS}), [c for c in codes if c]


def _ballot() -> Ballot:
    fields = {name: [value] for name, value in marks([0] * 8).items()}
    definition = load_definition(ballot_definition())
    return read_ballot(definition, fields, texts_offered=False, confirmed=True)


def _storm(
    poll: Poll,
    codes: list[HashedCode],
    *,
    casting: Callable[..., Outcome],
    closing: Callable[[Poll], object],
) -> Counter[Outcome]:
    answers: list[Outcome] = []
    started = threading.Event()

    def vote(mine: list[HashedCode]) -> None:
        try:
            for code in mine:
                answers.append(casting(code, poll=poll.pk, ballot=_ballot(), nonce=""))
                started.set()
        finally:
            connection.close()

    threads = [threading.Thread(target=vote, args=(codes[n::THREADS],)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    started.wait(5)
    time.sleep(random.random() * 0.02)
    closing(poll)
    for thread in threads:
        thread.join()
    return Counter(answers)


def _counted(poll: Poll) -> int:
    return sum(Tally.objects.filter(poll=poll, aspect="duty").values_list("count", flat=True))


def test_every_acknowledged_ballot_is_in_the_tally() -> None:
    late = 0
    for number in range(REPETITIONS):
        poll, codes = _poll(number)

        answers = _storm(poll, codes, casting=cast, closing=close_and_seal)

        poll.refresh_from_db()
        late += answers[Outcome.CLOSED]
        assert set(answers) <= {Outcome.RECORDED, Outcome.CLOSED}
        assert answers[Outcome.RECORDED] == _counted(poll)
        assert not Urn.objects.filter(poll=poll).exists()
        assert poll.digest == result_digest(poll)
    assert late > 0  # else the storm was over before the close, and nothing was tested


def _naive_cast(code: HashedCode, *, poll: object, ballot: Ballot, nonce: str) -> Outcome:
    """Read the state without the lock, then write."""
    if Poll.objects.get(pk=poll).state != Poll.State.OPEN:
        return Outcome.CLOSED
    time.sleep(0.002)
    with transaction.atomic():
        Urn.objects.create(poll_id=poll, payload=ballot.payload())
    return Outcome.RECORDED


def _naive_close(poll: Poll) -> None:
    """Count the urn without the lock."""
    Poll.objects.filter(pk=poll.pk).update(state=Poll.State.SEALED)
    count = Urn.objects.filter(poll=poll).count()
    Tally.objects.create(poll=poll, channel="electronic", aspect="duty", option="优秀", count=count)
    Code.objects.filter(poll=poll).delete()


def test_reading_the_state_before_the_lock_loses_ballots() -> None:
    """The control."""
    lost = 0
    for number in range(REPETITIONS):
        poll, codes = _poll(number)

        answers = _storm(poll, codes, casting=_naive_cast, closing=_naive_close)

        lost += answers[Outcome.RECORDED] - _counted(poll)
    assert lost > 0
