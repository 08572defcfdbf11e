"""Operators that put scores together."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from kaohe.scheme.operators.base import Loc, Node, Operator
from kaohe.scheme.values import Identifier, Number, Whole


class Score(Operator):
    """The value of another named score."""

    key: ClassVar[str] = "score"
    name: Identifier

    @classmethod
    def from_short(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value


class Constant(Operator):
    """A fixed figure."""

    key: ClassVar[str] = "number"
    value: Number

    @classmethod
    def from_short(cls, value: Any) -> Any:
        return value if isinstance(value, Mapping) else {"value": value}


class _Several(Operator):
    of: tuple[Node, ...] = Field(min_length=1)

    @classmethod
    def from_short(cls, value: Any) -> Any:
        return {"of": value} if isinstance(value, list | tuple) else value

    @classmethod
    def locate(cls, loc: Loc, value: Any) -> Loc:
        return loc[1:] if isinstance(value, list | tuple) else super().locate(loc, value)

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        return tuple((("of", i), node) for i, node in enumerate(self.of))


class Sum(_Several):
    """The sum of some scores."""

    key: ClassVar[str] = "sum"


class Mean(_Several):
    """The plain mean of some scores."""

    key: ClassVar[str] = "mean"


class Product(_Several):
    """The product of some scores: a base and its coefficients.

    A factor that is missing and passed over counts as 1.
    """

    key: ClassVar[str] = "product"
    out_of: Number = Decimal(1)
    """Every factor after the first is divided by this: 100 where they are percents."""


class Highest(_Several):
    """The highest of some scores."""

    key: ClassVar[str] = "highest"


class Lowest(_Several):
    """The lowest of some scores."""

    key: ClassVar[str] = "lowest"


class Part(BaseModel):
    """A score and its weight in percent."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    of: Node
    weight: Number


class Weighted(Operator):
    """A weighted sum; weights are percents and must make `out_of`."""

    key: ClassVar[str] = "weighted"
    parts: tuple[Part, ...] = Field(min_length=1)
    out_of: Number = Decimal(100)

    @classmethod
    def from_short(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and not isinstance(value.get("parts"), list | tuple):
            return {"parts": [{"of": name, "weight": w} for name, w in value.items()]}
        return value

    @classmethod
    def locate(cls, loc: Loc, value: Any) -> Loc:
        if not isinstance(value, Mapping) or isinstance(value.get("parts"), list):
            return super().locate(loc, value)
        names = list(value)
        if len(loc) > 1 and isinstance(loc[1], int) and loc[1] < len(names):
            return (names[loc[1]],)
        return ()

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        return tuple((("parts", i, "of"), p.of) for i, p in enumerate(self.parts))


class Median(_Several):
    """The median of some scores."""

    key: ClassVar[str] = "median"


class Trimmed(_Several):
    """The mean of some scores without the highest and the lowest `drop` of them.

    If that leaves none (parts missing), nothing is left out.
    """

    key: ClassVar[str] = "trimmed"
    drop: Whole = 1


class Best(_Several):
    """The mean of the best `take` of some scores."""

    key: ClassVar[str] = "best"
    take: Whole


class First(_Several):
    """The first of some scores that is there; the ones before it are passed over, not missed."""

    key: ClassVar[str] = "first"


class Difference(Operator):
    """One score minus another; may be negative."""

    key: ClassVar[str] = "difference"
    of: Node
    minus: Node

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        return ((("of",), self.of), (("minus",), self.minus))


class Ratio(Operator):
    """One score in percent of another (`times` 100); missing where the other is 0 or less."""

    key: ClassVar[str] = "ratio"
    of: Node
    to: Node
    times: Number = Decimal(100)
    most: Number = Decimal(1000)
    """The result is at most this (bounds need one)."""

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        return ((("of",), self.of), (("to",), self.to))
