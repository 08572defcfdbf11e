"""The lock of a poll: shared while a ballot is cast, exclusive while the poll changes state.

SQLite needs none: ``BEGIN IMMEDIATE`` (settings: ``transaction_mode``) serialises all writers.
PostgreSQL gets advisory locks that end with the transaction.  Relying on the KEY SHARE lock of the
foreign key, or reading the state before locking, loses ballots that commit after the urn was read.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection


def _key(poll: UUID) -> int:
    return int.from_bytes(poll.bytes[:8], "big", signed=True)


def lock_for_casting(poll: UUID) -> None:
    """Take the shared lock until the transaction ends."""
    _lock("pg_advisory_xact_lock_shared", poll)


def lock_for_change(poll: UUID) -> None:
    """Take the exclusive lock until the transaction ends: waits for ballots being cast."""
    _lock("pg_advisory_xact_lock", poll)


def _lock(function: str, poll: UUID) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("the lock of a poll lives in a transaction")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_key(poll)])
