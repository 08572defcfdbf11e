"""PostgreSQL's ANALYZE keeps samples of column values that outlive the rows: switch them off."""

from django.db import migrations

COLUMNS = {
    "ballots_code": ("qr_hash", "typed_hash", "stratum", "batch", "retry_tag"),
    "ballots_urn": ("id", "stratum", "payload"),
    "ballots_texturn": ("id", "field", "text"),
}


def _set_statistics(schema_editor, target):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, columns in COLUMNS.items():
        for column in columns:
            schema_editor.execute(
                f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET STATISTICS {target}'
            )


def switch_off(apps, schema_editor):
    _set_statistics(schema_editor, 0)


def switch_on(apps, schema_editor):
    _set_statistics(schema_editor, -1)


class Migration(migrations.Migration):
    dependencies = [("ballots", "0001_initial")]

    operations = [migrations.RunPython(switch_off, switch_on)]
