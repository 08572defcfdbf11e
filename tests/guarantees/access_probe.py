"""Walking the resolver, asking as each visitor, and comparing with the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kaohe.register.models import Role
from tests.guarantees.access_table import Key, Table
from tests.guarantees.access_targets import cases_by_route
from tests.guarantees.world import TWINS, VISITORS, World

METHODS = ("GET", "POST")


@dataclass(frozen=True, slots=True)
class Probe:
    """One address to be asked for, with one method."""

    name: str
    route: str
    case: str
    method: str
    url: str

    @property
    def key(self) -> Key:
        """What names its row in the table."""
        return f"{self.name} /{self.route}", self.method, self.case


def routes() -> list[tuple[str, str]]:
    """Every address the resolver knows: full name and route, whatever mounts it."""
    return list(_walk(get_resolver(settings.ROOT_URLCONF).url_patterns, "", ""))


def _walk(patterns: Iterable[Any], space: str, prefix: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, inner, route)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}" if pattern.name else "", route


def probes(world: World) -> tuple[list[Probe], list[str]]:
    """What to ask, and complaints about routes that cannot be asked for."""
    targets = cases_by_route(world)
    found, complaints = [], []
    for name, route in routes():
        cases = targets.get(name) if "<" in route else {"": {}}
        if not name or not cases:
            complaints.append(f"/{route} ({name or 'no name'}): no object stands in for it")
            continue
        for case, arguments in cases.items():
            url = reverse(name, kwargs=arguments)
            found += [Probe(name, route, case, method, url) for method in METHODS]
    return found, complaints


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever is written inside, even if the transaction broke."""
    mark = transaction.savepoint()
    try:
        yield
    finally:
        transaction.set_rollback(False)
        transaction.savepoint_rollback(mark)
        transaction.savepoint_commit(mark)


class Browsers:
    """A browser per visitor, each logged in once."""

    def __init__(self, world: World) -> None:
        self._clients: dict[str, Client] = {}
        self._cookies: dict[str, SimpleCookie] = {}
        for visitor, account in world.accounts.items():
            client = Client(raise_request_exception=False)
            if account is not None:
                client.force_login(account)
            self._clients[visitor] = client
            self._cookies[visitor] = deepcopy(client.cookies)

    def ask(
        self,
        visitor: str,
        method: str,
        url: str,
        data: Any = None,
        *,
        then: Callable[[], object] = lambda: None,
    ) -> Any:
        """The response; what the request wrote, to the database or to cookies, is undone.

        Args:
            then: looks at what was written, before it is undone.
        """
        client = self._clients[visitor]
        try:
            with undone():
                asked = client.generic(method, url) if data is None else client.post(url, data)
                then()
                return asked
        finally:
            client.cookies = deepcopy(self._cookies[visitor])

    def answer(self, visitor: str, method: str, url: str) -> str:
        """The class of an answer: its status, or ``login`` if it leads to the log-in page."""
        data = {} if method == "POST" else None
        response = self.ask(visitor, method, url, data)
        where = response.headers.get("Location", "")
        to_login = response.status_code == 302 and where.startswith(reverse("login") + "?next=")
        return "login" if to_login else str(response.status_code)


def measure(world: World, wanted: Iterable[Probe]) -> Table:
    """Ask everything as everybody.

    A method that the plain case of a route refuses to everybody is not asked for its other cases:
    whether an address takes a method does not depend on the object.
    """
    browsers = Browsers(world)
    table: Table = {}
    refused: set[tuple[str, str]] = set()
    for probe in wanted:
        if (probe.route, probe.method) in refused:
            continue
        row = {v: browsers.answer(v, probe.method, probe.url) for v in VISITORS}
        table[probe.key] = row
        if set(row.values()) == {"405"}:
            refused.add((probe.route, probe.method))
    return table


def plain(wanted: Iterable[Probe]) -> list[Probe]:
    """The plain case of each address and method."""
    return list({(p.route, p.method): p for p in reversed(list(wanted))}.values())[::-1]


def measure_twins(world: World, wanted: Iterable[Probe]) -> list[str]:
    """Where somebody of `TWINS` is answered otherwise than the visitor he counts as."""
    browsers, out = Browsers(world), []
    for probe in plain(wanted):
        for twin, visitor in TWINS.items():
            mine, theirs = (browsers.answer(v, probe.method, probe.url) for v in (twin, visitor))
            if mine != theirs:
                out.append(f"{probe.method} /{probe.route}: {twin} {mine}, {visitor} {theirs}")
    return out


def measure_revoked(world: World, wanted: Iterable[Probe], table: Table) -> list[str]:
    """Where somebody who has just lost his roles is answered otherwise than who never had one.

    He stays logged in: the very next request must miss the role.
    """
    browsers, out = Browsers(world), []
    for visitor in VISITORS[2:]:
        with undone():
            for probe in wanted:
                before = table.get(probe.key, {})
                if before.get(visitor) != before.get("no_role"):
                    browsers.answer(visitor, probe.method, probe.url)
                    break
            Role.objects.filter(account=world.account(visitor)).delete()
            for probe in wanted:
                row = table.get(probe.key)
                if row and row[visitor] != row["no_role"]:
                    now = browsers.answer(visitor, probe.method, probe.url)
                    if now != row["no_role"]:
                        out.append(f"{probe.method} {probe.url}: former {visitor} gets {now}")
    return out
