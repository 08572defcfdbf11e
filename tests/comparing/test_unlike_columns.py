"""Workbooks of other offices: columns that are like others, signs, rows beside each other, flags."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl

from kaohe import catalogue
from kaohe.comparing.columns import Meanings
from kaohe.comparing.comparison import Terms
from tests.comparing.making import compared, half_up, made_sheet


def _terms_of(scheme: str) -> Terms:
    source = catalogue.get(scheme).source
    syntaxes, meanings = catalogue.syntaxes(), catalogue.meanings()
    return Terms(source, source.bind(operators=syntaxes), {}, syntaxes, meanings)


def test_a_title_in_full_goes_before_what_is_only_like_one() -> None:
    headings = ("所属单位", "综合荣誉称号加分", "年度得分", "最后得分")

    found = Meanings(_terms_of("enterprise.discipline").scheme).match([(one,) for one in headings])

    assert found == ["own:title", None, None, "score:total"]


def test_what_is_taken_off_may_be_written_without_a_sign() -> None:
    under, book = _terms_of("enterprise.discipline"), openpyxl.Workbook()
    rows = book.active
    assert rows is not None
    rows.append([
        "所属单位", "原考核得分", "加分", "班子履责扣分", "人员处分扣分", "类似案件扣分", "重大事故事件扣分",
        "最后得分",
    ])  # fmt: skip
    for n, total in enumerate((86, 87, 90, 89)):
        rows.append([f"{n + 1}厂", 90 + n, 1, (n + 1) % 3 * 3, 0, 2, 0, total])
    out = io.BytesIO()
    book.save(out)

    found = compared(out.getvalue(), under)

    assert [(d.cell, d.ours) for d in found.differences] == [("H3", "84.00"), ("H4", "91.00")]
    assert "“班子履责扣分”一列写的是扣掉的分数，按负数核对" in found.notes


def test_a_total_is_not_accused_for_a_column_nobody_named() -> None:
    under, book = _terms_of("enterprise.discipline"), openpyxl.Workbook()
    rows = book.active
    assert rows is not None
    rows.append(["所属单位", "原考核得分", "另加", "班子履责扣分", "最后得分", "名次"])
    for n in range(4):
        rows.append([f"{n + 1}厂", 90 - n, 3 - n, 0, 93 - 2 * n, n + 1])
    out = io.BytesIO()
    book.save(out)

    found = compared(out.getvalue(), under)

    assert found.differences == []
    assert any("“最后得分”没有重算：没有“加分”" in note for note in found.notes)


def test_a_row_with_an_entry_that_cannot_be_used_is_not_accused() -> None:
    under, book = _terms_of("enterprise.discipline"), openpyxl.Workbook()
    rows = book.active
    assert rows is not None
    rows.append(["所属单位", "综合荣誉称号", "原考核得分", "最后得分"])
    rows.append(["1厂", 3, 90, 93])
    rows.append(["2厂", "省部级", 90, 92])
    out = io.BytesIO()
    book.save(out)

    found = compared(out.getvalue(), under)

    assert [p.what for p in found.problems] == ["标准中没有“3”"]
    assert found.differences == []
    assert found.subjects == 1


def test_parts_of_another_row_are_found() -> None:
    sheet = made_sheet(78)
    row, below = sheet.rows[3], sheet.rows[4]
    mixed = below["目标考核得分"] * 60 + below["民主测评得分"] * 30 + row["述职评议得分"] * 10
    row["综合得分"] = half_up(mixed / 100)
    sheet.rank()

    (found,) = [d for d in compared(sheet.content()).own_errors if d.meaning == "score:total"]

    assert found.cause.code == "row"
    assert f"计算时用了“{below['单位名称']}”一行的“目标考核”" in found.cause.text


def test_a_right_figure_between_is_not_blamed() -> None:
    sheet = made_sheet(79)
    row = sheet.rows[2]
    votes = [row[one] for one in ("优秀", "良好", "一般", "较差")]
    wrong = sum(p * v for p, v in zip((100, 80, 80, 40), votes, strict=True))
    ballot = half_up(Decimal(wrong) / sum(votes))
    row["综合得分"] = half_up(
        (row["目标考核得分"] * 60 + ballot * 30 + row["述职评议得分"] * 10) / 100
    )
    sheet.rank()

    (found,) = [d for d in compared(sheet.content()).own_errors if d.column == "综合得分"]

    assert found.cause.code != "options"


def test_the_same_flag_of_several_units_is_one_note() -> None:
    under = _terms_of("school.debrief")
    book = openpyxl.Workbook()
    rows = book.active
    assert rows is not None
    rows.append(["党支部", "优秀", "良好", "一般", "较差", "会议测评得分"])
    for title in "甲乙丙丁":
        rows.append([f"{title}党支部", 10, 0, 0, 0, 100])
    out = io.BytesIO()
    book.save(out)

    notes = [note for note in compared(out.getvalue(), under).notes if "测评人数不足" in note]

    assert [note.partition("：")[0] for note in notes] == ["甲党支部、乙党支部、丙党支部等 4 个"]
