"""Workbooks in an office's own layout."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kaohe.records import Record, RecordErrors, Roll, read_record, read_roll
from kaohe.records.names import class_of_name
from kaohe.scoring.facts import Entry, Mark, Subject, Vote
from tests.records.making import workbook
from tests.schemes.loading import demo_source

HEAD = [
    ["2025年度汇总表", *[None] * 13],
    ["序号", "支部", "目标", None, None, None, None, "测评(30%)", None, None, None, None, "评议", "总得分"],
    [None, None, "自评", "考核组1", "考核组2", "加分", "得分", "发票", "收票", "好", "中", "差", "工作", None],
]  # fmt: skip
MERGED = ["A1:N1", "A2:A3", "B2:B3", "C2:G2", "H2:L2", "N2:N3"]
ROW = [1, "山前支部", 96.8, 90.5, 91.7, "0.5+1", 88, 30, 28, 20, 5, 3, 94.6, 77]


def read(rows: list[list[Any]], *, merged: list[str] = MERGED, **more: Any) -> Record:
    """Read a workbook below the usual heading."""
    data = workbook([*HEAD, *rows], merged=merged, title="汇总")
    return read_record(data, source=demo_source(), name="w.xlsx", **more)


def problems(rows: list[list[Any]], **more: Any) -> list[str]:
    """What is wrong with it."""
    with pytest.raises(RecordErrors) as caught:
        read(rows, **more)
    return [str(p) for p in caught.value.problems]


def test_two_merged_rows_of_headings_are_understood() -> None:
    facts = read([ROW]).facts

    assert facts.period == "2025"
    assert facts.subjects == (Subject("山前支部", "山前支部", "north", ""),)
    assert facts.marks == (
        Mark("山前支部", "own", "", "*", Decimal("96.8")),
        Mark("山前支部", "group", "考核组1", "*", Decimal("90.5")),
        Mark("山前支部", "group", "考核组2", "*", Decimal("91.7")),
        Mark("山前支部", "form", "", "work", Decimal("94.6")),
    )
    assert facts.votes == (
        Vote("山前支部", "vote", "", "@", "issued", 30),
        Vote("山前支部", "vote", "", "@", "returned", 28),
        Vote("山前支部", "vote", "", "*", "好", 20),
        Vote("山前支部", "vote", "", "*", "中", 5),
        Vote("山前支部", "vote", "", "*", "差", 3),
    )
    assert facts.entries == (
        Entry("山前支部", "", "bonus", Decimal("0.5"), reason="汇总!F4 第 1 项"),
        Entry("山前支部", "", "bonus", Decimal(1), reason="汇总!F4 第 2 项"),
    )


def test_report_says_what_was_understood_and_what_not() -> None:
    rows = [ROW, [None] * 14, ["注:", "民主测评不少于50人"]]

    record = read(rows)

    assert "  C 列 目标·自评 → 自评表（总分）" in record.understood
    assert "  D 列 目标·考核组1 → 考核表（总分），考核组1" in record.understood
    assert "  类别据名称中的字词：1 个 → 北区支部：山前支部" in record.understood
    assert record.ignored == (
        "汇总!A6：注释或合计行“注: 民主测评不少于50人”",
        "工作表“汇总”结果列不取用：A 序号、G 目标·得分、N 总得分",
    )


@pytest.mark.parametrize(
    ("cell", "points"),
    [
        ("2", ["2"]),
        (2, ["2"]),
        ("0.5+1", ["0.5", "1"]),
        ("０.５＋１分", ["0.5", "1"]),
        ("1+1", ["1", "1"]),
        ("2（省级先进）+1", ["2", "1"]),
        (None, []),
    ],
)
def test_bonus_cells_hold_one_or_several_entries(cell: object, points: list[str]) -> None:
    row = [*ROW]
    row[5] = cell

    assert [str(e.quantity) for e in read([row]).facts.entries] == points


def test_reason_in_a_bonus_cell_is_kept() -> None:
    row = [*ROW]
    row[5] = "2（省级先进）"

    assert read([row]).facts.entries[0].reason == "省级先进"


def test_ten_kinds_of_mistakes_are_named_by_cell() -> None:
    rows: list[list[Any]] = [
        [1, "山前支部", "九十六", 190, 91.777, "2+x", 0, 30, 28, 20, 5, 3, -1, 0],
        [2, "河边支部", 90, 90, 90, 50, 0, 30, 28.5, 20, 5, 3, "90%", 0],
        [3, "支部", 90, 90, 90, None, 0, 30, 35, 20, 5, 3, 90, 0],
        [4, None, 90, 90, 90, None, 0, 30, 28, 20, 5, 30, 90, 0],
        [5, "山前支部", 90, 90, 90, None, 0, 30, 28, 20, 5, 30, 90, 0],
    ]

    found = problems(rows)

    assert "汇总!C4：“九十六”不是数字。填写数字，如 96 或 93.5。" in found
    assert "汇总!F4：“x”不是数字。填写数字，如 96 或 93.5。" in found
    assert "汇总!I5：票数 28.5 不是整数。填写整数。" in found
    assert "汇总!M5：“90%”带有百分号。填写数字本身，不写百分号。" in found
    assert "汇总!B7：这一行有成绩，没有名称。补上名称，或清空这一行。" in found
    places = [line.partition("：")[0] for line in found]
    assert "汇总!D4（山前支部 · 考核表（考核组1） · 总分）" in places
    assert any(p.startswith("汇总!B6（") for p in places)  # no class can be told
    assert any(p.startswith("汇总!H6（") for p in places)  # more returned than issued
    assert any(p.startswith("汇总!F5（") for p in places)  # above the most one entry may carry


def test_merged_cell_among_the_figures_is_refused() -> None:
    rows = [ROW, [2, "河边支部", None, *ROW[3:]]]

    (found,) = problems(rows, merged=[*MERGED, "C4:C5"])

    assert found.startswith("汇总!C5：这是合并单元格的一部分")


def test_unreadable_heading_says_what_is_needed() -> None:
    with pytest.raises(RecordErrors) as caught:
        read_record(workbook([["a", "b"], [1, 2]]), source=demo_source(), name="w.xlsx")

    (found,) = caught.value.problems
    assert found.place == "w.xlsx"
    assert "kaohe template test.demo --xlsx" in found.remedy


def test_column_named_like_a_mark_that_holds_names_is_the_person() -> None:
    data = workbook([["支部", "自评", "考核组", "书记"], ["山前支部", 90, 91, "赵一"]])

    facts = read_record(data, source=demo_source()).facts

    assert facts.subjects[0].person == "赵一"


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("山前支部", "north"),
        ("河边支部", "south"),
        ("山河支部", "south"),
        ("河山支部", "north"),
        ("北河北区支部", "north"),
        ("平地支部", ""),
    ],
)
def test_class_follows_the_word_that_ends_last(name: str, group: str) -> None:
    assert class_of_name(demo_source().bind(), name) == group


def test_roll_gives_class_and_person() -> None:
    roll = read_roll(
        workbook(
            [
                ["花名册"],
                ["序号", "支部名称 ", "类别", "书记姓名", "书记电话"],
                [1, "平地 支部", "南区支部", "李四", "123"],
                ["合计", None, None, None, None],
            ]
        )
    )

    record = read([[1, "平地支部", *ROW[2:]]], roll=roll)

    assert record.facts.subjects == (Subject("平地支部", "平地支部", "south", "李四"),)
    assert "  类别据花名册：1 个" in record.understood


@pytest.mark.parametrize("title", ["村（社区）", "党支部名称", "站所", "被考核单位"])
@pytest.mark.parametrize("head", ["支部书记姓名", "主要负责人", "姓名"])
def test_roll_knows_the_headings_of_the_import(title: str, head: str) -> None:
    roll = read_roll(
        workbook(
            [
                ["序号", title, "所属领域", head, "联系方式"],
                [1, "平地支部", "南区支部", "李四", "123"],
                ["合计", None, None, None, None],
            ]
        )
    )

    assert roll.find("平地支部") == ("南区支部", "李四")


def test_roll_of_people_gives_the_secretary_of_each_unit() -> None:
    roll = read_roll(
        workbook(
            [
                ["单位名称", "类别", "姓名", "职务"],
                ["平地支部", "南区支部", "王五", "副书记"],
                [None, None, "李四", "书记"],
                ["山前支部", "北区支部", "赵六", "组织委员"],
            ]
        )
    )

    assert roll.find("平地支部") == ("南区支部", "李四")
    assert roll.find("山前支部") == ("北区支部", "")


def test_a_table_without_classes_and_heads_is_no_roll() -> None:
    with pytest.raises(RecordErrors) as caught:
        read_roll(workbook([["单位名称", "党员数"], ["平地支部", 12]]), name="r.xlsx")

    assert caught.value.problems[0].what == (
        "没有找到花名册：需要单位名称一列，以及类别、书记姓名中的至少一列"
    )


def test_unknown_class_in_the_roll_is_named() -> None:
    roll = Roll("r", {"山前支部": ("西区", "")})

    found = problems([ROW], roll=roll)

    assert found[0] == "汇总!B4：类别“西区”（花名册）不认识。可用：北区支部、南区支部。"


@pytest.mark.parametrize("data", [b"PK\x03\x04 not a zip", b"\xd0\xcf\x11\xe0old"])
def test_files_that_are_no_workbooks_are_refused(data: bytes) -> None:
    with pytest.raises(RecordErrors) as caught:
        read_record(data, source=demo_source(), name="w.xlsx")

    assert caught.value.problems[0].place == "w.xlsx"
