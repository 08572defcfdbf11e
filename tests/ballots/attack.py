"""What somebody can do who holds everything at rest: files, dump, journal, logs.

`pairs_in_wal` and `pairs_in_xmin` are the two attacks that link every ballot while a poll runs;
`traces` searches raw bytes.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

CODES = "SELECT qr_hash FROM ballots_code WHERE spent"
BALLOTS = "SELECT payload FROM ballots_urn"


def _commits(wal: bytes) -> list[int]:
    """Where each commit of a write-ahead log ends."""
    if len(wal) < 32:
        return []
    (page_size,) = struct.unpack(">I", wal[8:12])
    salts, ends = wal[16:24], []
    for start in range(32, len(wal) - 24 - page_size + 1, 24 + page_size):
        (size_after_commit,) = struct.unpack(">I", wal[start + 4 : start + 8])
        if wal[start + 8 : start + 16] != salts:
            break
        if size_after_commit:
            ends.append(start + 24 + page_size)
    return ends


def pairs_in_wal(file: Path) -> dict[str, str]:
    """Replay a SQLite log commit by commit; what appears together belongs together."""
    wal_file = Path(f"{file}-wal")
    wal = wal_file.read_bytes() if wal_file.exists() else b""
    pairs: dict[str, str] = {}
    seen: tuple[set[Any], list[Any]] | None = None
    with tempfile.TemporaryDirectory() as folder:
        for number, end in enumerate([0, *_commits(wal)]):
            copy = Path(folder) / f"{number}.sqlite3"
            shutil.copy(file, copy)
            Path(f"{copy}-wal").write_bytes(wal[:end])
            link = sqlite3.connect(copy)
            try:
                codes = {row[0] for row in link.execute(CODES)}
                ballots = [row[0] for row in link.execute(f"{BALLOTS} ORDER BY rowid")]
            except sqlite3.OperationalError:
                continue
            finally:
                link.close()
                copy.unlink()
            if seen is not None:
                new_codes, new_ballots = codes - seen[0], ballots[len(seen[1]) :]
                if len(new_codes) == len(new_ballots) == 1:
                    pairs[new_codes.pop()] = new_ballots[0]
            seen = codes, ballots
    return pairs


def pairs_in_xmin(link: Any) -> dict[str, str]:
    """Join PostgreSQL's tables on the transaction that wrote the row."""
    rows = link.execute(
        "SELECT c.qr_hash, u.payload FROM ballots_code c JOIN ballots_urn u "
        "ON c.xmin::text = u.xmin::text"
    ).fetchall()
    return dict(rows)


def traces(blobs: Iterable[bytes], needles: Sequence[str]) -> list[str]:
    """Needles that occur in any of the blobs, as text or (for ids) as raw bytes."""
    blobs = list(blobs)
    found = []
    for needle in needles:
        forms = [needle.encode()]
        plain = needle.replace("-", "")
        if len(plain) == 32 and not set(plain) - set("0123456789abcdef"):
            forms += [plain.encode(), bytes.fromhex(plain)]
        if any(form in blob for form in forms for blob in blobs):
            found.append(needle)
    return found


def heap(link: Any) -> list[bytes]:
    """The raw files of every table and index of a PostgreSQL database."""
    link.execute("CHECKPOINT")
    rows = link.execute(
        "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class "
        "WHERE relkind IN ('r', 'i', 't') AND relfilenode <> 0"
    ).fetchall()
    return [bytes(row[0]) for row in rows if row[0]]


def order_kept(before: Sequence[str], after: Sequence[str], *, rounds: int = 2000) -> float:
    """Permutation test: how often a random order is at least as close to the casting order."""
    place = {text: number for number, text in enumerate(before)}
    order = [place[text] for text in after]

    def distance(numbers: Sequence[int]) -> int:
        return sum(abs(number - at) for at, number in enumerate(numbers))

    actual, draw, hits = distance(order), random.Random(1), 0
    for _ in range(rounds):
        draw.shuffle(other := order[:])
        hits += distance(other) <= actual
    return (hits + 1) / (rounds + 1)
