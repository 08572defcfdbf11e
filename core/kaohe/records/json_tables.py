"""The flat form of a JSON record: the fact tables as lists of rows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.records.collecting import Collector, kind_word
from kaohe.records.inputs import input_names
from kaohe.records.json_entries import RULING_NAMES, STATE_NAMES, ruling_target
from kaohe.records.json_text import Path
from kaohe.records.names import Names, account_names, instrument_names, item_names, score_names
from kaohe.scoring.facts import TOTAL, TURNOUT, Entry, Mark, Ruling, Standing, Vote

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

COLUMNS: dict[str, tuple[str, ...]] = {
    "marks": ("subject", "instrument", "respondent", "item", "value"),
    "votes": ("subject", "poll", "stratum", "aspect", "option", "count"),
    "entries": (
        "subject", "person", "rule", "quantity", "label", "event", "day", "state", "reason",
    ),
    "standing": ("subject", "period", "score", "value", "grade", "lists"),
    "rulings": ("subject", "kind", "target", "reason", "by"),
    "notes": ("subject", "instrument", "text"),
}  # fmt: skip


def read_tables(data: dict[str, Any], into: Collector) -> None:
    """Read the tables that a record has beside its list of subjects."""
    reader = _Reader(into)
    for table, columns in COLUMNS.items():
        value = data.get(table)
        if value is None:
            continue
        if not isinstance(value, list):
            into.problem((table,), f"应为列表，却是{kind_word(value)}", "写成 [ {…}, {…} ]")
            continue
        read: Callable[[dict[str, Any], Path], None] = getattr(reader, table)
        for index, row in enumerate(value):
            path: Path = (table, index)
            if isinstance(row, list) and len(row) == len(columns):
                row = dict(zip(columns, row, strict=True))
            if not isinstance(row, dict):
                into.problem(
                    path, f"应为一组键值，却是{kind_word(row)}", f"键：{'、'.join(columns)}"
                )
                continue
            unknown = [k for k in row if k not in columns and not k.startswith("_")]
            for key in unknown:
                near = Names(dict.fromkeys(columns, ())).near(key)
                into.problem((*path, key), f"不认识的键“{key}”", near)
            read(row, path)


class _Reader:
    """Reads rows under one scheme, names resolved."""

    def __init__(self, into: Collector) -> None:
        scheme: Scheme = into.scheme
        self.into, self.scheme = into, scheme
        self.instruments = instrument_names(scheme)
        self.subjects = Names({s.id: (s.title,) for s, _ in into.subjects})

    def _text(self, row: dict[str, Any], key: str, path: Path, default: str = "") -> str:
        return self.into.text(row.get(key), (*path, key)) or default

    def _subject(self, row: dict[str, Any], path: Path) -> str:
        return self.subjects.known(self._text(row, "subject", path))

    def _instrument(self, row: dict[str, Any], key: str, path: Path) -> str:
        return self.instruments.known(self._text(row, key, path))

    def _parts(self, instrument: str) -> Names:
        """Items, aspects or scores of an instrument."""
        one = self.scheme.instruments.get(instrument)
        if one is not None and one.type == "sheet":
            return input_names(self.scheme, one.items)
        if one is not None and one.type == "ballot":
            return item_names(self.scheme, one.aspects)
        return score_names(one) if one is not None and one.type == "form" else Names({})

    def _number(self, row: dict[str, Any], key: str, path: Path) -> Decimal | None:
        if row.get(key) in (None, ""):
            self.into.problem((*path, key), "没有填写", f"填写 {key}，或删去这一行")
            return None
        return self.into.number(row[key], (*path, key))

    def marks(self, row: dict[str, Any], path: Path) -> None:
        """A mark."""
        instrument, value = (
            self._instrument(row, "instrument", path),
            self._number(row, "value", path),
        )
        item = self._text(row, "item", path, TOTAL)
        if value is not None:
            self.into.mark(
                Mark(
                    self._subject(row, path), instrument, self._text(row, "respondent", path),
                    self._parts(instrument).known(item), value,
                ),
                path,
            )  # fmt: skip

    def votes(self, row: dict[str, Any], path: Path) -> None:
        """A count of votes."""
        poll, aspect = self._instrument(row, "poll", path), self._text(row, "aspect", path, TOTAL)
        option = self._text(row, "option", path)
        one = self.scheme.instruments.get(poll)
        if aspect == TURNOUT and one is not None and one.type in ("ballot", "form"):
            option = account_names(one).known(option)
        count = None
        if self._number(row, "count", path) is not None:
            count = self.into.count(row["count"], (*path, "count"))
        if count is not None:
            self.into.vote(
                Vote(
                    self._subject(row, path), poll, self._text(row, "stratum", path),
                    self._parts(poll).known(aspect), option, count,
                ),
                path,
            )  # fmt: skip

    def entries(self, row: dict[str, Any], path: Path) -> None:
        """A bonus or deduction."""
        quantity = self._number(row, "quantity", path)
        if quantity is None:
            return
        entry = Entry(
            self._subject(row, path), self._text(row, "person", path),
            self._instrument(row, "rule", path), quantity, self._text(row, "label", path),
            self._text(row, "event", path), self.into.day(row.get("day"), (*path, "day")),
            STATE_NAMES.known(self._text(row, "state", path, "verified")),
            self._text(row, "reason", path),
        )  # fmt: skip
        self.into.entries.append((entry, path))

    def standing(self, row: dict[str, Any], path: Path) -> None:
        """What a subject reached in an earlier period."""
        lists = row.get("lists")
        if lists is not None and not isinstance(lists, list):
            self.into.problem((*path, "lists"), "应为列表", '写成 ["名单"]')
            lists = []
        standing = Standing(
            self._subject(row, path), self._text(row, "period", path),
            self._text(row, "score", path)
            or ("" if row.get("value") in (None, "") else self.scheme.total),
            self.into.number(row.get("value"), (*path, "value")), self._text(row, "grade", path),
            tuple(self.into.text(v, (*path, "lists", i)) for i, v in enumerate(lists or [])),
        )  # fmt: skip
        self.into.standing.append((standing, path))

    def rulings(self, row: dict[str, Any], path: Path) -> None:
        """A recorded decision."""
        ruling = Ruling(
            self._subject(row, path), RULING_NAMES.known(self._text(row, "kind", path)),
            ruling_target(self.scheme, self._text(row, "target", path)),
            self._text(row, "reason", path), self._text(row, "by", path),
        )  # fmt: skip
        self.into.rulings.append((ruling, path))

    def notes(self, row: dict[str, Any], path: Path) -> None:
        """A text shown beside the result."""
        instrument = self._instrument(row, "instrument", path)
        one = self.scheme.instruments.get(instrument)
        if one is None or one.type != "note":
            notes = [k for k, i in self.scheme.instruments.items() if i.type == "note"]
            known = Names(dict.fromkeys(notes, ())).near(instrument)
            self.into.problem((*path, "instrument"), f"“{instrument}”不是备注类", known)
            return
        text = self.into.text(row.get("text"), (*path, "text"), most=2000)
        self.into.note(self._subject(row, path), instrument, text, path)
