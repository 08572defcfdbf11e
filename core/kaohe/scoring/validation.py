"""Everything that is wrong with the facts, all at once, each with place, what, and remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaohe.scoring.checks import (
    entry_checks,
    mark_checks,
    standing_checks,
    subject_checks,
    vote_checks,
)
from kaohe.scoring.checks.findings import Findings
from kaohe.scoring.errors import FactProblem

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scoring.facts import Facts


def validate_facts(scheme: Scheme, facts: Facts) -> list[FactProblem]:
    """Every mistake in the facts; an empty list means that they can be scored."""
    found = Findings(scheme, facts)
    subject_checks.check_subjects(found)
    mark_checks.check_marks(found)
    vote_checks.check_votes(found)
    entry_checks.check_entries(found)
    standing_checks.check_standing(found)
    subject_checks.check_rulings(found)
    return found.problems
