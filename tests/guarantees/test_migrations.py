"""G24: models and migrations agree, and the last step of each floor can be taken back."""

from __future__ import annotations

import io

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.migrations.loader import MigrationLoader

from kaohe.register.models import Unit
from tests.ballots.live import place

FLOORS = sorted(c.label for c in apps.get_app_configs() if c.name.startswith("kaohe."))
_BACK_AND_FORTH = """
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from kaohe.audit.services import record, verify
from kaohe.register.models import Unit
with transaction.atomic():
    Unit.objects.create(name="某村")
    record("unit.create", actor="x", subject="某村", data={})
call_command("migrate", app, previous, verbosity=0)
call_command("migrate", verbosity=0)
result = [Unit.objects.count(), verify() is None]
"""


def _last_steps() -> list[tuple[str, str]]:
    graph = MigrationLoader(None).graph
    found = []
    for app in FLOORS:
        for _, name in graph.leaf_nodes(app):
            parents = [p.key[1] for p in graph.node_map[app, name].parents if p.key[0] == app]
            if parents:
                found.append((app, parents[0]))
    return found


@pytest.mark.django_db
def test_models_need_no_new_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", stdout=io.StringIO())


@pytest.mark.django_db
def test_model_without_its_migration_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control."""
    monkeypatch.setattr(Unit._meta.get_field("name"), "max_length", 123)

    with pytest.raises((SystemExit, CommandError)):
        call_command("makemigrations", "--check", "--dry-run", stdout=io.StringIO())


@pytest.mark.slow
@pytest.mark.parametrize(("app", "previous"), _last_steps())
def test_last_step_can_be_taken_back_and_again(app: str, previous: str) -> None:
    """What an update needs that has to be undone; what older tables hold stays."""
    with place() as fresh:
        assert fresh.run(_BACK_AND_FORTH, app=app, previous=previous) == [1, True]
