"""A scheme still in a file: its roll-ups, and what the lint says about computing it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import run
from tests.scheme.test_rollups import MONTH


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "month.yaml"
    path.write_text(MONTH, "utf-8")
    return str(path)


def test_a_roll_up_is_named_by_file_and_name(capsys: pytest.CaptureFixture[str], file: str) -> None:
    done = run(capsys, "show", f"{file}#year")

    assert done.code == 0
    assert "demo.month.year" in done.out
    assert "各月平均（months）= 本期内各月总分的平均" in done.out
    assert "年度考核（demo.month.year；在文件里：文件名#year）" in run(capsys, "show", file).out


def test_a_roll_up_is_scored_from_the_file(
    capsys: pytest.CaptureFixture[str], file: str, tmp_path: Path
) -> None:
    record = tmp_path / "year.json"
    standing = [{"period": "2025-01", "value": 80}, {"period": "2025-02", "value": 91}]
    standing += [{"period": "2025-02", "score": "events", "value": -3}]
    subjects = [{"title": "甲村", "standing": standing}]
    record.write_text(json.dumps({"period": "2025", "subjects": subjects}), "utf-8")

    done = run(capsys, "score", f"{file}#year", str(record), "--format", "json")

    (one,) = json.loads(done.out)["subjects"]
    assert one["scores"] == {"months": "85.5", "worst": "-3.0", "total": "82.5"}


def test_a_roll_up_that_is_not_there_is_told_with_those_that_are(
    capsys: pytest.CaptureFixture[str], file: str
) -> None:
    done = run(capsys, "lint", f"{file}#yaer")

    assert done.code == 2
    assert done.err.strip() == f"{file}：没有周期汇总“yaer”。改为其中之一：year。"


def test_a_number_sign_in_the_name_of_a_folder_is_no_roll_up(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "no#1"
    folder.mkdir()
    (folder / "month.yaml").write_text(MONTH, "utf-8")

    assert run(capsys, "lint", str(folder / "month.yaml")).code == 0


def test_the_lint_says_what_scoring_would_refuse(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = MONTH.replace("points: 100}]}\n  view", "points: 99999}]}\n  view").replace(
        "mean: [{sheet: check}, {sheet: opinion}]",
        "ratio: {of: {sheet: check}, to: {sheet: opinion}, times: 20, most: 24}",
    ).replace("total: 100, cite: 一, items: [{id: a", "cite: 一, items: [{id: a").replace(
        "{id: b, title: 印象, points: 100}", "{id: b, title: 印象, points: 99999}"
    )  # fmt: skip
    path = tmp_path / "large.yaml"
    path.write_text(text, "utf-8")

    done = run(capsys, "lint", str(path))

    assert done.code == 1
    assert "large.yaml:18:3: L044 错误 “月度得分”：中间结果位数太多" in done.out
    assert "取名单列" in done.out
    assert "错误 1" in done.out


def test_a_file_that_cannot_be_used_counts_as_an_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(MONTH.replace("sheet: check}", "sheet: chek}"), "utf-8")

    done = run(capsys, "lint", str(path))

    assert done.code == 2
    assert "错误 1，" in done.out


@pytest.mark.parametrize(
    ("sheet", "words"),
    [
        ("by: assessors, items: duty", "检查表总分（几份取平均）"),
        ("by: assessors, items: duty, several: median", "检查表总分（几份取中位数）"),
        (
            "by: assessors, items: duty, several: trimmed, drop: 2",
            "检查表总分（几份去掉最高、最低各 2 份后取平均）",
        ),
        ("by: subject, items: duty", "检查表总分]"),
    ],
)
def test_show_says_how_several_sheets_become_one_figure(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sheet: str, words: str
) -> None:
    path = tmp_path / "month.yaml"
    path.write_text(MONTH.replace("by: assessors, items: duty", sheet), "utf-8")

    assert words in run(capsys, "show", str(path)).out
