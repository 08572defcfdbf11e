"""An office's own layout: columns recognised by the words over them, the rest left alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kaohe.records.collecting import Collector
from kaohe.records.columns import read_cell
from kaohe.records.errors import RecordErrors, RecordProblem
from kaohe.records.names import class_names, class_of_name, first_kind
from kaohe.records.office_headings import Vocabulary
from kaohe.records.reading import Record
from kaohe.scoring.facts import Subject
from kaohe.workbooks import Cell, Sheet, Workbook, find_heading, match_key, normal_text
from kaohe.workbooks.headings import Column, Heading

if TYPE_CHECKING:
    from kaohe.records.parameters import Binder
    from kaohe.records.rolls import Roll

_NOTE = re.compile(r"^[（(【\[]?\s*(注|备注|说明|填表|填报|制表|审核|复核|合计|总计|小计|平均)")
_YEAR = re.compile(r"(20\d\d)\s*(年|考核|度)")
_NAMED = 6
"""How many names a line of the report spells out."""


@dataclass(slots=True)
class _Report:
    """What was understood and what was left out."""

    understood: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def read_office(book: Workbook, *, binder: Binder, name: str, roll: Roll | None) -> Record:
    """Read the sheets in which subjects and at least two kinds of facts are recognised.

    Raises:
        RecordErrors: every mistake, by cell.
    """
    scheme, parameters, complaints = binder.bind({})
    into = Collector(scheme)
    for path, what, remedy in complaints:
        into.problem("--set " + ".".join(path), what, remedy)
    vocabulary = Vocabulary(scheme)
    report, period, tables = _Report(), "", 0
    for sheet in book.sheets:
        heading = find_heading(sheet, vocabulary.match, at_least=3)
        if heading is None or "title" not in heading.fields:
            if any(not cell.blank for row in sheet.rows for cell in row):
                report.ignored.append(f"工作表“{sheet.title}”：没有认出可用的表头")
            continue
        tables += 1
        period = period or _period(sheet, heading)
        _Table(sheet, heading, vocabulary, into, report, roll).read()
    if not tables:
        what = "没有认出表头：需要名称一列，和至少两列成绩"
        remedy = f"列名可用：{vocabulary.examples()}；或用模板：kaohe template {scheme.id} --xlsx"
        raise RecordErrors([RecordProblem(name, what, remedy), *into.problems])
    if period:
        report.understood.append(f"考核周期：{period}（取自标题）")
    facts = into.finish(period)
    if into.problems:
        raise RecordErrors(into.problems)
    return Record(
        scheme, facts, parameters, period, tuple(report.understood), tuple(report.ignored)
    )


def _period(sheet: Sheet, heading: Heading) -> str:
    above = [c.text for row in sheet.rows[: heading.first] for c in row if not c.merged]
    found = _YEAR.search(" ".join([*above, sheet.title]))
    return found[1] if found else ""


class _Table:
    """One sheet with its heading."""

    def __init__(
        self,
        sheet: Sheet,
        heading: Heading,
        vocabulary: Vocabulary,
        into: Collector,
        report: _Report,
        roll: Roll | None,
    ) -> None:
        self.sheet, self.heading, self.vocabulary = sheet, heading, vocabulary
        self.into, self.report, self.roll = into, report, roll
        self.scheme = into.scheme
        self.rows = sheet.rows[heading.last + 1 :]
        self.fields = {c.field: c for c in heading.columns if c.field}
        self.sources: dict[str, list[str]] = {}
        self._find_person()

    def _find_person(self) -> None:
        """A column called 书记 may hold marks or names; what is in it decides."""
        for word in self.vocabulary.doubtful:
            column = self.fields.get(word)
            if column is None or "person" in self.fields:
                continue
            cells = [row[column.index] for row in self.rows if not row[column.index].blank]
            if cells and not any(re.search(r"\d", cell.text) for cell in cells):
                self.fields["person"] = self.fields.pop(word)

    def read(self) -> None:
        """Read all rows and report."""
        title = self.fields["title"]
        count = 0
        for row in self.rows:
            if all(cell.blank for cell in row):
                continue
            first = next(cell for cell in row if not cell.blank)
            if _NOTE.match(first.text):
                shown = " ".join(c.text.strip() for c in row if not c.blank)[:40]
                self.report.ignored.append(f"{first.ref}：注释或合计行“{shown}”")
                continue
            cell = row[title.index]
            facts = [(w, row[c.index]) for w, c in self.fields.items() if w not in _OWN]
            if cell.blank:
                filled = [c for _, c in facts if not c.blank]
                if filled:
                    self.into.problem(cell.ref, "这一行有成绩，没有名称", "补上名称，或清空这一行")
                else:
                    self.report.ignored.append(f"{first.ref}：没有名称和成绩的行")
                continue
            self._subject(cell, row, facts)
            count += 1
        self._describe(count)

    def _subject(self, cell: Cell, row: list[Cell], facts: list[tuple[str, Cell]]) -> None:
        into = self.into
        name = into.text(cell, cell.ref, most=100)
        texts = {
            word: into.text(row[column.index], row[column.index].ref, most=100)
            for word, column in self.fields.items()
            if word in _OWN
        }
        word, person = self.roll.find(name) if self.roll else ("", "")
        group = self._group(name, texts.get("class", ""), word, cell)
        person = texts.get("person", "") or person
        into.subject(Subject(texts.get("id") or name, name, group, person), cell.ref)
        for key, one in facts:
            read_cell(key, one, texts.get("id") or name, into)

    def _group(self, name: str, written: str, rolled: str, cell: Cell) -> str:
        """The class: from its column, from the roll, else from the name."""
        if not first_kind(self.scheme).classes:
            return ""
        classes = class_names(self.scheme)
        for word, source in ((written, "“类别”列"), (rolled, "花名册")):
            if word:
                self.sources.setdefault(source, []).append(name)
                found = classes.find(word) or class_of_name(self.scheme, word)
                if not found:
                    titles = "、".join(first_kind(self.scheme).classes.values())
                    self.into.problem(
                        cell.ref, f"类别“{word}”（{source}）不认识", f"可用：{titles}"
                    )
                return found or word
        found = class_of_name(self.scheme, name)
        if found:
            self.sources.setdefault(f"名称中的字词·{found}", []).append(name)
            return found
        return ""

    def _describe(self, count: int) -> None:
        """Report columns and classes."""
        tell, title = self.report.understood.append, self.sheet.title
        tell(f"工作表“{title}”：{count} 个考核对象（{self.fields['title'].ref} 以下）")
        for word, column in self.fields.items():
            tell(f"  {_letter(column)} 列 {column.title} → {self.vocabulary.meaning(word)}")
        kinds = first_kind(self.scheme).classes
        for source, names in self.sources.items():
            source, _, group = source.partition("·")
            listed = "、".join(names[:_NAMED]) + (" 等" if len(names) > _NAMED else "")
            shown = f" → {kinds[group]}：{listed}" if group else ""
            tell(f"  类别据{source}：{len(names)} 个{shown}")
        taken = {column.index for column in self.fields.values()}
        results, unknown = [], []
        for column in self.heading.columns:
            if column.index not in taken:
                is_result = self.vocabulary.is_result(column.titles)
                (results if is_result else unknown).append(f"{_letter(column)} {column.title}")
        if results:
            self.report.ignored.append(f"工作表“{title}”结果列不取用：{'、'.join(results)}")
        if unknown:
            self.report.ignored.append(f"工作表“{title}”不认识的列：{'、'.join(unknown)}")


def _letter(column: Column) -> str:
    return re.sub(r"\d+$", "", column.ref.rpartition("!")[2])


def same_text(cell: Cell, text: str) -> bool:
    """Whether a cell holds a text, spelling aside."""
    return match_key(normal_text(cell).value) == match_key(text)


_OWN = ("id", "title", "class", "person")
