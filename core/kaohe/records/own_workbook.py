"""Reading our own template: each table has a row of keys that says what its columns hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.records.collecting import Collector
from kaohe.records.columns import is_known, read_cell
from kaohe.records.errors import RecordErrors
from kaohe.records.inputs import add_zeros, figure_of, sheet_inputs
from kaohe.records.json_ballots import form_mark
from kaohe.records.json_entries import RULING_NAMES, STATE_NAMES, ruling_target
from kaohe.records.names import (
    Names,
    class_names,
    instrument_names,
    item_names,
)
from kaohe.records.reading import Record
from kaohe.scoring.facts import TOTAL, Entry, Mark, Ruling, Standing, Subject, Vote
from kaohe.workbooks import Cell, Sheet, Workbook

if TYPE_CHECKING:
    from kaohe.records.parameters import Binder
    from kaohe.records.rolls import Roll

_SEARCHED = 8
SUBJECTS, PARAMETERS = "subjects:id", "parameters:key"
ENTRIES, RULINGS, STANDING = "entries:subject", "rulings:subject", "standing:subject"
Row = dict[str, Cell]


def is_own(book: Workbook) -> bool:
    """Whether the workbook was made from our template."""
    return any(_key_row(sheet, SUBJECTS) is not None for sheet in book.sheets)


def read_own(book: Workbook, *, binder: Binder, roll: Roll | None) -> Record:
    """Read a filled-in template.

    Raises:
        RecordErrors: every mistake, by cell.
    """
    header, written, cells = _parameters(book)
    scheme, parameters, complaints = binder.bind(written)
    into = Collector(scheme)
    for path, what, remedy in complaints:
        cell = cells.get(path[0]) if path else None
        into.problem(cell.ref if cell else "参数", what, remedy)
    stated = header.get("scheme")
    if stated is not None and not stated.blank and stated.text.strip() != binder.source.id:
        what = f"模板写的考核办法是 {stated.text.strip()}，现在用的是 {binder.source.id}"
        into.problem(stated.ref, what, "换用对应的考核办法，或重新生成模板")
    reader = _Reader(into, roll)
    for sheet in book.sheets:
        reader.subjects(sheet)
    for sheet in book.sheets:
        reader.details(sheet)
    period = (
        into.text(header["period"], header["period"].ref, most=20) if "period" in header else ""
    )
    facts = into.finish(period)
    if into.problems:
        raise RecordErrors(into.problems)
    return Record(scheme, facts, parameters, period)


def _key_row(sheet: Sheet, first: str) -> int | None:
    for index, row in enumerate(sheet.rows[:_SEARCHED]):
        if row and row[0].text.strip().startswith(first):
            return index
    return None


def _rows(sheet: Sheet, first: str) -> Iterator[tuple[str, Row]]:
    """(key of the table, row by key) below the row of keys."""
    at = _key_row(sheet, first)
    if at is None:
        return
    keys = [cell.text.strip() for cell in sheet.rows[at]]
    table = keys[0]
    for row in sheet.rows[at + 1 :]:
        if any(not cell.blank for cell in row):
            yield table, {key: cell for key, cell in zip(keys, row, strict=True) if key}


def _parameters(book: Workbook) -> tuple[Row, dict[str, Any], Row]:
    """Scheme and period; parameters as written; their cells."""
    header: Row = {}
    written: dict[str, Any] = {}
    cells: Row = {}
    for sheet in book.sheets:
        for _, row in _rows(sheet, PARAMETERS):
            key, cell = row[PARAMETERS].text.strip(), row.get("value")
            if cell is None or cell.blank or not key:
                continue
            name, _, part = key.partition(".")
            cells[name] = cell
            value: Any = cell.value if isinstance(cell.value, Decimal) else cell.text.strip()
            if name in ("@scheme", "@period"):
                header[name[1:]] = cell
            elif part.isdigit():
                written.setdefault(name, []).append(value)
            elif part == "table":
                pairs = (p.partition("=") for p in cell.text.replace("；", ";").split(";"))
                written[name] = {k.strip(): v.strip() for k, _, v in pairs if k.strip()}
            elif part == "flags":
                written[name] = [p.strip() for p in cell.text.replace("；", ";").split(";") if p]
            else:
                written[name] = value
    return header, written, cells


class _Reader:
    """Reads the sheets of one workbook."""

    def __init__(self, into: Collector, roll: Roll | None) -> None:
        self.into, self.roll, self.scheme = into, roll, into.scheme
        self.classes = class_names(self.scheme)
        self.ids = Names({})

    def subjects(self, sheet: Sheet) -> None:
        """The main table: one row per subject."""
        into = self.into
        at = _key_row(sheet, SUBJECTS)
        if at is not None:
            for cell in sheet.rows[at]:
                key = cell.text.strip().removeprefix("subjects:")
                if key and not is_known(key, self.scheme):
                    into.problem(cell.ref, f"不认识的列“{key}”", "重新生成模板，或清空这个单元格")
        titles: dict[str, tuple[str, ...]] = dict(self.ids.words)
        for _, row in _rows(sheet, SUBJECTS):
            cells = {key.removeprefix("subjects:"): cell for key, cell in row.items()}
            texts = {k: into.text(cells[k], cells[k].ref, most=100) for k in cells if k in _OWN}
            name = texts.get("id") or texts.get("title", "")
            first = cells["id"]
            if not name:
                into.problem(first.ref, "这一行没有编号，也没有名称", "补上，或清空整行")
                continue
            title = texts.get("title") or name
            group = self.classes.known(texts.get("class", ""))
            if not self.classes.words:
                group = ""
            subject = Subject(name, title, group, texts.get("person", ""), texts.get("unit", ""))
            if self.roll is not None:
                subject = self.roll.complete(subject, self.scheme)
            into.subject(subject, first.ref)
            titles.setdefault(name, (title,))
            for key, cell in cells.items():
                if key not in _OWN and is_known(key, self.scheme):
                    read_cell(key, cell, name, into)
        self.ids = Names(titles)

    def details(self, sheet: Sheet) -> None:
        """The tables beside it."""
        for prefix, read in (
            ("marks:", self._marks), ("votes:", self._votes), ("forms:", self._forms),
            (ENTRIES, self._entries), (RULINGS, self._rulings), (STANDING, self._standing),
        ):  # fmt: skip
            for table, row in _rows(sheet, prefix):
                cell = row.pop(table)
                if cell.blank:
                    others = [c for c in row.values() if not c.blank]
                    self.into.problem(others[0].ref, "这一行没有写考核对象", "在第一列选择考核对象")
                    continue
                subject = self.ids.known(self.into.text(cell, cell.ref))
                name = table.partition(":")[2]
                known = instrument_names(self.scheme).find(name)
                if prefix.endswith(":") and known != name:
                    self.into.problem(cell.ref, f"不认识的表“{name}”", "重新生成模板")
                    continue
                read(subject, name, row, cell)

    def _text(self, row: Row, key: str, most: int = 300) -> str:
        return self.into.text(row[key], row[key].ref, most=most) if key in row else ""

    def _marks(self, subject: str, name: str, row: Row, first: Cell) -> None:
        into, respondent = self.into, self._text(row, "respondent", 60)
        one = self.scheme.instruments[name]
        inputs = sheet_inputs(self.scheme, one.items) if one.type == "sheet" else {}
        given: list[str] = []
        for key, cell in row.items():
            if key == "respondent" or cell.blank:
                continue
            known = inputs.get(key)
            number = (
                figure_of(known, cell, cell.ref, into) if known else into.number(cell, cell.ref)
            )
            if number is not None:
                given.append(key)
                into.mark(Mark(subject, name, respondent, key, number), cell.ref)
        add_zeros(subject, name, respondent, given, first.ref, into)

    def _votes(self, subject: str, name: str, row: Row, first: Cell) -> None:
        one = self.scheme.instruments[name]
        aspects = item_names(self.scheme, one.aspects) if one.type == "ballot" else Names({})
        strata = Names({k: (t,) for k, t in getattr(one, "strata", {}).items()})
        aspect = aspects.known(self._text(row, "aspect") or TOTAL)
        stratum = strata.known(self._text(row, "stratum"))
        for option, cell in row.items():
            count = None if option in ("aspect", "stratum") else self.into.count(cell, cell.ref)
            if count is not None:
                self.into.vote(Vote(subject, name, stratum, aspect, option, count), cell.ref)

    def _forms(self, subject: str, name: str, row: Row, first: Cell) -> None:
        for score, cell in row.items():
            mark = self.into.number(cell, cell.ref)
            if mark is None:
                continue
            text = form_mark(mark)
            same = Counter((v.subject, v.poll, v.aspect, v.option) for v, _ in self.into.votes)
            if not same[subject, name, score, text]:
                self.into.vote(Vote(subject, name, "", score, text, 1), cell.ref)
                continue
            for index, (vote, place) in enumerate(self.into.votes):
                if (vote.subject, vote.poll, vote.aspect, vote.option) == (
                    subject,
                    name,
                    score,
                    text,
                ):
                    self.into.votes[index] = (vote._replace(count=vote.count + 1), place)

    def _entries(self, subject: str, name: str, row: Row, first: Cell) -> None:
        rule = instrument_names(self.scheme).known(self._text(row, "rule"))
        quantity = (
            self.into.number(row["quantity"], row["quantity"].ref) if "quantity" in row else None
        )
        label = self._text(row, "label", 100)
        terms = self.scheme.entries.get(rule)
        finding = terms is not None and terms.sign == "none"
        if quantity is None and not label and not finding:
            self.into.problem(first.ref, "这一条没有分值", "填写分值（或标准），或清空整行")
            return
        if quantity is None:
            percent = terms is not None and terms.quantity == "percent"
            quantity = Decimal(100 if percent else 1)
        day = self.into.day(row["day"], row["day"].ref) if "day" in row else None
        state = STATE_NAMES.known(self._text(row, "state") or "verified")
        entry = Entry(
            subject, self._text(row, "person", 60), rule,
            quantity, label, self._text(row, "event", 100),
            day, state, self._text(row, "reason"),
        )  # fmt: skip
        self.into.entries.append((entry, first.ref))

    def _rulings(self, subject: str, name: str, row: Row, first: Cell) -> None:
        ruling = Ruling(
            subject, RULING_NAMES.known(self._text(row, "kind")),
            ruling_target(self.scheme, self._text(row, "target")),
            self._text(row, "reason"), self._text(row, "by"),
        )  # fmt: skip
        self.into.rulings.append((ruling, first.ref))

    def _standing(self, subject: str, name: str, row: Row, first: Cell) -> None:
        value = self.into.number(row["value"], row["value"].ref) if "value" in row else None
        score = self._text(row, "score", 100)
        lists = self._text(row, "lists").replace("；", ";").split(";")
        standing = Standing(
            subject, self._text(row, "period", 20),
            score or (self.scheme.total if value is not None else ""), value,
            self._text(row, "grade", 100), tuple(one.strip() for one in lists if one.strip()),
        )  # fmt: skip
        self.into.standing.append((standing, first.ref))


_OWN = ("id", "title", "class", "person", "unit")
