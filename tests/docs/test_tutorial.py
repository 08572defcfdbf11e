"""The tutorial's scheme, put together from its steps, is what the page says it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kaohe.cli import main
from kaohe.scheme.lint import lint
from kaohe.scheme.reading import read_source
from kaohe.schemebooks import read_any_source, scheme_workbook
from kaohe.testing.cases import read_case
from kaohe.testing.replay import replay_case
from kaohe.testing.schemes import SchemeUnderTest

DOCS = Path(__file__).resolve().parents[2] / "docs" / "designers"


def blocks(name: str) -> list[str]:
    text = (DOCS / name).read_text("utf-8")
    return re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S)


*STEPS, CASE = blocks("tutorial.zh.md")
TEXT = "".join(STEPS)


def test_both_languages_build_the_same() -> None:
    assert blocks("tutorial.md") == [*STEPS, CASE]
    assert len(STEPS) == 5


def test_finished_scheme_lints_clean() -> None:
    source = read_source(TEXT, name="five-areas.yaml")
    source.check()

    assert {f.severity for f in lint(source)} <= {"info"}


def test_every_step_reads() -> None:
    for number in range(1, len(STEPS) + 1):
        assert read_source("".join(STEPS[:number]), name="x").id == "tutorial.five-areas"


def test_cases_come_out_as_worked_out_by_hand(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(CASE, "utf-8")
    scheme = SchemeUnderTest(read_source(TEXT, name="five-areas.yaml"))

    assert list(map(str, replay_case(read_case(tmp_path / "case.yaml"), scheme))) == []


def test_the_slip_the_page_suggests_is_found() -> None:
    slip = read_source(TEXT.replace("points: 20\n", "points: 25\n", 1), name="five-areas.yaml")

    assert any("100" in f.what and f.severity == "error" for f in lint(slip))


def test_workbook_holds_the_same_and_goes_on(tmp_path: Path) -> None:
    source = read_source(TEXT, name="x")
    begun = read_source("".join(STEPS[:2]), name="x")

    assert read_any_source(scheme_workbook(source), name="x").fingerprint == source.fingerprint
    assert read_any_source(scheme_workbook(begun), name="x").fingerprint == begun.fingerprint


def test_commands_of_the_page_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "five-areas.yaml"
    path.write_text(TEXT, "utf-8")

    assert main(["lint", str(path)]) == 0
    assert main(["show", str(path)]) == 0
    assert main(["simulate", str(path), "--runs", "1", "--subjects", "5", "--quiet"]) == 0
    assert "合格" in capsys.readouterr().out
