"""Keeping ballots out of the logs."""

from __future__ import annotations

import logging

_TABLES = ("ballots_code", "ballots_urn", "ballots_texturn")


class NoBallotStatements(logging.Filter):
    """Drops the SQL of ballot tables: its parameters are hashes and choices."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = f"{record.msg} {getattr(record, 'sql', '')} {record.args}"
        return not any(table in text for table in _TABLES)


class NoTemplateContexts(logging.Filter):
    """Takes the failure off Django's notes about missing variables: it quotes the whole context."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        return True


def install() -> None:
    """Attach the filters to Django's loggers."""
    for name, kind in (
        ("django.db.backends", NoBallotStatements),
        ("django.template", NoTemplateContexts),
    ):
        logger = logging.getLogger(name)
        if not any(isinstance(f, kind) for f in logger.filters):
            logger.addFilter(kind())
