"""G26: a full disk, a read-only database, a lost file: an error page, and nothing half-written."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from kaohe.audit.models import JournalEntry
from kaohe.campaigns.models import Evidence, Sheet
from kaohe.campaigns.services import evidence as evidence_service
from kaohe.register.models import Unit
from tests.campaigns.conftest import World, build_world, client_of, pdf_file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None, tmp_path: Path, settings: Any) -> World:
    """A campaign under way, committed: what is refused must be refused by the database itself."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return build_world()


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)


@contextmanager
def _read_only() -> Iterator[None]:
    on, off = {
        "sqlite": ("PRAGMA query_only=ON", "PRAGMA query_only=OFF"),
        "postgresql": (
            "SET default_transaction_read_only = on", "SET default_transaction_read_only = off",
        ),
    }[connection.vendor]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(on)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(off)


def _state(tmp: Path) -> tuple[Any, ...]:
    sheets = list(Sheet.objects.order_by("pk").values_list("state", "version", "data"))
    files = sorted(str(p) for p in tmp.rglob("*") if p.is_file())
    return (
        sheets, files, Evidence.objects.count(), Unit.objects.count(), JournalEntry.objects.count(),
    )  # fmt: skip


def _posts(world: World) -> dict[str, Callable[[], Any]]:
    """Requests that write, by everybody who writes."""
    respondent = client_of(world.respondent, raise_request_exception=False)
    organiser = client_of(world.organiser, raise_request_exception=False)
    sheet = world.self_sheet()
    unit = {"name": "新村", "kind": "村", "order": "9", "active": "on"}
    evidence = reverse("campaigns:sheet_evidence", args=[sheet.pk])
    autosave = reverse("campaigns:autosave", args=[sheet.pk])
    stage = reverse("organiser:stage", args=[world.campaign.pk, world.stage("group_stage").pk])
    return {
        "upload": lambda: respondent.post(evidence, {"slot": "report", "files": pdf_file()}),
        "autosave": lambda: respondent.post(autosave, {"version": sheet.version, "mark_duty": "9"}),
        "unit": lambda: organiser.post(reverse("register:unit_new"), unit),
        "stage": lambda: organiser.post(stage, {"to": "open"}),
    }


@pytest.mark.parametrize("what", ["upload", "autosave", "unit", "stage"])
def test_read_only_database_gives_an_error_page_and_changes_nothing(
    world: World, tmp_path: Path, what: str
) -> None:
    posts, before = _posts(world), _state(tmp_path)

    with _read_only():
        response = posts[what]()

    assert response.status_code in (500, 503)
    assert "系统出错" in response.content.decode()
    assert _state(tmp_path) == before
    assert posts[what]().status_code in (200, 302), "and works again afterwards"
    assert _state(tmp_path) != before


def test_full_disk_refuses_an_upload_and_leaves_nothing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kw: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = _state(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("django.core.files.storage.FileSystemStorage._save", full)
        response = _posts(world)["upload"]()

    assert response.status_code == 500
    assert "系统出错" in response.content.decode()
    assert _state(tmp_path) == before


@pytest.mark.parametrize("guarded", [True, False], ids=["as built", "control"])
def test_journal_that_fails_takes_the_change_with_it(
    world: World, tmp_path: Path, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control writes outside the transaction: then a row without its journal entry stays."""

    def fail(*args: object, **kw: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    post, before = _posts(world)["upload"], _state(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(evidence_service, "_journal", fail)
        if not guarded:
            patch.setattr(evidence_service, "transaction", SimpleNamespace(atomic=nullcontext))
            patch.setattr(evidence_service, "require_editable", lambda *args, **kw: None)
            patch.setattr(evidence_service, "_attach", _without_lock(evidence_service._attach))
        response = post()

    assert response.status_code == 500
    assert (_state(tmp_path) == before) is guarded


def _without_lock(attach: Any) -> Any:
    """`select_for_update` needs a transaction; the control has none."""

    def attached(row: Evidence, owner: Sheet, slot: str) -> Any:
        row.sheet = Sheet.objects.select_related("subject").get(pk=owner.pk)
        return row.sheet.subject

    return attached


def test_lost_file_is_said_in_words(world: World, tmp_path: Path) -> None:
    _posts(world)["upload"]()
    row = Evidence.objects.get()
    Path(row.file.path).unlink()
    client = client_of(world.respondent)

    response = client.get(reverse("campaigns:evidence", args=[row.pk]))

    assert response.status_code == 404
    assert "没有找到" in response.content.decode()
    assert "文件在存储中找不到" in response.content.decode()
