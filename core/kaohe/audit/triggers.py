"""Database triggers that refuse to change the journal.

They stop mistakes and simple tampering.  Who owns the database can drop them; that shows against
an anchor (`kaohe.audit.services.verify`).  On SQLite a migration that rebuilds one of the tables
loses its triggers and has to create them again.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ENTRIES, PAYLOADS = "audit_journalentry", "audit_journalpayload"
BLOCKED = ((ENTRIES, "UPDATE"), (ENTRIES, "DELETE"), (PAYLOADS, "UPDATE"))
"""Payloads may be deleted (`erase_payload`), never altered."""
_MESSAGE = "the journal is append-only"


def _name(table: str, event: str) -> str:
    return f"{table}_no_{event.lower()}"


def creation(vendor: str) -> list[str]:
    """The statements that create the triggers on a database."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {_name(table, event)} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
            for table, event in BLOCKED
        ]
    if vendor == "postgresql":
        function = (
            "CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        rows = [
            f"CREATE TRIGGER {_name(table, event)} BEFORE {event} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
            for table, event in BLOCKED
        ]
        whole = [
            f"CREATE TRIGGER {_name(table, 'TRUNCATE')} BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
            for table in (ENTRIES, PAYLOADS)
        ]
        return [function, *rows, *whole]
    raise NotImplementedError(f"no journal triggers for {vendor}")


def removal(vendor: str) -> list[str]:
    """The statements that drop the triggers."""
    on = (lambda table: f" ON {table}") if vendor == "postgresql" else (lambda table: "")
    blocked = list(BLOCKED)
    if vendor == "postgresql":
        blocked += [(ENTRIES, "TRUNCATE"), (PAYLOADS, "TRUNCATE")]
    return [f"DROP TRIGGER IF EXISTS {_name(t, e)}{on(t)}" for t, e in blocked]


def create_triggers(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers on an open connection."""
    with connection.cursor() as cursor:
        for statement in creation(connection.vendor):
            cursor.execute(statement)


def drop_triggers(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers on an open connection."""
    with connection.cursor() as cursor:
        for statement in removal(connection.vendor):
            cursor.execute(statement)


def forwards(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The migration's way up."""
    for statement in creation(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def backwards(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The migration's way down."""
    for statement in removal(schema_editor.connection.vendor):
        schema_editor.execute(statement)
