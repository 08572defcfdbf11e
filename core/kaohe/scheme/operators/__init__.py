"""The syntax of score nodes: one model per operator (see `base`)."""

from __future__ import annotations

from pydantic import BaseModel

from kaohe.scheme.operators.base import (
    OPERATORS,
    Announced,
    Loc,
    Node,
    Operator,
    known_operators,
    operator_key,
)
from kaohe.scheme.operators.cohort import RankPoints, RaterRank, Relative, UnitScore
from kaohe.scheme.operators.combining import (
    Best,
    Constant,
    Difference,
    First,
    Highest,
    Lowest,
    Mean,
    Median,
    Part,
    Product,
    Ratio,
    Score,
    Sum,
    Trimmed,
    Weighted,
)
from kaohe.scheme.operators.facts import (
    Applicable,
    Carried,
    Count,
    Entries,
    ItemScore,
    Periods,
    Rating,
    SectionScore,
    Sheet,
    Votes,
    VoteShare,
)
from kaohe.scheme.operators.shaping import (
    Band,
    ByClass,
    Cap,
    Floor,
    Interpolate,
    ProRata,
    Scale,
    When,
)

__all__ = [
    "OPERATORS", "Announced", "Applicable", "Band", "Best", "ByClass", "Cap", "Carried",
    "Constant", "Count", "Difference", "Entries", "First", "Floor", "Highest", "Interpolate", "ItemScore",
    "Loc", "Lowest", "Mean", "Median", "Node", "Operator", "Part", "Periods", "ProRata", "Product",
    "RankPoints", "RaterRank", "Rating", "Ratio", "Relative", "Scale", "Score", "SectionScore",
    "Sheet", "Sum", "Trimmed", "UnitScore", "VoteShare", "Votes", "Weighted", "When",
    "known_operators", "operator_key",
]  # fmt: skip

_KINDS: tuple[type[Operator], ...] = (
    Score, Constant, Sheet, ItemScore, SectionScore, Applicable, Votes, VoteShare, Rating,
    Entries, Count, Carried, Periods, Sum, Mean, Median, Trimmed, Best, First, Highest, Lowest,
    Difference, Product, Ratio, Weighted, Cap, Floor, Scale, Band, ProRata, Interpolate, When, ByClass,
    RankPoints, Relative, RaterRank, UnitScore,
)  # fmt: skip
OPERATORS.update({o.key: o for o in _KINDS})

_models: list[type[BaseModel]] = [Node, Part, *_KINDS]
for _model in _models:
    _model.model_rebuild()
