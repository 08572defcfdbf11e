"""Facts as plain JSON, so that a proposal carries everything it was computed from.

Each table becomes a list of rows in a fixed order, decimals and dates as text: equal facts give
equal bytes, whatever order the database returned them in.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

from kaohe.scoring.facts import Entry, Facts, Mark, Ruling, Standing, Subject, Vote


def canonical(data: Any) -> bytes:
    """JSON with sorted keys and no optional spaces: the form digests are taken of."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(data: Any) -> str:
    """SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(data)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value


def _rows(table: tuple[Any, ...], *, keep_order: bool = False) -> list[list[Any]]:
    rows = [[_plain(v) for v in row] for row in table]
    return rows if keep_order else sorted(rows, key=lambda r: json.dumps(r, ensure_ascii=False))


def facts_json(facts: Facts) -> dict[str, Any]:
    """Turn facts into plain JSON."""
    return {
        "period": facts.period,
        "subjects": _rows(facts.subjects, keep_order=True),
        "marks": _rows(facts.marks),
        "votes": _rows(facts.votes),
        "entries": _rows(facts.entries),
        "standing": _rows(facts.standing),
        "rulings": _rows(facts.rulings),
        "notes": facts.notes,
    }


def facts_from_json(data: dict[str, Any]) -> Facts:
    """Read back what `facts_json` wrote."""
    return Facts(
        subjects=tuple(Subject(*r) for r in data["subjects"]),
        marks=tuple(Mark(*r[:4], Decimal(r[4])) for r in data["marks"]),
        votes=tuple(Vote(*r) for r in data["votes"]),
        entries=tuple(
            Entry(r[0], r[1], r[2], Decimal(r[3]), r[4], r[5], _day(r[6]), r[7], r[8])
            for r in data["entries"]
        ),
        standing=tuple(
            Standing(r[0], r[1], r[2], None if r[3] is None else Decimal(r[3]), r[4], tuple(r[5]))
            for r in data["standing"]
        ),
        rulings=tuple(Ruling(*r) for r in data["rulings"]),
        period=data["period"],
        notes=data["notes"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
