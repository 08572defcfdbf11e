"""Every page a role can reach by links: fits a phone, has one heading, labels, and no complaint."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest

from tests.e2e.conftest import Visit
from tests.e2e.page_faults import page_faults
from tests.e2e.visitors import Visitor

pytestmark = pytest.mark.e2e
FILES = re.compile(r"\.(pdf|xlsx|zip|json|txt)$|^/evidence/|^/journal/check/")
PUBLIC = re.compile(r"/notices/|/v$|/login/")
"""What anybody sees is looked at once."""
LIKE = 2
"""Pages of one shape that are looked at: the second sheet may be in another state."""
ROLES = {
    "": {"/login/", "/v", "/notices/", "/notices/*/", "/notices/*/*/"},
    "kaoheban": {
        "/campaigns/", "/campaigns/new/", "/campaigns/*/", "/campaigns/*/subjects/*/",
        "/campaigns/*/results/", "/campaigns/*/publication/", "/campaigns/*/method/",
        "/campaigns/*/polls/", "/results/subjects/*/", "/polls/", "/polls/*/", "/claims/",
        "/register/", "/register/units/*/", "/register/people/", "/register/groups/*/",
        "/register/import/", "/register/accounts/", "/sheets/*/view/", "/password/",
    },
    "tianbao": {
        "/tasks/", "/sheets/*/steps/1/", "/sheets/*/steps/done/", "/sheets/*/evidence/",
        "/subjects/*/claims/", "/subjects/*/claims/honour/", "/results/subjects/*/",
    },
    "zuzhang": {"/units/", "/sheets/*/score/", "/sheets/*/view/", "/sheets/*/return/", "/claims/"},
    "dangwei": {"/decisions/", "/campaigns/*/decision/"},
    "jiandu": {"/journal/", "/campaigns/*/results/", "/results/subjects/*/"},
    "sheji": {"/schemes/"},
    "jishu": {"/register/accounts/", "/register/accounts/*/", "/register/accounts/new/"},
}  # fmt: skip
"""Role's user name -> shapes of addresses the crawl must come past; it looks at all others too."""


def shape(url: str) -> str:
    """An address with its keys blanked out, names of query fields kept."""
    parts = urlsplit(url)
    path = re.sub(r"(?<=^/notices/)[^/]+", "*", parts.path)
    path = re.sub(r"(?<=/)(?:\d+|[0-9a-f-]{36})(?=/)(?<!steps/\d)", "*", path)
    fields = sorted({f.partition("=")[0] for f in parts.query.split("&") if f})
    return path + ("?" + "&".join(fields) if fields else "")


def crawl(visitor: Visitor, username: str) -> tuple[list[str], set[str]]:
    """Follow every link; what is wrong with the pages, and the shapes of addresses come past."""
    waiting = ["/"] if username else ["/", "/v", "/notices/"]
    seen: set[str] = set()
    shapes: Counter[str] = Counter()
    faults: list[str] = []
    while waiting:
        path = waiting.pop(0)
        if path in seen or shapes[shape(path)] >= LIKE:
            continue
        seen.add(path)
        shapes[shape(path)] += 1
        response = visitor.open(path)
        if response.status != 200:
            faults.append(f"{path}: {response.status}")
            continue
        faults += [f"{path}: {fault}" for fault in page_faults(visitor.page)]
        links = visitor.page.eval_on_selector_all(
            "a[href]:not([download])", "all => all.map((a) => a.getAttribute('href'))"
        )
        for link in links:
            target = urlsplit(urljoin(visitor.page.url, link))
            if f"{target.scheme}://{target.netloc}" != visitor.site.address:
                faults.append(f"{path} leads to {link}")
            elif not (FILES.search(target.path) or (username and PUBLIC.match(target.path))):
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))

    return faults, set(shapes)


@pytest.mark.parametrize("username", ROLES, ids=lambda u: u or "anybody")
def test_pages_in_reach_of_a_role_are_sound(visit: Visit, username: str) -> None:
    faults, shapes = crawl(visit(username), username)

    assert not faults, "\n" + "\n".join(faults)
    assert set() == ROLES[username] - shapes, sorted(shapes)


BAD = """<!doctype html><html lang="en"><title>x</title><body><main><h1>a</h1><h1>b</h1>
<input name="q"><button></button><div style="width:2000px">wide</div>
<i id="twice"></i><i id="twice"></i></main>"""


def test_a_bad_page_is_found_out(visit: Visit) -> None:
    """The control: each fault the crawl looks for is seen where it is."""
    page = visit().page
    page.set_content(BAD)

    faults = " ".join(page_faults(page))

    for word in ("lang", "2 h1", "no label", "no name", "twice: #twice", "inline", "wide at 390"):
        assert word in faults, word
