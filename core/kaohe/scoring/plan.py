"""A compiled scheme: scores facts with every step explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kaohe.scoring.canonical import fingerprint_of
from kaohe.scoring.cohorts import Cohorts, Groups
from kaohe.scoring.derivation import Flag, Result, SubjectResult
from kaohe.scoring.errors import Contradiction, FactErrors
from kaohe.scoring.execution import Evaluated, Executor, index_facts
from kaohe.scoring.explaining import Explainer
from kaohe.scoring.expressions import Program
from kaohe.scoring.facts import Facts
from kaohe.scoring.grading import GradePlan, explain_grade, placed_of
from kaohe.scoring.operators.base import Alarm, Lowered, Remark
from kaohe.scoring.outcomes.conclusion import (
    Conclusion,
    conclude,
    exemptions,
    findings_by_subject,
)
from kaohe.scoring.outcomes.ranks import Ranks, rank_members
from kaohe.scoring.outcomes.roster import Member, Roster
from kaohe.scoring.turnout import TurnoutPlan, explain_turnout
from kaohe.scoring.validation import validate_facts
from kaohe.scoring.wording import scaled_decimal

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

MISSING_FLAG = "missing"


@dataclass(frozen=True, slots=True)
class Plan:
    """A scheme compiled to integers, with the bounds proved for each named score."""

    scheme: Scheme
    program: Program
    executor: Executor
    named: dict[str, Lowered]
    grades: dict[str, GradePlan]
    turnout: tuple[TurnoutPlan, ...]
    alarms: tuple[Alarm, ...]
    exact_bounds: dict[str, tuple[Fraction, Fraction]]
    remarks: tuple[Remark, ...]
    """What the bounds show: caps that never or always bind, weights that do not make 100."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    fingerprint: str = ""
    beside: tuple[str, ...] = ()
    """Named scores that neither the total nor another of these rests on."""

    @property
    def bounds(self) -> dict[str, tuple[Decimal, Decimal]]:
        """Lowest and highest possible value of each named score."""
        return {name: (decimal_of(a), decimal_of(b)) for name, (a, b) in self.exact_bounds.items()}

    def score(self, facts: Facts, *, check: bool = True) -> Result:
        """Score all subjects, each with its derivation.

        Args:
            check: False only if `validate_facts` has just found nothing.

        Raises:
            FactErrors: with every mistake in the facts.
            Contradiction: two exceptions fired on one node and cannot both hold.
        """
        if check and (problems := validate_facts(self.scheme, facts)):
            raise FactErrors(problems)
        index = index_facts(facts)
        evaluated = Cohorts(self.executor).evaluate(facts.subjects, index)
        self._raise_alarms(evaluated)
        scores = {
            key: {name: self._value(lowered, one) for name, lowered in self.named.items()}
            for key, one in evaluated.items()
        }
        members = self._members(facts, evaluated, scores)
        roster = Roster(self.scheme, members, Groups(facts.subjects))
        done = conclude(roster, self.grades, standing=facts.standing, period=facts.period)
        ranks = rank_members(roster)
        subjects = tuple(
            self._subject(m, evaluated[m.subject.id], done, ranks.get(m.subject.id), facts)
            for m in members
        )
        return Result(
            self.scheme.id, self.scheme.version, self.fingerprint, facts.period,
            dict(self.parameters), subjects, digest(subjects), done.lists, done.quotas,
        )  # fmt: skip

    def _members(
        self,
        facts: Facts,
        evaluated: Mapping[str, Evaluated],
        scores: Mapping[str, Mapping[str, Decimal | None]],
    ) -> list[Member]:
        """Everybody as outcomes see them."""
        findings = findings_by_subject(self.scheme, facts.entries)
        exempt = exemptions(facts.rulings)
        return [
            Member(
                s, scores[s.id],
                {
                    key: placed
                    for key, grade in self.grades.items()
                    if (placed := placed_of(grade, evaluated[s.id].values)) is not None
                },
                findings.get(s.id, frozenset()), exempt.get(s.id, {}),
            )
            for s in facts.subjects
        ]  # fmt: skip

    def _value(self, lowered: Lowered, evaluated: Evaluated) -> Decimal | None:
        """The rounded value of a score; a score that is not rounded here is rounded for display."""
        quantity = lowered.quantity
        if quantity.present is not None and not evaluated.values[quantity.present.index]:
            return None
        number = evaluated.values[quantity.number.index]
        if lowered.decimals is not None:
            return scaled_decimal(number, lowered.decimals)
        divisor = 1 if quantity.divisor is None else evaluated.values[quantity.divisor.index]
        return decimal_of(Fraction(number, quantity.scale * divisor))

    def _subject(
        self,
        member: Member,
        evaluated: Evaluated,
        done: Conclusion,
        ranks: Ranks | None,
        facts: Facts,
    ) -> SubjectResult:
        view, subject = Explainer(self.scheme, evaluated), member.subject
        derivation = view.step(self.named[self.scheme.total])
        flags = [flag for one in self.turnout if (flag := explain_turnout(one, view))]
        if derivation.missing:
            waived = "；".join(
                sorted(r.reason for r in view.facts("rulings", "waive") if r.target == MISSING_FLAG)
            )
            sentence = f"没有“{derivation.title}”：{derivation.missing}"
            flags.append(Flag(MISSING_FLAG, "缺少得分", sentence, derivation.cite, True, waived))
        grades = {
            key: explain_grade(
                one, view, subject, done.grades[key].get(subject.id),
                exempt=member.exempt.get(key, ""),
            )
            for key, one in self.grades.items()
        }  # fmt: skip
        return SubjectResult(
            subject.id, subject.title, subject.group, subject.person, dict(member.scores), grades,
            tuple(flags), derivation, ranks and ranks.all, ranks and ranks.inner,
            dict(facts.notes.get(subject.id, {})), done.lists_of(subject.id),
            tuple(
                view.step(self.named[name])
                for name in self.beside
                if member.scores[name] is not None
            ),
            ranks.ties if ranks else (),
        )  # fmt: skip

    def _raise_alarms(self, evaluated: Mapping[str, Evaluated]) -> None:
        for alarm in self.alarms:
            hit = [key for key, one in evaluated.items() if one.values[alarm.flag.index]]
            if hit:
                raise Contradiction(hit, node=alarm.node, first=alarm.first, second=alarm.second)


def digest(subjects: Iterable[SubjectResult]) -> str:
    """SHA-256 over scores, grades and lists, independent of the order of subjects."""
    data = []
    for one in sorted(subjects, key=lambda s: s.subject):
        row: dict[str, Any] = {
            "subject": one.subject,
            "scores": {k: None if v is None else f"{v:f}" for k, v in one.scores.items()},
            "grades": {k: g.label for k, g in one.grades.items()},
        }
        if one.lists:
            row["lists"] = {k: [found.member, found.place] for k, found in one.lists.items()}
        data.append(row)
    return fingerprint_of(data)


def decimal_of(value: Fraction) -> Decimal:
    """An exact value as a decimal of at most 12 places."""
    unit = 10**12
    whole, rest = divmod(abs(value.numerator) * unit, value.denominator)
    whole += 2 * rest >= value.denominator
    found = scaled_decimal(int(whole), 12).normalize()
    found = found.quantize(Decimal(1)) if found == found.to_integral_value() else found
    return -found if value < 0 else found
