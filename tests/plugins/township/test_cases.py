"""Every signed case, digit for digit, through ``kaohe score``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import run
from tests.plugins.township.casework import CASES, read_case, record_of


def without_null(value: Any) -> Any:
    """``null`` in a case is text like everything else there."""
    if isinstance(value, dict):
        return {k: without_null(v) for k, v in value.items()}
    return None if value == "null" else value


def test_there_are_cases() -> None:
    assert len(CASES) >= 7


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_comes_out_as_signed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, path: Path
) -> None:
    case = read_case(path)
    record = tmp_path / "record.json"
    record.write_text(record_of(case), "utf-8")

    args = ("score", case["scheme"], str(record), "--format", "json", "--explain", "all")
    done = run(capsys, *args)

    assert (done.code, done.err) == (0, "")
    (subject,) = json.loads(done.out)["subjects"]
    expect = without_null(case["expect"])
    grades, flags = expect.pop("grades"), expect.pop("flags")
    aspects = expect.pop("aspects", {})
    assert {k: subject["scores"][k] for k in expect} == expect
    assert {k: g["label"] for k, g in subject["grades"].items()} == grades
    assert [flag["id"] for flag in subject["flags"]] == flags
    ballot = next(s for s in subject["derivation"]["inputs"] if s["id"] == "ballot")
    shown = {s["id"].removeprefix("ballot."): s["value"] for s in ballot["inputs"]}
    assert {k: shown[k] for k in aspects} == aspects


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_is_explained_on_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, path: Path
) -> None:
    case = read_case(path)
    record = tmp_path / "record.json"
    record.write_text(record_of(case), "utf-8")

    out = run(capsys, "score", case["scheme"], str(record), "--explain", "all").out

    for key, value in without_null(case["expect"]).items():
        if isinstance(value, str) and key not in ("honours",):
            assert value in out, key
    for value in case["expect"].get("aspects", {}).values():
        assert value in out
