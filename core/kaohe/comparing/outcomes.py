"""Grades, lists and ranks as they would follow from other figures or other rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

from kaohe.comparing.arithmetic import half_up
from kaohe.comparing.given import GivenScores
from kaohe.comparing.tree import closure
from kaohe.scheme.ties import tie_scores
from kaohe.scoring import compile_scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaohe.comparing.bench import Bench, Line
    from kaohe.scheme.model import Grade, Scheme
    from kaohe.scoring.derivation import SubjectResult
    from kaohe.scoring.facts import Facts
    from kaohe.scoring.operators import Meaning

Results = dict[str, "SubjectResult"]


class Reading(NamedTuple):
    """Another way of arriving at grades."""

    code: str
    text: str
    rank: int
    results: Results


@dataclass(slots=True)
class Outcomes:
    """What the plan makes of the office's own figures, and of changed rules."""

    bench: Bench
    facts: Facts
    meanings: Mapping[str, Meaning]
    _office: Results | None = field(default=None)
    _readings: dict[str, list[Reading]] = field(default_factory=dict)

    def ours(self) -> Results:
        """The right results."""
        return {one.subject: one for one in self.bench.result.subjects}

    def office(self) -> Results:
        """Grades, ranks and lists that follow from the office's figures."""
        if self._office is None:
            self._office = self._run(self.bench.scheme, self._figures())
        return self._office

    def _shown(self) -> list[str]:
        return [
            name
            for name in self.bench.scheme.scores
            if any(line.office(name) for line in self.bench.lines)
        ]

    def _figures(self, *, ours: bool = False) -> dict[tuple[str, str], Decimal]:
        """The office's figures; ours where it shows none, or everywhere."""
        found = {}
        for line in self.bench.lines:
            for name, mine in line.result.scores.items():
                figure = None if ours else line.office(name)
                value = figure.value if figure and figure.value is not None else mine
                if value is not None:
                    key = (line.facts.subject.id, name)
                    found[key] = half_up(value, self.bench.scheme.decimals)
        return found

    def _run(self, scheme: Scheme, figures: dict[tuple[str, str], Decimal]) -> Results:
        needed = self._needed(scheme)
        given = GivenScores(frozenset(needed))
        plan = compile_scheme(given.adapt(scheme), operators=self.meanings)
        facts = given.add(self.facts, figures)
        return {one.subject: one for one in plan.score(facts, check=False).subjects}

    def _needed(self, scheme: Scheme) -> set[str]:
        """Scores that grades, lists and ranks look at."""
        wanted = {scheme.total}
        for grade in scheme.grades.values():
            wanted |= {grade.of} if grade.of else set()
            wanted |= {one.when.score for one in grade.limits if one.when.score}
        wanted |= {one.of for one in scheme.lists.values() if one.of} | tie_scores(scheme)
        shown = set(self._shown())
        return {n for n in wanted if n in shown or set(closure(scheme, n)) & shown}

    def grade_readings(self, key: str) -> list[Reading]:
        """Every other way of grading that is tried, on our figures and on the office's."""
        if key not in self._readings:
            self._readings[key] = list(self._read_grades(key))
        return self._readings[key]

    def _read_grades(self, key: str) -> Iterator[Reading]:
        scheme = self.bench.scheme
        for ours, rank in ((True, 0), (False, 3)):
            figures = self._figures(ours=ours)
            for code, text, place, changed in self._changed_grades(key):
                grades = {**scheme.grades, key: changed}
                other = scheme.model_copy(update={"grades": grades})
                yield Reading(code, text, place + rank, self._run(other, figures))
            for code, text, place, number in self._changed_figures(key, figures):
                yield Reading(code, text, place + rank, self._run(scheme, number))

    def _changed_grades(self, key: str) -> Iterator[tuple[str, str, int, Grade]]:
        grade = self.bench.scheme.grades[key]
        for place, limit in enumerate(grade.limits):
            rest = (*grade.limits[:place], *grade.limits[place + 1 :])
            text = f"“{grade.title}”最高为“{limit.at_most}”的限制没有执行"
            yield "limit", text, 10, grade.model_copy(update={"limits": rest})
        if len(grade.limits) > 1:
            yield (
                "limit", f"“{grade.title}”的各项限制都没有执行", 12,
                grade.model_copy(update={"limits": ()}),
            )  # fmt: skip
        for place, quota in enumerate(grade.quotas):
            quotas = (*grade.quotas[:place], *grade.quotas[place + 1 :])
            text = f"“{quota.label}”的名额没有执行"
            yield "quota", text, 11, grade.model_copy(update={"quotas": quotas})
        if grade.bands:
            unit = Decimal(1).scaleb(-self.bench.scheme.decimals)
            above = {k: v + unit if v else v for k, v in grade.bands.items()}
            text = "恰好达到界限的没有算达到"
            yield "edge", text, 14, grade.model_copy(update={"bands": above})
            yield from self._moved_bands(grade)

    def _moved_bands(self, grade: Grade) -> Iterator[tuple[str, str, int, Grade]]:
        """One lower bound 5 or 10 points off."""
        for label, low in grade.bands.items():
            for step in (-5, 5, -10, 10):
                bands = {**grade.bands, label: low + step}
                values = list(bands.values())
                if low and low + step > 0 and values == sorted(values, reverse=True):
                    text = f"“{label}”的界限用成 {low + step:f} 分，应为 {low:f} 分"
                    yield "edge", text, 33, grade.model_copy(update={"bands": bands})

    def _changed_figures(
        self, key: str, figures: dict[tuple[str, str], Decimal]
    ) -> Iterator[tuple[str, str, int, dict[tuple[str, str], Decimal]]]:
        scheme = self.bench.scheme
        grade = scheme.grades[key]
        root = grade
        while root.follows and root.follows in scheme.grades:
            root = scheme.grades[root.follows]
        name = root.of
        if not name:
            return
        title = self.bench.title(name)
        whole = {
            k: v.quantize(Decimal(1), ROUND_HALF_UP) if k[1] == name else v
            for k, v in figures.items()
        }
        yield "rounding", f"“{title}”先取整再定等次", 13, whole
        others = [n for n in scheme.scores if n != name and n in self._shown()]
        for other in others:
            moved = {
                k: figures.get((k[0], other), v) if k[1] == name else v for k, v in figures.items()
            }
            yield "column", f"按“{self.bench.title(other)}”定的等次，应按“{title}”", 24, moved


def label_of(result: SubjectResult | None, key: str) -> str | None:
    """The label of a grade in a result."""
    grade = result.grades.get(key) if result else None
    return grade.label if grade else None


def wrong_cells(line: Line, names: list[str]) -> tuple[str, ...]:
    """The cells of wrong figures of a row."""
    return tuple(line.wrong[n].ref for n in names if n in line.wrong)
