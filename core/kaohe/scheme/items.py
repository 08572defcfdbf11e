"""Tables of items: what is marked, counted, measured or chosen, and the points it can bring."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from kaohe.scheme.part import Part, Title
from kaohe.scheme.rules import (
    MOST_TIMES,
    NOT_APPLICABLE,
    RULES,
    Bracket,
    Choice,
    Deduct,
    Each,
    Input,
    ProRata,
    RatioBracket,
)
from kaohe.scheme.values import Cites, Flag, Identifier, Number, Text, Whole


class Item(Part):
    """One indicator on a sheet, or one aspect on a ballot; at most one rule."""

    id: Identifier
    title: Title
    points: Number | None = None
    """The maximum; the minimum is 0, or the lowest of a table that goes below it.  None on groups
    that only a ballot uses."""
    section: Identifier | None = None
    """Heading it stands under (a key of the group's `sections`)."""
    optional: Flag = False
    """May be marked 不适用: then it brings no points and leaves the possible points too."""
    default: Number | None = None
    """What a directly marked item has where nothing was entered (points a regulation left
    unallocated); sheets are filled in with it, and it is stored like any other mark."""
    evidence: Flag = False
    """Whether evidence is asked for beside it."""
    deduct: Deduct | None = None
    bracket: Bracket | None = None
    ratio_bracket: RatioBracket | None = None
    pro_rata: ProRata | None = None
    choice: Choice | None = None
    each: Each | None = None
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None

    @property
    def rule(self) -> Part | None:
        """The rule, if it has one."""
        return next((r for k in RULES if (r := getattr(self, k)) is not None), None)

    @property
    def rule_key(self) -> str:
        """The key of the rule; empty for an item that is marked directly."""
        return next((k for k in RULES if getattr(self, k) is not None), "")

    @property
    def low(self) -> Decimal:
        """The least it can bring: 0, unless the table of its rule goes below."""
        figures = [Decimal(0)]
        if self.bracket is not None:
            figures += self.bracket.lowest.values()
            figures += (*self.bracket.highest.values(), self.bracket.otherwise)
        if self.ratio_bracket is not None:
            figures += (*self.ratio_bracket.lowest.values(), self.ratio_bracket.otherwise)
            figures += (self.ratio_bracket.empty or Decimal(0),)
        if self.choice is not None:
            figures += self.choice.options.values()
        return min(figures)

    def inputs(self, *, decimals: int = 2) -> tuple[Input, ...]:
        """The figures people enter for it, in the order of the sheet.

        Args:
            decimals: the scheme's; marks may have as many.
        """
        found = _rule_inputs(self, decimals)
        if self.optional:
            tick = Input(
                f"{self.id}.{NOT_APPLICABLE}", "不适用", "na", high=Decimal(1), required=False
            )
            found = (*found, tick)
        return found


def _rule_inputs(item: Item, decimals: int) -> tuple[Input, ...]:
    if item.deduct is not None:
        rows = tuple(_row_input(item, n) for n in range(len(item.deduct.rows)))
        return (_points(item, decimals), *rows) if item.deduct.start == "typed" else rows
    if item.ratio_bracket is not None:
        ratio = item.ratio_bracket
        return (
            ratio.part.as_input(f"{item.id}.part"),
            ratio.whole.as_input(f"{item.id}.whole"),
        )
    if item.choice is not None:
        labels = tuple(item.choice.options)
        return (
            Input(item.id, item.title, "choice", Decimal(1), Decimal(len(labels)), options=labels),
        )
    for rule in (item.bracket, item.pro_rata, item.each):
        if rule is not None:
            return (rule.of.as_input(item.id),)
    return (_points(item, decimals),)


def _points(item: Item, decimals: int) -> Input:
    top = item.points or Decimal(0)
    return Input(item.id, item.title, "points", Decimal(0), top, decimals, default=item.default)


def _row_input(item: Item, place: int) -> Input:
    assert item.deduct is not None
    row = item.deduct.rows[place]
    counted = row.each is not None
    return Input(
        f"{item.id}.{row.id}", row.title, "count" if counted else "once", Decimal(0),
        Decimal(MOST_TIMES if counted else 1), 0, row.unit,
        required=row.at_least is not None, cite=row.cite, help=row.help,
    )  # fmt: skip


class Section(Part):
    """A heading over some items; `total` is what the regulation states for them."""

    title: Title
    total: Number | None = None
    help: Text = ""
    cite: Cites = ()
    gap: Identifier | None = None


class ItemGroup(Part):
    """A table of items.  `total` is the total the regulation states (the lint compares)."""

    title: Title
    total: Number | None = None
    announced: Whole | None = None
    """How many items the regulation announces, if it says (the lint compares)."""
    sections: dict[Identifier, Section] = Field(default_factory=dict)
    items: tuple[Item, ...] = Field(min_length=1)
    cite: Cites = ()
    gap: Identifier | None = None

    @property
    def low(self) -> Decimal:
        """The least a sheet over all of them can bring."""
        return sum((item.low for item in self.items), Decimal(0))

    @property
    def least_possible(self) -> Decimal:
        """The fewest points of the items that may apply to a sheet, some of them."""
        firm = sum((i.points or Decimal(0) for i in self.items if not i.optional), Decimal(0))
        return firm or min((i.points for i in self.items if i.points), default=Decimal(1))

    def inputs(self, *, decimals: int = 2) -> tuple[Input, ...]:
        """All inputs of all items."""
        return tuple(i for item in self.items for i in item.inputs(decimals=decimals))
