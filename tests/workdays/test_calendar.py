"""Counting workdays over holidays, swapped days and into years without data."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from kaohe.workdays import PeriodEnd, WorkCalendar

CALENDAR = WorkCalendar()
UNKNOWN = max(chinese_calendar.holidays).year + 1
"""The first year the installed library knows nothing about."""


def _workdays(calendar: WorkCalendar, year: int) -> int:
    days = (date(year, 1, 1) + timedelta(days=i) for i in range(366))
    return sum(calendar.is_workday(d) for d in days if d.year == year)


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_workdays_of_a_year_are_the_published_ones(year: int, count: int) -> None:
    assert count == _workdays(CALENDAR, year)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ],
)
def test_swapped_weekend_is_worked(day: date) -> None:
    assert day.weekday() >= 5
    assert CALENDAR.is_workday(day)


@pytest.mark.parametrize(
    ("received", "n", "end"),
    [
        (date(2026, 9, 28), 5, date(2026, 10, 10)),
        (date(2026, 10, 3), 1, date(2026, 10, 8)),
        (date(2026, 10, 8), 0, date(2026, 10, 8)),
        (date(2026, 10, 8), -1, date(2026, 9, 30)),
        (date(2024, 2, 28), 2, date(2024, 3, 1)),
    ],
)
def test_workdays_are_counted_from_the_day_after(received: date, n: int, end: date) -> None:
    assert end == CALENDAR.add_workdays(received, n)


def test_calendar_days_are_counted_from_the_day_after() -> None:
    assert PeriodEnd(date(2026, 1, 5), True, "") == CALENDAR.period_end(
        date(2025, 12, 31), 5, "calendar"
    )


def test_period_into_a_year_without_data_is_flagged() -> None:
    end = CALENDAR.period_end(date(UNKNOWN - 1, 12, 25), 10, "working")

    assert not end.official
    assert f"{UNKNOWN} 年放假安排未录入" in end.note
    assert end.day.year == UNKNOWN


def test_period_within_known_years_is_official() -> None:
    end = CALENDAR.period_end(date(2025, 12, 25), 10, "working")

    assert PeriodEnd(date(2026, 1, 9), True, "") == end


def test_override_wins_over_the_published_day() -> None:
    calendar = WorkCalendar({date(2026, 10, 8): False, date(2026, 10, 11): True})

    assert date(2026, 10, 11) == calendar.add_workdays(date(2026, 10, 7), 3)


def test_entered_year_is_official() -> None:
    new_year = date(UNKNOWN, 1, 1)
    calendar = WorkCalendar({new_year: False}, complete_years=[UNKNOWN])

    end = calendar.period_end(date(UNKNOWN - 1, 12, 25), 10, "working")

    assert end.official
    assert not calendar.is_workday(new_year)


def test_single_override_does_not_make_its_year_official() -> None:
    calendar = WorkCalendar({date(UNKNOWN, 1, 1): False})

    assert not calendar.period_end(date(UNKNOWN - 1, 12, 25), 10, "working").official


def test_absurd_count_is_refused() -> None:
    with pytest.raises(ValueError, match="工作日数"):
        CALENDAR.add_workdays(date(2026, 1, 1), 10**9)
