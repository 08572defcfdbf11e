"""G7: the tables that hold codes and ballots have these columns and no others."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import isolate_apps

from kaohe.ballots.models import Code, TextUrn, Urn

FROZEN = {
    "ballots_code": {
        "qr_hash", "typed_hash", "poll_id", "stratum", "batch", "spent", "retry_tag",
    },
    "ballots_urn": {"id", "poll_id", "stratum", "payload"},
    "ballots_texturn": {"id", "poll_id", "field", "text"},
}  # fmt: skip
SECRET = (Code, Urn, TextUrn)


def surplus_columns(tables: dict[str, set[str]]) -> set[str]:
    """Columns beyond the frozen list, and missing ones."""
    return {
        f"{table}.{column}"
        for table in FROZEN.keys() | tables.keys()
        for column in FROZEN.get(table, set()) ^ tables.get(table, set())
    }


def pointing_models(all_models: Iterable[type[models.Model]]) -> set[str]:
    """Models with a relation to a secret table, and relations of secret tables beyond the poll."""
    found = set()
    for model in all_models:
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if getattr(field, "auto_created", False) or not target:
                continue
            if target in SECRET or (model in SECRET and field.name != "poll"):
                found.add(f"{model.__name__}.{field.name}")
    return found


def _columns() -> dict[str, set[str]]:
    with connection.cursor() as cursor:
        return {
            table: {
                column.name
                for column in connection.introspection.get_table_description(cursor, table)
            }
            for table in FROZEN
        }


@pytest.mark.django_db
def test_columns_of_secret_tables_are_the_frozen_list() -> None:
    assert surplus_columns(_columns()) == set()


def test_no_model_points_to_a_secret_table() -> None:
    assert pointing_models(apps.get_models()) == set()


def test_keys_are_not_serial() -> None:
    kinds = {type(model._meta.pk) for model in SECRET}

    assert kinds == {models.CharField, models.UUIDField}


@pytest.mark.django_db
def test_one_more_column_is_noticed() -> None:
    """The control."""
    columns = _columns()
    columns["ballots_urn"].add("cast_at")

    assert surplus_columns(columns) == {"ballots_urn.cast_at"}


@isolate_apps("kaohe.ballots")
def test_a_new_model_with_a_foreign_key_is_noticed() -> None:
    """The control."""

    class Voted(models.Model):
        code = models.ForeignKey(Code, models.CASCADE, related_name="+")

        class Meta:
            app_label = "ballots"

    assert pointing_models([Voted]) == {"Voted.code"}
