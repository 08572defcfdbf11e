"""Figures that are taken from the plan as they are: operators nobody takes apart here."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kaohe.scheme.operators import ItemScore, Node
from kaohe.scoring import compile_scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaohe.comparing.subject_facts import SubjectFacts
    from kaohe.scheme.model import Scheme
    from kaohe.scoring.derivation import Result
    from kaohe.scoring.facts import Facts
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
    _items: dict[tuple[str, str, str], dict[str, Fraction | None]] = field(default_factory=dict)
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
        """The points of all items of a sheet, by one plan."""
        parts = (scheme.items, scheme.instruments, scheme.entries)
        text = f"{tuple(map(id, parts))}{sheet}"
        key = (text, facts.subject.id, facts.tag)
        if key not in self._items:
            kept = self._plans.get(text)
            if kept is None:
                instrument: Any = scheme.instruments[sheet]
                scores = {
                    item.id: Node(operator="item", args=ItemScore(sheet=sheet, item=item.id))
                    for item in scheme.items[instrument.items].items
                }
                probe = _bare(scheme, scores, next(iter(scores)))
                kept = self._plans[text] = scheme, compile_scheme(probe, operators=self.meanings)
            result = kept[1].score(facts.as_facts(), check=False)
            (mine,) = result.subjects
            self._items[key] = {
                k: None if v is None else Fraction(v) for k, v in mine.scores.items()
            }
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
