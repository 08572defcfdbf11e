"""Figures that come from comparing all subjects: ranks, the best, sums, a person's unit.

The plan is run, what the ``cohort`` instructions compare is folded over all subjects, and the plan
is run again with what came out; once more for each comparison that rests on another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kaohe.scoring.execution import NO_COHORT, Evaluated, Executor, Rows, Values
from kaohe.scoring.expressions import SUBJECT, Block, Program
from kaohe.scoring.facts import Subject

Slot = tuple[str, Any]
"""A subject, and the group of a level below (empty on the subject level)."""
Compared = Mapping[Slot, Values]
"""What is compared, of everybody."""


@dataclass(slots=True)
class _Place:
    """A ``cohort`` instruction."""

    block: str
    index: int
    order: int
    """Its place among the block's ``cohort`` instructions."""
    what: str
    within: str
    args: tuple[int, ...]
    stage: int
    start: int


@dataclass(slots=True)
class Cohorts:
    """Runs a plan on all subjects together."""

    executor: Executor
    places: list[_Place] = field(init=False)

    def __post_init__(self) -> None:
        self.places = _places(self.executor.program)

    def evaluate(
        self, subjects: Sequence[Subject], index: Mapping[str, Rows]
    ) -> dict[str, Evaluated]:
        """All values of all subjects."""
        run = self.executor.evaluate
        if not self.places:
            return {s.id: run(index[s.id], NO_COHORT) for s in subjects}
        starts: dict[str, list[int]] = {}
        for place in self.places:
            starts.setdefault(place.block, []).append(place.start)
        known: dict[tuple[str, Slot], list[int]] = {}
        groups = Groups(subjects)
        found = self._run(subjects, index, known, starts)
        for stage in range(1, max(p.stage for p in self.places) + 1):
            for place in (p for p in self.places if p.stage == stage):
                compared = _compared(place, found)
                for slot, value in groups.fold(place.what, place.within, compared).items():
                    values = known.setdefault((place.block, slot), list(starts[place.block]))
                    values[place.order] = value
            found = self._run(subjects, index, known, starts)
        for subject in subjects:
            found[subject.id].leaders = self._leaders(groups, found, subject.id)
        return found

    def _run(
        self,
        subjects: Sequence[Subject],
        index: Mapping[str, Rows],
        known: Mapping[tuple[str, Slot], list[int]],
        starts: Mapping[str, list[int]],
    ) -> dict[str, Evaluated]:
        def cohort_of(subject: str) -> Callable[[str, Any], Values]:
            return lambda block, key: tuple(
                known.get((block, (subject, key))) or starts.get(block) or ()
            )

        return {s.id: self.executor.evaluate(index[s.id], cohort_of(s.id)) for s in subjects}

    def _leaders(
        self, groups: Groups, found: Mapping[str, Evaluated], subject: str
    ) -> Callable[[int], tuple[str, ...]]:
        def leaders(index: int) -> tuple[str, ...]:
            place = next(p for p in self.places if p.block == SUBJECT and p.index == index)
            if place.what == "unit_value":
                unit = groups.unit_ids[subject]
                return (groups.titles[unit],) if unit else ()
            number, present = place.args[0], place.args[-1]
            value = found[subject].values[index]
            mine = groups.key(place.within, subject)
            return tuple(
                groups.titles[key]
                for key, one in found.items()
                if one.values[present]
                and one.values[number] == value
                and groups.key(place.within, key) == mine
            )

        return leaders


class Groups:
    """Who is compared with whom."""

    def __init__(self, subjects: Iterable[Subject]) -> None:
        everyone = list(subjects)
        self.titles = {s.id: s.title or s.id for s in everyone}
        self.classes = {s.id: s.group for s in everyone}
        self.units = {s.id: s.unit for s in everyone}
        ids: dict[str, str] = {}
        for one in everyone:  # a title that two subjects share names neither
            ids[one.title] = "" if one.title in ids else one.id
        ids |= {s.id: s.id for s in everyone}
        self.unit_ids = {s.id: ids.get(s.unit, "") if s.unit else "" for s in everyone}

    def key(self, within: str, subject: str, row: Any = "") -> Any:
        """The group inside which a subject is compared."""
        if within == "class":
            return self.classes[subject]
        if within == "unit":
            return self.unit_ids[subject] or self.units[subject]
        return row if within == "row" else ""

    def fold(self, what: str, within: str, compared: Compared) -> dict[Slot, int]:
        """What the comparison gives each slot."""
        if what in ("unit_value", "unit_present"):
            place = 0 if what == "unit_value" else -1
            values = {key[0]: args for key, args in compared.items()}
            return {
                slot: values[unit][place] * values[unit][-1] if unit in values else 0
                for slot in compared
                for unit in (self.unit_ids[slot[0]],)
            }
        members: dict[Any, list[Slot]] = {}
        for slot in compared:
            members.setdefault(self.key(within, *slot), []).append(slot)
        out: dict[Slot, int] = {}
        for slots in members.values():
            there = [slot for slot in slots if compared[slot][-1]]
            numbers = {slot: compared[slot][0] for slot in there}
            if what == "rank":
                out |= dict.fromkeys(slots, 0) | _ranks(numbers)
                continue
            if what == "count":
                figure = len(there)
            elif what == "sum":
                figure = sum(numbers.values())
            elif numbers:
                figure = max(numbers.values())
            else:
                continue  # nobody: the starting figure stays
            out |= dict.fromkeys(slots, figure)
        return out


def _ranks(numbers: Mapping[Slot, int]) -> dict[Slot, int]:
    """Competition ranks, highest first."""
    ranks: dict[int, int] = {}
    for place, number in enumerate(sorted(numbers.values(), reverse=True), 1):
        ranks.setdefault(number, place)
    return {slot: ranks[number] for slot, number in numbers.items()}


def _compared(place: _Place, found: Mapping[str, Evaluated]) -> Compared:
    """The arguments of an instruction, of everybody."""
    if place.block == SUBJECT:
        return {(key, ""): tuple(one.values[a] for a in place.args) for key, one in found.items()}
    return {
        (key, row): tuple(values[a] for a in place.args)
        for key, one in found.items()
        for row, values in one.rows[place.block]
    }


def _places(program: Program) -> list[_Place]:
    """All ``cohort`` instructions, each with how many comparisons come before it."""
    stages: dict[str, list[int]] = {}
    found: list[_Place] = []
    blocks = sorted(program.blocks.values(), key=lambda b: b.name == SUBJECT)
    for block in blocks:
        stages[block.name] = reached = []
        order = 0
        for index, (op, args, data) in enumerate(block.code):
            if op == "total" and isinstance(data, tuple):
                reached.append(stages[data[0]][args[0]])
                continue
            stage = max((reached[a] for a in args), default=0)
            if op == "cohort" and isinstance(data, tuple):
                stage += 1
                found.append(
                    _Place(block.name, index, order, *data, args, stage, _start(block, index))
                )
                order += 1
            reached.append(stage)
    return found


def _start(block: Block, index: int) -> int:
    """The figure of an instruction's interval that is nearest to 0."""
    low, high = block.ranges[index]
    return max(low, min(high, 0))
