"""Everything needed to try out assumptions: the scheme, all rows, our figures and the office's."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from kaohe.comparing.arithmetic import STANDARD, Habits, half_up, shown_value
from kaohe.comparing.recalculation import Recalculation
from kaohe.comparing.tree import closure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kaohe.comparing.columns import Meanings
    from kaohe.comparing.office import OfficeFigure, OfficeRow
    from kaohe.comparing.opaque import OpaqueValues
    from kaohe.comparing.subject_facts import SubjectFacts
    from kaohe.comparing.variations import Variation
    from kaohe.scheme.model import Scheme
    from kaohe.scoring.derivation import Result, SubjectResult

_MOST_WRONG = 4


@dataclass(slots=True)
class Line:
    """One subject: facts, the office's figures, our result."""

    row: OfficeRow
    facts: SubjectFacts
    result: SubjectResult
    wrong: dict[str, OfficeFigure] = field(default_factory=dict)
    """Scores whose figure differs from ours, by name."""
    wrong_inputs: list[str] = field(default_factory=list)
    """Cells of inputs that differ from the record."""
    office_facts: SubjectFacts | None = None
    """The facts with those inputs."""

    def office(self, name: str) -> OfficeFigure | None:
        """The office's figure of a score."""
        return self.row.figures.get(f"score:{name}")


@dataclass(slots=True)
class Bench:
    """A scheme with all lines of a workbook."""

    scheme: Scheme
    opaque: OpaqueValues
    lines: list[Line]
    variations: list[Variation]
    result: Result
    meanings: Meanings

    def parts_shown(self, line: Line, name: str) -> tuple[str, ...]:
        """The weighted parts of a score that the office shows."""
        if self.scheme.scores[name].operator != "weighted":
            return ()
        parts = (key for key, part in self.meanings.parts.items() if part.into == name)
        return tuple(n for n in parts if (f := line.office(n)) and f.value is not None)

    def part_pins(self, line: Line, parts: Iterable[str]) -> dict[str, Fraction]:
        """The scores that give just the parts the office shows."""
        known = self.meanings.parts
        figures = ((known[n], f.value) for n in parts if (f := line.office(n)))
        return {part.of: Fraction(value or 0) / part.share for part, value in figures}

    def decimals(self, name: str) -> int:
        """Decimals of a named score."""
        node = self.scheme.scores[name]
        return self.scheme.decimals if node.decimals is None else node.decimals

    def title(self, name: str) -> str:
        """What a score is called."""
        return self.scheme.scores[name].title or name

    def shown(self, name: str, value: Decimal | None) -> str:
        """A score's figure as a sheet shows it."""
        return "（无）" if value is None else f"{half_up(value, self.decimals(name)):f}"

    def equals(self, name: str, value: Fraction | float | None, figure: OfficeFigure) -> bool:
        """Whether a recalculated value is what the office wrote."""
        if value is None or figure.value is None:
            return False
        decimals = self.decimals(name)
        if shown_value(value, decimals) == half_up(figure.value, decimals):
            return True
        places = -int(figure.value.as_tuple().exponent)
        return places > decimals and shown_value(value, places) == figure.value

    def start(
        self,
        line: Line,
        pins: dict[str, Fraction],
        *,
        scheme: Scheme | None = None,
        habits: Habits = STANDARD,
        facts: SubjectFacts | None = None,
    ) -> Recalculation:
        """A recalculation of one subject."""
        return Recalculation(scheme or self.scheme, facts or line.facts, self.opaque, habits, pins)

    def shown_below(self, line: Line, name: str) -> list[str]:
        """The scores a score is computed from that the office shows too."""
        return [
            one
            for one in closure(self.scheme, name)[1:]
            if (figure := line.office(one)) is not None and figure.value is not None
        ]

    def wrong_sets(self, line: Line, name: str) -> Iterator[tuple[str, ...]]:
        """Which wrong figures may have been calculated on with: all of them first, none last."""
        wrong = [one for one in self.shown_below(line, name) if one in line.wrong][:_MOST_WRONG]
        for count in range(len(wrong), -1, -1):
            yield from combinations(wrong, count)

    def pins(self, line: Line, name: str, taken: tuple[str, ...]) -> dict[str, Fraction]:
        """The office's wrong figures that were taken over; elsewhere ours."""
        pins = {}
        for one in self.shown_below(line, name):
            ours = line.result.scores.get(one)
            figure = line.office(one)
            if one in taken and figure is not None and figure.value is not None:
                pins[one] = Fraction(figure.value)
            elif ours is not None:
                pins[one] = Fraction(ours)
        return pins
