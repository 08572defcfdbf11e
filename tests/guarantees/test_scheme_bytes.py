"""G18: reading hostile schemes costs little, and the reader behind ours would not have done.

That every hostile text gives scheme errors with a place is tested in `tests/scheme/test_reading.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tests.scheme.test_reading import HOSTILE

_READ = """
import base64, json, re, sys, time
from pathlib import Path
from kaohe.scheme.errors import SchemeErrors
from kaohe.scheme.reading import read_source
slow = {}
for name, text in json.load(sys.stdin).items():
    before = time.process_time()
    try:
        read_source(base64.b64decode(text), name="x").bind()
    except SchemeErrors:
        pass
    slow[name] = time.process_time() - before
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([slow, int(peak[1]) // 1024]))
"""
"""The peak is this process's own: `ru_maxrss` would hand down that of the test run which forked it."""
pytestmark = pytest.mark.any_database
LARGE = {
    "brackets": "a: " + "[" * 120_000,
    "anchors": "\n".join(f"k{n}: &a{n} x" for n in range(20_000)),
    "braces": "{" * 100_000,
    "quotes": 'a: "' + "\\x41" * 60_000 + '"',
    "comments": "# x\n" * 60_000,
    "keys": "\n".join(f"k{n}: 1" for n in range(25_000)),
}
MOST_SECONDS, MOST_MEGABYTES = 4.0, 200
"""Processor seconds on a crowded machine; alone the worst of them takes less than one.  Without limits
the brackets take minutes."""


def _as_bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


@pytest.mark.slow
def test_hostile_schemes_are_cheap_to_refuse() -> None:
    from base64 import b64encode

    corpus = {n: b64encode(_as_bytes(t)).decode() for n, t in {**HOSTILE, **LARGE}.items()}

    done = subprocess.run(
        [sys.executable, "-c", _READ], input=json.dumps(corpus), capture_output=True, text=True,
        check=True,
    )  # fmt: skip

    seconds, megabytes = json.loads(done.stdout)
    assert len(seconds) == len(corpus)
    assert {n: s for n, s in seconds.items() if s > MOST_SECONDS} == {}
    assert megabytes <= MOST_MEGABYTES


def _load(text: bytes | str) -> Any:
    return YAML(typ="safe", pure=True).load(_as_bytes(text))


def test_plain_loading_would_not_have_done() -> None:
    """Negative control: what is hostile to us is loaded there, or fails with anything at all."""
    accepted, broken = set(), set()
    for name in ("alias bomb", "self reference", "date", "deep", "huge number"):
        try:
            _load(HOSTILE[name])
            accepted.add(name)
        except YAMLError:
            continue
        except Exception:
            broken.add(name)

    assert {"alias bomb", "self reference"} <= accepted
    assert "date" in broken
    assert _load("a: 0.30")["a"] != "0.30", "and figures become binary floats"
