"""Running the command in this process, or as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from kaohe.cli import main

ROOT = Path(__file__).resolve().parents[2]
SCHEME = str(ROOT / "tests/schemes/demo.yaml")


@dataclass(frozen=True)
class Run:
    """What a command did."""

    code: int
    out: str
    err: str


def run(capsys: pytest.CaptureFixture[str], *args: str) -> Run:
    """Run the command here."""
    capsys.readouterr()
    try:
        code = main(list(args))
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    captured = capsys.readouterr()
    return Run(code, captured.out, captured.err)


def run_apart(*args: str, code: str = "", **environment: str) -> Run:
    """Run the command, or some Python, in a fresh process."""
    command = [sys.executable, *(["-c", code] if code else ["-m", "kaohe.cli"]), *args]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("KAOHE_", "DJANGO_"))}
    env |= {"PYTHONPATH": str(ROOT / "core"), "PYTHONIOENCODING": "utf-8", **environment}
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=env, timeout=120, check=False
    )
    return Run(done.returncode, done.stdout, done.stderr)
