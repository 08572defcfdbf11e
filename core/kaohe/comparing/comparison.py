"""An office's workbook against ours: every cell that is wrong, with its cause."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from kaohe.comparing.arithmetic import delta, half_up
from kaohe.comparing.bench import Bench, Line
from kaohe.comparing.columns import GROUP_RANK, LISTS, RANK, SCORE
from kaohe.comparing.formulas import chain
from kaohe.comparing.grade_causes import find_grade_causes, labels_of, same_label
from kaohe.comparing.list_causes import list_difference
from kaohe.comparing.model import Cause, Comparison, Difference
from kaohe.comparing.outcomes import Outcomes, label_of
from kaohe.comparing.preparation import Prepared, Terms, prepare
from kaohe.comparing.rank_causes import Beside, find_rank_causes, read_rank_column
from kaohe.comparing.repeats import common_decimals, repeated_difference
from kaohe.comparing.searching import Search
from kaohe.comparing.slips import find_slip
from kaohe.comparing.suspicion import Suspicion
from kaohe.comparing.tree import closure, in_order
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kaohe.comparing.layout import Layout
    from kaohe.comparing.office import OfficeFigure
    from kaohe.records.reading import Record
    from kaohe.records.rolls import Roll
    from kaohe.scoring.derivation import Step
    from kaohe.workbooks import Workbook

_MOST_OTHERS = 3
_MOST_NAMED = 3
_UNKNOWN = 90


def compare(
    book: Workbook,
    layout: Layout,
    *,
    terms: Terms,
    roll: Roll | None = None,
    record: Record | None = None,
) -> Comparison:
    """Compare all cells of all mapped result columns.

    Args:
        layout: confirmed.
        record: facts kept apart from the workbook; without one, the workbook's own inputs.
    """
    prepared = prepare(book, layout, terms=terms, roll=roll, record=record)
    return _Comparing(prepared, terms).run()


class _Comparing:
    def __init__(self, prepared: Prepared, terms: Terms) -> None:
        self.prepared, self.bench, self.table = prepared, prepared.bench, prepared.table
        self.outcomes = Outcomes(self.bench, prepared.facts, terms.meanings)
        self.found: list[Difference] = []
        self.compared = 0
        self.notes: list[str] = []

    def run(self) -> Comparison:
        self._inputs()
        self._scores()
        self._grades()
        self._ranks()
        self._lists()
        self._blanks()
        self._repeats()
        self._flags()
        order = {ref: n for n, ref in enumerate(self._refs())}
        self.found.sort(key=lambda d: order.get(d.place, len(order)))
        bench, table = self.bench, self.table
        given = [bench.title(n) for n in bench.scheme.scores if n in self.prepared.given.names]
        missing = [self.prepared.left_out] if self.prepared.left_out else []
        problems = [*missing, *table.problems, *table.figure_problems]
        return Comparison(
            self.found, self.compared, len(bench.lines), self.prepared.strangers,
            [*table.notes, *self.notes], problems, given,
        )  # fmt: skip

    def _refs(self) -> list[str]:
        return [
            ref
            for line in self.bench.lines
            for ref in (
                *(f.ref for f in line.row.inputs.values()),
                *(f.ref for f in line.row.figures.values()),
                *(f.ref for _, f in line.row.again),
                *line.row.blanks.values(),
            )
        ]

    def _add(
        self, line: Line, meaning: str, figure: OfficeFigure, ours: str, causes: list[Cause],
        *, by: Decimal | None = None, office_steps: tuple[str, ...] = (),
        our_steps: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        if not causes:
            text = f"试过的各种算法、舍入和笔误都得不出 {figure.text}，应为 {ours}，请单位查对"
            causes = [Cause("unknown", text, _UNKNOWN)]
        others = () if causes[0].code == "consequence" else tuple(causes[1 : 1 + _MOST_OTHERS])
        self.found.append(
            Difference(
                figure.ref, line.facts.subject.id, line.row.title, meaning,
                self.bench.meanings.plainly(meaning), self.table.titles.get(meaning, ""),
                figure.text, ours, by, causes[0], others, office_steps, our_steps,
            )
        )  # fmt: skip

    def _inputs(self) -> None:
        """Inputs against the record, if there is one."""
        view = self.prepared.view
        if view is None:
            return
        for line in self.bench.lines:
            self.compared += len(line.row.inputs)
            for one in view.wrong_inputs(line.row):
                line.wrong_inputs.append(one.figure.ref)
                ours = "（没有）" if one.recorded is None else plain(one.recorded)
                slip = one.recorded is not None and find_slip(
                    one.recorded, one.written, self.bench.scheme.decimals
                )
                cause = (
                    Cause("digits", slip.text, slip.rank)
                    if slip
                    else Cause("record", f"记录里是 {ours}，单位的表里是 {one.figure.text}", 50)
                )
                by = None if one.recorded is None else one.written - one.recorded
                self._add(line, f"input:{one.word}", one.figure, ours, [cause], by=by)
            if line.wrong_inputs:
                line.office_facts = view.office_facts(line.row, line.facts)

    def _checked(self, line: Line, name: str) -> bool:
        """Whether a score can be compared: nothing below it was left out by the office."""
        subject = line.facts.subject.id
        holes = self.prepared.holes
        return not any((subject, one) in holes for one in closure(self.bench.scheme, name))

    def _has_holes(self, line: Line) -> bool:
        """Whether the office left out a score that it alone could give."""
        return any(subject == line.facts.subject.id for subject, _ in self.prepared.holes)

    def _scores(self) -> None:
        bench, search = self.bench, Search(self.bench)
        for name in in_order(bench.scheme):
            if name in self.prepared.given.names:
                continue
            for line in bench.lines:
                figure = line.office(name)
                if figure is not None and figure.value is not None:
                    if line.result.scores.get(name) is None or not self._checked(line, name):
                        line.wrong.pop(name, None)
                        where = figure.ref.rpartition("!")[2]
                        title = bench.title(name)
                        self.notes.append(f"{where}：数据不全，“{title}”没有核对")
                    else:
                        self.compared += 1
            for one in search.column(name):
                self._score(one)
        self._sums()

    def _sums(self) -> None:
        """Totals for which there is nothing but their weighted parts."""
        for line in self.bench.lines:
            for name in self.prepared.given.names:
                one = self.prepared.sums.get((line.row.subject, name))
                if one is not None:
                    figure = line.row.figures[f"{SCORE}:{name}"]
                    self._add(
                        line, f"{SCORE}:{name}", figure, self.bench.shown(name, one.ours),
                        one.causes, by=delta(one.ours, figure.value, self.bench.decimals(name)),
                        our_steps=(one.told,),
                    )  # fmt: skip

    def _score(self, one: Suspicion) -> None:
        bench, line, name = self.bench, one.line, one.name
        ours = line.result.scores[name]
        best = one.candidates[0] if one.candidates else None
        at = getattr(best.key, "at", name) if best and best.key else name
        steps = chain(bench.start(line, {}), name, at if at in bench.scheme.scores else name)
        if name in bench.opaque.scores or not steps:
            steps = _derivation_lines(line.result.trees, name) or steps
        self._add(
            line, f"score:{name}", one.figure, bench.shown(name, ours),
            [c.cause for c in one.candidates],
            by=delta(ours, one.figure.value, bench.decimals(name)),
            office_steps=best.lines if best else (), our_steps=tuple(steps),
        )  # fmt: skip

    def _grades(self) -> None:
        for key in self.bench.scheme.grades:
            labels = labels_of(self.bench.scheme, key)
            for line in self.bench.lines:
                figure = line.row.figures.get(f"grade:{key}")
                ours = label_of(line.result, key)
                if figure is None:
                    continue
                if ours is None and not figure.text.strip("—-/／无"):
                    continue
                if self._has_holes(line):
                    where = figure.ref.rpartition("!")[2]
                    title = self.bench.scheme.grades[key].title
                    self.notes.append(f"{where}：数据不全，“{title}”没有核对")
                    continue
                grade = line.result.grades[key]
                if ours is None and not grade.base and line.result.scores.get(
                    self.bench.scheme.total
                ) is None:  # fmt: skip
                    continue
                self.compared += 1
                if not same_label(figure.text, ours, labels):
                    causes = find_grade_causes(self.outcomes, line, key, figure)
                    told = (grade.sentence, *grade.applied)
                    self._add(
                        line, f"grade:{key}", figure, ours or "（无）", causes, our_steps=told
                    )

    def _beside(self) -> tuple[Beside, ...] | None:
        """Rows that cannot be recalculated but were ranked; None if their totals are unknown."""
        total = self.bench.scheme.total
        lines = {line.row.subject: line for line in self.bench.lines}
        subjects = {one.id: one for one in self.table.facts.subjects}
        found = []
        for key, row in self.table.rows.items():
            line = lines.get(key)
            counted = line.result.scores.get(total) if line and not self._has_holes(line) else None
            is_ranked = any(m in row.figures for m in (RANK, GROUP_RANK))
            known = key in subjects and (line is not None or self.prepared.view is None)
            if counted is not None or not known or not is_ranked:
                continue
            figure = row.figures.get(f"{SCORE}:{total}")
            if figure is None or figure.value is None:
                return None
            value = half_up(figure.value, self.bench.decimals(total))
            subject = line.facts.subject if line else subjects[key]
            found.append(Beside(subject, value))
        return tuple(found)

    def _ranks(self) -> None:
        beside = self._beside()
        if beside is None:
            self.notes.append("有的单位读不出总分却排了名次，名次没有核对")
            return
        for meaning in (RANK, GROUP_RANK):
            if not any(meaning in line.row.figures for line in self.bench.lines):
                continue
            column = read_rank_column(self.bench, meaning, beside)
            ids = {one.subject.id for one in beside}
            unsure = [line for line in self.bench.lines if line.facts.subject.id in ids]
            for line in self.bench.lines:
                figure, ours = line.row.figures.get(meaning), column.ours(line)
                if figure is None or figure.value is None or ours is None or line in unsure:
                    continue
                self.compared += 1
                if figure.value != ours:
                    total = self.bench.scheme.total
                    mine = self.bench.shown(total, line.result.scores.get(total))
                    told = (f"{self.bench.title(total)} {mine}，排第 {ours}",)
                    causes = find_rank_causes(column, line, figure)
                    by = figure.value - ours
                    self._add(line, meaning, figure, str(ours), causes, by=by, our_steps=told)

    def _lists(self) -> None:
        if not self.bench.scheme.lists:
            return
        for line in self.bench.lines:
            figure = line.row.figures.get(LISTS)
            if figure is None and LISTS not in line.row.blanks:
                continue
            self.compared += 1
            found = list_difference(self.outcomes, line, figure, line.row.blanks.get(LISTS, ""))
            if found is not None:
                self._add(line, LISTS, found.figure, found.ours, found.causes,
                          our_steps=found.sentences)  # fmt: skip

    def _blanks(self) -> None:
        """Cells the office left empty in a column that is filled in elsewhere."""
        from kaohe.comparing.office import OfficeFigure

        filled = {m for line in self.bench.lines for m in line.row.figures}
        for line in self.bench.lines:
            for meaning, ref in line.row.blanks.items():
                kind, _, name = meaning.partition(":")
                ours = ""
                if meaning not in filled or meaning == LISTS:
                    continue
                if kind == "score" and name not in self.prepared.given.names:
                    value = line.result.scores.get(name)
                    ours = "" if value is None else self.bench.shown(name, value)
                elif self._has_holes(line):
                    continue
                elif kind == "grade":
                    ours = label_of(line.result, name) or ""
                elif meaning == RANK and line.result.rank is not None:
                    ours = str(line.result.rank)
                if ours and (kind != "score" or self._checked(line, name)):
                    cause = Cause("blank", f"单位没有填写，应为 {ours}", 1)
                    self._add(line, meaning, OfficeFigure(ref, "（空）"), ours, [cause])

    def _repeats(self) -> None:
        """Results that stand in further tables, against where they stand first."""
        places = {one.place: one for one in self.found}
        decimals = common_decimals(self.bench)
        for line in self.bench.lines:
            for meaning, copy in line.row.again:
                self.compared += copy.problem == ""
                found = repeated_difference(
                    self.bench, line, meaning, copy, places.get, decimals[meaning]
                )
                self.found += [found] if found else []

    def _flags(self) -> None:
        raised: dict[str, list[str]] = {}
        for line in self.bench.lines:
            for flag in line.result.flags:
                if flag.id != "missing" and not flag.waived:
                    told = f"{flag.title}。{flag.sentence}"
                    raised.setdefault(told, []).append(line.row.title)
        self.notes += [f"{_listed(titles)}：{told}" for told, titles in raised.items()]


def _listed(titles: list[str]) -> str:
    return "、".join(titles[:_MOST_NAMED]) + (
        f"等 {len(titles)} 个" if titles[_MOST_NAMED:] else ""
    )


def _derivation_lines(steps: Iterable[Step], name: str) -> list[str]:
    """The plan's own line for a score that is not taken apart here."""
    for step in steps:
        if step.id == name:
            formula = step.formula or step.sentence
            return [f"{step.title}：{formula} = {step.value}" if formula else step.title]
        if found := _derivation_lines(step.inputs, name):
            return found
    return []


def ranked_by_row(comparison: Comparison) -> Comparison:
    """The same with own errors of a row before their consequences."""
    order = {d.subject: n for n, d in reversed(list(enumerate(comparison.differences)))}
    found = sorted(comparison.differences, key=lambda d: (order[d.subject], d.is_consequence))
    return replace(comparison, differences=found)


__all__ = ["Bench", "Terms", "compare", "ranked_by_row"]
