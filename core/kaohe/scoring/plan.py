"""A compiled scheme: scores facts with every step explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kaohe.scoring.canonical import fingerprint_of
from kaohe.scoring.cohorts import Cohorts
from kaohe.scoring.derivation import Flag, Result, SubjectResult
from kaohe.scoring.errors import Contradiction, FactErrors
from kaohe.scoring.execution import Evaluated, Executor, index_facts
from kaohe.scoring.explaining import Explainer
from kaohe.scoring.expressions import Program
from kaohe.scoring.facts import Facts, Subject
from kaohe.scoring.grading import GradePlan, explain_grade, settle
from kaohe.scoring.operators.base import Alarm, Lowered, Remark
from kaohe.scoring.ranking import competition_ranks, ranks_within
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

    @property
    def bounds(self) -> dict[str, tuple[Decimal, Decimal]]:
        """Lowest and highest possible value of each named score."""
        return {name: (_decimal(a), _decimal(b)) for name, (a, b) in self.exact_bounds.items()}

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
        total = self.named[self.scheme.total]
        totals = {key: self._value(total, one) for key, one in evaluated.items()}
        ranks = competition_ranks(totals)
        inside = ranks_within(totals, [(s.id, s.group) for s in facts.subjects])
        subjects = tuple(
            self._subject(s, evaluated[s.id], ranks.get(s.id), inside.get(s.id), facts)
            for s in facts.subjects
        )
        return Result(
            self.scheme.id, self.scheme.version, self.fingerprint, facts.period,
            dict(self.parameters), subjects, digest(subjects),
        )  # fmt: skip

    def _value(self, lowered: Lowered, evaluated: Evaluated) -> Decimal | None:
        """The rounded value of a score; a score that is not rounded here is rounded for display."""
        quantity = lowered.quantity
        if quantity.present is not None and not evaluated.values[quantity.present.index]:
            return None
        number = evaluated.values[quantity.number.index]
        if lowered.decimals is not None:
            return scaled_decimal(number, lowered.decimals)
        divisor = 1 if quantity.divisor is None else evaluated.values[quantity.divisor.index]
        return _decimal(Fraction(number, quantity.scale * divisor))

    def _subject(
        self,
        subject: Subject,
        evaluated: Evaluated,
        rank: int | None,
        group_rank: int | None,
        facts: Facts,
    ) -> SubjectResult:
        view = Explainer(self.scheme, evaluated)
        derivation = view.step(self.named[self.scheme.total])
        flags = [flag for one in self.turnout if (flag := explain_turnout(one, view))]
        if derivation.missing:
            waived = "；".join(
                sorted(r.reason for r in view.facts("rulings", "waive") if r.target == MISSING_FLAG)
            )
            sentence = f"没有“{derivation.title}”：{derivation.missing}"
            flags.append(Flag(MISSING_FLAG, "缺少得分", sentence, derivation.cite, True, waived))
        return SubjectResult(
            subject.id, subject.title, subject.group, subject.person,
            {name: self._value(lowered, evaluated) for name, lowered in self.named.items()},
            {
                key: explain_grade(one, view, subject, settle(one, view))
                for key, one in self.grades.items()
            },
            tuple(flags), derivation, rank, group_rank, dict(facts.notes.get(subject.id, {})),
        )  # fmt: skip

    def _raise_alarms(self, evaluated: Mapping[str, Evaluated]) -> None:
        for alarm in self.alarms:
            hit = [key for key, one in evaluated.items() if one.values[alarm.flag.index]]
            if hit:
                raise Contradiction(hit, node=alarm.node, first=alarm.first, second=alarm.second)


def digest(subjects: Iterable[SubjectResult]) -> str:
    """SHA-256 over scores and grades, independent of the order of subjects."""
    data = [
        {
            "subject": s.subject,
            "scores": {k: None if v is None else f"{v:f}" for k, v in s.scores.items()},
            "grades": {k: g.label for k, g in s.grades.items()},
        }
        for s in sorted(subjects, key=lambda s: s.subject)
    ]
    return fingerprint_of(data)


def _decimal(value: Fraction) -> Decimal:
    """An exact value as a decimal of at most 12 places."""
    unit = 10**12
    whole, rest = divmod(abs(value.numerator) * unit, value.denominator)
    whole += 2 * rest >= value.denominator
    found = scaled_decimal(int(whole), 12).normalize()
    found = found.quantize(Decimal(1)) if found == found.to_integral_value() else found
    return -found if value < 0 else found
