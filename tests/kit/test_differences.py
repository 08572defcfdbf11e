"""Two versions in words, and whose grade changes."""

from __future__ import annotations

import json
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kaohe.cli import main
from kaohe.kit.differences import differences
from kaohe.kit.record_text import record_text
from kaohe.kit.regrading import regrade
from kaohe.scheme.reading import SchemeSource
from kaohe.scoring.facts import Facts, Mark, Subject
from tests.kit.schemes import BASE, shipped, small


def changed(change: Any) -> list[str]:
    data = deepcopy(BASE)
    change(data)
    return list(map(str, differences(small(), SchemeSource.from_data(data))))


def test_equal_versions_do_not_differ() -> None:
    for source in (small(), *shipped().values()):
        assert differences(source, SchemeSource.from_data(source.data)) == []


def test_a_changed_figure_names_where_it_stands() -> None:
    def change(data: Any) -> None:
        data["items"]["work"]["items"][0]["points"] = "55"

    assert changed(change) == ["改动　指标表 · “工作” · 评分项“履职” · 满分：60 → 55"]


def test_an_item_moved_is_no_change_of_its_content() -> None:
    def change(data: Any) -> None:
        data["items"]["work"]["items"].reverse()

    assert changed(change) == ["换序　指标表 · “工作” · 评分项：班子、履职"]


def test_added_and_removed_parts_are_named() -> None:
    def change(data: Any) -> None:
        items = data["items"]["work"]["items"]
        items[1] = {"id": "fresh", "title": "创新", "points": "40"}
        del data["entries"]["honour"]["most"]

    assert changed(change) == [
        "新增　指标表 · “工作” · 评分项“创新”：创新",
        "删去　指标表 · “工作” · 评分项“班子”：班子",
        "删去　加减分 · “加分” · 每笔最多：10",
    ]


def test_a_formula_is_told_with_its_operators() -> None:
    def change(data: Any) -> None:
        data["scores"]["total"]["cap"]["at"] = "95"

    assert changed(change) == ["改动　得分 · “总分” · 封顶 · 最高：100 → 95"]


def test_the_order_of_grades_counts_and_that_of_keys_does_not() -> None:
    def turn_grades(data: Any) -> None:
        data["grades"]["grade"]["bands"] = {"中": "70", "好": "90", "差": "0"}

    def turn_keys(data: Any) -> None:
        data["grades"]["grade"] = dict(reversed(data["grades"]["grade"].items()))

    assert changed(turn_grades) == ["换序　等次 · “等次” · 分数段：中、好、差"]
    assert changed(turn_keys) == []


FACTS = Facts(
    (Subject("a", "甲单位"), Subject("b", "乙单位")),
    tuple(
        Mark(name, "sheet", "丙", item, Decimal(value))
        for name, duty, team in (("a", 58, 34), ("b", 20, 20))
        for item, value in (("duty", duty), ("team", team))
    ),
)


def stricter() -> dict[str, Any]:
    data = deepcopy(BASE)
    data["version"] = "2026.2"
    data["grades"]["grade"]["bands"]["好"] = "95"
    return data


def test_whose_grade_changes() -> None:
    found = regrade(small().bind(), SchemeSource.from_data(stricter()).bind(), FACTS)

    (one,) = found.changes
    assert (one.title, one.before.grades, one.after.grades) == (
        "甲单位",
        {"等次": "好"},
        {"等次": "中"},
    )
    assert found.subjects == 2
    assert found.refused == ()


def test_facts_without_a_place_are_said() -> None:
    data = deepcopy(BASE)
    data["items"]["work"]["items"][1]["id"] = "other"

    found = regrade(small().bind(), SchemeSource.from_data(data).bind(), FACTS)

    assert found.refused
    assert all(text.startswith("新版本：") for text in found.refused)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    written = {
        "old.yaml": json.dumps(BASE, ensure_ascii=False),
        "new.yaml": json.dumps(stricter(), ensure_ascii=False),
        "record.json": record_text(small().bind(), FACTS),
    }
    for name, text in written.items():
        (tmp_path / name).write_text(text, "utf-8")
    return [str(tmp_path / name) for name in written]


def test_the_command_tells_differences_and_changes(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", *files]) == 1
    out = capsys.readouterr().out

    assert "改动　等次 · “等次” · 分数段 · “好”：90 → 95" in out
    assert "好 → 中" in out
    assert "2 个考核对象中 1 个有变化" in out


def test_the_command_speaks_json(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *files, "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)

    assert [one["path"] for one in data["differences"]] == ["version", "grades.grade.bands.好"]
    assert data["outcome"]["changes"][0]["after"]["grades"] == {"等次": "中"}


def test_equal_files_leave_with_zero(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", files[0], files[0], files[2]]) == 0
    assert "内容相同" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"title": "新办法"}, "版本都是 2026.1，内容却不同"),
        ({"version": "2026.2"}, "只有版本号不同（2026.1 → 2026.2），规定没有改"),
        ({"version": "2026.2", "title": "新办法"}, ""),
        ({"id": "demo.other", "title": "新办法"}, ""),
        ({}, ""),
    ],
)
def test_odd_versions_are_remarked_on(
    files: list[str], capsys: pytest.CaptureFixture[str], changes: dict[str, str], remark: str
) -> None:
    Path(files[1]).write_text(json.dumps({**BASE, **changes}, ensure_ascii=False), "utf-8")

    main(["diff", *files[:2]])
    printed = capsys.readouterr().out
    main(["diff", *files[:2], "--format", "json"])
    told = json.loads(capsys.readouterr().out)["remark"]

    assert remark in told
    assert bool(told) == bool(remark)
    assert (f"注意：{told}" in printed) == bool(remark)


def test_a_parameter_no_version_has_is_refused(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", *files, "--set", "none=1"]) == 2
    assert "两个版本都没有参数“none”" in capsys.readouterr().err
