"""G14: every address, asked by everybody, with each method, answers as the table says.

`access.txt` has a paragraph for each route of the resolver, a line for each method and state of its
object, and a column for each visitor (`world.VISITORS`).  A new address fails this test until it
has a row; the failure says how to make one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, get_resolver, path, reverse

from kaohe.site import urls as site_urls
from tests.guarantees.access_probe import (
    Browsers,
    Probe,
    measure,
    measure_revoked,
    measure_twins,
    plain,
    probes,
)
from tests.guarantees.access_table import Table, advice, differences, read_table, write_table
from tests.guarantees.world import VISITORS, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.any_database]

GUARDED = ("register:units", "results:campaign", "campaigns:claims", "organiser:campaign")
GUARDED += ("ballots:turnout", "audit:journal", "documents:table")
"""One address of each app, whose guard is taken away to see whether that is noticed."""


@pytest.fixture(scope="module", autouse=True)
def kept_files() -> Iterator[None]:
    """What a request writes is undone, and a removed file must come back with its row."""
    with pytest.MonkeyPatch.context() as patch:
        same = "django.core.files.storage.FileSystemStorage.delete"
        patch.setattr(same, lambda *args: None)
        yield


@pytest.fixture(scope="module")
def table() -> Table:
    """What is checked in."""
    return read_table()


def test_every_address_answers_as_the_table_says(world: World) -> None:
    wanted, complaints = probes(world)
    assert not complaints, advice(complaints)

    measured = measure(world, wanted)
    if os.environ.get("KAOHE_ACCESS_WRITE"):
        write_table(measured)

    found = differences(read_table(), measured)
    assert not found, advice(found)


@pytest.mark.parametrize("visitor", ["respondent", "assessor", "organiser"])
def test_foreign_objects_are_answered_like_missing_ones(world: World, visitor: str) -> None:
    """Nobody learns from an answer whether a sheet, claim or file of others exists."""
    browsers = Browsers(world)
    missing = {"pk": 10**6}
    for name in ("sheet", "sheet_view", "claim", "claim_withdraw"):
        for method in ("GET", "POST"):
            url = reverse(f"campaigns:{name}", kwargs=missing)
            assert browsers.answer(visitor, method, url) in ("403", "404", "405"), (name, method)


def test_deactivated_and_superuser_count_as_others(world: World) -> None:
    assert measure_twins(world, probes(world)[0]) == []


def test_revoked_role_is_gone_at_the_next_request(world: World, table: Table) -> None:
    assert measure_revoked(world, probes(world)[0], table) == []


def test_head_opens_nothing_that_get_does_not(world: World, table: Table) -> None:
    browsers = Browsers(world)
    found = []
    for probe in plain(probes(world)[0]):
        row = table.get(probe.key)
        if probe.method != "GET" or row is None:
            continue
        for visitor in ("anonymous", "no_role", "sibling", "organiser"):
            now = browsers.answer(visitor, "HEAD", probe.url)
            if now not in (row[visitor], "405"):
                found.append(f"HEAD {probe.url}: {visitor} gets {now}, GET gives {row[visitor]}")
    assert found == []


@pytest.mark.parametrize("name", GUARDED)
def test_view_without_its_guard_is_noticed(
    world: World, table: Table, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the same comparison, with the guard taken off one view."""
    wanted = [p for p in probes(world)[0] if p.name == name and p.method == "GET"]
    mine = {p.key: table[p.key] for p in wanted if p.key in table}
    assert differences(mine, measure(world, wanted)) == []

    pattern = _pattern(wanted[0])
    monkeypatch.setattr(pattern, "callback", _unguarded(pattern.callback))

    found = differences(mine, measure(world, wanted))
    assert any("no_role gets" in line for line in found), found


def _pattern(probe: Probe) -> URLPattern:
    match = get_resolver(settings.ROOT_URLCONF).resolve(f"/{probe.url.lstrip('/')}")
    found = list(_patterns(get_resolver(settings.ROOT_URLCONF)))
    return next(p for p in found if p.callback is match.func)


def _patterns(resolver: Any) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from _patterns(pattern)


def _unguarded(view: Any) -> Any:
    """The innermost function below the decorators."""
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return view


def _open_to_all(request: HttpRequest, pk: int = 0) -> HttpResponse:
    return HttpResponse("open")


def test_new_address_without_a_row_is_noticed(
    world: World, table: Table, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Negative control: one address nobody put into the table, one nobody gave an object."""
    more = [
        path("brand-new/", _open_to_all, name="brand_new"),
        path("brand-new/<int:pk>/", _open_to_all, name="brand_new_object"),
    ]
    with_more = type("urls", (), {"urlpatterns": [*site_urls.urlpatterns, *more]})
    monkeypatch.setitem(__import__("sys").modules, "tests.urls_with_more", with_more)
    settings.ROOT_URLCONF = "tests.urls_with_more"

    wanted, complaints = probes(world)
    rows = {p.key: dict.fromkeys(VISITORS, "200") for p in wanted if p.name == "brand_new"}

    assert ["brand_new_object" in c for c in complaints] == [True]
    assert "no row: GET brand_new /brand-new/" in differences(table, table | rows)
    assert "KAOHE_ACCESS_WRITE=1" in advice(complaints)
