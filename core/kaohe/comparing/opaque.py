"""Figures that are taken from the plan as they are: operators nobody takes apart here."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from kaohe.scoring import compile_scheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaohe.comparing.subject_facts import SubjectFacts
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Node
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

    def _leaf(self, scheme: Scheme, node: Node, facts: SubjectFacts, text: str) -> Fraction | None:
        kept = self._plans.get(text)
        if kept is None:
            bare = node.model_copy(update={"decimals": None, "shown": False, "title": _PROBE})
            scores = {**scheme.scores, _PROBE: bare} if node.args.nodes() else {_PROBE: bare}
            changed: dict[str, object] = {"scores": scores, "total": _PROBE}
            if not node.args.nodes():
                changed |= {"grades": {}, "lists": {}, "streaks": {}, "measures": ()}
            probe = scheme.model_copy(update=changed)
            # The scheme is kept so that the ids in the key stay its own
            kept = self._plans[text] = scheme, compile_scheme(probe, operators=self.meanings)
        tables = self.facts if node.operator in _COHORT else facts.as_facts()
        result = kept[1].score(tables, check=False)
        return next(
            (one.derivation.exact for one in result.subjects if one.subject == facts.subject.id),
            None,
        )
