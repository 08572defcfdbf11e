"""Keeping ballots out of the logs."""

from __future__ import annotations

import logging

_TABLES = ("ballots_code", "ballots_urn", "ballots_texturn")


class NoBallotStatements(logging.Filter):
    """Drops the SQL of ballot tables: its parameters are hashes and choices."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = f"{record.msg} {getattr(record, 'sql', '')} {record.args}"
        return not any(table in text for table in _TABLES)


def install() -> None:
    """Attach the filter to Django's SQL logger."""
    sql = logging.getLogger("django.db.backends")
    if not any(isinstance(f, NoBallotStatements) for f in sql.filters):
        sql.addFilter(NoBallotStatements())
