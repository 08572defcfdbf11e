"""The one way to write a record as bytes: a digest made today is checked in ten years."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

GENESIS = "0" * 64
"""What the first entry names as its predecessor."""


def plain(value: Any) -> Any:
    """Turn a value into what JSON can hold without loss.

    Binary floats are refused: the same figure could be written differently by another version.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        # PostgreSQL keeps no NUL, and lone surrogates have no UTF-8 form.
        return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {plain(str(k)): plain(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [plain(v) for v in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(v) for v in value)
    raise TypeError(f"a journal payload cannot hold {type(value).__name__}: {value!r}")


def moment(value: datetime) -> str:
    """A point in time as text: UTC, microseconds, always the same length."""
    if value.tzinfo is None:
        raise TypeError("the journal keeps no naive times")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: Any) -> bytes:
    """Sorted keys, no spaces, Chinese as it is, UTF-8."""
    return json.dumps(
        plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(value)).hexdigest()


def entry_hash(
    *,
    seq: int,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    payload_digest: str,
    prev_hash: str,
) -> str:
    """The hash that chains an entry to its predecessor and covers every column of it."""
    return digest(
        {
            "seq": seq,
            "at": moment(at),
            "actor": actor,
            "action": action,
            "subject": subject,
            "payload": payload_digest,
            "prev": prev_hash,
        }
    )
