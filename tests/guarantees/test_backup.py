"""G23: a backup taken while people work restores to the same rows and the same journal."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.ballots.cluster import BINARIES
from tests.ballots.live import Place, _named, connect, database_url, place

pytestmark = pytest.mark.slow

_WORK = """
import time, uuid
from pathlib import Path
from django.db import transaction
from kaohe.audit.services import record
from kaohe.register.models import Unit
end, written = time.monotonic() + seconds, 0
while time.monotonic() < end and not Path(stop).exists():
    with transaction.atomic():
        name = uuid.uuid4().hex
        Unit.objects.create(name=name)
        record("unit.create", actor="x", subject=name, data={"name": name})
    written += 1
result = written
"""
_BACKUP = """
from django.core.management import call_command
call_command("backup", folder, **options)
"""
_LOOK = """
from kaohe.audit.models import JournalEntry
from kaohe.audit.services import head, verify
from kaohe.register.models import Unit
units = set(Unit.objects.values_list("name", flat=True))
journal = set(JournalEntry.objects.values_list("subject", flat=True))
result = [verify() is None, head(), Unit.objects.count(), units == journal]
"""


@pytest.fixture
def busy() -> Iterator[Place]:
    """A site with an uploaded file, on which somebody is working."""
    with place() as site:
        (site.folder / "media" / "evidence" / "ab").mkdir(parents=True)
        (site.folder / "media" / "evidence" / "ab" / "file").write_bytes(b"evidence")
        stop = site.folder / "stop"
        site.run(_WORK, seconds=0.2, stop=str(stop))
        worker = threading.Thread(target=lambda: site.run(_WORK, seconds=60, stop=str(stop)))
        worker.start()
        yield site
        stop.touch()
        worker.join()


def _restored(site: Place, folder: Path, manifest: dict[str, Any]) -> list[Any]:
    """What somebody finds in a restored site."""
    with place() as other:
        if not site.url:
            for leftover in other.folder.glob("kaohe.sqlite3*"):
                leftover.unlink()
            shutil.copy(folder / manifest["database"], other.file)
            return list(other.run(_LOOK))
        name = f"kaohe_restored_{uuid.uuid4().hex[:8]}"
        with connect(database_url()) as link:
            link.execute(f'CREATE DATABASE "{name}"')
        try:
            assert BINARIES is not None
            target = _named(database_url(), name)
            file = str(folder / manifest["database"])
            restore = [str(BINARIES / "pg_restore"), "--no-owner", f"--dbname={target}", file]
            subprocess.run(restore, check=True)
            other.environment["KAOHE_DATABASE_URL"] = target
            return list(other.run(_LOOK))
        finally:
            with connect(database_url()) as link:
                link.execute(f'DROP DATABASE "{urlsplit(target).path[1:]}" WITH (FORCE)')


def _grows_beyond(site: Place, rows: int) -> bool:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        if site.query("SELECT count(*) FROM register_unit")[0][0] > rows:
            return True
        time.sleep(0.1)
    return False


def test_backup_under_load_restores(busy: Place, tmp_path: Path) -> None:
    folder = tmp_path / "backup"

    busy.run(_BACKUP, folder=str(folder), options={})

    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert _grows_beyond(busy, manifest["rows"]["register_unit"]), "nobody worked meanwhile"
    chain_ok, head, units, same = _restored(busy, folder, manifest)
    assert chain_ok
    assert head == manifest["head"]
    assert units == manifest["rows"]["register_unit"] > 0
    assert same, "no row without its journal entry, none the other way round"
    assert list(manifest["media"]) == ["evidence/ab/file"]
    assert (folder / "media" / "evidence" / "ab" / "file").read_bytes() == b"evidence"
    names = {p.name for p in folder.rglob("*")}
    assert not names & {"secret-key", "ballot-pepper", "secrets"}, "secrets stay elsewhere"
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(bool(database_url()), reason="a copied file is SQLite's way to go wrong")
def test_copied_file_is_no_backup(tmp_path: Path) -> None:
    """Negative control: what was written lately is beside the file, not in it."""
    copy = tmp_path / "kaohe.sqlite3"
    with place() as site, closing(sqlite3.connect(site.file)) as somebody:
        somebody.execute("SELECT count(*) FROM register_unit").fetchone()
        site.run(_WORK, seconds=0.2, stop=str(tmp_path / "stop"))
        shutil.copy(site.file, copy)
        (committed,) = somebody.execute("SELECT count(*) FROM register_unit").fetchone()

    with closing(sqlite3.connect(copy)) as link:
        (there,) = link.execute("SELECT count(*) FROM register_unit").fetchone()
    assert there < committed


@pytest.mark.parametrize("harm", ["row", "byte", "file", "manifest"])
def test_damaged_backup_is_named(harm: str, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    with place() as site:
        (site.folder / "media").mkdir()
        (site.folder / "media" / "a").write_bytes(b"evidence")
        site.run(_BACKUP, folder=str(folder), options={})
        site.run(_BACKUP, folder=str(folder), options={"check": True})
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        if harm == "byte":
            with (folder / manifest["database"]).open("ab") as file:
                file.write(b"x")
        elif harm == "file":
            (folder / "media" / "a").write_bytes(b"forged")
        elif harm == "row":
            manifest["digest"] = "0" * 64
            (folder / "manifest.json").write_text(json.dumps(manifest))
        else:
            (folder / "manifest.json").unlink()

        with pytest.raises(AssertionError, match=r"缺失或被改动|没有完整的备份"):
            site.run(_BACKUP, folder=str(folder), options={"check": True})


def test_backup_during_a_poll_is_refused_unless_asked_for(tmp_path: Path) -> None:
    """It would keep what sealing destroys."""
    with place() as site:
        site.open_poll(3)

        with pytest.raises(AssertionError, match="还没有封存"):
            site.run(_BACKUP, folder=str(tmp_path / "one"), options={})
        assert not (tmp_path / "one" / "manifest.json").exists()
        site.run(_BACKUP, folder=str(tmp_path / "two"), options={"with_open_polls": True})
        assert (tmp_path / "two" / "manifest.json").exists()


def test_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep")
    with place() as site, pytest.raises(AssertionError, match="不是空的"):
        site.run(_BACKUP, folder=str(tmp_path), options={})
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]
