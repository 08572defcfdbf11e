"""Rewriting the tables after sealing, so that nothing deleted stays readable in the files."""

from __future__ import annotations

import re
import time
from typing import Any

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
    left: list[int] = []

    def hear(notice: Any) -> None:
        # "3 dead row versions cannot be removed yet": the number comes first in every language.
        if found := re.match(r"\s*(\d+)", notice.message_detail or ""):
            left.append(int(found[1]))

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        (before,) = cursor.fetchone()
        cursor.execute("SET statement_timeout = 0")
        connection.connection.add_notice_handler(hear)
        try:
            for model in REWRITTEN:
                # The first empties dead rows whatever goes on in the server's other databases, on
                # which FULL waits; only FULL rewrites the file, and xmin with it.  What a session
                # of this database may still see (a dump under way) both have to keep.
                cursor.execute(f'VACUUM "{model._meta.db_table}"')
                cursor.execute(f'VACUUM (FULL, VERBOSE) "{model._meta.db_table}"')
        finally:
            connection.connection.remove_notice_handler(hear)
            cursor.execute(f"SET statement_timeout = '{before}'")
    return not any(left)
