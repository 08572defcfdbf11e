"""A result outside the program: JSON that loses nothing, and text for a terminal."""

from __future__ import annotations

from kaohe.scoring.result_text import derivation_text
from kaohe.scoring.stored_results import result_from_json, result_json

__all__ = ["derivation_text", "result_from_json", "result_json"]
