"""Facts as they are read: rows with the place each came from, and all problems."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.records.errors import RecordProblem
from kaohe.scoring.errors import FactProblem
from kaohe.scoring.facts import TOTAL, Entry, Facts, Mark, Ruling, Standing, Subject, Vote
from kaohe.scoring.periods import read_period
from kaohe.scoring.validation import validate_facts
from kaohe.workbooks import Cell, NotUnderstood, normal_date, normal_number, normal_text

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

Place = Any
"""A cell reference, or a path in JSON; `Collector.show` turns it into words."""
MOST_SUBJECTS = 100_000
_DIGITS = 15
_MONTH = re.compile(r"(\d{4})(?:-(\d{1,2})|[./](\d{2}))")
"""2026-6, 2026.06; 2026.1 may have been 2026.10 before Excel dropped the nought."""


def period_text(text: str) -> str:
    """A period as facts write it, from what people type (2026年3月, 2026-6); else the text itself."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := _MONTH.fullmatch(plain):
        plain = f"{found[1]}-{int(found[2] or found[3]):02d}"
    period = read_period(plain)
    return str(period) if period else text


@dataclass(slots=True)
class Collector:
    """What a reader found so far."""

    scheme: Scheme
    show: Callable[[Place], str] = lambda place: str(place) if place else "工作簿"
    problems: list[RecordProblem] = field(default_factory=list)
    subjects: list[tuple[Subject, Place]] = field(default_factory=list)
    marks: list[tuple[Mark, Place]] = field(default_factory=list)
    votes: list[tuple[Vote, Place]] = field(default_factory=list)
    entries: list[tuple[Entry, Place]] = field(default_factory=list)
    standing: list[tuple[Standing, Place]] = field(default_factory=list)
    rulings: list[tuple[Ruling, Place]] = field(default_factory=list)
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    note_places: list[tuple[str, Place]] = field(default_factory=list)

    def problem(self, place: Place, what: str, remedy: str = "") -> None:
        """Record a mistake."""
        self.problems.append(RecordProblem(self.show(place), what, remedy))

    def number(self, value: Any, place: Place) -> Decimal | None:
        """A figure; None if there is none or it is wrong (then it is recorded)."""
        if value is None or (isinstance(value, Cell) and value.blank):
            return None
        if isinstance(value, Cell) and value.problem:
            self.problem(place, value.problem, "重新计算或改填数字")
            return None
        if not isinstance(value, str | int | Decimal | Cell) or isinstance(value, bool):
            self.problem(place, f"应为数字，却是{kind_word(value)}", "填写数字，如 96 或 93.5")
            return None
        text = value.text if isinstance(value, Cell) else str(value)
        if text.strip().endswith(("%", "％")):
            self.problem(place, f"“{text.strip()[:30]}”带有百分号", "填写数字本身，不写百分号")
            return None
        try:
            number = normal_number(value).value
        except NotUnderstood:
            self.problem(place, f"“{text.strip()[:30]}”不是数字", "填写数字，如 96 或 93.5")
            return None
        if number is None:
            return None
        if not number.is_finite() or number.adjusted() > _DIGITS or _places(number) > _DIGITS:
            self.problem(place, f"“{text.strip()[:30]}”位数过多", "填写不超过两位小数的数字")
            return None
        return number

    def count(self, value: Any, place: Place) -> int | None:
        """A whole number of ballots."""
        number = self.number(value, place)
        if number is None:
            return None
        if number % 1:
            self.problem(place, f"票数 {number:f} 不是整数", "填写整数")
            return None
        return int(number)

    def text(self, value: Any, place: Place, *, most: int = 300) -> str:
        """A text in normal form; empty if there is none."""
        if isinstance(value, Cell) and value.problem:
            self.problem(place, value.problem, "改填文字")
            return ""
        if value is None:
            return ""
        if not isinstance(value, str | int | Decimal | Cell) or isinstance(value, bool):
            self.problem(place, f"应为文字，却是{kind_word(value)}", "用引号写成文字")
            return ""
        found = normal_text(value).value
        if len(found) > most:
            self.problem(place, f"文字有 {len(found)} 个字，超过 {most} 个", "缩短")
            return found[:most]
        return found

    def day(self, value: Any, place: Place) -> date | None:
        """A full date."""
        if value is None or (isinstance(value, Cell) and value.blank) or value == "":
            return None
        try:
            iso = normal_date(value).value
            return date.fromisoformat(iso) if iso else None
        except (NotUnderstood, ValueError):
            text = value.text if isinstance(value, Cell) else value
            self.problem(place, f"“{str(text)[:30]}”不是日期", "写成 2025-06-30")
            return None

    def subject(self, subject: Subject, place: Place) -> None:
        """Add a subject."""
        if len(self.subjects) == MOST_SUBJECTS:
            self.problem(place, f"考核对象超过 {MOST_SUBJECTS} 个", "分成几份记录")
        if len(self.subjects) < MOST_SUBJECTS:
            self.subjects.append((subject, place))

    def mark(self, row: Mark, place: Place) -> None:
        """Add a mark."""
        self.marks.append((row, place))

    def vote(self, row: Vote, place: Place) -> None:
        """Add a count of votes."""
        self.votes.append((row, place))

    def note(self, subject: str, instrument: str, text: str, place: Place) -> None:
        """Add a text shown beside the result."""
        if text:
            self.notes.setdefault(subject, {})[instrument] = text
            self.note_places.append((subject, place))

    def _name_only_items(self) -> None:
        """Keep the total of a sheet with a single item as that item's mark: scores may read the item."""
        only = {}
        for name, one in self.scheme.instruments.items():
            if one.type == "sheet":
                inputs = self.scheme.items[one.items].inputs(decimals=self.scheme.decimals)
                if len(inputs) == 1 and inputs[0].kind == "points":
                    only[name] = inputs[0].id
        marked = {mark[:4] for mark, _ in self.marks}
        for place, (mark, where) in enumerate(self.marks):
            item = only.get(mark.instrument)
            if item and mark.item == TOTAL and (*mark[:3], item) not in marked:
                self.marks[place] = mark._replace(item=item), where

    def finish(self, period: str) -> Facts:
        """All facts; what the scheme refuses is recorded with its place."""
        self._name_only_items()
        self.standing = [(r._replace(period=period_text(r.period)), at) for r, at in self.standing]
        facts = Facts(
            tuple(r for r, _ in self.subjects), tuple(r for r, _ in self.marks),
            tuple(r for r, _ in self.votes), tuple(r for r, _ in self.entries),
            tuple(r for r, _ in self.standing), tuple(r for r, _ in self.rulings),
            period, self.notes,
        )  # fmt: skip
        if not self.subjects:
            self.problem((), "没有任何考核对象", "至少写一个")
        for found in validate_facts(self.scheme, facts):
            place = self._place_of(found)
            where = found.place if place is None else f"{self.show(place)}（{found.place}）"
            self.problems.append(RecordProblem(where, found.what, found.remedy))
        return facts

    def _place_of(self, found: FactProblem) -> Place | None:
        rows: list[tuple[Any, Place]] = getattr(self, found.table, [])
        if isinstance(rows, dict):
            return next((p for subject, p in self.note_places if subject == found.subject), None)
        if found.row is not None and 0 <= found.row < len(rows):
            return rows[found.row][1]
        near = [
            (row, place)
            for row, place in rows
            if row.subject == found.subject and found.instrument in ("", row[1], row[2])
        ]
        exact = [place for row, place in near if found.item and found.item in row]
        if exact or near:
            return exact[0] if exact else near[0][1]
        return next((p for s, p in self.subjects if s.id == found.subject), None)


def kind_word(value: Any) -> str:
    """What a JSON value is, in Chinese."""
    words = {dict: "一组键值", list: "列表", bool: "是/否", str: "文字", type(None): "空"}
    return next((w for kind, w in words.items() if isinstance(value, kind)), "数字")


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
