"""G14, the fields: a form writes what it shows, whatever else is posted with it.

Every form that a visitor can open is posted twice as it stands: alone, and with a value for every
column of every table.  Both must leave the same database behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import path

from kaohe.register.models import Account, Unit
from kaohe.site import urls as site_urls
from tests.campaigns.test_fuzz import Forms
from tests.guarantees.access_probe import Browsers, probes
from tests.guarantees.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VISITORS = ("respondent", "assessor", "organiser", "decider", "designer", "technician")
TABLES = [m for m in apps.get_models() if m._meta.app_label in {
    c.label for c in apps.get_app_configs() if c.name.startswith("kaohe.")
}]  # fmt: skip
ASKED_FOR = {"q", "page", "back", "goto", "action", "next", "shown", "seen", "key", "format", "to"}
"""Names that pages read on purpose beside their fields."""
_FLEETING = (models.UUIDField, models.AutoField, models.DateTimeField)
_DRAWN = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\b[0-9a-f]{32}\b|\b[a-z]+:\d+\b")
_CHANGING = {"hash", "prev_hash", "digest", "password", "qr_hash", "typed_hash", "payload_digest"}


def _columns() -> dict[str, str]:
    """A value for each column of each table; for a relation also under the name of its column."""
    out: dict[str, str] = {}
    for table in TABLES:
        for column in table._meta.concrete_fields:
            value = "1"
            if isinstance(column, models.BooleanField):
                value = "on"
            elif column.choices:
                value = str(next(iter(dict(column.flatchoices))))
            out |= {column.name: value, column.attname: value}
    return {name: value for name, value in out.items() if name not in ASKED_FOR}


def _dump(last: dict[type[models.Model], int]) -> list[Any]:
    """All tables without what differs from one second to the next.

    Args:
        last: the newest key of each table before the post.  A key that was drawn since says
            nothing: PostgreSQL never gives it back.
    """
    out: list[Any] = []
    for table in TABLES:
        columns = [
            c for c in table._meta.concrete_fields
            if not isinstance(c, _FLEETING) and c.name not in _CHANGING and not c.primary_key
        ]  # fmt: skip
        limits = [last.get(c.related_model) if c.is_relation else None for c in columns]  # type: ignore[arg-type]
        rows = []
        for row in table._default_manager.order_by("pk").values_list(*(c.attname for c in columns)):
            known = (
                "new" if limit is not None and isinstance(v, int) and v > limit else v
                for v, limit in zip(row, limits, strict=True)
            )
            rows.append(_DRAWN.sub("#", repr(tuple(known))))
        out.append((table.__name__, sorted(rows)))
    return out


def _newest() -> dict[type[models.Model], int]:
    """The newest key of each table that counts its rows."""
    newest = {
        t: t._default_manager.order_by("pk").values_list("pk", flat=True).last() for t in TABLES
    }
    return {table: key for table, key in newest.items() if isinstance(key, int)}


def _append_dump(left: list[Any], last: dict[type[models.Model], int]) -> None:
    left.append(_dump(last))


def _forms(browsers: Browsers, world: World, visitor: str, only: str) -> Iterator[tuple[str, Any]]:
    seen: set[str] = set()
    for probe in probes(world)[0]:
        if probe.method != "GET" or not probe.name.startswith(only):
            continue
        response = browsers.ask(visitor, "GET", probe.url)
        if response.status_code != 200 or "html" not in response.headers["Content-Type"]:
            continue
        parser = Forms()
        parser.feed(response.content.decode())
        for action, fields in parser.forms:
            url = action.partition("#")[0] or probe.url
            kind = re.sub(r"\d+|[0-9a-f-]{36}", "#", url) + probe.case + str(len(fields))
            if "logout" not in url and kind not in seen:
                seen.add(kind)
                yield url, fields


def _differing(world: World, visitor: str, *, only: str = "") -> tuple[list[str], int]:
    browsers, columns, last = Browsers(world), _columns(), _newest()
    found, tried = [], 0
    for url, fields in _forms(browsers, world, visitor, only):
        left: list[Any] = []
        extra = {k: v for k, v in columns.items() if k not in fields}
        for data in (fields, fields | extra):
            browsers.ask(visitor, "POST", url, data, then=partial(_append_dump, left, last))
        tried += 1
        changed = [a[0] for a, b in zip(*left, strict=True) if a != b]
        if changed:
            found.append(f"{visitor} {url}: {', '.join(changed)}")
    return found, tried


@pytest.mark.parametrize("visitor", VISITORS)
def test_columns_that_no_field_shows_cannot_be_posted(world: World, visitor: str) -> None:
    found, tried = _differing(world, visitor)

    assert tried > 0
    assert found == []


def _generous(request: HttpRequest) -> HttpResponse:
    """Saves whatever is posted."""
    if request.method == "POST":
        unit = Unit.objects.get(name="东村党支部")
        for name, value in request.POST.items():
            if name in ("note", "kind"):
                setattr(unit, name, value)
        unit.save()
    return HttpResponse('<form method="post"><input name="note" value="x"></form>')


def test_generous_view_is_noticed(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    urls = [*site_urls.urlpatterns, path("generous/", _generous, name="generous")]
    module = type("urls", (), {"urlpatterns": urls})
    monkeypatch.setitem(__import__("sys").modules, "tests.urls_with_generous", module)
    settings.ROOT_URLCONF = "tests.urls_with_generous"

    assert _differing(world, "organiser", only="generous")[0] == ["organiser /generous/: Unit"]


def test_columns_of_accounts_are_among_those_posted() -> None:
    """Without them the test would prove nothing about rights."""
    assert {f.name for f in Account._meta.concrete_fields} - ASKED_FOR <= set(_columns())
