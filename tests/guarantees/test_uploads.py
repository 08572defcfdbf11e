"""G17 at every place that takes a file: hostile ones are refused in words and leave nothing.

What makes a file hostile is tested where files are judged (`tests/campaigns/test_evidence.py`,
`tests/workbooks/test_hostile.py`).  Here each page that reads uploads is asked, through the page, so
that no new page goes round the judges.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import kaohe
from kaohe.campaigns.models import Claim, Evidence
from kaohe.register.models import RollUpload, WorkdayYear
from kaohe.site.designer.models import SchemeDraft
from tests.campaigns.test_evidence import HARMLESS, HOSTILE
from tests.guarantees.world import World
from tests.workbooks.test_hostile import CORPUS

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class Place:
    """A page that takes files: who posts, the address's objects, the field and what else is sent."""

    visitor: str
    objects: tuple[str, str]
    """Which of the world's collections, and the key in it."""
    data: dict[str, str]
    field: str = "files"
    module: str = "campaigns/views/evidence.py"


ENTRY = {"quantity": "2", "reason": "先进集体", "event": "一件事"}
PLACES = {
    "campaigns:sheet_evidence": Place("respondent", ("sheets", "own_draft"), {"slot": "duty"}),
    "campaigns:claim_new": Place(
        "respondent", ("subjects", "drafting"), ENTRY, module="campaigns/views/claims.py"
    ),
    "campaigns:claim": Place(
        "respondent", ("claims", "draft"), ENTRY, module="campaigns/views/claims.py"
    ),
    "campaigns:finding_new": Place(
        "organiser", ("subjects", "persons"), ENTRY, module="campaigns/views/findings.py"
    ),
    "campaigns:report_files": Place(
        "respondent", ("reports", "report_draft"), {"slot": "form"},
        module="campaigns/views/reports.py",
    ),
    "register:import": Place(
        "organiser", ("", ""), {}, "file", module="register/views/importing.py"
    ),
    "register:workday_year": Place(
        "organiser", ("years", "this"), {"action": "read"}, "file",
        module="register/views/workdays.py",
    ),
    "organiser:compare": Place(
        "organiser", ("campaigns", "computed"), {}, "file",
        module="site/organiser/views/compare.py",
    ),
    "designer:schemes": Place(
        "designer", ("", ""), {}, "file", module="site/designer/views.py"
    ),
}  # fmt: skip
NO_EVIDENCE = {name for name in PLACES if not name.startswith("campaigns:")}
"""Places that read a workbook, and keep what was in it instead of the file."""
RULES = {"campaigns:claim_new": "honour", "campaigns:finding_new": "misconduct"}


def _address(world: World, name: str) -> str:
    kind, key = PLACES[name].objects
    if not kind:
        return reverse(name)
    if kind == "years":
        return reverse(name, args=[timezone.localdate().year])
    found = world.subject(key) if kind == "subjects" else getattr(world, kind)[key]
    rule = {"rule": RULES[name]} if name in RULES else {}
    return reverse(name, kwargs={"pk": found.pk, **rule})


def _stored() -> tuple[Any, ...]:
    files = [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()]
    kept = (RollUpload, WorkdayYear, SchemeDraft)
    rows = (Evidence.objects.count(), *(model.objects.count() for model in kept))
    return (*rows, len(files), Claim.objects.exclude(state=Claim.State.DRAFT).count())


def _post(world: World, name: str, file: SimpleUploadedFile) -> tuple[Any, tuple[Any, ...], str]:
    """The answer, what is stored then, and what the next page says."""
    place = PLACES[name]
    client = Client()
    mark = transaction.savepoint()
    try:
        client.force_login(world.account(place.visitor))
        response = client.post(_address(world, name), {**place.data, place.field: file})
        text = response.content.decode()
        if response.status_code == 302:
            text = client.get(response.headers["Location"]).content.decode()
        return response, _stored(), text
    finally:
        transaction.savepoint_rollback(mark)


def _hostile(name: str) -> dict[str, tuple[str, bytes]]:
    """A file of each kind of hostility that this place is to refuse."""
    if name not in NO_EVIDENCE:
        return {case: (file, make()) for case, (file, make) in HOSTILE.items()}
    found = {case: ("a.xlsx", make()) for case, (make, why) in CORPUS.items() if why}
    if name == "register:workday_year":
        for text in ("text", "csv with its mark", "csv of an old Excel"):
            del found[text]  # which it reads
    return found


@pytest.mark.parametrize("name", PLACES)
def test_hostile_files_are_refused_in_words_and_leave_nothing(world: World, name: str) -> None:
    before = _stored()
    wrong = []
    for case, (file, data) in _hostile(name).items():
        response, after, text = _post(world, name, SimpleUploadedFile(file, data, "text/html"))
        said = re.search(r'class="(?:errors?|note note-bad)[^"]*"', text)
        if response.status_code not in (200, 302, 409, 422) or after != before or not said:
            wrong.append((case, response.status_code, after, bool(said)))
    assert wrong == []


@pytest.mark.parametrize("name", sorted(set(PLACES) - NO_EVIDENCE))
def test_harmless_file_is_kept_there(world: World, name: str) -> None:
    """Negative control: the same request with a good file does store something."""
    before = _stored()
    file, data, _ = HARMLESS["pdf"]

    response, after, text = _post(world, name, SimpleUploadedFile(file, data, "text/html"))

    assert response.status_code == 302, text
    assert after[0] == before[0] + 1
    assert after[-2] == before[-2] + 1


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize(
    "file",
    ["../../etc/passwd.pdf", "a\0b.pdf", "a\r\nSet-Cookie: x=1.pdf", "\u202efdp.exe", "长" * 300, "con"],
    ids=["path", "nul", "crlf", "rtl", "long", "reserved"],
)  # fmt: skip
def test_strange_names_do_no_harm(world: World, name: str, file: str) -> None:
    data = HARMLESS["pdf"][1]

    response, _after, text = _post(world, name, SimpleUploadedFile(file, data))

    assert response.status_code in (200, 302, 400, 422)
    assert "\u202e" not in text
    stored = {p.name for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()}
    assert not stored & {"passwd.pdf", "con", "con.pdf"}


def test_every_page_that_reads_uploads_is_tested_here() -> None:
    """A new upload needs a line in PLACES; `store_files` is the one way into evidence."""
    root = Path(kaohe.__file__).parent
    reading = {
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if re.search(r"request\.FILES|store_files\(", path.read_text("utf-8"))
    }

    assert reading == {place.module for place in PLACES.values()}
