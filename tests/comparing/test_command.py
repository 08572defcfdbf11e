"""``kaohe compare`` as somebody runs it: mapping proposed, confirmed, written, used again."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.running import Run, run, run_apart
from tests.comparing.making import HEADINGS, SCHEME, Sheet, made_sheet, written

OWN_NAMES = {
    "综合得分": "期末数", "民主测评得分": "群众打的", "单位等次": "单位怎样", "名次": "第几",
}  # fmt: skip


def with_error(seed: int = 3) -> Sheet:
    """A workbook with one wrong total."""
    sheet = made_sheet(seed)
    sheet.rows[2]["综合得分"] += Decimal(10)
    return sheet


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A workbook on disk."""
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(with_error().content())
    return path


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command with what is typed."""

    def call(*args: str, typed: str = "") -> Run:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return run(capsys, "compare", str(SCHEME), *args)

    return call


def test_nothing_is_compared_before_the_columns_are_confirmed(command: Any, office: Path) -> None:
    done = command(str(office))

    assert done.code == 2
    assert done.out == ""
    assert "O 列 目标考核得分 → 结果：目标考核" in done.err
    assert "--yes" in done.err


def test_a_confirmed_mapping_is_written_and_used_again(
    command: Any, office: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "列.yaml"

    first = command(str(office), "--mapping", str(mapping), typed="\n")
    text = mapping.read_text(encoding="utf-8")
    second = command(str(office), "--mapping", str(mapping))

    assert first.code == second.code == 1
    assert first.out == second.out
    assert 'R: {heading: "综合得分", meaning: "score:total"}  # 结果：综合得分' in text
    assert mapping.read_text(encoding="utf-8") == text


def test_a_column_is_changed_while_confirming(command: Any, office: Path) -> None:
    done = command(str(office), "--format", "json", typed="R=\nXX=综合得分\nR=没有的\n是\n")

    assert done.code == 0  # the wrong column is not looked at any more
    assert "没有 XX 列" in done.err
    assert "不认识含义“没有的”" in done.err
    assert "R 列 综合得分 → 没有认出，不核对" in done.err


def test_quitting_compares_nothing(command: Any, office: Path) -> None:
    done = command(str(office), typed="q\n")

    assert (done.code, done.out) == (2, "")


def test_headings_that_say_nothing_are_recognised_by_their_figures(
    command: Any, tmp_path: Path
) -> None:
    path = tmp_path / "own.xlsx"
    headings = tuple(OWN_NAMES.get(h, h) for h in HEADINGS)
    sheet = with_error()
    for row in sheet.rows:
        row |= {OWN_NAMES[k]: row[k] for k in OWN_NAMES}
    path.write_bytes(sheet.content(headings))

    done = command(str(path), "--yes", "--format", "json")

    assert "R 列 期末数 → 结果：综合得分（据数值）" in done.err
    assert "S 列 第几 → 结果：名次（据数值）" in done.err
    (one,) = [d for d in json.loads(done.out)["differences"] if d["meaning"] == "score:total"]
    assert (one["cell"], one["heading"]) == ("R5", "期末数")


def test_a_mapping_finds_its_columns_in_next_years_workbook(
    command: Any, office: Path, tmp_path: Path
) -> None:
    mapping, later = tmp_path / "m.yaml", tmp_path / "2026.xlsx"
    command(str(office), "--mapping", str(mapping), "--yes")
    book = openpyxl.load_workbook(office)
    book.worksheets[0].insert_cols(2)
    book.worksheets[0].title = "2026"
    book.save(later)

    done = command(str(later), "--mapping", str(mapping), "--format", "json")

    (one,) = [d for d in json.loads(done.out)["differences"] if d["meaning"] == "score:total"]
    assert (one["sheet"], one["cell"]) == ("2026", "S5")


def test_mistakes_in_a_mapping_are_told_all_at_once(
    command: Any, office: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        'sheets:\n  - sheet: 汇总\n    columns:\n      A: {heading: 单位名称, meaning: "own:title"}\n'
        '      R: {heading: 综合得分, meaning: "总得粉"}\n      Z: {heading: 没有, meaning: rank}\n',
        encoding="utf-8",
    )

    done = command(str(office), "--mapping", str(mapping))

    assert done.code == 2
    assert "不认识含义“总得粉”" in done.err
    assert "没有“没有”这一列" in done.err


@pytest.mark.parametrize("text", ["sheets: [", "[]", "scheme: other\nsheets: []\n"])
def test_a_mapping_that_is_none_is_refused(
    command: Any, office: Path, tmp_path: Path, text: str
) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(text, encoding="utf-8")

    assert command(str(office), "--mapping", str(mapping)).code == 2


def test_unreadable_cells_are_told_and_the_rest_is_compared(command: Any, tmp_path: Path) -> None:
    path = tmp_path / "bad.xlsx"
    sheet = with_error()
    sheet.rows[5]["自评"] = "九十"
    sheet.rows[6]["优秀"] = "3O"
    sheet.rows[7]["综合得分"] = "缺考"
    path.write_bytes(sheet.content())

    done = command(str(path), "--yes", "--format", "json")

    told = json.loads(done.out)
    assert done.code == 2
    assert [p["place"].partition("（")[0] for p in told["problems"]] == [
        "汇总!B8", "汇总!H9", "汇总!R10",
    ]  # fmt: skip
    assert [d["cell"] for d in told["differences"] if d["meaning"] == "score:total"] == ["R5"]
    assert told["subjects"] == 10


def test_an_empty_result_is_a_finding(command: Any, tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    sheet = made_sheet(3)
    right = sheet.rows[4]["综合得分"]
    sheet.rows[4]["综合得分"] = None
    path.write_bytes(sheet.content())

    (one,) = json.loads(command(str(path), "--yes", "--format", "json").out)["differences"]

    assert (one["cell"], one["cause"]["code"], one["ours"]) == ("R7", "blank", f"{right:.2f}")


def test_results_alone_are_checked_against_one_another(command: Any, tmp_path: Path) -> None:
    """No raw figures at all: the parts are taken as given, total, rank and grades are checked."""
    headings = (
        "单位名称",
        "目标考核得分",
        "民主测评得分",
        "述职评议得分",
        "综合得分",
        "名次",
        "单位等次",
    )
    path = tmp_path / "results.xlsx"
    path.write_bytes(with_error().content(headings))

    done = command(str(path), "--yes", "--format", "json")

    told = json.loads(done.out)
    assert told["given"] == ["目标考核", "民主测评", "述职评议"]
    assert [d["cell"] for d in told["differences"] if d["meaning"] == "score:total"] == ["E5"]
    assert "没有原始数据的列" in done.err


def test_a_record_shows_which_input_was_typed_wrongly(command: Any, tmp_path: Path) -> None:
    record, path = tmp_path / "record.xlsx", tmp_path / "office.xlsx"
    sheet = made_sheet(21)
    record.write_bytes(sheet.content())
    number = next(n for n, u in enumerate(sheet.units) if str(u.own)[0] != str(u.own)[1])
    digits = str(sheet.units[number].own)
    typed = Decimal(digits[1] + digits[0] + digits[2:])
    sheet.rows[number] = written(replace(sheet.units[number], own=typed))
    sheet.rank()
    path.write_bytes(sheet.content())

    told = json.loads(command(str(record), str(path), "--yes", "--format", "json").out)

    (own,) = [d for d in told["differences"] if not d["consequence"]]
    assert (own["cell"], own["cause"]["code"]) == (f"B{number + 3}", "digits")
    assert "相邻两位数字颠倒" in own["cause"]["text"]
    assert {d["meaning"] for d in told["differences"] if d["consequence"]} >= {
        "score:target", "score:total",
    }  # fmt: skip


def test_the_report_is_readable(command: Any, office: Path) -> None:
    done = command(str(office), "--yes", "--quiet")

    assert done.code == 1
    assert done.err == ""
    assert "1. 第3单位　综合得分　R5：单位" in done.out
    assert "   原因：" in done.out
    assert "应为　　　　综合得分：" in done.out


def test_no_difference_leaves_with_zero(command: Any, tmp_path: Path) -> None:
    path = tmp_path / "right.xlsx"
    path.write_bytes(made_sheet(3).content())

    done = command(str(path), "--yes", "--quiet")

    assert (done.code, done.out) == (0, "12 个考核对象，核对 96 格，没有发现不同。\n")


@pytest.mark.parametrize("name", ["没有.xlsx", "other.txt"])
def test_a_file_that_is_no_workbook_is_refused(command: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / "other.txt").write_text("x")

    assert command(str(tmp_path / name), "--yes").code == 2


def test_it_needs_no_database_and_no_web_framework(office: Path) -> None:
    code = (
        "import sys; from kaohe.cli import main; "
        f"main(['compare', {str(SCHEME)!r}, {str(office)!r}, '--yes', '--quiet']); "
        "assert 'django' not in sys.modules"
    )

    assert run_apart(code=code).code == 0


def test_a_workbook_in_which_nothing_can_be_checked_is_refused(
    command: Any, tmp_path: Path
) -> None:
    path = tmp_path / "totals.xlsx"
    path.write_bytes(made_sheet(3).content(("单位名称", "综合得分")))

    done = command(str(path), "--yes")

    assert done.code == 2
    assert "没有一格可以核对" in done.out
