"""``kaohe score``."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

from tests.cli.running import SCHEME, run, run_apart

RECORD = {
    "period": "2025",
    "subjects": [
        {
            "id": "a", "title": "山前支部", "class": "north", "person": "赵一", "own": 95,
            "group": [90, 91], "vote": {"好": 10, "中": 2, "差": 0, "发票": 12, "收票": 12},
            "form": {"work": [92, 95]}, "bonus": [{"points": 2, "reason": "先进"}],
        },
        {"id": "b", "title": "河边支部", "class": "south", "own": 80, "vote": {"好": 3, "收票": 3}},
    ],
}  # fmt: skip


@pytest.fixture
def record(tmp_path: Path) -> str:
    """A record file."""
    path = tmp_path / "r.json"
    path.write_text(json.dumps(RECORD, ensure_ascii=False), "utf-8")
    return str(path)


def test_table_shows_scores_grades_and_flags(
    capsys: pytest.CaptureFixture[str], record: str
) -> None:
    done = run(capsys, "score", SCHEME, record)

    assert done.code == 0
    assert done.err == ""
    first = next(line for line in done.out.splitlines() if "山前支部" in line)
    # 0.2 × 95 + 0.5 × (90.5 + 2) + 0.2 × 95 + 0.1 × 93.5
    assert first.split() == [
        "1", "山前支部", "95.00", "2.00", "92.50", "95.00", "93.50", "93.60", "优", "优",
    ]  # fmt: skip
    second = next(line for line in done.out.splitlines() if "河边支部" in line)
    assert second.split() == [
        "—", "河边支部", "80.00", "0.00", "—", "100.00", "—", "—", "—", "—", "测评人数不足、缺少得分",
    ]  # fmt: skip


def test_json_is_stable(capsys: pytest.CaptureFixture[str], record: str) -> None:
    data = json.loads(run(capsys, "score", SCHEME, record, "--format", "json").out)

    assert list(data) == [
        "format", "scheme", "version", "fingerprint", "period", "parameters", "digest", "subjects",
        "lists", "quotas",
    ]  # fmt: skip
    assert data["format"] == 1
    one = data["subjects"][0]
    assert one["scores"]["total"] == "93.60"
    assert one["grades"]["branch"]["label"] == "优"
    assert "derivation" not in one


def test_json_with_a_derivation_of_whom_is_asked_for(
    capsys: pytest.CaptureFixture[str], record: str
) -> None:
    done = run(capsys, "score", SCHEME, record, "--format", "json", "--explain", "山前")

    first, second = json.loads(done.out)["subjects"]
    assert first["derivation"]["value"] == "93.60"
    assert "derivation" not in second


def test_explain_prints_what_a_person_can_redo(
    capsys: pytest.CaptureFixture[str], record: str
) -> None:
    done = run(capsys, "score", SCHEME, record, "--explain", "a")

    assert done.code == 0
    assert "95.00 × 0.20 + 92.50 × 0.50 + 95.00 × 0.20 + 93.50 × 0.10" in done.out
    assert "先进" in done.out
    assert "河边支部" not in done.out


def test_explain_all_has_everybody(capsys: pytest.CaptureFixture[str], record: str) -> None:
    out = run(capsys, "score", SCHEME, record, "--explain", "all").out

    assert "山前支部（北区支部" in out
    assert "河边支部（南区支部" in out


def test_explain_of_an_unknown_subject_names_the_known(
    capsys: pytest.CaptureFixture[str], record: str
) -> None:
    done = run(capsys, "score", SCHEME, record, "--explain", "东边")

    assert (done.code, done.out) == (2, "")
    assert done.err == "--explain：没有考核对象“东边”。可用：山前支部、河边支部 等；all 为全部。\n"


def test_set_changes_a_parameter(capsys: pytest.CaptureFixture[str], record: str) -> None:
    args = ("score", SCHEME, record, "--format", "json")
    done = run(capsys, *args, "--set", "where=outside", "--set", "points=50,50")

    data = json.loads(done.out)
    assert data["parameters"]["where"] == "outside"
    assert data["parameters"]["points"] == ["50", "50"]


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("where=elsewhere", "应为其中之一：inside、outside"),
        ("nothing=1", "没有参数“nothing”"),
        ("where", "应写成 参数=值"),
    ],
)
def test_wrong_setting_is_unusable(
    capsys: pytest.CaptureFixture[str], record: str, setting: str, said: str
) -> None:
    done = run(capsys, "score", SCHEME, record, "--set", setting)

    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_xlsx_has_the_shown_digits(
    capsys: pytest.CaptureFixture[str], record: str, tmp_path: Path
) -> None:
    target = tmp_path / "out.xlsx"

    done = run(capsys, "score", SCHEME, record, "--format", "xlsx", "-o", str(target))

    assert done.code == 0
    sheet = openpyxl.load_workbook(io.BytesIO(target.read_bytes()))["结果"]
    row = [cell.value for cell in sheet[2]]
    assert row[:4] == [1, "a", "山前支部", "北区支部"]
    assert sheet["J2"].value == 93.6
    assert sheet["J2"].number_format == "0.00"


def test_ties_that_were_decided_are_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    scheme, record, target = (tmp_path / name for name in ("s.yaml", "r.json", "out.xlsx"))
    text = Path(SCHEME).read_text("utf-8")
    scheme.write_text(text.replace("\nscores:\n", "\nties_by: [own_score]\nscores:\n", 1), "utf-8")
    same = {"class": "north", "group": [90], "vote": {"好": 9, "收票": 9}, "form": {"work": [90]}}
    bonus = [{"points": 2, "reason": "先进"}]
    subjects = [
        {**same, "id": "a", "title": "山前", "own": 89, "bonus": bonus},
        {**same, "id": "b", "title": "河边", "own": 94},
    ]
    record.write_text(json.dumps({"subjects": subjects}, ensure_ascii=False), "utf-8")
    rule = "排名次时，总得分相同的依次比较“自评得分”；仍相同的并列"
    told = "河边：总得分同为 92.80 的有 2 个，依次比较“自评得分”（94.00 高于 89.00）"

    out = run(capsys, "score", str(scheme), str(record)).out
    assert f"\n{rule}\n" in out
    assert f"\n    {told}\n" in out
    assert [line.split()[:2] for line in out.splitlines()[4:6]] == [["2", "山前"], ["1", "河边"]]
    run(capsys, "score", str(scheme), str(record), "--format", "xlsx", "-o", str(target))
    sheet = openpyxl.load_workbook(io.BytesIO(target.read_bytes()))["名单和名额"]
    assert [sheet["A1"].value, sheet["A3"].value] == [rule, told]
    data = json.loads(run(capsys, "score", str(scheme), str(record), "--format", "json").out)
    assert data["subjects"][1]["ties"] == [told.removeprefix("河边：")]


def test_mistakes_leave_with_two_and_every_place(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"subjects": [\n {"id": "a", "class": "x", "own": 196}]}', "utf-8")

    done = run(capsys, "score", SCHEME, str(path))

    assert (done.code, done.out) == (2, "")
    assert "bad.json:2:2 subjects[0]（a）：类别“x”不存在" in done.err
    assert "bad.json:2:35 subjects[0].own（a · 自评表 · 总分）：得分 196 超过满分 100" in done.err
    assert "共 2 处" in done.err


def test_missing_file_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "score", SCHEME, "nowhere.json")

    assert done.code == 2
    assert "nowhere.json：没有这个文件" in done.err


def test_unknown_scheme_names_near_ones(capsys: pytest.CaptureFixture[str], record: str) -> None:
    done = run(capsys, "score", "test.nothing", record)

    assert done.code == 2
    assert "没有考核办法“test.nothing”" in done.err


def test_score_needs_no_django_and_no_pandas(record: str) -> None:
    code = (
        "import sys; from kaohe.cli import main; "
        f"code = main(['score', {SCHEME!r}, {record!r}]); "
        "heavy = {m.partition('.')[0] for m in sys.modules}; "
        "print(code, sorted(heavy & {'django', 'pandas', 'numpy', 'openpyxl', 'reportlab', 'narwhals'}))"
    )

    done = run_apart(code=code)

    assert done.err == ""
    assert done.out.splitlines()[-1] == "0 []"


def test_score_of_a_workbook_needs_no_django(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    code = (
        "import sys; from kaohe.cli import main; "
        f"main(['template', {SCHEME!r}, '--xlsx', '-o', {str(path)!r}]); "
        f"code = main(['score', {SCHEME!r}, {str(path)!r}]); "
        "print(code, 'openpyxl' in sys.modules, 'django' in sys.modules, 'pandas' in sys.modules)"
    )

    assert run_apart(code=code).out.splitlines()[-1] == "2 True False False"
