"""Results of all units as a table: columns from the scheme, rows in the order asked for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from kaohe.campaigns.models import RulingRecord
from kaohe.results import engine
from kaohe.results.explanation.lists import ListView, list_views
from kaohe.results.explanation.page import band_rank
from kaohe.results.explanation.steps import clause, instrument_key, missing_leaves
from kaohe.results.models import Decision, ProposalRow
from kaohe.results.posting import classes_of, columns_of, subject_word
from kaohe.results.queries import FlagState, decisions_of, flags_of
from kaohe.scheme.model import BallotInstrument, FormInstrument, Scheme, SheetInstrument
from kaohe.scoring.derivation import ListResult, Step
from kaohe.scoring.ties import order_of


@dataclass(frozen=True, slots=True)
class GradeCell:
    """A grade in the table."""

    key: str
    title: str
    holder: str
    label: str
    rank: int
    limited: bool
    """Whether a limit changed what the bands gave."""
    decision: Decision | None

    @property
    def shown(self) -> str:
        """The decision if there is one, else the proposal."""
        return self.decision.decided if self.decision else self.label


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A unit in the table."""

    row: ProposalRow
    title: str
    person: str
    group: str
    scores: tuple[tuple[str, str], ...]
    """Column title and figure."""
    total: str
    rank: str
    group_rank: str
    tied: bool
    group_tied: bool
    grades: tuple[GradeCell, ...]
    lists: tuple[ListView, ...]
    """Those it is on."""
    flags: tuple[FlagState, ...]
    changes: tuple[tuple[str, str, str], ...]

    @property
    def is_blocked(self) -> bool:
        """Whether a flag waits for a reason."""
        return any(f.is_open for f in self.flags)


@dataclass(slots=True)
class Table:
    """All rows with their heads."""

    columns: list[tuple[str, str]]
    """Title and weight."""
    grades: list[str]
    groups: dict[str, str]
    """Classes that occur: key and title."""
    rows: list[ResultRow] = field(default_factory=list)
    subject: str = "考核对象"
    """What those in the first column are called."""
    total: str = "综合得分"
    inner_rank: str = "类内名次"
    ties: str = ""
    """What decides between equal totals, in words."""
    has_lists: bool = False
    has_classes: bool = False
    counts: list[tuple[str, list[tuple[str, int, int]]]] = field(default_factory=list)
    """Grade title -> (label, colour, how many)."""


SORTS: dict[str, tuple[str, Callable[[ResultRow], Any]]] = {
    "order": ("名册顺序", lambda r: r.row.order),
    "total": (
        "得分",
        lambda r: (r.row.total is None, -(r.row.total or 0), r.row.rank or 0, r.row.order),
    ),
    "class": (
        "类别内名次",
        lambda r: (r.row.subject.group, r.row.group_rank or 10**6, r.row.order),
    ),
    "flags": ("先看提示", lambda r: (not r.is_blocked, not r.flags, r.row.order)),
}


def build_table(
    rows: list[ProposalRow],
    scheme: Scheme,
    waived: dict[tuple[int, str], RulingRecord],
    *,
    sort: str = "order",
    group: str = "",
) -> Table:
    """Lay the rows out."""
    classes = classes_of(scheme)
    columns = columns_of(scheme)
    used = {r.subject.group for r in rows}
    table = Table(
        columns=[(title, weight) for _, title, weight in columns],
        grades=[g.title for g in scheme.grades.values()],
        groups={k: t for k, t in classes.items() if k in used},
        subject=subject_word(scheme),
        total=scheme.scores[scheme.total].title,
        inner_rank="单位内名次" if scheme.rank_within == "unit" else "类内名次",
        ties=order_of(scheme, scheme.total).words,
        has_lists=bool(scheme.lists or scheme.streaks),
        has_classes=len(used) > 1 or scheme.rank_within == "unit",
    )
    ties = Counter(r.rank for r in rows)
    group_ties = Counter((r.subject.group, r.group_rank) for r in rows)
    for row in rows:
        if group and row.subject.group != group:
            continue
        table.rows.append(
            ResultRow(
                row=row,
                title=row.subject.title,
                person=row.subject.person,
                group=classes.get(row.subject.group, row.subject.group),
                scores=tuple((t, row.result["scores"].get(k) or "") for k, t, _ in columns),
                total=row.result["scores"].get(scheme.total) or "",
                rank=str(row.rank or "—"),
                group_rank=str(row.group_rank or "—"),
                tied=row.rank is not None and ties[row.rank] > 1,
                group_tied=row.group_rank is not None
                and group_ties[(row.subject.group, row.group_rank)] > 1,
                grades=tuple(_cells(row, scheme)),
                lists=lists_of_row(row, scheme),
                flags=tuple(cited_flags(row, scheme, waived)),
                changes=tuple((c[0], c[1], c[2]) for c in row.changes),
            )
        )
    table.rows.sort(key=SORTS.get(sort, SORTS["order"])[1])
    table.counts = _counts(table.rows, scheme)
    return table


def lists_of_row(row: ProposalRow, scheme: Scheme) -> tuple[ListView, ...]:
    """The lists and streaks a row is on."""
    stored = row.result.get("lists", {})
    found = {k: ListResult(**{**v, "cite": tuple(v["cite"])}) for k, v in stored.items()}
    return tuple(one for one in list_views(scheme, found) if one.member)


def cited_flags(
    row: ProposalRow, scheme: Scheme, waived: dict[tuple[int, str], RulingRecord] | None = None
) -> list[FlagState]:
    """A row's flags with clauses that name their document."""
    return [
        replace(f, cite=tuple(clause(scheme, c) for c in f.cite)) for f in flags_of(row, waived)
    ]


def _cells(row: ProposalRow, scheme: Scheme) -> list[GradeCell]:
    decisions = decisions_of(row)
    cells = []
    for key, grade in row.result["grades"].items():
        decision = decisions.get(key)
        label = decision.decided if decision else grade["label"]
        limited = grade["base"] != grade["label"]
        cells.append(
            GradeCell(
                key, grade["title"], grade["holder"], grade["label"] or "",
                band_rank(scheme, key, label), limited, decision,
            )
        )  # fmt: skip
    return cells


def _counts(rows: list[ResultRow], scheme: Scheme) -> list[tuple[str, list[tuple[str, int, int]]]]:
    out = []
    for place, (key, grade) in enumerate(scheme.grades.items()):
        found = Counter(r.grades[place].shown for r in rows if r.grades[place].shown)
        labels = sorted(found, key=lambda label, key=key: band_rank(scheme, key, label))
        out.append((grade.title, [(b, band_rank(scheme, key, b), found[b]) for b in labels]))
    return out


Owed = list[tuple[str, list[tuple[str, list[tuple[str, int]]]]]]


def owed(rows: list[ProposalRow], scheme: Scheme) -> Owed:
    """What is missing, by who owes it: (who, [(what, [(unit, subject)])])."""
    out: dict[str, dict[str, list[tuple[str, int]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.total is not None:
            continue
        for step in missing_leaves(engine.result_of(row).derivation):
            units = out[_debtor(scheme, step)][step.missing]
            units.append((row.subject.title, row.subject_id))
    return [(who, list(found.items())) for who, found in sorted(out.items())]


def _debtor(scheme: Scheme, step: Step) -> str:
    key = instrument_key(scheme, step)
    if not key:  # a single sheet: 考核组评分表 under the step that reads the instrument
        key = instrument_key(scheme, _parent_path(step))
    instrument = scheme.instruments.get(key)
    if isinstance(instrument, SheetInstrument):
        return "填报单位" if instrument.by == "subject" else "考核组"
    if isinstance(instrument, BallotInstrument | FormInstrument):
        return "考核办（测评、评议尚未封存或没有有效票）"
    return "考核办"


def _parent_path(step: Step) -> Step:
    return replace(step, id=step.id.rpartition(".")[0])
