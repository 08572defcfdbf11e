"""The arithmetic: facts in, results with their derivations out.  Pure; exact to the last digit."""

from __future__ import annotations

from kaohe.scoring.compilation import compile_scheme
from kaohe.scoring.errors import Contradiction, FactErrors, FactProblem, PlanRefused
from kaohe.scoring.plan import Plan
from kaohe.scoring.validation import validate_facts

__all__ = [
    "Contradiction", "FactErrors", "FactProblem", "Plan", "PlanRefused", "compile_scheme",
    "validate_facts",
]  # fmt: skip
