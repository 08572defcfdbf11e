"""Counting days: an office's table, then the published holidays, then Monday to Friday."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import chinese_calendar  # type: ignore[import-untyped]

CountUnit = Literal["working", "calendar"]
_DAY = timedelta(days=1)
_LONGEST = 3660


@dataclass(frozen=True, slots=True)
class PeriodEnd:
    """The last day of a period, and whether the arrangements it rests on are known."""

    day: date
    official: bool
    note: str
    """Empty, or what the reader has to be told in Chinese.  Freeze it with the day."""


class WorkCalendar:
    """Which days are worked.

    `overrides` says True (worked) or False (off) for single days and wins over everything;
    `complete_years` names years whose arrangements an office has entered in full.
    """

    def __init__(
        self, overrides: Mapping[date, bool] | None = None, *, complete_years: Iterable[int] = ()
    ) -> None:
        self._overrides = dict(overrides or {})
        self._years = frozenset(complete_years)

    def is_workday(self, day: date) -> bool:
        """Whether a day is worked.

        >>> WorkCalendar().is_workday(date(2026, 2, 14))  # a Saturday worked before Spring Festival
        True
        """
        if day in self._overrides:
            return self._overrides[day]
        published = None if day.year in self._years else _published(day)
        return day.weekday() < 5 if published is None else published

    def is_official(self, day: date) -> bool:
        """Whether the answer for a day comes from published or entered arrangements."""
        return day in self._overrides or day.year in self._years or _published(day) is not None

    def add_days(self, day: date, n: int) -> date:
        """The n-th day after a day, which itself is not counted."""
        return day + timedelta(days=n)

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th workday after a day (before it if n is negative), which is not counted.

        >>> WorkCalendar().add_workdays(date(2026, 10, 3), 1)
        datetime.date(2026, 10, 8)
        """
        if abs(n) > _LONGEST:
            raise ValueError(f"工作日数应在 {_LONGEST} 以内，现为 {n}。")
        step = _DAY if n > 0 else -_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def period_end(self, received: date, n: int, unit: CountUnit) -> PeriodEnd:
        """The last day of a period of n days that runs from the day after receipt."""
        if unit == "calendar":
            return PeriodEnd(self.add_days(received, n), True, "")
        if unit != "working":
            raise ValueError(f"unknown unit of days: {unit!r}")
        end = self.add_workdays(received, n)
        years = sorted(
            {
                day.year
                for offset in range(1, (end - received).days + 1)
                if not self.is_official(day := received + timedelta(days=offset))
            }
        )
        if not years:
            return PeriodEnd(end, True, "")
        named = "、".join(f"{year} 年" for year in years)
        return PeriodEnd(
            end, False, f"{named}放假安排未录入，暂按周一至周五为工作日计算；公布后请核对此日期。"
        )


def _published(day: date) -> bool | None:
    """What the library knows; None for years it has no data for (it raises for those)."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def published_years() -> range:
    """The years whose holidays the installed library knows."""
    years = {day.year for day in chinese_calendar.holidays}
    return range(min(years), max(years) + 1)
