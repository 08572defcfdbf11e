"""The inputs of an office's workbook against a record that was kept apart from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from kaohe.comparing.subject_facts import VERIFIED, SubjectFacts, split_facts
from kaohe.scoring.facts import TOTAL
from kaohe.workbooks import match_key

if TYPE_CHECKING:
    from kaohe.comparing.office import OfficeFigure, OfficeRow, OfficeTable
    from kaohe.scoring.facts import Facts


class WrongInput(NamedTuple):
    """An input that differs from the record."""

    word: str
    figure: OfficeFigure
    written: Decimal
    recorded: Decimal | None


class RecordView:
    """A record's facts beside those of an office's workbook."""

    def __init__(self, facts: Facts, table: OfficeTable) -> None:
        self._names: dict[str, str] = {}
        for one in facts.subjects:
            self._names.setdefault(match_key(one.id), one.id)
            self._names[match_key(one.title)] = one.id
        self.record = split_facts(facts)
        self.office = split_facts(table.facts)
        self.strangers = [
            row.title for row in table.rows.values() if self.subject_of(row) not in self.record
        ]

    def subject_of(self, row: OfficeRow) -> str:
        """The record's subject of a row; empty if it has none."""
        return self._names.get(row.subject, "")

    def wrong_inputs(self, row: OfficeRow) -> Iterator[WrongInput]:
        """Inputs of a row in which something else stands than in the record."""
        theirs = self.office.get(row.subject)
        ours = self.record.get(self.subject_of(row))
        if theirs is None or ours is None:
            return
        for word, figure in row.inputs.items():
            written, recorded = _value(theirs, word), _value(ours, word)
            if written is not None and written != recorded:
                yield WrongInput(word, figure, written, recorded)

    def office_facts(self, row: OfficeRow, mine: SubjectFacts) -> SubjectFacts | None:
        """The facts as the office has them where it has any, else the record's."""
        theirs = self.office.get(row.subject)
        if theirs is None:
            return None
        read = {m.instrument for m in theirs.marks}
        polls = {v.poll for v in theirs.votes}
        rules = set(row.inputs)
        marks = [m for m in mine.marks if m.instrument not in read]
        votes = [v for v in mine.votes if v.poll not in polls]
        entries = [e for e in mine.entries if e.rule not in rules]
        subject = mine.subject.id
        return replace(
            mine,
            marks=(*marks, *(m._replace(subject=subject) for m in theirs.marks)),
            votes=(*votes, *(v._replace(subject=subject) for v in theirs.votes)),
            entries=(*entries, *(e._replace(subject=subject) for e in theirs.entries)),
            tag="office",
        )


def _value(facts: SubjectFacts, word: str) -> Decimal | None:
    """What facts hold for a column."""
    head, _, respondent = word.partition("#")
    if "/" in head:
        sheet, _, item = head.partition("/")
        found = [m.value for m in facts.marks if (m.instrument, m.item) == (sheet, item)]
        return found[0] if len(found) == 1 else None
    name, _, part = head.partition(".")
    entries = [e.quantity for e in facts.entries if e.rule == name and e.state == VERIFIED]
    if entries:
        return sum(entries, Decimal())
    votes = [v for v in facts.votes if v.poll == name]
    if votes:
        aspect, option = ("@", part[1:]) if part.startswith("@") else (TOTAL, part)
        counts = [v.count for v in votes if (v.aspect, v.option) == (aspect, option)]
        return Decimal(sum(counts)) if counts else None
    if part:
        found = [m.value for m in facts.marks if (m.instrument, m.item) == (name, part)]
        return found[0] if len(found) == 1 else None
    return _sheet_value(facts, name, respondent)


def _sheet_value(facts: SubjectFacts, name: str, respondent: str) -> Decimal | None:
    """A sheet's total; of several sheets the one of that name, or of that number."""
    totals: dict[str, Decimal] = {}
    for mark in facts.marks:
        if mark.instrument == name:
            totals[mark.respondent] = totals.get(mark.respondent, Decimal()) + mark.value
    if not totals:
        return None
    if respondent in totals:
        return totals[respondent]
    digits = "".join(c for c in respondent if c.isdigit())
    place = int(digits) - 1 if digits else 0
    values = list(totals.values())
    return values[place] if place < len(values) and (respondent or len(values) == 1) else None
