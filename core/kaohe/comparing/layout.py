"""Which column of an office's workbook means what: proposed from headings and figures."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.comparing.columns import INPUT, OWN, SCORE, TITLE, Meanings
from kaohe.comparing.tree import walk
from kaohe.scoring.wording import plain
from kaohe.workbooks import Cell, Sheet, Workbook, find_heading
from kaohe.workbooks.headings import Column, Heading

if TYPE_CHECKING:
    from collections.abc import Mapping

AT_LEAST = 2
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*[%％]")
_NAMED = 6


class LayoutError(Exception):
    """A workbook or a mapping that cannot be used; `problems` are lines to print."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column, the words over it, and what it means."""

    letter: str
    index: int
    titles: tuple[str, ...]
    meaning: str | None
    why: str = "表头"
    """表头, 数值 (its figures are those of the score), 映射文件, 手工."""

    @property
    def title(self) -> str:
        """The heading as one text."""
        return "·".join(self.titles)


@dataclass(frozen=True, slots=True)
class MappedTable:
    """A sheet with its heading (row indexes from 0)."""

    sheet: str
    first: int
    last: int
    columns: tuple[MappedColumn, ...]

    @property
    def by_meaning(self) -> dict[str, MappedColumn]:
        """The columns that mean something."""
        return {c.meaning: c for c in self.columns if c.meaning}

    def with_meanings(self, changed: Mapping[str, str | None], why: str) -> MappedTable:
        """The table with the meanings of some columns exchanged, by letter."""
        columns = tuple(
            replace(c, meaning=changed[c.letter], why=why) if c.letter in changed else c
            for c in self.columns
        )
        return replace(self, columns=columns)


@dataclass(slots=True)
class Layout:
    """All tables of a workbook that are read."""

    tables: list[MappedTable] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    """Sheets in which no table was recognised."""

    def meanings(self) -> list[str]:
        """Everything some column means."""
        return [c.meaning for t in self.tables for c in t.columns if c.meaning]

    def results(self) -> list[str]:
        """The meanings that can be compared."""
        return [m for m in self.meanings() if m.partition(":")[0] not in (INPUT, OWN)]


def propose_layout(book: Workbook, meanings: Meanings) -> Layout:
    """What each column seems to mean, by the words over it."""
    layout = Layout()
    for sheet in book.sheets:
        heading = _heading(sheet, meanings)
        if heading is None:
            if any(not cell.blank for row in sheet.rows for cell in row):
                layout.skipped.append(sheet.title)
            continue
        columns = tuple(_mapped(column) for column in heading.columns)
        layout.tables.append(MappedTable(sheet.title, heading.first, heading.last, columns))
    return layout


def _heading(sheet: Sheet, meanings: Meanings) -> Heading | None:
    found = find_heading(sheet, meanings.match, at_least=AT_LEAST)
    if found is None or TITLE not in found.fields:
        return None
    last = found.last
    while last + 1 < len(sheet.rows) and _continues(sheet.rows[last], sheet.rows[last + 1]):
        last += 1
    return replace(found, last=last)


def _continues(above: list[Cell], row: list[Cell]) -> bool:
    """Whether a row only goes on with the heading: cells merged downwards."""
    filled = [(a, b) for a, b in zip(above, row, strict=True) if not b.blank]
    return bool(filled) and all(b.merged and a.text == b.text for a, b in filled)


def _mapped(column: Column) -> MappedColumn:
    letter = re.sub(r"\d+$", "", column.ref.rpartition("!")[2])
    return MappedColumn(letter, column.index, column.titles, column.field)


def check_layout(layout: Layout, meanings: Meanings) -> list[str]:
    """What is wrong with a layout."""
    problems = []
    if not layout.tables:
        words = meanings.vocabulary.examples()
        problems.append(f"没有认出表头：需要名称一列和至少一列成绩。列名可用：{words}")
    for table in layout.tables:
        seen: dict[str, str] = {}
        for column in table.columns:
            if column.meaning and column.meaning in seen:
                problems.append(
                    f"工作表“{table.sheet}”的 {seen[column.meaning]} 列和 {column.letter} 列都是"
                    f"“{meanings.plainly(column.meaning)}”，只能保留一列"
                )
            elif column.meaning:
                seen[column.meaning] = column.letter
        if TITLE not in seen:
            problems.append(f"工作表“{table.sheet}”没有指明哪一列是名称")
    if layout.tables and not layout.results():
        problems.append("没有可以核对的结果列（得分、总分、等次、名次）")
    return problems


def layout_lines(layout: Layout, meanings: Meanings) -> list[str]:
    """The layout in words, to be confirmed by a person."""
    lines = []
    for table in layout.tables:
        rows = f"第 {table.first + 1} 行"
        if table.last > table.first:
            rows = f"第 {table.first + 1}–{table.last + 1} 行"
        lines.append(f"工作表“{table.sheet}”，表头在{rows}：")
        for column in table.columns:
            if column.meaning:
                how = "" if column.why == "表头" else f"（据{column.why}）"
                told = meanings.told(column.meaning) + how
            else:
                told = "不核对" if meanings.is_trifle(column.titles) else "没有认出，不核对"
            lines.append(f"  {column.letter} 列 {column.title} → {told}")
    lines += [f"工作表“{title}”：没有认出表头，不读" for title in layout.skipped]
    return lines + [f"注意：{text}" for text in gaps(layout, meanings)]


def gaps(layout: Layout, meanings: Meanings) -> list[str]:
    """Facts the scheme asks for that no column holds, where others of their kind are there."""
    scheme = meanings.scheme
    inputs = {m.partition(":")[2] for m in layout.meanings() if m.startswith(f"{INPUT}:")}
    if not inputs:
        note = "没有原始数据的列；最里层的得分按单位填写的数，只核对由它们算出的部分"
        return [*weight_notes(layout, meanings), note]
    found = weight_notes(layout, meanings)
    for sheet, titles in meanings.items.unmapped(inputs).items():
        listed = "、".join(titles[:_NAMED]) + (" 等" if len(titles) > _NAMED else "")
        title = scheme.instruments[sheet].title
        found.append(f"“{title}”有 {len(titles)} 项没有对应的列，按没有发生计：{listed}")
    for key, one in scheme.instruments.items():
        if one.type == "ballot":
            missing = [label for label in one.options if f"{key}.{label}" not in inputs]
            if 0 < len(missing) < len(one.options):
                found.append(f"“{one.title}”没有“{'、'.join(missing)}”的列，按 0 票计")
    for key, rule in scheme.entries.items():
        if key not in inputs and rule.sign != "none" and not isinstance(rule.points, dict):
            found.append(f"没有“{rule.title}”的列，按没有计")
    return found


def weight_notes(layout: Layout, meanings: Meanings) -> list[str]:
    """Weights in headings that are not those of the scheme."""
    weights = _weights(meanings)
    found = []
    for table in layout.tables:
        for column in table.columns:
            name = (column.meaning or "").removeprefix(f"{SCORE}:")
            written = _PERCENT.search(column.title)
            if written is None or name not in weights:
                continue
            if Decimal(written[1]) not in weights[name]:
                ours = "、".join(f"{plain(w)}%" for w in sorted(weights[name]))
                title = meanings.words[f"{SCORE}:{name}"]
                found.append(f"{column.letter} 列表头写 {written[1]}%，办法里“{title}”占 {ours}")
    return found


def _weights(meanings: Meanings) -> dict[str, set[Decimal]]:
    """Score, or part of it -> the percentages with which it goes into others."""
    found = {name: {part.percent} for name, part in meanings.parts.items()}
    for name, node in meanings.scheme.scores.items():
        for _, inner in walk(node, name):
            args: Any = inner.args
            if inner.operator == "weighted" and args.out_of == 100:
                for part in args.parts:
                    if part.of.operator == "score":
                        found.setdefault(part.of.args.name, set()).add(part.weight)
    return found
