"""G22: every form and every query of the site, filled in by somebody malicious: never a 5xx.

Every page that the visitors of the access table may open is opened, and each form on it is posted
with fields missing, doubled and strange.  What is refused must have changed nothing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

import kaohe
from kaohe.audit.models import JournalEntry
from kaohe.site import urls as site_urls
from tests.campaigns.test_fuzz import STRANGE, Forms
from tests.guarantees.access_probe import Browsers, probes
from tests.guarantees.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
VISITORS = ("respondent", "assessor", "organiser", "decider", "auditor", "designer", "technician")
MOST_FIELDS = 8
"""Of a long form so many fields are mutated, drawn at random: a list of units repeats itself."""
QUERIES = sorted(
    {
        name
        for file in Path(kaohe.__file__).parent.rglob("*.py")
        for name in re.findall(r'request\.GET\.get(?:list)?\("(\w+)"', file.read_text("utf-8"))
    }
)
"""Every name a page looks up in its query."""


def _mutations(fields: dict[str, str], rng: random.Random) -> Iterator[dict[str, Any]]:
    yield {}
    names = rng.sample(sorted(fields), min(len(fields), MOST_FIELDS))
    for name in names:
        yield {k: v for k, v in fields.items() if k != name}
        for value in rng.sample(STRANGE, 2):
            yield {**fields, name: value}
        yield {**fields, name: [fields[name], "x"]}
    yield {**fields, **{f"extra{n}": "x" for n in range(1200)}}


def _faults(world: World, visitor: str, *, only: str = "") -> tuple[list[str], int]:
    """What failed, and how often something was tried."""
    browsers, rng = Browsers(world), random.Random(11)
    found: list[str] = []
    seen: set[tuple[str, ...]] = set()
    tried = 0
    for probe in probes(world)[0]:
        if probe.method != "GET" or not probe.name.startswith(only):
            continue
        response = browsers.ask(visitor, "GET", probe.url)
        if response.status_code != 200 or "html" not in response.headers["Content-Type"]:
            continue
        forms = Forms()
        forms.feed(response.content.decode())
        for action, fields in forms.forms:
            url = action.partition("#")[0] or probe.url
            kind = (re.sub(r"\d+|[0-9a-f-]{36}", "#", url), *map(_unnumbered, sorted(fields)))
            if "logout" in url or tuple(dict.fromkeys(kind)) in seen:
                continue
            seen.add(tuple(dict.fromkeys(kind)))
            for data in _mutations(fields, rng):
                tried += 1
                found += _tried(browsers, visitor, url, data)
    return found, tried


def _unnumbered(name: str) -> str:
    return re.sub(r"\d+|[0-9a-f]{32}", "#", name)


def _tried(browsers: Browsers, visitor: str, url: str, data: dict[str, Any]) -> list[str]:
    before = JournalEntry.objects.count()
    wrote: list[int] = []
    response = browsers.ask(
        visitor, "POST", url, data, then=lambda: wrote.append(JournalEntry.objects.count())
    )
    short = {k: str(v)[:40] for k, v in list(data.items())[:12]}
    if response.status_code >= 500:
        return [f"{visitor} POST {url} {short}: {response.status_code}"]
    # "Hand in" keeps the draft first, so that nothing typed is lost if handing in is refused.
    drafted = response.status_code == 422 and data.get("goto") in ("hand_in", "submit")
    if 400 <= response.status_code < 500 and wrote != [before] and not drafted:
        return [f"{visitor} POST {url} {short}: {response.status_code}, yet something was written"]
    return []


@pytest.mark.parametrize("visitor", VISITORS)
def test_forms_stand_anything(world: World, visitor: str) -> None:
    found, tried = _faults(world, visitor)

    assert tried > 10
    assert found == []


@pytest.mark.parametrize("visitor", ["respondent", "assessor", "organiser", "decider", "auditor"])
def test_queries_stand_anything(world: World, visitor: str) -> None:
    browsers, rng = Browsers(world), random.Random(5)
    found = []
    for probe in probes(world)[0]:
        if probe.method != "GET":
            continue
        if browsers.ask(visitor, "GET", probe.url).status_code != 200:
            continue
        for _ in range(3):
            query = urlencode({name: rng.choice(STRANGE)[:1000] for name in QUERIES})
            response = browsers.ask(visitor, "GET", f"{probe.url}?{query}")
            if response.status_code >= 500:
                found.append(f"{visitor} {probe.url}?{query[:300]}")
    assert found == []


def test_strange_addresses_are_never_a_server_error(world: World) -> None:
    browsers = Browsers(world)
    strange = ("0", "9" * 19, "9" * 60, "1e3", "%00", "%ff", "../1", "\u202e", "-1")
    for probe in {p.route: p for p in probes(world)[0] if "<" in p.route}.values():
        for value in strange:
            url = "/" + re.sub(r"<[^>]+>", value, probe.route)
            status = browsers.ask("organiser", "GET", url).status_code
            assert status < 500, url


def _careless(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return HttpResponse(int(request.POST["x"]))
    return HttpResponse('<form method="post"><input name="x" value="1"></form>')


def test_careless_view_is_noticed(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a view that trusts its form."""
    more = [path("careless/", _careless, name="careless")]
    urls = type("urls", (), {"urlpatterns": [*site_urls.urlpatterns, *more]})
    monkeypatch.setitem(__import__("sys").modules, "tests.urls_with_careless", urls)
    settings.ROOT_URLCONF = "tests.urls_with_careless"

    assert _faults(world, "organiser", only="careless")[0] != []
