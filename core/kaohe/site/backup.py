"""Backups that restore: a consistent copy of database and uploads, and a list to check it by.

Not in a backup: the secrets.  The ballot pepper beside a database full of hashes would let whoever
finds the backup try codes; it is kept elsewhere (docs/operations.md).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from kaohe.audit.services import head
from kaohe.ballots.models import Poll

MANIFEST = "manifest.json"
_UNSEALED = (Poll.State.OPEN, Poll.State.CLOSED)


class BackupRefused(Exception):
    """No backup was made, or it is not what it says; Chinese text with what to do."""


@dataclass(slots=True)
class Manifest:
    """What a backup holds."""

    made_at: str
    database: str
    """Name of the database's file."""
    digest: str
    head: str
    """Head of the journal: the anchor of everything before it."""
    rows: dict[str, int]
    """Table -> number of rows."""
    media: dict[str, str] = field(default_factory=dict)
    """Name of an uploaded file -> its digest."""


def make_backup(folder: Path, *, with_open_polls: bool = False) -> Manifest:
    """Write a backup into an empty or new folder; people go on working meanwhile.

    Args:
        folder: where to; it must not hold anything yet.
        with_open_polls: also while ballots are not sealed.  Such a copy keeps what sealing
            destroys, and has to be destroyed by hand.

    Raises:
        BackupRefused: the folder is in use, ballots are not sealed, or a tool is missing.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupRefused(f"文件夹 {folder} 不是空的，请换一个新文件夹。")
    waiting = Poll.objects.filter(state__in=_UNSEALED).count()
    if waiting and not with_open_polls:
        raise BackupRefused(
            f"有 {waiting} 场测评还没有封存：这时的备份里留有封存时要销毁的内容。"
            "请封存后再备份；确需现在备份，加 --with-open-polls，并在封存后删除这份备份。"
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = _copy_sqlite if connection.vendor == "sqlite" else _dump_postgresql
    file, rows, chain = copy(folder)
    # Files after rows: a row of the copy has its file unless somebody removed it since.
    manifest = Manifest(
        made_at=timezone.now().isoformat(timespec="seconds"),
        database=file.name,
        digest=_digest(file),
        head=chain,
        rows=rows,
        media=_copy_media(folder / "media"),
    )
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return manifest


def _tables() -> list[str]:
    return sorted(m._meta.db_table for m in apps.get_models() if m._meta.managed)


def _copy_sqlite(folder: Path) -> tuple[Path, dict[str, int], str]:
    file = folder / "kaohe.sqlite3"
    with closing(sqlite3.connect(str(settings.DATABASES["default"]["NAME"]))) as source:
        source.execute("VACUUM INTO ?", [str(file)])
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
        rows = {t: copy.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for t in _tables()}
        last = copy.execute(
            "SELECT hash FROM audit_journalentry ORDER BY seq DESC LIMIT 1"
        ).fetchone()
    return file, rows, last[0] if last else ""


def _dump_postgresql(folder: Path) -> tuple[Path, dict[str, int], str]:
    """Dump the very snapshot the rows are counted in."""
    file = folder / "kaohe.dump"
    tool = shutil.which("pg_dump") or _newest("pg_dump")
    if tool is None:
        raise BackupRefused("没有找到 pg_dump。请安装 postgresql-client 后再试。")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        command = [tool, "--format=custom", f"--snapshot={snapshot}", f"--file={file}"]
        done = subprocess.run(
            [*command, f"--dbname={_address()}"],
            env={**os.environ, **_password()},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise BackupRefused(f"pg_dump 没有成功：{done.stderr.strip()[:300]}")
        rows = {}
        for table in _tables():
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            (rows[table],) = cursor.fetchone()
        return file, rows, head()


def _newest(program: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return str(found[-1]) if found else None


def _address() -> str:
    """The connection as libpq reads it; a password stays out of the command line."""
    parameters = connection.get_connection_params()
    wanted = {"host": "host", "port": "port", "user": "user", "dbname": "dbname"}
    parts = {name: parameters[key] for key, name in wanted.items() if parameters.get(key)}
    return " ".join(f"{name}='{value}'" for name, value in parts.items())


def _password() -> dict[str, str]:
    given = connection.get_connection_params().get("password")
    return {"PGPASSWORD": str(given)} if given else {}


def _copy_media(folder: Path) -> dict[str, str]:
    root = Path(settings.MEDIA_ROOT)
    found: dict[str, str] = {}
    for source in sorted(root.rglob("*")) if root.is_dir() else ():
        if not source.is_file():
            continue
        name = source.relative_to(root).as_posix()
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copy2(source, target)
        except FileNotFoundError:
            continue  # removed since the folder was read
        found[name] = _digest(target)
    return found


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The list of a backup.

    Raises:
        BackupRefused: there is none.
    """
    try:
        data: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(**data)
    except (OSError, ValueError, TypeError) as error:
        raise BackupRefused(f"{folder} 里没有完整的备份（{MANIFEST}）。") from error


def backup_problems(folder: Path) -> list[str]:
    """What is wrong with a backup; empty if it can be restored."""
    manifest = read_manifest(folder)
    found = []
    file = folder / manifest.database
    if not file.is_file() or _digest(file) != manifest.digest:
        return [f"数据库文件 {manifest.database} 缺失或被改动。"]
    if file.suffix == ".sqlite3":
        found += _sqlite_problems(file, manifest)
    for name, digest in manifest.media.items():
        copy = folder / "media" / name
        if not copy.is_file() or _digest(copy) != digest:
            found.append(f"上传的文件 {name} 缺失或被改动。")
    return found


def _sqlite_problems(file: Path, manifest: Manifest) -> list[str]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            return ["数据库文件已损坏。"]
        return [
            f"{table} 应有 {count} 行，实有 {there} 行。"
            for table, count in manifest.rows.items()
            if (there := copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]) != count
        ]
