"""The only writer of the journal, and the check of its chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from kaohe.audit.canonical import GENESIS, digest, entry_hash, plain
from kaohe.audit.models import JournalEntry, JournalPayload

ERASED = "journal.erase"
_LOCK = 0x6B616F6865  # "kaohe": the key of the advisory lock
_SHORTEST_ANCHOR = 12


@dataclass(frozen=True, slots=True)
class Problem:
    """The first place where the journal is not what it was."""

    seq: int | None
    what: str

    def __str__(self) -> str:
        return f"第 {self.seq} 条：{self.what}" if self.seq is not None else self.what


def record(
    action: str, *, actor: str = "", subject: str = "", data: Mapping[str, Any] | None = None
) -> JournalEntry:
    """Append an entry; call it last in the transaction that makes the change it describes.

    One lock per append keeps the chain single.  It is held until the transaction ends, so
    whatever follows in it makes other writers wait.
    """
    _lock()
    payload = plain(dict(data or {}))
    last = JournalEntry.objects.order_by("-seq").values("seq", "hash").first()
    content: dict[str, Any] = {
        "seq": last["seq"] + 1 if last else 1,
        "at": timezone.now(),
        "actor": plain(actor)[:150],
        "action": plain(action)[:60],
        "subject": plain(subject)[:120],
        "payload_digest": digest(payload),
        "prev_hash": last["hash"] if last else GENESIS,
    }
    entry = JournalEntry.objects.create(**content, hash=entry_hash(**content))
    JournalPayload.objects.create(entry=entry, data=payload)
    return entry


def _lock() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("record() belongs into the transaction of the change")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    # SQLite: BEGIN IMMEDIATE already lets only one transaction write.


def erase_payload(entry: JournalEntry, *, actor: str, reason: str) -> JournalEntry:
    """Delete what an entry says in full; that it happened, and that it was erased, stays."""
    JournalPayload.objects.filter(entry=entry).delete()
    return record(ERASED, actor=actor, subject=f"#{entry.seq}", data={"reason": reason})


def head() -> str:
    """The hash of the last entry: printed on published sheets as an anchor."""
    return JournalEntry.objects.order_by("-seq").values_list("hash", flat=True).first() or GENESIS


def verify(anchor: str | None = None) -> Problem | None:
    """Check every entry against its predecessor and its payload; name the first bad one.

    A chain that was rewritten as a whole, or whose tail was cut, is consistent in itself: only
    an anchor kept outside (the hash on a published sheet) shows it.
    """
    wanted = (anchor or "").strip().lower()
    if wanted and (len(wanted) < _SHORTEST_ANCHOR or set(wanted) - set("0123456789abcdef")):
        return Problem(None, "核对码应为公示件上印的至少 12 位数字和字母 a–f，请重新抄录。")
    anchored = not wanted or wanted == GENESIS
    erased = set(JournalEntry.objects.filter(action=ERASED).values_list("subject", flat=True))
    previous, expected = GENESIS, 1
    entries = JournalEntry.objects.order_by("seq").select_related("payload")
    for entry in entries.iterator(chunk_size=500):
        problem = _check(entry, expected, previous, erased)
        if problem:
            return problem
        anchored = anchored or entry.hash.startswith(wanted)
        previous, expected = entry.hash, entry.seq + 1
    if not anchored:
        return Problem(
            None,
            f"日志中没有核对码 {wanted[:12]}… 对应的一条：末尾被截去，或整份日志被重写过。",
        )
    return None


def _check(entry: JournalEntry, expected: int, previous: str, erased: set[str]) -> Problem | None:
    if entry.seq != expected:
        return Problem(expected, f"缺失，下一条现存的是第 {entry.seq} 条。")
    if entry.prev_hash != previous:
        return Problem(entry.seq, "与上一条衔接不上：这一条或上一条被改过、换过或插入过。")
    actual = entry_hash(
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        payload_digest=entry.payload_digest,
        prev_hash=entry.prev_hash,
    )
    if entry.hash != actual:
        return Problem(entry.seq, "登记的时间、操作人、事项等与当时的校验值不符，被改过。")
    payload = getattr(entry, "payload", None)
    if payload is None:
        if f"#{entry.seq}" not in erased:
            return Problem(entry.seq, "内容缺失，而且没有删除内容的登记。")
    elif digest(payload.data) != entry.payload_digest:
        return Problem(entry.seq, "内容与当时的校验值不符，被改过。")
    return None
