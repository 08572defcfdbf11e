"""The rows of an office's workbook: facts from its inputs, and the figures to be compared."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from kaohe.comparing.arithmetic import half_up
from kaohe.comparing.columns import INPUT, OWN, Meanings
from kaohe.comparing.layout import Layout, MappedTable
from kaohe.records.collecting import Collector
from kaohe.records.columns import read_cell
from kaohe.records.errors import RecordProblem
from kaohe.records.inputs import add_zeros, figure_of
from kaohe.records.names import class_names, class_of_name, first_kind
from kaohe.scoring.facts import Facts, Mark, Subject
from kaohe.workbooks import Cell, NotUnderstood, Sheet, Workbook, match_key, normal_number

if TYPE_CHECKING:
    from kaohe.records.rolls import Roll
    from kaohe.scheme.model import Scheme

_NOTE = re.compile(
    r"^[（(【\[]?(注|备注|说明|填表|填报|制表|审核|复核|平均|最高|最低)"
    r"|^[^:(]{0,8}(合计|总计|小计|共计)([:(].*)?$"
)
_MOST_DECIMALS = 6
"""What a formula computed without rounding is told in that many; the cell holds more."""
_YEAR = re.compile(r"(20\d\d)\s*(年|考核|度)")
_EMPTY = {"—", "——", "-", "/", "／", "－"}
_REF = re.compile(r"^(.*?![A-Z]+)(\d+)")


@dataclass(frozen=True, slots=True)
class OfficeFigure:
    """A result an office wrote down."""

    ref: str
    text: str
    value: Decimal | None = None
    problem: str = ""

    def negated(self) -> OfficeFigure:
        """The same with the other sign."""
        return replace(self, value=None if self.value is None else -self.value)


@dataclass(slots=True)
class OfficeRow:
    """A subject with its results, by meaning."""

    subject: str
    title: str
    ref: str
    figures: dict[str, OfficeFigure] = field(default_factory=dict)
    inputs: dict[str, OfficeFigure] = field(default_factory=dict)
    again: list[tuple[str, OfficeFigure]] = field(default_factory=list)
    """(meaning, figure) of results that stand in a further table too."""
    blanks: dict[str, str] = field(default_factory=dict)
    """Meaning -> cell, where nothing stands although the column is there."""


@dataclass(slots=True)
class OfficeTable:
    """Everything read from a workbook."""

    facts: Facts
    rows: dict[str, OfficeRow]
    """By subject, in the order of the workbook."""
    titles: dict[str, str]
    """Meaning -> heading of its column."""
    problems: list[RecordProblem]
    broken: set[str]
    """Subjects with a cell that cannot be used."""
    notes: list[str]
    figure_problems: list[RecordProblem]
    """Results that are no figures; the rest of their rows is compared."""

    def values(self, meaning: str) -> list[Decimal]:
        """The figures of a column."""
        figures = (row.figures.get(meaning) for row in self.rows.values())
        return [one.value for one in figures if one is not None and one.value is not None]

    def negate(self, meaning: str) -> None:
        """Take the figures of a column for what is taken off."""
        for row in self.rows.values():
            if meaning in row.figures:
                row.figures[meaning] = row.figures[meaning].negated()
            row.again = [(m, f.negated() if m == meaning else f) for m, f in row.again]


def read_office_table(
    book: Workbook, layout: Layout, *, meanings: Meanings, roll: Roll | None = None
) -> OfficeTable:
    """Read all mapped columns; what cannot be read is a problem by cell."""
    reader = _Reader(Collector(meanings.scheme), meanings, roll)
    period = ""
    for table in layout.tables:
        sheet = book.sheet(table.sheet)
        assert sheet is not None
        period = period or _period(sheet, table)
        reader.read(sheet, table)
    return reader.finish(period)


def _period(sheet: Sheet, table: MappedTable) -> str:
    above = [c.text for row in sheet.rows[: table.first] for c in row if not c.merged]
    found = _YEAR.search(" ".join([*above, sheet.title]))
    return found[1] if found else ""


class _Reader:
    def __init__(self, into: Collector, meanings: Meanings, roll: Roll | None) -> None:
        self.into, self.meanings, self.roll = into, meanings, roll
        self.scheme: Scheme = into.scheme
        self.rows: dict[str, OfficeRow] = {}
        self.titles: dict[str, str] = {}
        self.by_line: dict[str, str] = {}
        self.sheets: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        self.notes: list[str] = []
        self.figure_problems: list[RecordProblem] = []
        self.places: dict[tuple[str, str, str], str] = {}

    def read(self, sheet: Sheet, table: MappedTable) -> None:
        columns = table.by_meaning
        for meaning, column in columns.items():
            self.titles.setdefault(meaning, column.title)
        name_at = columns[f"{OWN}:title"].index
        seen: dict[str, str] = {}
        heading = _texts(sheet.rows[table.last])
        for row in sheet.rows[table.last + 1 :]:
            if all(cell.blank for cell in row):
                continue
            first = next(cell for cell in row if not cell.blank)
            if any(_NOTE.match(match_key(c.text)) for c in (first, row[name_at])):
                self.notes.append(f"{first.ref}：注释或合计行，不核对")
                continue
            if _is_subheading(row) or _texts(row) == heading:
                self.notes.append(f"{first.ref}：小标题或重复的表头，不核对")
                continue
            name = row[name_at]
            cells = {m: row[c.index] for m, c in columns.items()}
            filled = [c for m, c in cells.items() if not m.startswith(f"{OWN}:") and not c.blank]
            if name.blank:
                if filled:
                    self.into.problem(name.ref, "这一行有成绩，没有名称", "补上名称，或清空这一行")
                continue
            if not filled:
                self.notes.append(f"{name.ref}：只有名称，没有成绩，不核对")
                continue
            key = match_key(name.text)
            if key in seen:
                self.into.problem(
                    name.ref, f"“{name.text.strip()}”在 {seen[key]} 已经有一行", "删去重复的一行"
                )
                continue
            seen[key] = name.ref
            self._row(name, cells)

    def _row(self, name: Cell, cells: dict[str, Cell]) -> None:
        into = self.into
        title = into.text(name, name.ref, most=100)
        subject = match_key(title)
        row = self.rows.get(subject)
        line = _REF.match(name.ref)
        if line:
            self.by_line[f"{name.ref.rpartition('!')[0]}!{line[2]}"] = subject
        if row is None:
            own = {
                m.partition(":")[2]: into.text(c, c.ref, most=100)
                for m, c in cells.items()
                if m.startswith(f"{OWN}:")
            }
            word, person = self.roll.find(title) if self.roll else ("", "")
            group = self._group(title, own.get("class", "") or word, name)
            person = own.get("person", "") or person
            into.subject(Subject(subject, title, group, person), name.ref)
            row = self.rows[subject] = OfficeRow(subject, title, name.ref)
        for meaning, cell in cells.items():
            kind, _, rest = meaning.partition(":")
            if kind == INPUT:
                self._input(rest, cell, row)
            elif kind != OWN and (cell.blank or cell.text.strip() in _EMPTY):
                row.blanks[meaning] = cell.ref
            elif kind != OWN and meaning not in row.figures:
                row.figures[meaning] = self._figure(meaning, cell)
            elif kind != OWN:
                row.again.append((meaning, self._figure(meaning, cell)))

    def _group(self, title: str, written: str, cell: Cell) -> str:
        kind = first_kind(self.scheme)
        if not kind.classes:
            return ""
        classes = class_names(self.scheme)
        if written:
            found = classes.find(written) or class_of_name(self.scheme, written)
            if not found:
                known = "、".join(kind.classes.values())
                self.into.problem(cell.ref, f"类别“{written}”不认识", f"可用：{known}")
            return found or written
        found = class_of_name(self.scheme, title)
        if not found and len(kind.classes) == 1:
            found = next(iter(kind.classes))
        if not found:
            known = "、".join(kind.classes.values())
            self.into.problem(
                cell.ref, f"看不出“{title}”的类别",
                f"加一列“类别”（{known}），或用 --roll 给出花名册",
            )  # fmt: skip
        return found

    def _input(self, word: str, cell: Cell, row: OfficeRow) -> None:
        before = len(self.into.problems)
        if "/" in word:
            self._item(word, cell, row)
        else:
            read_cell(word, self._trimmed(cell), row.subject, self.into)
        if not cell.blank and len(self.into.problems) == before:
            row.inputs[word] = OfficeFigure(cell.ref, cell.text.strip())

    def _trimmed(self, cell: Cell) -> Cell:
        """A computed figure with endless decimals, as the sheet shows it."""
        if not (cell.formula and isinstance(cell.value, Decimal)):
            return cell
        exponent = cell.value.as_tuple().exponent
        if not isinstance(exponent, int) or -exponent <= self.scheme.decimals:
            return cell
        value = half_up(cell.value, self.scheme.decimals)
        self.notes.append(f"{cell.ref}：公式算得 {cell.value}，按 {value} 取用")
        return Cell(cell.ref, value, f"{value:f}", cell.merged, True)

    def _item(self, word: str, cell: Cell, row: OfficeRow) -> None:
        if cell.blank:
            return
        if cell.merged:
            self.into.problem(cell.ref, "这是合并单元格的一部分", "取消合并，每个考核对象单独填写")
            return
        one = self.meanings.items.inputs[word]
        instrument = self.scheme.instruments[one.sheet]
        items = self.scheme.items[instrument.items].items  # type: ignore[union-attr]
        item = next(i for i in items if i.id == one.item)
        terms = next(i for i in item.inputs(decimals=self.scheme.decimals) if i.id == one.input)
        if item.optional and match_key(cell.text) in ("不适用", "/", "-", "—"):
            value, name = Decimal(1), f"{one.item}.na"
        else:
            found, name = figure_of(terms, cell, cell.ref, self.into), one.input
            if found is None:
                return
            value = found
        self.into.mark(Mark(row.subject, one.sheet, "", name, value), cell.ref)
        self.sheets[row.subject, one.sheet, ""].append(name)
        self.places[row.subject, one.sheet, ""] = cell.ref

    def _figure(self, meaning: str, cell: Cell) -> OfficeFigure:
        text = cell.text.strip()
        if cell.problem:
            what, _, remedy = cell.problem.rstrip("。").partition("，")
            remedy = remedy or "重新计算或改填数字"
            self.figure_problems.append(RecordProblem(cell.ref, what, remedy))
            return OfficeFigure(cell.ref, text, None, cell.problem)
        if meaning.partition(":")[0] in ("grade", "lists"):
            return OfficeFigure(cell.ref, text)
        try:
            value = normal_number(_plain_rank(cell) if "rank" in meaning else cell).value
        except NotUnderstood:
            value = None
        if value is None or text.endswith("%"):
            problem = f"“{text[:30]}”不是数字"
            self.figure_problems.append(RecordProblem(cell.ref, problem, "改填数字，如 94.53"))
            return OfficeFigure(cell.ref, text, None, problem)
        if -int(value.as_tuple().exponent) > _MOST_DECIMALS:
            text = f"{half_up(value, _MOST_DECIMALS):f}"
        return OfficeFigure(cell.ref, text, value)

    def finish(self, period: str) -> OfficeTable:
        for (subject, sheet, respondent), given in self.sheets.items():
            place = self.places[subject, sheet, respondent]
            add_zeros(subject, sheet, respondent, given, place, self.into)
        facts = self.into.finish(period)
        broken: set[str] = set()
        for problem in self.into.problems:
            line = _REF.match(problem.place)
            if line:
                hit = self.by_line.get(f"{line[1].rpartition('!')[0]}!{line[2]}")
                broken |= {hit} if hit else set()
        return OfficeTable(
            facts,
            self.rows,
            self.titles,
            self.into.problems,
            broken,
            self.notes,
            self.figure_problems,
        )


def _texts(row: list[Cell]) -> list[str]:
    return [match_key(cell.text) for cell in row]


def _is_subheading(row: list[Cell]) -> bool:
    """Whether one text is merged over the row: 二、机关党组织."""
    return any(c.merged for c in row) and len({t for t in _texts(row) if t}) == 1


def _plain_rank(cell: Cell) -> Cell:
    """第3名, 3 名, 并列3."""
    found = re.search(r"\d+", cell.text)
    return Cell(cell.ref, Decimal(found[0]), found[0]) if found else cell
