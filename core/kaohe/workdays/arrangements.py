"""Reading the yearly notice of holidays and swapped workdays, pasted or typed line by line.

    元旦：1月1日（周五）至3日（周日）放假，共3天。
    2027-02-20 上班

A clause with days and a word for off or worked is understood; what has no day in it is passed over;
a day that cannot be placed is named.  Nothing is guessed: a weekday or a sum that does not fit the
dates is a mistake of the typist, and said so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

LONGEST_TEXT = 20_000
MOST_PROBLEMS = 20
_LONGEST_RANGE = 31
_WEEKDAYS = "一二三四五六日"
_DAY = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:\((?P<aside>[^()]*)\))?"
)
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)日?")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_RANGE = re.compile(r"\s*(?:至|到|—+|–|~|-)\s*$")
_TOTAL = re.compile(r"共\s*(\d{1,2})\s*天")
_NOT_WORKED, _OFF, _WORKED = (
    ("不上班", "不工作"),
    ("放假", "休息", "补休", "休假"),
    ("上班", "补班"),
)


@dataclass(frozen=True, slots=True)
class ArrangementProblem:
    """Something in the text that cannot be right."""

    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.what}。{self.remedy}。"


@dataclass(slots=True)
class Arrangement:
    """Days off (False) and days worked (True), and what could not be understood."""

    days: dict[date, bool] = field(default_factory=dict)
    problems: list[ArrangementProblem] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    """What is possible but unusual: to be looked at, not refused."""


def read_arrangement(text: str, *, year: int) -> Arrangement:
    """Read the arrangement of a year; every mistake at once.

    >>> found = read_arrangement("元旦：1月1日至3日放假，共3天。1月4日上班。", year=2027)
    >>> [(day.day, worked) for day, worked in found.days.items()]
    [(1, False), (2, False), (3, False), (4, True)]
    """
    out = Arrangement()
    if len(text) > LONGEST_TEXT:
        out.problems.append(ArrangementProblem(1, "内容太长", "请只粘贴放假安排部分"))
        return out
    for number, line in enumerate(text.splitlines(), start=1):
        reader = _Line(number, year, out)
        for sentence in re.split(r"[。;]", _plain(line)):
            reader.read(sentence)
        if len(out.problems) >= MOST_PROBLEMS:
            break
    out.days = dict(sorted(out.days.items()))
    out.hints = [
        f"{day:%Y-%m-%d}（周{_WEEKDAYS[day.weekday()]}）本来就要上班"
        for day, worked in out.days.items()
        if worked and day.weekday() < 5
    ]
    return out


def day_ranges(days: dict[date, bool]) -> Iterator[tuple[date, date, bool]]:
    """Days in a row as ranges: first, last, worked."""
    first = last = None
    for day in sorted(days):
        if first and last and day - last == timedelta(days=1) and days[day] == days[first]:
            last = day
            continue
        if first and last:
            yield first, last, days[first]
        first = last = day
    if first and last:
        yield first, last, days[first]


def _plain(line: str) -> str:
    text = unicodedata.normalize("NFKC", line).replace("\u3000", " ")
    return _ISO.sub(lambda m: f"{m[1]}年{m[2]}月{m[3]}日", text)


class _Line:
    """One line of the text: its sentences share nothing but the number."""

    def __init__(self, number: int, year: int, out: Arrangement) -> None:
        self.number, self.year, self.out = number, year, out

    def read(self, sentence: str) -> None:
        """Take the days of a sentence; days wait for the word that says what they are."""
        waiting: list[date] = []
        off = 0
        for clause in re.split(r"[,:]|，|：", sentence):
            waiting += self._days(clause)
            total = _TOTAL.search(clause)
            if total and off and int(total[1]) != off:
                self._problem(
                    f"写的是共 {total[1]} 天，按日期数是 {off} 天", "请对照通知原文改正日期"
                )
            worked = _meaning(clause)
            if worked is None or not waiting:
                continue
            for day in waiting:
                if self.out.days.setdefault(day, worked) != worked:
                    self._problem(f"{_named(day)}既放假又上班", "请留下正确的一处")
            off += 0 if worked else len(waiting)
            waiting = []
        if waiting:
            self._problem(
                f"没有写明{_named(waiting[0])}是放假还是上班", "请在日期后写“放假”或“上班”"
            )

    def _days(self, clause: str) -> list[date]:
        found: list[date] = []
        month: int | None = None
        year, end = self.year, 0
        for token in _DAY.finditer(clause):
            if token["year"]:
                year = int(token["year"])
            month = int(token["month"]) if token["month"] else month
            day = self._day(token, year, month)
            is_end = bool(found) and bool(_RANGE.search(clause[end : token.start()]))
            end = token.end()
            if day is None:
                continue
            if not is_end:
                found.append(day)
                continue
            length = (day - found[-1]).days
            if not 0 < length <= _LONGEST_RANGE:
                self._problem(f"{_named(found[-1])}到{_named(day)}不是一段假期", "请改正起止日期")
                continue
            found += [found[-1] + timedelta(days=n) for n in range(1, length + 1)]
        return found

    def _day(self, token: re.Match[str], year: int, month: int | None) -> date | None:
        if month is None:
            self._problem(f"“{token[0]}”没有写月份", "请写成“几月几日”")
            return None
        try:
            day = date(year, month, int(token["day"]))
        except ValueError:
            self._problem(f"没有 {year} 年 {month} 月 {token['day']} 日这一天", "请改正日期")
            return None
        if day.year != self.year and day != date(self.year - 1, 12, day.day):
            self._problem(f"{_named(day)}不在 {self.year} 年", "请在那一年的页面录入")
            return None
        said = _WEEKDAY.search(token["aside"] or "")
        if said and said[1].replace("天", "日") != _WEEKDAYS[day.weekday()]:
            self._problem(
                f"{_named(day)}是周{_WEEKDAYS[day.weekday()]}，不是周{said[1]}", "请核对日期或年份"
            )
        return day

    def _problem(self, what: str, remedy: str) -> None:
        self.out.problems.append(ArrangementProblem(self.number, what, remedy))


def _meaning(clause: str) -> bool | None:
    if any(word in clause for word in _NOT_WORKED):
        return False
    if any(word in clause for word in _WORKED):
        return True
    return False if any(word in clause for word in _OFF) else None


def _named(day: date) -> str:
    return f"{day.month} 月 {day.day} 日"
