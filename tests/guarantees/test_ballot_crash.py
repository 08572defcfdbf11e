"""G3: a ballot that was acknowledged is stored, also if the database itself dies.

PostgreSQL is stopped without a checkpoint in the middle of the voting and started again a second
later; SQLite loses its whole server by SIGKILL.  A power cut cannot be played here: for it counts
that each connection writes through to the disk, which is asked of a real connection.
"""

from __future__ import annotations

import os
import secrets
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.ballots import live
from tests.ballots.cluster import BINARIES, Cluster, cluster
from tests.ballots.live import ASPECTS, Place, Voter, cast_fields, database_url, in_parallel, place

pytestmark = pytest.mark.alone
on_postgres = pytest.mark.skipif(
    BINARIES is None or not database_url(), reason="needs PostgreSQL: ./run postgres pytest …"
)
on_sqlite = pytest.mark.skipif(bool(database_url()), reason="this is about SQLite")
BALLOTS = 200
LAZY = ("-c synchronous_commit=off", "-c wal_writer_delay=10s", "-c commit_delay=0")
"""What a tuning guide recommends: commits are acknowledged before they are written."""


def _vote(voter: Voter, fields: dict[str, str]) -> int:
    """Post again until it is said whether the ballot counts; 0: never within twenty seconds."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        status = voter.post("/v", fields)
        if status in (200, 409):
            return status
        time.sleep(0.1)
    return 0


def _jobs(poll: str, codes: list[str]) -> list[dict[str, str]]:
    marks = [0] * len(ASPECTS)
    return [cast_fields(c, poll, nonce=secrets.token_hex(16), choices=marks) for c in codes]


@contextmanager
def _hall(database: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A polling place on a cluster of its own."""
    monkeypatch.setenv("KAOHE_DATABASE_URL", database.url)
    live._template.cache_clear()
    try:
        with place() as hall:
            yield hall
    finally:
        live._template.cache_clear()


def _crash_during_a_storm(hall: Place, database: Cluster, *options: str) -> list[int]:
    poll, codes = hall.open_poll(BALLOTS)
    acknowledged = threading.Semaphore(0)

    def crash() -> None:
        for _ in range(BALLOTS // 4):
            acknowledged.acquire(timeout=30)
        database.crash()
        time.sleep(1)
        database.start(*options)

    def work(voter: Voter, fields: dict[str, str]) -> int:
        status = _vote(voter, fields)
        acknowledged.release()
        return status

    thread = threading.Thread(target=crash)
    thread.start()
    answers = in_parallel(hall.port, _jobs(poll, codes), work, connections=8)
    thread.join()
    return answers


@on_postgres
def test_database_crash_loses_no_acknowledged_ballot(monkeypatch: pytest.MonkeyPatch) -> None:
    with cluster() as database, _hall(database, monkeypatch) as hall:
        hall.serve()

        answers = _crash_during_a_storm(hall, database)

        assert answers == [200] * BALLOTS, "every retry in the end says: recorded"
        assert hall.query("SELECT count(*) FROM ballots_urn") == [(BALLOTS,)]
        assert hall.query("SELECT count(*) FROM ballots_code WHERE spent") == [(BALLOTS,)]
        log = hall.log.read_text()
        assert "ballot page failed" in log, "nobody met the crash: the test proves nothing"


@on_postgres
def test_acknowledging_before_writing_loses_ballots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the same crash, with a database that promises what it has not written."""
    with cluster(*LAZY) as database, _hall(database, monkeypatch) as hall:
        hall.serve()

        answers = _crash_during_a_storm(hall, database, *LAZY)

        stored = hall.query("SELECT count(*) FROM ballots_urn")[0][0]
        assert answers.count(200) > stored


@on_sqlite
def test_killed_server_loses_no_acknowledged_ballot() -> None:
    with place() as hall:
        hall.serve()
        port = hall.port
        poll, codes = hall.open_poll(BALLOTS)
        answered: list[int] = []

        def kill_all() -> None:
            while len(answered) < BALLOTS // 4:
                time.sleep(0.01)
            assert hall.server is not None
            for pid in (hall.server.pid, *hall.workers()):
                os.kill(pid, signal.SIGKILL)

        def work(voter: Voter, fields: dict[str, str]) -> int:
            status = voter.post("/v", fields)
            answered.append(status)
            return status

        thread = threading.Thread(target=kill_all)
        thread.start()
        first = in_parallel(port, _jobs(poll, codes), work, connections=8)
        thread.join()
        assert 0 < first.count(200) < BALLOTS, "nobody met the kill: the test proves nothing"
        with sqlite3.connect(hall.file) as link:
            assert link.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        stored = hall.query("SELECT count(*) FROM ballots_urn")[0][0]
        spent = hall.query("SELECT count(*) FROM ballots_code WHERE spent")[0][0]

        assert first.count(200) <= stored <= first.count(200) + 8, "eight were under way"
        assert spent == stored


_PRAGMAS = """
from django.db import connection, connections
found = []
for _ in range(3):
    connections.close_all()
    with connection.cursor() as cursor:
        if lazy:
            cursor.execute("PRAGMA synchronous=NORMAL")
        found.append([cursor.execute("PRAGMA " + n).fetchone()[0] for n in names])
result = found
"""
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


@on_sqlite
@pytest.mark.parametrize("lazy", [False, True], ids=["as set", "control"])
def test_every_connection_writes_through(lazy: bool) -> None:
    with place() as hall:
        found = hall.run(_PRAGMAS, names=list(PRAGMAS), lazy=lazy)

    assert (found == [list(PRAGMAS.values())] * 3) is not lazy
