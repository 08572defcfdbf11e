"""Facts as a JSON record: the tables, ready for `kaohe score`."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaohe.scheme.model import Scheme
    from kaohe.scoring.facts import Facts

_SUBJECT = {"id": "id", "title": "title", "group": "class", "person": "person", "unit": "unit"}
"""Column of the facts -> key in a record."""


def record_text(
    scheme: Scheme, facts: Facts, *, parameters: Mapping[str, Any] | None = None
) -> str:
    """The text of a record that reads back as these facts."""
    tables = {
        table: [list(row) for row in getattr(facts, table)]
        for table in ("marks", "votes", "entries", "standing", "rulings")
    }
    data = {
        "scheme": scheme.id,
        "version": scheme.version,
        "period": facts.period,
        "parameters": dict(parameters or {}),
        "subjects": [
            {key: value for name, key in _SUBJECT.items() if (value := getattr(one, name, ""))}
            for one in facts.subjects
        ],
        **{table: rows for table, rows in tables.items() if rows},
        "notes": [
            [subject, key, text] for subject, of in facts.notes.items() for key, text in of.items()
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1, default=_plain) + "\n"


def _plain(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
