"""What types alone cannot check, by part of the scheme: items, operators, outcomes."""

from __future__ import annotations

from kaohe.scheme.checking.instruments import instrument_problems
from kaohe.scheme.checking.items import item_problems
from kaohe.scheme.checking.operators import operator_problems
from kaohe.scheme.checking.outcomes import outcome_problems
from kaohe.scheme.model import Scheme
from kaohe.scheme.references import Problem


def part_problems(scheme: Scheme) -> list[Problem]:
    """Every unknown name and every impossible figure in the parts of a scheme."""
    return [
        *item_problems(scheme),
        *instrument_problems(scheme),
        *operator_problems(scheme),
        *outcome_problems(scheme),
    ]
