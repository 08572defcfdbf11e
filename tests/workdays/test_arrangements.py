"""Reading the yearly notice as it is worded, and what is typed by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.workdays import WorkCalendar, day_ranges, read_arrangement

MADE_UP = """
一、元旦：1月1日（周五）至3日（周日）放假调休，共3天。1月4日（周一）上班。
二、春节：2月5日(农历腊月二十九、周五)至11日（周四）放假调休，共7天。2月14日（周日）、20日（周六）上班。
三、清明节：4月5日（周一）放假1天，不调休。
节假日期间请各单位安排好值班。
五、国庆节、中秋节：10月1日至8日放假调休，共8天。9月26日、10月9日（周六）上班。
"""
"""Wording of a notice; the days are invented."""


def _ranges(text: str, year: int = 2027) -> list[tuple[str, str, bool]]:
    found = read_arrangement(text, year=year)
    assert [str(p) for p in found.problems] == []
    return [(f"{a:%m-%d}", f"{b:%m-%d}", worked) for a, b, worked in day_ranges(found.days)]


def test_notice_is_read_as_it_is_worded() -> None:
    assert _ranges(MADE_UP) == [
        ("01-01", "01-03", False), ("01-04", "01-04", True),
        ("02-05", "02-11", False), ("02-14", "02-14", True), ("02-20", "02-20", True),
        ("04-05", "04-05", False),
        ("09-26", "09-26", True), ("10-01", "10-08", False), ("10-09", "10-09", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2027-05-01 至 2027-05-05 放假", [("05-01", "05-05", False)]),
        ("2027/5/8 上班", [("05-08", "05-08", True)]),
        ("５月１日至５日　放假", [("05-01", "05-05", False)]),
        ("5月1日到5日，放假", [("05-01", "05-05", False)]),
        ("5月1日、2日、3日休息", [("05-01", "05-03", False)]),
        ("12月31日不上班", [("12-31", "12-31", False)]),
        ("2026年12月31日至2027年1月2日放假", [("12-31", "01-02", False)]),
        ("5月1日放假；5月8日上班", [("05-01", "05-01", False), ("05-08", "05-08", True)]),
        ("", []),
        ("各地区、各部门要妥善安排好值班和安全等工作", []),
    ],
)
def test_other_wordings_are_read(text: str, found: list[tuple[str, str, bool]]) -> None:
    assert _ranges(text) == found


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2月30日放假", "没有 2027 年 2 月 30 日这一天"),
        ("5月1日（周一）放假", "是周六，不是周一"),
        ("5月1日（星期天）放假", "是周六，不是周天"),
        ("5月1日至7日放假，共5天", "写的是共 5 天，按日期数是 7 天"),
        ("5月5日至1日放假", "不是一段假期"),
        ("1月1日至6月1日放假", "不是一段假期"),
        ("5月1日", "没有写明5 月 1 日是放假还是上班"),
        ("1日放假", "没有写月份"),
        ("2028年5月1日放假", "不在 2027 年"),
        ("5月1日放假。5月1日上班", "既放假又上班"),
    ],
)
def test_mistakes_are_named_by_line(text: str, fault: str) -> None:
    problems = read_arrangement(f"2月5日放假\n{text}", year=2027).problems

    assert [p.line for p in problems] == [2]
    assert fault in problems[0].what
    assert problems[0].remedy


def test_every_mistake_is_named_at_once() -> None:
    found = read_arrangement("2月30日放假\n13月1日放假\n5月1日（周一）放假", year=2027)

    assert [p.line for p in found.problems] == [1, 2, 3]


def test_worked_day_of_the_week_is_pointed_out() -> None:
    assert read_arrangement("1月4日上班", year=2027).hints == ["2027-01-04（周一）本来就要上班"]


def test_day_read_decides_the_end_of_a_period() -> None:
    days = read_arrangement("1月1日至3日放假，共3天。1月9日上班", year=2027).days

    calendar = WorkCalendar(days, complete_years=[2027])

    end = calendar.period_end(date(2026, 12, 31), 6, "working")
    assert (end.day, end.official) == (date(2027, 1, 9), True)


@given(
    st.text(st.sampled_from("0123456789年月日至、，。;（）()周一天放假上班共-/ \n"), max_size=80)
)
def test_any_text_is_read_or_explained(text: str) -> None:
    found = read_arrangement(text, year=2027)

    assert all(day.year in (2026, 2027) for day in found.days)
    assert all(p.what and p.remedy for p in found.problems)


def test_endless_text_is_refused() -> None:
    assert read_arrangement("1月1日放假\n" * 5000, year=2027).problems[0].what == "内容太长"
