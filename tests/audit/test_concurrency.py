"""Sixteen writers at once: the chain neither forks nor has gaps."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from kaohe.audit.canonical import GENESIS, digest, entry_hash
from kaohe.audit.models import JournalEntry
from kaohe.audit.services import record, verify

WRITERS, EACH = 16, 6
pytestmark = pytest.mark.django_db(transaction=True)


def _storm(write: Callable[[int], None]) -> list[Exception]:
    errors: list[Exception] = []
    start = threading.Barrier(WRITERS)

    def work(number: int) -> None:
        start.wait()
        try:
            for i in range(EACH):
                write(number * 100 + i)
        except DatabaseError as e:
            errors.append(e)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(WRITERS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return errors


def test_sixteen_writers_make_one_chain() -> None:
    def write(n: int) -> None:
        with transaction.atomic():
            record("storm", data={"n": n})

    errors = _storm(write)

    assert errors == []
    assert list(range(1, WRITERS * EACH + 1)) == list(
        JournalEntry.objects.values_list("seq", flat=True)
    )
    assert verify() is None


def test_storm_without_the_lock_collides() -> None:
    """The negative control: reading the head before holding the lock loses writers."""

    def write(n: int) -> None:
        last = JournalEntry.objects.order_by("-seq").first()
        content = {
            "seq": last.seq + 1 if last else 1,
            "at": timezone.now(),
            "actor": "",
            "action": "storm",
            "subject": "",
            "payload_digest": digest({"n": n}),
            "prev_hash": last.hash if last else GENESIS,
        }
        with transaction.atomic():
            JournalEntry.objects.create(**content, hash=entry_hash(**content))

    assert _storm(write) != []
