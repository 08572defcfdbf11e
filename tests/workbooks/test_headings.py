"""Headings below title rows, in one row or two."""

from __future__ import annotations

from kaohe.workbooks import Cell, Sheet, find_heading, synonym_matcher

MATCH = synonym_matcher(
    {"name": ("党组织名称", "单位"), "secretary": ("书记", "书记姓名"), "members": ("党员数",)},
    never=("电话", "副书记"),
)


def _sheet(*rows: list[str], merged: tuple[tuple[int, int], ...] = ()) -> Sheet:
    return Sheet(
        "表",
        [
            [
                Cell(f"表!{chr(65 + x)}{y + 1}", v or None, v, merged=(y, x) in merged)
                for x, v in enumerate(row)
            ]
            for y, row in enumerate(rows)
        ],
    )


def test_heading_below_titles_is_found() -> None:
    sheet = _sheet(
        ["花名册", "花名册", "花名册"],
        ["填报单位：党建办", "", "党员数以实际为准"],
        ["党组织名称", "书记电话", "党员数（人）"],
        ["青石村党支部", "1", "29"],
    )

    heading = find_heading(sheet, MATCH)

    assert heading is not None
    assert (heading.first, heading.last) == (2, 2)
    assert {f: c.index for f, c in heading.fields.items()} == {"name": 0, "members": 2}
    assert [c.field for c in heading.columns if c.index == 1] == [None]


def test_two_row_heading_is_joined() -> None:
    sheet = _sheet(
        ["党组织", "党组织", "书记", "书记", "党员数"],
        ["名称", "类别", "姓名", "电话", "党员数"],
        ["青石村党支部", "村", "赵建国", "1", "29"],
        merged=((0, 1), (0, 3), (1, 4)),
    )

    heading = find_heading(sheet, MATCH)

    assert heading is not None
    assert (heading.first, heading.last) == (0, 1)
    assert {f: c.index for f, c in heading.fields.items()} == {
        "name": 0,
        "secretary": 2,
        "members": 4,
    }


def test_exact_title_wins_over_one_that_contains_the_word() -> None:
    heading = find_heading(_sheet(["单位地址", "单位", "党员数"]), MATCH)

    assert heading is not None
    assert heading.fields["name"].index == 1


def test_sheet_without_heading_has_none() -> None:
    assert find_heading(_sheet(["a", "b"], ["c", "d"]), MATCH) is None


def test_second_meaning_counts_where_another_column_has_the_first() -> None:
    match = synonym_matcher(
        {"name": ("党支部", "所属党组织"), "parent": ("上级",)},
        otherwise={"parent": ("所属党组织",)},
    )

    assert ["parent", "name"] == match([("所属党组织",), ("党支部",)])
    assert ["name", None] == match([("所属党组织",), ("书记",)])
    assert ["name", None, "parent"] == match([("党支部",), ("所属党组织",), ("上级",)])


def test_heading_of_three_merged_rows() -> None:
    sheet = _sheet(
        ["花名册", "花名册", "花名册", "花名册"],
        ["序号", "基本情况", "党员情况", "党员情况"],
        ["序号", "党组织名称", "党员数", "其中"],
        ["序号", "党组织名称", "党员数", "女"],
        ["1", "青石村党支部", "29", "3"],
        merged=((0, 1), (0, 2), (0, 3), (1, 3), (2, 0), (3, 0), (3, 1), (3, 2)),
    )

    heading = find_heading(sheet, MATCH)

    assert heading is not None
    assert (heading.first, heading.last) == (1, 3)
    assert ("党员情况", "其中", "女") == heading.columns[3].titles
    assert {"name": 1, "members": 2} == {f: c.index for f, c in heading.fields.items()}


def test_remarks_above_a_heading_of_two_rows_are_no_part_of_it() -> None:
    sheet = _sheet(
        ["填报单位：党建办", "填报单位：党建办", "制表日期：2026年3月"],
        ["党组织名称", "党员情况", "党员情况"],
        ["党组织名称", "党员数", "其中：女"],
        ["青石村党支部", "29", "3"],
        merged=((0, 1), (1, 2), (2, 0)),
    )

    heading = find_heading(sheet, MATCH)

    assert heading is not None
    assert (heading.first, heading.last) == (1, 2)


def test_words_that_say_nothing_above_a_column() -> None:
    assert ["secretary"] == MATCH([("书记情况", "姓名")])
    assert ["members"] == synonym_matcher({"members": ("党员总数",)})([("党员情况", "总数")])
