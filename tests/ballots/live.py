"""A polling place for tests: a fresh database of the configured kind, real workers, voters.

The tests of concurrency, crashes and traces at rest need what requests meet: files, sockets and
processes.  `Place` makes a database (SQLite file or PostgreSQL database, as the test run's own is),
`Place.run` executes a snippet in a process of its own, and `Place.serve` starts gunicorn.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
ASPECTS = (
    "duty",
    "organization",
    "team",
    "members",
    "institutions",
    "innovation",
    "support",
    "review",
)
OPTIONS = ("优秀", "良好", "一般", "较差")


def ballot_definition(**changes: Any) -> dict[str, Any]:
    """The eight-aspect ballot of the responsibility assessment."""
    titles = ("履行职责", "组织建设", "班子建设", "队伍建设")
    titles += ("制度建设", "载体创新", "保障体系", "考核体系")
    return {
        "kind": "ballot",
        "title": "民主测评",
        "unit": "青岭村党支部",
        "aspects": [
            {"id": a, "title": t, "help": ""} for a, t in zip(ASPECTS, titles, strict=True)
        ],
        "options": [
            {"label": label, "points": str(100 - 20 * n)} for n, label in enumerate(OPTIONS)
        ],
        "strata": {},
        "blank": "allowed",
        "note": "",
    } | changes


def form_definition(**changes: Any) -> dict[str, Any]:
    """The debrief form: two scores, three texts."""
    return {
        "kind": "form",
        "title": "述职评议",
        "unit": "青岭村党支部",
        "scores": [
            {"id": "team", "title": "领导班子评议", "maximum": "100"},
            {"id": "secretary", "title": "书记履职评议", "maximum": "100"},
        ],
        "texts": [
            {"id": "best", "title": "主要成绩"},
            {"id": "problems", "title": "问题不足"},
            {"id": "advice", "title": "改进建议"},
        ],
    } | changes


def marks(choices: Sequence[int]) -> dict[str, str]:
    """The posted fields of a fully marked ballot."""
    return {f"m.{a}": str(c) for a, c in zip(ASPECTS, choices, strict=True)}


def database_url() -> str:
    """The test run's PostgreSQL address; empty for SQLite."""
    url = os.environ.get("KAOHE_DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def _named(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def connect(url: str, **options: str) -> Any:
    """A plain PostgreSQL connection in autocommit; `options` as libpq names them."""
    import psycopg

    return psycopg.connect(url.replace("postgres://", "postgresql://"), autocommit=True, **options)


def _environment(folder: Path, url: str) -> dict[str, str]:
    return {
        **os.environ,
        "KAOHE_DATA": str(folder),
        "KAOHE_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": os.environ.get(
            "KAOHE_LIVE_SETTINGS", "tests.ballots.live_settings"
        ),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'core'}",
    }


@cache
def _template() -> str:
    """A migrated database, made once a run: path of a SQLite file, or name of a database."""
    folder = Path(tempfile.mkdtemp(prefix="kaohe-template-"))
    url = ""
    if database_url():
        name = f"kaohe_template_{uuid.uuid4().hex[:10]}"
        with connect(database_url()) as link:
            link.execute(f'CREATE DATABASE "{name}"')
        url = _named(database_url(), name)
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--run-syncdb", "-v0", "--skip-checks"],
        env=_environment(folder, url),
        cwd=ROOT,
        check=True,
    )
    if url:
        return name
    with sqlite3.connect(folder / "kaohe.sqlite3") as link:
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return str(folder / "kaohe.sqlite3")


@dataclass
class Place:
    """A fresh database, its folder, and perhaps a server."""

    folder: Path
    url: str
    port: int = 0
    server: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The SQLite file."""
        return self.folder / "kaohe.sqlite3"

    @property
    def log(self) -> Path:
        """What the server wrote."""
        return self.folder / "server.log"

    def run(self, code: str, **values: Any) -> Any:
        """Run a snippet in a process of its own; it may set ``result``."""
        script = (
            "import json, sys, django\ndjango.setup()\n"
            "globals().update(json.load(sys.stdin))\nresult = None\n"
            f"{code}\nprint('\\0' + json.dumps(result))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script],
            input=json.dumps(values),
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise AssertionError(done.stderr)
        return json.loads(done.stdout.rpartition("\0")[2])

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Read with plain SQL."""
        if self.url:
            with connect(self.url) as link:
                return link.execute(sql).fetchall()
        with contextlib.closing(sqlite3.connect(self.file, timeout=20)) as link:
            return link.execute(sql).fetchall()

    def open_poll(
        self, codes: int, *, definition: dict[str, Any] | None = None, form: str = "qr"
    ) -> tuple[str, list[str]]:
        """Create and open a poll; return its id and its codes in clear."""
        return tuple(
            self.run(
                "from kaohe.ballots.services import *\n"
                "poll = create_poll(reference='c1.s1.'+name, definition=definition)\n"
                "slips = issue_slips(poll, counts={'': number})\n"
                "open_poll(poll, head_counts={'': number})\n"
                "result = [str(poll.pk), [getattr(s.code, form) for s in slips]]",
                definition=definition or ballot_definition(),
                number=codes,
                form=form,
                name=uuid.uuid4().hex[:8],
            )
        )

    def serve(self, *, workers: int = 2, threads: int = 4, debug: bool = False) -> None:
        """Start gunicorn on a free port and wait until it answers."""
        with socket.socket() as door, self.log.open("ab") as log:
            door.bind(("127.0.0.1", 0))  # handed down open: nobody else can take the port meanwhile
            self.port, number = door.getsockname()[1], door.fileno()
            command = [
                sys.executable, "-m", "gunicorn", "-c", "python:kaohe.site.gunicorn_conf",
                "-b", f"fd://{number}", "-w", str(workers), "--threads", str(threads),
                "--access-logfile", "-", "--log-level", "debug" if debug else "warning",
            ]  # fmt: skip
            self.server = subprocess.Popen(
                command, env=self.environment, cwd=ROOT, stdout=log, stderr=log, pass_fds=[number]
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if Voter(self.port).get("/v")[0] == 200:
                    return
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        assert self.server is not None
        children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def kill_a_worker(self) -> bool:
        """SIGKILL one worker."""
        with contextlib.suppress(ProcessLookupError, IndexError):
            os.kill(random.choice(self.workers()), signal.SIGKILL)
            return True
        return False

    def close(self) -> None:
        """Stop the server and remove the database."""
        if self.server is not None:
            self.server.terminate()
            try:
                self.server.wait(15)
            except subprocess.TimeoutExpired:
                self.server.kill()
        if self.url:
            with connect(database_url()) as link:
                name = urlsplit(self.url).path.strip("/")
                link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def place(**variables: str) -> Iterator[Place]:
    """A fresh polling place; `variables` go into the environment of its processes."""
    folder = Path(tempfile.mkdtemp(prefix="kaohe-place-"))
    url = ""
    if database_url():
        name = f"kaohe_place_{uuid.uuid4().hex[:10]}"
        with connect(database_url()) as link:
            link.execute(f'CREATE DATABASE "{name}" TEMPLATE "{_template()}"')
        url = _named(database_url(), name)
    else:
        shutil.copy(_template(), folder / "kaohe.sqlite3")
    made = Place(folder, url, environment=_environment(folder, url) | variables)
    try:
        yield made
    finally:
        made.close()


class Voter:
    """A phone: one keep-alive connection."""

    def __init__(self, port: int, *, address: str = "127.0.0.1") -> None:
        self.port, self.address = port, address
        self.link = self._connect()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=20, source_address=(self.address, 0)
        )

    def get(self, path: str) -> tuple[int, str]:
        """GET a page."""
        self.link.request("GET", path)
        answer = self.link.getresponse()
        return answer.status, answer.read().decode()

    def post(self, path: str, data: dict[str, str]) -> int:
        """POST a form; the status, or 0 if no answer came."""
        try:
            self.link.request(
                "POST", path, urlencode(data), {"Content-Type": "application/x-www-form-urlencoded"}
            )
            answer = self.link.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            self.link.close()
            self.link = self._connect()
            return 0


def in_parallel(
    port: int, jobs: Sequence[Any], work: Callable[[Voter, Any], Any], *, connections: int = 60
) -> list[Any]:
    """Run jobs over many connections, results in order."""
    local = threading.local()

    def one(job: Any) -> Any:
        if not hasattr(local, "voter"):
            local.voter = Voter(port)
        return work(local.voter, job)

    with ThreadPoolExecutor(connections) as pool:
        return list(pool.map(one, jobs))


def cast_fields(
    code: str, poll: str = "", *, nonce: str = "", choices: Sequence[int] = (0,) * 8
) -> dict[str, str]:
    """The fields of a post that casts."""
    return {"step": "cast", "code": code, "poll": poll, "nonce": nonce, **marks(choices)}
