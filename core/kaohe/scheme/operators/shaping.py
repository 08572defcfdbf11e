"""Operators that turn one score into another."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import Field

from kaohe.scheme.operators.base import Loc, Node, Operator
from kaohe.scheme.values import Cites, Identifier, Number


class _Bounded(Operator):
    of: Node
    at: Number
    cite: Cites = ()

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        return ((("of",), self.of),)


class Cap(_Bounded):
    """A score, but at most `at`.  An exception with its own clause."""

    key: ClassVar[str] = "cap"


class Floor(_Bounded):
    """A score, but at least `at`.  An exception with its own clause."""

    key: ClassVar[str] = "floor"


class Scale(Operator):
    """A score out of `source`, brought to `target`: value × target ÷ source."""

    key: ClassVar[str] = "scale"
    of: Node
    source: Number
    target: Number = Decimal(100)

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        return ((("of",), self.of),)


class Band(Operator):
    """Points by where a score lies: exactly one of `lowest` and `highest`.

    ``lowest``: lower bound (included) -> points; ``highest``: upper bound (included) -> points.
    """

    key: ClassVar[str] = "bracket"
    of: Node
    lowest: dict[Number, Number] = Field(default_factory=dict)
    highest: dict[Number, Number] = Field(default_factory=dict)
    otherwise: Number = Decimal(0)

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        return ((("of",), self.of),)


class ProRata(Operator):
    """score ÷ `full_at` × `points`, between 0 and `points`."""

    key: ClassVar[str] = "pro_rata"
    of: Node
    full_at: Number
    points: Number

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        return ((("of",), self.of),)


class Interpolate(Operator):
    """Straight lines between anchors (score -> points); beyond the ends the end's points."""

    key: ClassVar[str] = "interpolate"
    of: Node
    anchors: dict[Number, Number] = Field(min_length=2, max_length=20)

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        return ((("of",), self.of),)


class When(Operator):
    """One score where a condition holds, else another: a gate or a veto, with its own clause."""

    key: ClassVar[str] = "when"
    score: Node | None = None
    entries: Identifier | None = None
    """An entry rule: the number of its verified entries is compared."""
    below: Number | None = None
    at_least: Number | None = None
    then: Node
    otherwise: Node
    cite: Cites = ()

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        first = () if self.score is None else ((("score",), self.score),)
        return (*first, (("then",), self.then), (("otherwise",), self.otherwise))


class ByClass(Operator):
    """The score that belongs to the subject's class; a class that is not named has none."""

    key: ClassVar[str] = "by_class"
    of: dict[Identifier, Node] = Field(min_length=1)

    @classmethod
    def from_short(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and not isinstance(value.get("of"), Mapping):
            return {"of": value}
        return value

    @classmethod
    def locate(cls, loc: Loc, value: Any) -> Loc:
        if isinstance(value, Mapping) and not isinstance(value.get("of"), Mapping):
            return loc[1:]
        return super().locate(loc, value)

    def inputs(self) -> tuple[tuple[Loc, Node], ...]:
        return tuple((("of", key), node) for key, node in self.of.items())
