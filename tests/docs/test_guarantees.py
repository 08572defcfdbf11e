"""The page of guarantees names a test for each, and the tests exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "guarantees.md").read_text("utf-8")
ROWS = {m[1]: m[0] for m in re.finditer(r"^\| (G\d+) \|.*$", PAGE, re.M)}


def test_every_guarantee_has_a_row_with_tests_and_a_control() -> None:
    assert list(ROWS) == [f"G{n}" for n in range(1, 27)]
    for name, row in ROWS.items():
        _, _, what, tests, control, _ = (cell.strip() for cell in row.split("|"))
        assert what, name
        assert re.search(r"`tests/\S+\.py`", tests), name
        assert control, name


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(tests/\S+\.(?:py|txt))`", PAGE))

    assert named
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_every_test_of_guarantees_is_named() -> None:
    found = {f"tests/guarantees/{p.name}" for p in (ROOT / "tests/guarantees").glob("test_*.py")}

    assert sorted(found - set(re.findall(r"`(tests/\S+\.py)`", PAGE))) == []
