"""A result outside the program: JSON that loses nothing, and text for a terminal."""

from __future__ import annotations

from kaohe.scoring.outcome_text import outcome_lines, tie_lines
from kaohe.scoring.result_text import derivation_text
from kaohe.scoring.stored_results import (
    accounts_from_json,
    accounts_json,
    result_from_json,
    result_json,
)

__all__ = [
    "accounts_from_json", "accounts_json", "derivation_text", "outcome_lines", "result_from_json",
    "result_json", "tie_lines",
]  # fmt: skip
