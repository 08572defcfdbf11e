"""A right workbook in an office's layout for any scheme: made-up facts, the plan's results."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

import openpyxl

from kaohe.comparing.comparison import Terms
from kaohe.kit.invention import made_up_facts
from kaohe.scoring import compile_scheme
from kaohe.scoring.derivation import Result
from kaohe.scoring.facts import TOTAL, TURNOUT, Facts, Mark, Vote

_SHEETS = 3


class Column(NamedTuple):
    """A column: its heading in two rows, and where its figures come from."""

    above: str
    heading: str
    kind: str
    key: str
    part: Any = ""


@dataclass(frozen=True)
class OfficeBook:
    """A workbook and what it was made from."""

    content: bytes
    columns: tuple[Column, ...]
    facts: Facts
    result: Result


def office_book(under: Terms, seed: int, *, subjects: int = 10) -> OfficeBook:
    """The workbook of a scheme."""
    facts = _flat(under, made_up_facts(under.scheme, seed, subjects=subjects))
    plan = compile_scheme(under.scheme, operators=under.meanings)
    result = plan.score(facts, check=False)
    columns = tuple(_columns(under.scheme, facts))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "汇总"
    sheet.append(["2025年度考核汇总表"])
    sheet.append([c.above for c in columns])
    sheet.append([c.heading for c in columns])
    for n, column in enumerate(columns, 1):
        if column.above == column.heading:
            sheet.merge_cells(start_row=2, end_row=3, start_column=n, end_column=n)
    for subject, scored in zip(facts.subjects, result.subjects, strict=True):
        row = [_value(under.scheme, column, subject, facts, scored) for column in columns]
        sheet.append([float(v) if isinstance(v, Decimal) else v for v in row])
    out = io.BytesIO()
    book.save(out)
    return OfficeBook(out.getvalue(), columns, facts, result)


def _flat(under: Terms, facts: Facts) -> Facts:
    """Facts as one row of a table can hold them: overall tallies, means, one sheet by items."""
    scheme = under.scheme
    tallies: dict[tuple[str, str, str], int] = {}
    means: dict[tuple[str, str, str], list[tuple[Decimal, int]]] = {}
    aspects: dict[tuple[str, str], str] = {}
    for vote in facts.votes:
        if vote.aspect == TURNOUT:
            continue
        if scheme.instruments[vote.poll].type == "form":
            rows = means.setdefault((vote.subject, vote.poll, vote.aspect), [])
            rows.append((Decimal(vote.option), vote.count))
        elif aspects.setdefault((vote.subject, vote.poll), vote.aspect) == vote.aspect:
            key = (vote.subject, vote.poll, vote.option)
            tallies[key] = tallies.get(key, 0) + vote.count
    marks: list[Mark] = []
    first: dict[tuple[str, str], str] = {}
    for mark in facts.marks:
        one: Any = scheme.instruments[mark.instrument]
        if one.type == "sheet" and _by_items(scheme, one):
            wanted = first.setdefault((mark.subject, mark.instrument), mark.respondent)
            if mark.respondent != wanted or mark.item.endswith(".na"):
                continue
        marks.append(mark)
    for (subject, form, score), found in means.items():
        mean = sum(v * n for v, n in found) / sum(n for _, n in found)
        marks.append(Mark(subject, form, "", score, round(mean, 1)))
    entries = tuple(
        e
        for e in facts.entries
        if e.state == "verified"
        and scheme.entries[e.rule].points == "typed"
        and scheme.entries[e.rule].sign != "none"
    )
    votes = tuple(Vote(s, p, "", TOTAL, o, n) for (s, p, o), n in tallies.items())
    return replace(facts, marks=tuple(marks), votes=votes, entries=entries, standing=(), rulings=())


def _by_items(scheme: Any, sheet: Any) -> bool:
    return any(i.rule or i.optional for i in scheme.items[sheet.items].items)


def _columns(scheme: Any, facts: Facts) -> Iterator[Column]:
    yield Column("单位", "单位", "title", "")
    if any(kind.classes for kind in scheme.subjects.values()):
        yield Column("类别", "类别", "class", "")
    used = {m.instrument for m in facts.marks} | {v.poll for v in facts.votes}
    for key, one in scheme.instruments.items():
        if key not in used:
            continue
        if one.type == "ballot":
            yield from (Column(one.title, label, "vote", key, label) for label in one.options)
        elif one.type == "form":
            yield from (Column(one.title, s.title, "form", key, k) for k, s in one.scores.items())
        elif _by_items(scheme, one):
            for item in scheme.items[one.items].items:
                for figure in item.inputs(decimals=scheme.decimals):
                    own = "" if figure.id == item.id else f"·{figure.title}"
                    if figure.kind != "na":
                        yield Column(one.title, item.title + own, "item", key, figure.id)
        elif one.by == "subject":
            yield Column(one.title, one.title, "sheet", key, 0)
        else:
            yield from (
                Column(one.title, f"{one.title}{n + 1}", "sheet", key, n) for n in range(_SHEETS)
            )
    for rule in dict.fromkeys(e.rule for e in facts.entries):
        title = scheme.entries[rule].title
        yield Column("加减分", title, "entries", rule)
    for name, node in scheme.scores.items():
        yield Column(node.title or name, node.title or name, "score", name)
    yield Column("名次", "名次", "rank", "")
    for key, grade in scheme.grades.items():
        yield Column(grade.title, grade.title, "grade", key)


def _value(scheme: Any, column: Column, subject: Any, facts: Facts, scored: Any) -> Any:
    kind, key, part = column.kind, column.key, column.part
    mine = [m for m in facts.marks if (m.subject, m.instrument) == (subject.id, key)]
    if kind == "title":
        return subject.title
    if kind == "class":
        titles = {k: t for one in scheme.subjects.values() for k, t in one.classes.items()}
        return titles.get(subject.group, "")
    if kind in ("item", "form"):
        return next((m.value for m in mine if m.item == part), None)
    if kind == "sheet":
        totals: dict[str, Decimal] = {}
        for mark in mine:
            totals[mark.respondent] = totals.get(mark.respondent, Decimal()) + mark.value
        return list(totals.values())[part] if part < len(totals) else None
    if kind == "vote":
        rows = [v for v in facts.votes if (v.subject, v.poll, v.option) == (subject.id, key, part)]
        return sum(v.count for v in rows)
    if kind == "entries":
        found = [str(e.quantity) for e in facts.entries if (e.subject, e.rule) == (subject.id, key)]
        return "+".join(found) or None
    if kind == "score":
        return scored.scores[key]
    return scored.rank if kind == "rank" else scored.grades[key].label
