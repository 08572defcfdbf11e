"""Operators that read what people filled in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import Field

from kaohe.scheme.operators.base import Loc, Operator
from kaohe.scheme.values import Identifier, Label, Number, Whole


class Sheet(Operator):
    """The mean of the totals of all sheets handed in for an instrument."""

    key: ClassVar[str] = "sheet"
    instrument: Identifier

    @classmethod
    def from_short(cls, value: Any) -> Any:
        return {"instrument": value} if isinstance(value, str) else value


class Votes(Operator):
    """Points per option times votes, over the valid marks, per aspect; then the mean of aspects.

    With `weights` this is done for each stratum, and the strata's means are weighted.
    """

    key: ClassVar[str] = "votes"
    poll: Identifier
    weights: dict[Identifier, Number] = Field(default_factory=dict)
    """Stratum -> weight: each stratum's own mean, weighted.  Empty: all voters pooled."""
    absent: Literal["stop", "skip"] = "stop"
    """With `weights`, what a stratum without any vote does: no score, or the others reweighted."""

    @classmethod
    def from_short(cls, value: Any) -> Any:
        return {"poll": value} if isinstance(value, str) else value


class Rating(Operator):
    """The mean of one score over the anonymous forms that carry it."""

    key: ClassVar[str] = "rating"
    form: Identifier
    score: Identifier

    @classmethod
    def from_short(cls, value: Any) -> Any:
        if isinstance(value, str) and value.count(".") == 1:
            form, score = value.split(".")
            return {"form": form, "score": score}
        return value


class Entries(Operator):
    """The signed sum of the verified entries of some rules; none is 0.

    With `highest_per`, entries that agree in those columns count once, the heaviest of them.
    """

    key: ClassVar[str] = "entries"
    rules: tuple[Identifier, ...] = Field(min_length=1)
    highest_per: tuple[Literal["event", "person", "label"], ...] = ()

    @classmethod
    def from_short(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"rules": [value]}
        return {"rules": value} if isinstance(value, list | tuple) else value

    @classmethod
    def locate(cls, loc: Loc, value: Any) -> Loc:
        return loc[1:] if isinstance(value, list | tuple) else super().locate(loc, value)


class _OfSheet(Operator):
    sheet: Identifier

    @classmethod
    def from_short(cls, value: Any) -> Any:
        if isinstance(value, str) and value.count(".") == 1 and len(cls.model_fields) > 1:
            sheet, part = value.split(".")
            (other,) = (name for name in cls.model_fields if name != "sheet")
            return {"sheet": sheet, other: part}
        return {"sheet": value} if isinstance(value, str) else value


class ItemScore(_OfSheet):
    """One item of a sheet (``sheet.item``): the mean over the sheets handed in."""

    key: ClassVar[str] = "item"
    item: Identifier


class SectionScore(_OfSheet):
    """One section of a sheet (``sheet.section``): the sum of its items, the mean over the sheets."""

    key: ClassVar[str] = "section"
    section: Identifier


class Applicable(_OfSheet):
    """What a sheet reached in percent of the points of its applicable items; mean over sheets."""

    key: ClassVar[str] = "applicable"


class Count(Operator):
    """How many verified entries some rules have (times included); none is 0."""

    key: ClassVar[str] = "count"
    rules: tuple[Identifier, ...] = Field(min_length=1)

    @classmethod
    def from_short(cls, value: Any) -> Any:
        return Entries.from_short(value)

    @classmethod
    def locate(cls, loc: Loc, value: Any) -> Loc:
        return Entries.locate(loc, value)


class VoteShare(Operator):
    """The share of some options among the valid marks, in percent.

    Over all aspects together, or of one.
    """

    key: ClassVar[str] = "vote_share"
    poll: Identifier
    options: tuple[Label, ...] = Field(min_length=1)
    aspect: Identifier | None = None
    strata: tuple[Identifier, ...] = ()
    """Only these voter classes; empty: all."""


class Carried(Operator):
    """A score of another period or of another scheme, from the standing; missing if there is none."""

    key: ClassVar[str] = "carried"
    score: Identifier
    scheme: str = Field(default="", max_length=80)
    """Id of the other scheme; empty: this one."""
    period: Literal["same", "previous", "year_ago"] = "previous"
    low: Number = Decimal(0)
    high: Number = Decimal(100)
    """What the carried figure may be (for the bounds; a figure outside is refused)."""

    @classmethod
    def from_short(cls, value: Any) -> Any:
        return {"score": value} if isinstance(value, str) else value


class Periods(Operator):
    """Mean or sum of a score over the shorter periods inside this one that have it.

    With fewer than `expected` there is no score until a ruling `reweight` is on record.
    """

    key: ClassVar[str] = "periods"
    score: Identifier
    each: Literal["month", "quarter", "half_year", "year"]
    scheme: str = Field(default="", max_length=80)
    """Id of the scheme of the shorter periods; empty: the one this is a roll-up of."""
    how: Literal["mean", "sum", "lowest", "highest"] = "mean"
    expected: Whole = 0
    """How many periods have to have a score; 0: any, at least one."""
    low: Number = Decimal(0)
    high: Number = Decimal(100)
    """What the figure of one period may be (for the bounds)."""
