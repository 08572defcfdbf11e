"""G6: after sealing, nothing at rest links a code to a choice; before, everything does."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.ballots import attack
from tests.ballots.live import Place, connect, database_url, form_definition, place

pytestmark = pytest.mark.alone
BALLOTS = 200
CAST = """
import random, shutil
from django.db import connection
from kaohe.ballots.codes import hash_code
from kaohe.ballots.definition import load_definition
from kaohe.ballots.marks import read_ballot
from kaohe.ballots.models import Code, Poll, TextUrn, Urn
from kaohe.ballots.services import cast
connection.ensure_connection()
if connection.vendor == "sqlite":
    # The log of the whole poll stays, as a backup taken in the middle would keep it.
    connection.cursor().execute("PRAGMA wal_autocheckpoint=0")
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
poll = Poll.objects.get(pk=poll_id)
definition = load_definition(poll.definition)
truth = {}
for code, fields in zip(codes, ballots):
    ballot = read_ballot(definition, {k: [v] for k, v in fields.items()}, texts_offered=True,
                         confirmed=True)
    hashed = hash_code(code)
    assert cast(hashed, poll=poll.pk, ballot=ballot, nonce=code.lower()).status == 200
    truth[hashed.hash] = ballot.payload()
result = {
    "truth": truth,
    "needles": [v for row in Code.objects.values_list("qr_hash", "typed_hash", "retry_tag")
                for v in row] + [str(pk) for pk in Urn.objects.values_list("pk", flat=True)]
               + [str(pk) for pk in TextUrn.objects.values_list("pk", flat=True)],
}
if connection.vendor == "sqlite":
    for end in ("", "-wal"):
        shutil.copy(f"{folder}/kaohe.sqlite3{end}", f"{folder}/before.sqlite3{end}")
"""


@dataclass
class Held:
    """A poll of known ballots: what is true, and what an attacker holds."""

    hall: Place
    poll: str
    codes: list[str]
    truth: dict[str, str]
    needles: list[str]
    texts: list[str]


@pytest.fixture
def held() -> Iterator[Held]:
    with place() as hall:
        poll, codes = hall.open_poll(BALLOTS, definition=form_definition())
        draw = random.Random(3)
        texts = [f"意见{draw.randrange(10**12)}" for _ in codes]
        ballots: list[dict[str, Any]] = [
            {"s.team": f"{n // 2}.{n % 2}5", "s.secretary": str(n // 3), "t.best": text}
            for n, text in enumerate(texts)
        ]
        hall.serve()
        made = hall.run(CAST, poll_id=poll, codes=codes, ballots=ballots, folder=str(hall.folder))
        yield Held(hall, poll, codes, made["truth"], made["needles"], texts)


def _seal(held: Held) -> None:
    state = held.hall.run(
        "from kaohe.ballots.models import Poll\nfrom kaohe.ballots.services import close_and_seal\n"
        "poll = close_and_seal(Poll.objects.get(pk=pk))\nresult = [poll.state, bool(poll.cleared_at)]",
        pk=held.poll,
    )
    assert state == ["sealed", True]


def _pairs(held: Held) -> dict[str, str]:
    if held.hall.url:
        with connect(held.hall.url) as link:
            return attack.pairs_in_xmin(link)
    return attack.pairs_in_wal(held.hall.file)


def _at_rest(held: Held) -> list[bytes]:
    """Everything on disk: database, log, journal, sessions, media, server's log, dump."""
    files = [p for p in held.hall.folder.rglob("*") if p.is_file() and "before." not in p.name]
    blobs = [p.read_bytes() for p in files if "secrets" not in p.parts]
    if held.hall.url:
        blobs.append(_dump(held.hall.url))
        with connect(held.hall.url) as link:
            blobs += attack.heap(link)
            blobs.append(repr(link.execute("SELECT * FROM pg_stats").fetchall()).encode())
    return blobs


def _dump(url: str) -> bytes:
    program = shutil.which("pg_dump") or max(
        str(p) for p in Path("/usr/lib/postgresql").glob("*/bin/pg_dump")
    )
    return subprocess.run([program, url], check=True, capture_output=True).stdout


def _payload_needles(held: Held) -> list[str]:
    return sorted(set(held.truth.values()))


def test_before_sealing_every_ballot_is_linked(held: Held) -> None:
    """The control: the attack works, so that its failure below means something."""
    if not held.hall.url:
        held.hall.file.unlink()
        for end in ("", "-wal"):
            shutil.move(held.hall.folder / f"before.sqlite3{end}", f"{held.hall.file}{end}")

    assert _pairs(held) == held.truth
    assert set(attack.traces(_at_rest(held), held.needles)) == set(held.needles)


@pytest.mark.skipif(not database_url(), reason="needs PostgreSQL: ./run postgres pytest …")
def test_rows_somebody_may_still_see_are_not_said_to_be_cleared(held: Held) -> None:
    """A dump under way keeps deleted rows in the files: sealing says so, and clearing again works."""
    clear = (
        "from kaohe.ballots.models import Poll\nfrom kaohe.ballots.services import {0}\n"
        "{1}\nresult = bool(Poll.objects.get(pk=pk).cleared_at)"
    )
    seal = clear.format("close_and_seal", "close_and_seal(Poll.objects.get(pk=pk))")
    again = clear.format("clear_storage", "clear_storage()")
    with connect(held.hall.url) as dump:
        dump.autocommit = False
        dump.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        dump.execute("SELECT 1").fetchone()
        assert held.hall.run(seal, pk=held.poll) is False
        dump.rollback()

    assert held.hall.run(again, pk=held.poll) is True
    assert attack.traces(_at_rest(held), held.needles) == []


@pytest.mark.skipif(not database_url(), reason="needs PostgreSQL: ./run postgres pytest …")
def test_work_in_another_database_of_the_server_holds_nothing_back(held: Held) -> None:
    """VACUUM FULL alone would wait for the oldest writer of the whole server."""
    with connect(held.hall.url, dbname="postgres") as other:
        other.autocommit = False
        other.execute("SELECT pg_current_xact_id()").fetchone()
        _seal(held)
        other.rollback()

    assert attack.traces(_at_rest(held), held.needles) == []


def test_after_sealing_nothing_is_linked(held: Held) -> None:
    _seal(held)

    assert _pairs(held) == {}
    blobs = _at_rest(held)
    assert attack.traces(blobs, held.needles) == []
    assert attack.traces(blobs, _payload_needles(held)) == []
    assert attack.traces(blobs, held.codes) == []


def test_after_sealing_free_texts_keep_no_order(held: Held) -> None:
    _seal(held)

    order = "ctid" if held.hall.url else "rowid"
    by_place = [r[0] for r in held.hall.query(f"SELECT text FROM ballots_comment ORDER BY {order}")]
    by_key = [r[0] for r in held.hall.query("SELECT text FROM ballots_comment ORDER BY id")]

    assert sorted(by_place) == sorted(held.texts)
    # Chance alone falls below 0.01 once in a hundred runs; 0.0006 means "never by chance".
    assert attack.order_kept(held.texts, by_place) > 0.0006
    assert attack.order_kept(held.texts, by_key) > 0.0006
    assert attack.order_kept(held.texts, held.texts) < 0.0006  # the control


def test_storing_rows_in_casting_order_would_be_noticed() -> None:
    """The control of the permutation test."""
    cast = [str(n) for n in range(200)]
    almost = cast[:]
    for n in range(0, 200, 2):
        almost[n], almost[n + 1] = almost[n + 1], almost[n]

    assert attack.order_kept(cast, almost) < 0.01
