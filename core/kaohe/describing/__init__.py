"""A scheme in words: formulas, items and everything else a reader wants to know, as lines with clauses."""

from kaohe.describing.page import (
    RESOLUTIONS,
    Line,
    Section,
    describe,
    opening,
    rounding_words,
)

__all__ = ["RESOLUTIONS", "Line", "Section", "describe", "opening", "rounding_words"]
