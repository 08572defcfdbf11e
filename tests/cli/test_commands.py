"""The other commands, help, exit codes."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from kaohe.cli.parser import build_parser
from tests.cli.running import SCHEME, run, run_apart


def test_help_is_chinese_and_complete(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "--help")

    assert done.code == 0
    for name in (
        "schemes",
        "show",
        "template",
        "score",
        "lint",
        "check",
        "serve",
        "demo",
        "manage",
    ):
        assert f"\n    {name}" in done.out
    for word in ("usage", "options", "positional", "show this help"):
        assert word not in done.out


def test_help_answers_fast() -> None:
    run_apart("--help")
    times = []
    for _ in range(5):
        start = time.perf_counter()
        run_apart("--help")
        times.append(time.perf_counter() - start)

    # 0.12 s on two idle cores; the limit holds beside other tests on them.
    assert min(times) < 0.3


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom kaohe.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & "
        "{'django', 'pydantic', 'ruamel', 'pluggy', 'openpyxl', 'xlsxwriter'}))"
    )

    assert run_apart(code=code).out.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "缺少参数：命令"),
        (["scor"], "没有 'scor'"),
        (["score"], "缺少参数：考核办法"),
        (["score", "a", "b", "--nope"], "不认识的参数：--nope"),
        (["score", "a", "b", "--format", "pdf"], "没有 'pdf'"),
        (["serve", "--port", "x"], "--port"),
    ],
)
def test_wrong_usage_leaves_with_two(
    capsys: pytest.CaptureFixture[str], args: list[str], said: str
) -> None:
    done = run(capsys, *args)

    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    (commands,) = [a for a in build_parser()._actions if a.dest == "command"]
    for name in commands.choices or ():
        if name != "manage":
            assert run(capsys, str(name), "--help").code == 0


def test_show_prints_the_whole_scheme(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "show", SCHEME, "--set", "where=outside").out

    assert (
        "★总得分（total）= 自评得分 × 20% + 考核得分 × 50% + 测评得分 × 20% + 工作得分 × 10%" in out
    )
    assert "考核得分（group_score）= [考核表总分（几份取平均）]、加减分合计 之和" in out
    assert "没有写加分加在哪里。" in out
    assert "→ 参数决定。（本考核办法补充，原文无依据）" in out
    assert "加分加在哪里（where） = 封顶之外" in out
    assert "支部等次：按总得分，优 90 及以上、良 75 及以上、差 0 及以上" in out


def test_show_json_is_the_scheme(capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(run(capsys, "show", SCHEME, "--format", "json").out)

    assert data["id"] == "test.demo"
    assert data["items"]["aspects"]["items"][0]["points"] == "60"


def test_template_goes_through_score(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = str(tmp_path / "r.json")
    assert run(capsys, "template", SCHEME, "-o", target).code == 0

    assert run(capsys, "score", SCHEME, target).code == 0


def test_template_writes_a_workbook(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "r.xlsx"

    done = run(capsys, "template", SCHEME, "--xlsx", "-o", str(target))

    assert done.code == 0
    assert target.read_bytes()[:2] == b"PK"


def test_output_that_cannot_be_written_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    done = run(capsys, "template", SCHEME, "-o", str(tmp_path / "no" / "r.json"))

    assert done.code == 2
    assert "写不进去" in done.err


def test_lint_exits_with_one_on_findings(capsys: pytest.CaptureFixture[str]) -> None:
    done = run(capsys, "lint", SCHEME)

    assert done.code == 1
    assert "demo.yaml:" in done.out
    assert "检查了 1 个考核办法" in done.out


def test_lint_json_names_code_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    data = json.loads(run(capsys, "lint", SCHEME, "--format", "json").out)

    assert data["unusable"] == []
    assert {"code", "severity", "place", "path", "what", "why", "remedy"} == set(
        data["findings"][0]
    )


def test_lint_of_a_broken_file_exits_with_two(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("id: test.x\nversion: [\n", "utf-8")

    done = run(capsys, "lint", str(path), SCHEME)

    assert done.code == 2
    assert f"{path}:" in done.err
    assert "检查了 2 个考核办法" in done.out


def test_schemes_of_a_folder_need_no_plugin() -> None:
    folder = str(Path(SCHEME).parent)

    done = run_apart("schemes", "--format", "json", KAOHE_PLUGINS="", KAOHE_SCHEMES=folder)

    assert done.code == 0
    (found,) = json.loads(done.out)["schemes"]
    assert (found["id"], found["plugin"], found["period"]) == ("test.demo", "", "year")


def test_schemes_without_any_says_what_to_do() -> None:
    done = run_apart("schemes", KAOHE_PLUGINS="")

    assert done.code == 0
    assert "没有可用的考核办法。安装一个插件" in done.out


def test_check_names_a_plugin_that_is_not_there(tmp_path: Path) -> None:
    done = run_apart("check", "--format", "json", KAOHE_PLUGINS="nowhere", KAOHE_DATA=str(tmp_path))

    assert done.code == 1
    checks = json.loads(done.out)["checks"]
    (failure,) = [c for c in checks if c["id"] == "kaohe.E001"]
    assert "插件 nowhere（kaohe-nowhere 未安装，载入时）失败" in failure["what"]
    assert "pip install kaohe-nowhere" in failure["remedy"]


def test_check_says_that_the_database_cannot_be_reached(tmp_path: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/nothing"

    done = run_apart("check", KAOHE_DATABASE_URL=url, KAOHE_DATA=str(tmp_path), KAOHE_PLUGINS="")

    assert done.code == 2
    assert "不可用　数据库：连不上" in done.out


def test_manage_passes_everything_on(tmp_path: Path) -> None:
    done = run_apart("manage", "showmigrations", "--help", KAOHE_DATA=str(tmp_path))

    assert done.code == 0
    assert "showmigrations" in done.out


def test_manage_leaves_with_the_code_of_the_command(tmp_path: Path) -> None:
    done = run_apart("manage", "nothing-like-it", KAOHE_DATA=str(tmp_path))

    assert done.code == 1


def test_interrupted_pipe_is_no_failure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(_: object) -> int:
        raise BrokenPipeError

    monkeypatch.setattr("kaohe.cli.schemes.show_scheme", leave)
    monkeypatch.setattr("sys.stderr.close", lambda: None, raising=False)

    assert run(capsys, "show", SCHEME).code == 0
