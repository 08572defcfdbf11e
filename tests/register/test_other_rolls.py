"""Rolls as other offices keep them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest

from kaohe.register.importing import RollPreview, understand_roll
from kaohe.register.importing.settling import settle
from kaohe.workbooks import read_workbook
from tests.register.rolls import HEADING, roll_bytes, unit_row

TODAY = date(2026, 1, 15)
Fill = Callable[[openpyxl.Workbook], None]


def _understand(data: bytes) -> RollPreview:
    return understand_roll(read_workbook(data), today=TODAY)


def _made(fill: Fill) -> RollPreview:
    book = openpyxl.Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return _understand(out.getvalue())


def _one_sheet(*rows: list[object], merged: tuple[str, ...] = ()) -> RollPreview:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.title = "表"
        for row in rows:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)

    return _made(fill)


@pytest.mark.parametrize("way", ["merged", "first only", "repeated"])
def test_people_below_one_another_belong_to_one_unit(way: str) -> None:
    def name(unit: str, place: int) -> str | None:
        return unit if way == "repeated" or place == 0 else None

    rows: list[list[object]] = [["序号", "部门", "党员人数", "姓名", "党内职务", "手机"]]
    for n, (unit, posts) in enumerate(
        (
            ("办公室党支部", ("书记、主任（兼）", "副书记", "组织委员")),
            ("财务处党支部", ("副书记", "支部书记", "委员")),
        )
    ):
        for place, post in enumerate(posts):
            rows.append(
                [None, name(unit, place), 20 + n, f"赵{'甲乙丙'[place]}{n}", post, 13700000000]
            )
    areas = ("B2:B4", "B5:B7") if way == "merged" else ()

    preview = _one_sheet(*rows, merged=areas)

    assert [] == preview.errors
    assert [("办公室党支部", "赵甲0", 20), ("财务处党支部", "赵乙1", 21)] == [
        (u.name, u.secretary, u.members) for u in preview.units
    ]


def test_two_secretaries_among_the_people_are_an_error() -> None:
    preview = _one_sheet(
        ["部门", "姓名", "职务"], ["甲支部", "赵一", "书记"], ["甲支部", "钱二", "书记"]
    )

    assert [("表!B3", "“甲支部”有 2 个人的职务是书记：赵一、钱二。")] == [
        (e.place, e.what) for e in preview.errors
    ]


def test_unit_under_words_of_another_kind_of_office() -> None:
    preview = _one_sheet(
        ["编号", "站所", "单位性质", "主要负责人", "在册党员数", "上级党组织"],
        ["01", "国土\n所", "事业单位", "李　强", 6, "平湖镇党委　"],
    )

    unit = preview.units[0]
    assert ("国土所", "事业单位", "李强", 6, "平湖镇党委") == (
        unit.name, unit.kind, unit.secretary, unit.members, unit.parent,
    )  # fmt: skip


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2)])
def test_organisation_above_beside_the_own_one(order: tuple[int, ...]) -> None:
    heading, row = ["党支部名称", "所属党组织", "书记"], ["甲村党支部", "溪口镇党委", "赵一"]

    preview = _one_sheet([heading[i] for i in order], [row[i] for i in order])

    assert [("甲村党支部", "溪口镇党委")] == [(u.name, u.parent) for u in preview.units]


def test_organisation_people_belong_to_is_the_unit_where_no_other_column_is() -> None:
    preview = _one_sheet(["所属党组织", "书记", "党员数"], ["甲村党支部", "赵一", 3])

    assert [("甲村党支部", "")] == [(u.name, u.parent) for u in preview.units]


@pytest.mark.parametrize(
    "written", ["周 芳（女）", "周芳\n(代)", "周芳*", "周　芳（回族）", "周芳（主持工作）"]
)
def test_remarks_behind_a_name_are_no_part_of_it(written: str) -> None:
    preview = _understand(roll_bytes([unit_row(0, secretary=written)]))

    assert "周芳" == preview.units[0].secretary
    assert [("花名册!E3", "周芳")] == [(n.place, n.after) for n in preview.normalised]


def test_brackets_that_tell_people_apart_stay() -> None:
    preview = _understand(roll_bytes([unit_row(0, secretary="王伟（大）")]))

    assert "王伟（大）" == preview.units[0].secretary


@pytest.mark.parametrize("written", ["张三、李四", "张三\n李四"])
def test_two_people_in_one_cell_are_an_error(written: str) -> None:
    errors = _understand(roll_bytes([unit_row(0, secretary=written)])).errors

    assert [("花名册!E3", "书记姓名里写了 2 个人：张三、李四。")] == [
        (e.place, e.what) for e in errors
    ]


def test_name_broken_over_two_lines_is_one_person() -> None:
    assert "张三" == _understand(roll_bytes([unit_row(0, secretary="张\n三")])).units[0].secretary


@pytest.mark.parametrize(
    "words", ["小　计（3个）", "小计：2个", "村级合计", "总计", "全乡合计（人）", "平均数"]
)
def test_sums_in_other_words_are_skipped(words: str) -> None:
    preview = _understand(
        roll_bytes([unit_row(0), [words, None, None, None, None, 60], unit_row(1)])
    )

    assert [] == preview.errors
    assert 2 == len(preview.units)


def test_subheading_suggests_the_class() -> None:
    rows: list[list[object]] = [
        ["一、村党组织（1个）"], unit_row(0, name="甲湾党总支", kind=None),
        ["二、两新党组织（1个）"], unit_row(1, name="乙鑫公司党总支", kind=None),
    ]  # fmt: skip
    preview = _understand(roll_bytes(rows))

    asked = {q.id: q.default for q in preview.questions if q.id.startswith("blank")}
    assert {"blank:村": "use:村", "blank:两新": "use:两新"} == asked
    answers = {q.id: q.default for q in preview.questions}
    assert ["村", "两新"] == [u.kind for u in settle(preview, answers).units]


def test_sheet_for_each_class_suggests_it_and_asks_about_a_column_once() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.remove(book.active)
        for title in ("机关事业", "杂项"):
            sheet = book.create_sheet(title)
            sheet.append(["序号", "党组织名称", "书记", "联系电话"])
            sheet.append([1, f"{title}甲党支部", f"赵{title}", 13900000000])

    preview = _made(fill)

    # 杂项 is no word for a class: somebody has to say what it means.
    assert {"blank:机关事业": "use:机关事业", "blank:杂项": ""} == {
        q.id: q.default for q in preview.questions if q.id.startswith("blank")
    }
    columns = [q for q in preview.questions if q.id.startswith("column")]
    assert [("机关事业!D1", "杂项!D1")] == [q.places for q in columns]
    answers = {q.id: q.default for q in preview.questions} | {
        "blank:杂项": "none", columns[0].id: "note",
    }  # fmt: skip
    assert ["联系电话：13900000000"] * 2 == [u.note for u in settle(preview, answers).units]


def test_hidden_rows_are_read_and_named() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.title = "表"
        sheet.append(HEADING)
        for n in range(3):
            sheet.append(unit_row(n))
        sheet.row_dimensions[3].hidden = True

    preview = _made(fill)

    assert 3 == len(preview.units)
    assert ["表!3:3"] == [r.place for r in preview.remarks if "隐藏" in r.text]


def test_list_of_groups_may_be_the_roll_too() -> None:
    preview = _one_sheet(
        ["考核组", "组长", "组员", "被考核单位", "单位类别", "单位负责人"],
        ["第一组", "高 峰", "何 丽\n吕洋（女）", "甲坝村", "村", "赵一"],
        [None, None, None, "乙坝村", "村", "钱二"],
        merged=("A2:A3", "B2:B3", "C2:C3"),
    )

    assert [] == preview.errors
    assert [("甲坝村", "村", "赵一"), ("乙坝村", "村", "钱二")] == [
        (u.name, u.kind, u.secretary) for u in preview.units
    ]
    group = preview.groups[0]
    assert (["高峰"], ["何丽", "吕洋"], ["甲坝村", "乙坝村"]) == (
        group.leads, group.members, group.units,
    )  # fmt: skip
    assert all(c.meaning for c in preview.columns)


def test_unknown_unit_of_a_group_is_named_where_it_stands() -> None:
    preview = _one_sheet(
        ["考核组", "组长", "被考核单位"], ["第一组", "高峰", "甲坝村"], [None, None, "乙坝村"],
        merged=("A2:A3", "B2:B3"),
    )  # fmt: skip

    assert ["表!C2", "表!C3"] == [e.place for e in preview.errors]


def test_roll_without_a_column_of_names_says_what_to_rename() -> None:
    errors = _one_sheet(["序号", "甲乙", "类别", "书记"], [1, "甲村", "村", "赵一"]).errors

    assert [("表!1:1", "“类别”、“书记”")] == [
        (e.place, e.what.partition("认出")[2].partition("）")[0]) for e in errors
    ]
    assert "“单位名称”" in errors[0].remedy


def test_empty_workbook_is_called_empty() -> None:
    assert ["工作簿是空的，没有任何内容。"] == [e.what for e in _one_sheet().errors]


def test_error_in_the_secretary_s_cell_is_no_vacancy() -> None:
    preview = _one_sheet(["单位名称", "书记", "党员数"], ["甲村", "=A9", 3])

    assert ["表!B2"] == [e.place for e in preview.errors]
    assert [] == [r for r in preview.remarks if "空缺" in r.text]


def test_year_alone_says_what_is_missing() -> None:
    errors = _understand(roll_bytes([unit_row(0, founded="2001年")])).errors

    assert ["成立时间：“2001年”只有年份，没有月份。"] == [e.what for e in errors]


def test_many_shared_names_are_one_question() -> None:
    rows = [
        unit_row(0, name=f"第{n}{half}村党支部", secretary=f"王{chr(0x4E00 + n)}")
        for half in "上下"
        for n in range(16)
    ]
    preview = _understand(roll_bytes(rows))

    asked = [q.id for q in preview.questions if q.id.startswith(("person", "people"))]
    assert ["people"] == asked
    assert "people" == preview.questions[0].id  # has to be answered, so it comes first
    defaults = {q.id: q.default for q in preview.questions}
    assert 16 == len(settle(preview, {**defaults, "people": "several"}).several)
    undecided = settle(preview, {**defaults, "people": "none"})
    assert {""} == {u.secretary for u in undecided.units}
