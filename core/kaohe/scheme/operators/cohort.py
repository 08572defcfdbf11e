"""Operators that compare a subject with the others of its campaign."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import Field

from kaohe.scheme.operators.base import Loc, Node, Operator
from kaohe.scheme.values import Identifier, Number, Whole

Within = Literal["all", "class", "unit"]


class RankPoints(Operator):
    """Points by competition rank of a score among the subjects that have it.

    Either a table `points` (rank -> points, from that rank down to the next named) with
    `otherwise` behind its last `until`, or `top` for the first and `step` less for each further
    rank, at least `least`.
    """

    key: ClassVar[str] = "rank_points"
    of: Node
    points: dict[Whole, Number] = Field(default_factory=dict)
    """Last rank of a bracket -> points (5: 10, 10: 8 means ranks 1-5 and 6-10)."""
    otherwise: Number = Decimal(0)
    top: Number | None = None
    step: Number = Decimal(1)
    least: Number = Decimal(0)
    within: Within = "all"

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        return ((("of",), self.of),)


class Relative(Operator):
    """A score in proportion to the best one or to the mean of all: score ÷ that × `points`.

    Missing where the figure compared with is 0 or less.
    """

    key: ClassVar[str] = "relative"
    of: Node
    to: Literal["best", "mean"] = "best"
    points: Number = Decimal(100)
    most: Number | None = None
    """At most this; None: `points` for the best, twice `points` for the mean."""
    within: Within = "all"

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        return ((("of",), self.of),)


class RaterRank(Operator):
    """Points by the rank in which each rater's sheets place the subject; the mean over raters."""

    key: ClassVar[str] = "rater_rank"
    sheet: Identifier
    points: dict[Whole, Number] = Field(default_factory=dict)
    otherwise: Number = Decimal(0)
    top: Number | None = None
    step: Number = Decimal(1)
    least: Number = Decimal(0)


class UnitScore(Operator):
    """The score of the unit a person belongs to, in the same campaign."""

    key: ClassVar[str] = "unit_score"
    of: Node

    @classmethod
    def from_short(cls, value: Any) -> Any:
        return {"of": value} if isinstance(value, str) else value

    @classmethod
    def locate(cls, loc: Loc, value: Any) -> Loc:
        return loc if isinstance(value, Mapping) else ()

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        return ((("of",), self.of),)
