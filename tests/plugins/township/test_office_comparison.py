"""``kaohe compare`` on the office's own workbook: every wrong figure, its cause, and nothing else.

Which figures are wrong is known from `test_office_results`, which calculates all rows by hand.
"""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kaohe.cli import main
from tests.cli.running import run
from tests.plugins.township.casework import DATA
from tests.plugins.township.test_office_results import DIFFERENCES

WORKBOOK = DATA / "office-results-2025.xlsx"
SCHEME = "township.responsibility"

CAUSES = {
    "S5": ("rounding", "中间各步都没有舍入"),
    "H9": ("cap", "没有按 100 封顶"),
    "O12": ("denominator", "除以收回的 65 张，应除以有效票 62 张"),
    "U15": ("limit", "最高为“良好”的限制没有执行"),
    "S16": ("weights", "用成 20%，应为 10%"),
    "O19": ("rounding", "只保留 1 位小数"),
    "S23": ("digits", "74.48 写成 47.48"),
    "R26": ("weights", "权重互换"),
}
FOLLOWING = {"S9": ("H9",), "S12": ("O12",), "S26": ("R26",)}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """The command's report."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = main(["compare", SCHEME, str(WORKBOOK), "--yes", "--quiet", "--format", "json"])
    assert code == 1
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def test_every_wrong_figure_is_found_and_nothing_else(found: dict[str, Any]) -> None:
    titles = {"H": "target", "O": "ballot", "R": "debrief", "S": "total", "T": "branch",
              "U": "secretary"}  # fmt: skip
    assert found["compared"] == 26 * len(titles)
    assert {(d["title"], d["cell"][0], d["ours"]) for d in found["differences"]} == {
        (unit, letter, ours) for unit, letter, _, ours in DIFFERENCES
    }
    assert found["problems"] == []


def test_each_has_its_cause(found: dict[str, Any]) -> None:
    own = {d["cell"]: d["cause"] for d in found["differences"] if not d["consequence"]}

    assert {cell: cause["code"] for cell, cause in own.items()} == {
        cell: code for cell, (code, _) in CAUSES.items()
    }
    for cell, (_, words) in CAUSES.items():
        assert words in own[cell]["text"]


def test_what_follows_from_them_is_told_apart(found: dict[str, Any]) -> None:
    following = {
        d["cell"]: tuple(ref.rpartition("!")[2] for ref in d["cause"]["upstream"])
        for d in found["differences"]
        if d["consequence"]
    }

    assert following == FOLLOWING


def test_each_can_be_redone_on_a_calculator(found: dict[str, Any]) -> None:
    steps = {d["cell"]: (d["office_steps"], d["our_steps"]) for d in found["differences"]}

    assert steps["H9"][0] == [
        "考核组得分：(99.5 + 100 + 99) ÷ 3 + 2.00 = 101.50",
        "目标考核：(99.80 + 101.50) ÷ 2 = 100.65",
    ]
    assert steps["S16"] == (
        ["综合得分：93.05×60% + 85.45×30% + 90.75×20% = 99.615 → 99.62"],
        ["综合得分：93.05×60% + 85.45×30% + 90.75×10% = 90.54"],
    )
    assert steps["O12"][0] == ["民主测评：(100×53 + 80×4 + 60×2 + 40×3) ÷ 65 = 90.15"]


def test_the_marked_workbook_keeps_the_offices_layout(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "核对.xlsx"

    done = run(
        capsys, "compare", SCHEME, str(WORKBOOK), "--yes", "--format", "xlsx", "-o", str(out)
    )

    assert done.code == 1
    before = openpyxl.load_workbook(WORKBOOK)
    after = openpyxl.load_workbook(io.BytesIO(out.read_bytes()))
    sheet = after["2025考核汇总"]
    for row in before["2025考核汇总"].iter_rows():
        for cell in row:
            assert sheet[cell.coordinate].value == cell.value
    marked = {c.coordinate for row in sheet.iter_rows() for c in row if c.comment}
    assert marked == {*CAUSES, *FOLLOWING}
    assert "没有按 100 封顶" in sheet["H9"].comment.text
    assert sheet["H9"].fill.start_color.rgb != sheet["S9"].fill.start_color.rgb
    assert sheet["H8"].fill.fill_type is None
    listed = {row[0].value for row in after["核对结果"].iter_rows(min_row=5)}
    assert {*CAUSES, *FOLLOWING} <= listed


def test_it_does_not_depend_on_the_names_of_the_units(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Rows in another order, columns moved: the same findings at their new places."""
    book = openpyxl.load_workbook(WORKBOOK)
    sheet = book.worksheets[0]
    sheet.move_range("A4:U29", rows=2)
    path = tmp_path / "moved.xlsx"
    book.save(path)

    done = run(capsys, "compare", SCHEME, str(path), "--yes", "--format", "json")

    cells = {d["cell"] for d in json.loads(done.out)["differences"]}
    assert cells == {f"{cell[0]}{int(cell[1:]) + 2}" for cell in (*CAUSES, *FOLLOWING)}
