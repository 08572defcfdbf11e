"""Rewriting the tables after sealing, so that nothing deleted stays readable in the files."""

from __future__ import annotations

import time

from django.db import connection, transaction
from django.db.utils import OperationalError
from django.utils import timezone

from kaohe.ballots.models import Code, PaperEntry, Poll, TextUrn, Urn

REWRITTEN = (Code, Urn, TextUrn, PaperEntry)


def clear_storage_on_commit() -> None:
    """Clear the storage once the running transaction is through; a failure stays visible."""
    transaction.on_commit(clear_storage, robust=True)


def clear_storage(*, tries: int = 5) -> bool:
    """Rewrite the ballot tables on disk; True if it worked.

    Must run outside transactions.  Polls sealed or annulled before it started are then marked as
    cleared; the others show "not cleared yet" and a button that calls this again.
    """
    if connection.in_atomic_block:
        raise RuntimeError("storage is cleared outside transactions")
    due = list(
        Poll.objects.filter(
            state__in=[Poll.State.SEALED, Poll.State.ANNULLED], cleared_at=None
        ).values_list("pk", flat=True)
    )
    for attempt in range(tries):
        try:
            cleared = _vacuum_sqlite() if connection.vendor == "sqlite" else _vacuum_postgresql()
        except OperationalError:
            cleared = False
        if cleared:
            Poll.objects.filter(pk__in=due).update(cleared_at=timezone.now())
            return True
        time.sleep(0.2 * (attempt + 1))
    return False


def _vacuum_sqlite() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, *_ = cursor.fetchone()
    return not busy


def _vacuum_postgresql() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        (before,) = cursor.fetchone()
        cursor.execute("SET statement_timeout = 0")
        try:
            for model in REWRITTEN:
                # Not a plain VACUUM: dead rows must leave the file, and xmin with them.
                cursor.execute(f'VACUUM FULL "{model._meta.db_table}"')
        finally:
            cursor.execute(f"SET statement_timeout = '{before}'")
    return True
