"""Fingerprints of plain data."""

from __future__ import annotations

from typing import Any


def fingerprint_of(data: Any) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no blanks, UTF-8."""
    import hashlib  # both are slow to import, and most users of the engine need neither
    import json

    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
