"""A PostgreSQL cluster of the tests' own, which may be crashed."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

BINARIES = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None, key=lambda p: p.as_posix())


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster in a folder; `postgres` may not run as root."""

    folder: Path
    as_user: tuple[str, ...]

    @property
    def url(self) -> str:
        """Address of its maintenance database."""
        return f"postgresql://kaohe@/postgres?host={self.folder}"

    def start(self, *options: str) -> None:
        """Start it and wait until it answers."""
        given = " ".join(("-k", str(self.folder), "-c listen_addresses=''", *options))
        self._control("-w", "-t", "30", "-l", str(self.folder / "log"), "-o", given, "start")

    def crash(self) -> None:
        """Stop without a checkpoint and without a goodbye: what is not in the log file is gone."""
        self._control("-m", "immediate", "stop")

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        assert BINARIES is not None
        command: Sequence[str] = (*self.as_user, str(BINARIES / program), *arguments)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60)


@contextlib.contextmanager
def cluster(*options: str) -> Iterator[Cluster]:
    """A fresh cluster, started with settings such as ``-c fsync=off``."""
    folder = Path(tempfile.mkdtemp(prefix="kaohe-crash-", dir="/tmp"))
    as_user: tuple[str, ...] = ()
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = ("runuser", "-u", "postgres", "--")
    made = Cluster(folder, as_user)
    try:
        arguments = ("-A", "trust", "-U", "kaohe", "--locale=C.UTF-8", "--no-sync")
        made._run("initdb", "-D", str(folder / "data"), *arguments)
        made.start(*options)
        yield made
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            made.crash()
        shutil.rmtree(folder, ignore_errors=True)
