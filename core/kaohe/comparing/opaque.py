"""Figures that are taken from the plan as they are: operators nobody takes apart here."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kaohe.scheme.operators import ItemScore, Node
from kaohe.scoring import compile_scheme
from kaohe.scoring.facts import Facts, Mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaohe.comparing.subject_facts import SubjectFacts
    from kaohe.scheme.model import Item, Scheme
    from kaohe.scoring.derivation import Result
    from kaohe.scoring.operators import Meaning
    from kaohe.scoring.plan import Plan

_PROBE = "probe"
_COHORT = frozenset({"rank_points", "relative", "rater_rank", "unit_score"})
"""Operators that look at other subjects; a subject alone would rank first."""


@dataclass
class OpaqueValues:
    """The plan's figures, by subject."""

    facts: Facts
    meanings: Mapping[str, Meaning]
    results: dict[str, dict[str, Decimal | None]] = field(default_factory=dict)
    scores: set[str] = field(default_factory=set)
    """Scores whose inside is not varied."""
    _plans: dict[str, tuple[Scheme, Plan]] = field(default_factory=dict)
    _sheets: dict[tuple[int, str], tuple[Item, Plan]] = field(default_factory=dict)
    _items: dict[tuple[int, str, Any], Fraction | None] = field(default_factory=dict)
    _values: dict[tuple[str, str, str], Fraction | None] = field(default_factory=dict)

    def learn(self, result: Result) -> None:
        """Keep the scores of all subjects."""
        self.results = {one.subject: one.scores for one in result.subjects}

    def score(self, subject: str, name: str) -> Fraction | None:
        """A named score as the plan has it."""
        value = self.results.get(subject, {}).get(name)
        return None if value is None else Fraction(value)

    def leaf(self, scheme: Scheme, node: Node, facts: SubjectFacts) -> Fraction | None:
        """The exact value of a node under a scheme, by a plan whose total it is."""
        # A node that reads facts depends on what is asked, not on the scores above it
        parts = (scheme.items, scheme.instruments, scheme.entries)
        base = tuple(map(id, parts)) if not node.args.nodes() else (id(scheme),)
        text = f"{base}{node.model_dump_json()}"
        key = (text, facts.subject.id, facts.tag)
        if key not in self._values:
            self._values[key] = self._leaf(scheme, node, facts, text)
        return self._values[key]

    def items(self, scheme: Scheme, sheet: str, facts: SubjectFacts) -> dict[str, Fraction | None]:
        """The points of all items of a sheet that one respondent filled in."""
        instrument: Any = scheme.instruments[sheet]
        marks = [m for m in facts.marks if m.instrument == sheet]
        found = {}
        for item in scheme.items[instrument.items].items:
            mine = tuple(m for m in marks if m.item.partition(".")[0] == item.id)
            found[item.id] = self._item(scheme, sheet, item, mine, facts)
        return found

    def _item(
        self, scheme: Scheme, sheet: str, item: Item, marks: tuple[Mark, ...], facts: SubjectFacts
    ) -> Fraction | None:
        """An item's points, by a plan of a sheet with this item alone."""
        if item.rule is None and not item.optional:
            return Fraction(marks[0].value) if len(marks) == 1 else None
        key = (id(item), sheet, tuple((m.item, m.value) for m in marks))
        if key not in self._items:
            kept = self._sheets.get((id(item), sheet))
            if kept is None:
                instrument: Any = scheme.instruments[sheet]
                group = scheme.items[instrument.items].model_copy(update={"items": (item,)})
                groups = {**scheme.items, instrument.items: group}
                alone = scheme.model_copy(update={"items": groups})
                node = Node(operator="item", args=ItemScore(sheet=sheet, item=item.id))
                plan = compile_scheme(_bare(alone, {_PROBE: node}, _PROBE), operators=self.meanings)
                # The item is kept so that its id stays its own
                kept = self._sheets[id(item), sheet] = item, plan
            # Nothing counted for this item: the sheet is there all the same
            there = Mark(facts.subject.id, sheet, "", f"{item.id}.", Decimal())
            rows = marks or (there,)
            tables = Facts((facts.subject,), rows, period=facts.period)
            (mine,) = kept[1].score(tables, check=False).subjects
            self._items[key] = mine.derivation.exact
        return self._items[key]

    def _leaf(self, scheme: Scheme, node: Node, facts: SubjectFacts, text: str) -> Fraction | None:
        kept = self._plans.get(text)
        if kept is None:
            bare = node.model_copy(update={"decimals": None, "shown": False, "title": _PROBE})
            if node.args.nodes():
                scores = {**scheme.scores, _PROBE: bare}
                probe = scheme.model_copy(update={"scores": scores, "total": _PROBE})
            else:
                probe = _bare(scheme, {_PROBE: bare}, _PROBE)
            # The scheme is kept so that the ids in the key stay its own
            kept = self._plans[text] = scheme, compile_scheme(probe, operators=self.meanings)
        tables = self.facts if node.operator in _COHORT else facts.as_facts()
        result = kept[1].score(tables, check=False)
        return next(
            (one.derivation.exact for one in result.subjects if one.subject == facts.subject.id),
            None,
        )


def _bare(scheme: Scheme, scores: dict[str, Node], total: str) -> Scheme:
    """A scheme of a few scores that follow from facts, without consequences."""
    nothing: dict[str, object] = {"grades": {}, "lists": {}, "streaks": {}, "measures": ()}
    return scheme.model_copy(update={"scores": scores, "total": total, **nothing})
