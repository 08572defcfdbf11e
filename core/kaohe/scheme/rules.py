"""Item rules: how what was counted, measured or chosen becomes an item's points.

A rule says which figures people enter (`inputs`); what they are worth lives in
`kaohe.scoring.rules`, keyed by the same word.  An item without a rule is marked directly.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal, NamedTuple

from pydantic import Field, model_validator

from kaohe.scheme.part import Part, Title
from kaohe.scheme.values import Cites, Flag, Identifier, Label, Number, Text, Whole

NOT_APPLICABLE = "na"
"""The input of an optional item that says that it does not apply."""
MOST_TIMES = 9_999
"""Largest count that can be entered."""
MOST_AMOUNT = Decimal(999_999)
"""Largest measured figure that can be entered."""


class Input(NamedTuple):
    """One figure people enter for an item.  In the facts it is a mark of its own."""

    id: str
    """The mark's item: ``notes`` or, where an item has several inputs, ``notes.late``."""
    title: str
    kind: Literal["points", "count", "once", "amount", "choice", "na"]
    """points: marked directly; count: whole number; once, na: 0 or 1; amount: a decimal;
    choice: place of the option, from 1."""
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    decimals: int = 0
    unit: str = ""
    options: tuple[str, ...] = ()
    required: bool = True
    """Whether it must be entered; counts and ticks nobody entered are 0."""
    cite: tuple[str, ...] = ()
    help: str = ""
    default: Decimal | None = None
    """What is stored where nothing was entered."""


class Measured(Part):
    """A figure that is measured or counted."""

    title: Title
    unit: Text = ""
    decimals: Whole = 0
    least: Number = Decimal(0)
    """Nothing below it can be entered (a rank starts at 1, a growth rate may be negative)."""
    most: Number = MOST_AMOUNT
    help: Text = ""

    def as_input(self, name: str) -> Input:
        """The figure as an input."""
        return Input(
            name, self.title, "amount", self.least, self.most, self.decimals, self.unit,
            help=self.help,
        )  # fmt: skip


class Deduction(Part):
    """One row of a deduction table: exactly one of `each`, `once`, `zero`."""

    id: Identifier
    title: Title
    each: Number | None = None
    """Points off each time."""
    once: Number | None = None
    """Points off, once per period."""
    zero: Flag = False
    """The whole item is 0: replaces the other rows."""
    at_least: Number | None = None
    """With `each`: the input is how many were done; `each` is taken off for every one short."""
    most: Number | None = None
    """The row takes off at most this much."""
    unit: Text = ""
    """What is counted: 次, 人, 本."""
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None


class Deduct(Part):
    """Points off a maximum (or off typed points), row by row, not below 0."""

    start: Literal["maximum", "typed"] = "maximum"
    rows: tuple[Deduction, ...] = Field(min_length=1, max_length=60)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"rows": value} if isinstance(value, list | tuple) else value


class Bracket(Part):
    """Points by where a measured figure lies: exactly one of `lowest` and `highest`.

    Bounds and points may be below 0.

    ``lowest``: lower bound (included) -> points, from the top; below the last: `otherwise`.
    ``highest``: upper bound (included) -> points, from the bottom; above the last: `otherwise`.
    """

    of: Measured
    lowest: dict[Number, Number] = Field(default_factory=dict)
    highest: dict[Number, Number] = Field(default_factory=dict)
    otherwise: Number = Decimal(0)


class RatioBracket(Part):
    """Points by part ÷ whole in percent, compared exactly (not rounded)."""

    part: Measured
    whole: Measured
    lowest: dict[Number, Number] = Field(min_length=1)
    otherwise: Number = Decimal(0)
    empty: Number | None = None
    """Points where the whole is 0 (nothing was due); None: the item is missing."""


class ProRata(Part):
    """value ÷ `full_at` × the item's points, at most the item's points; below 0 brings 0."""

    of: Measured
    full_at: Number


class Choice(Part):
    """One of several findings, each worth points (also below 0)."""

    options: dict[Label, Number] = Field(min_length=2, max_length=30)

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, dict) and not isinstance(value.get("options"), dict):
            return {"options": value}
        return value


class Each(Part):
    """Points for every one: n × `points`, at most the item's points; below 0 brings 0."""

    of: Measured
    points: Number


RULES: dict[str, type[Part]] = {
    "deduct": Deduct, "bracket": Bracket, "ratio_bracket": RatioBracket, "pro_rata": ProRata,
    "choice": Choice, "each": Each,
}  # fmt: skip
"""Key of an item -> syntax of its rule."""
