"""What the rule of an item says, in the words of a form.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kaohe.scheme.rules import Deduction, Input
from kaohe.scoring.rules.base import table_row
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Item


class Bracket(NamedTuple):
    """A line of a table of brackets."""

    words: str
    points: Decimal
    hit: bool = False


def row_terms(row: Deduction) -> str:
    """What a row of a deduction table takes off."""
    most = f"，最多扣 {plain(row.most)} 分" if row.most is not None else ""
    if row.zero:
        return "本项记 0 分"
    if row.each is None:
        return f"扣 {plain(row.once or Decimal(0))} 分"
    each = f"1 {row.unit}" if row.unit else "1 次"
    if row.at_least is not None:
        least = f"{plain(row.at_least)} {row.unit}".strip()
        return f"应有 {least}，每少 {each}扣 {plain(row.each)} 分{most}"
    return f"每 {each}扣 {plain(row.each)} 分{most}"


def choice_terms(item: Item, of: Input) -> list[str]:
    """The options of a choice with their points."""
    worth = item.choice.options if item.choice else {}
    return [f"{o}（{plain(worth[o])} 分）" if o in worth else o for o in of.options]


def rule_terms(item: Item) -> str:
    """One line about an item whose points follow from a figure; empty for the others."""
    top = f"，最多 {plain(item.points)} 分" if item.points is not None else ""
    if item.each is not None:
        unit = item.each.of.unit
        return f"每{f' 1 {unit}' if unit else '项'}得 {plain(item.each.points)} 分{top}"
    if item.pro_rata is not None:
        full = f"{plain(item.pro_rata.full_at)} {item.pro_rata.of.unit}".strip()
        return f"达到 {full}得满分，不足的按比例计{top}"
    return ""


def brackets_of(item: Item, marks: Mapping[str, Decimal]) -> list[Bracket]:
    """The table of an item that has one, the row its figures fall into marked."""
    if item.bracket is not None:
        rule, unit = item.bracket, item.bracket.of.unit
        value = marks.get(item.id)
        rows, from_top = rule.lowest or rule.highest, bool(rule.lowest)
        figure = None if value is None else Fraction(value)
        return _table(rows, rule.otherwise, figure, unit, from_top=from_top)
    if item.ratio_bracket is not None:
        ratio = item.ratio_bracket
        part, whole = marks.get(f"{item.id}.part"), marks.get(f"{item.id}.whole")
        due = part is not None and whole is not None
        share = Fraction(part or 0) * 100 / Fraction(whole) if due and whole else None
        out = _table(ratio.lowest, ratio.otherwise, share, "%", from_top=True)
        if ratio.empty is not None:
            title = f"{ratio.whole.title}为 0"
            out.append(Bracket(title, ratio.empty, due and not whole))
        return out
    return []


def _table(
    rows: Mapping[Decimal, Decimal],
    otherwise: Decimal,
    value: Fraction | None,
    unit: str,
    *,
    from_top: bool,
) -> list[Bracket]:
    found = table_row(value, rows, from_top=from_top) if value is not None else None
    tail = unit if unit == "%" else f" {unit}" if unit else ""
    out = [
        Bracket(
            f"{plain(bound)}{tail}{'及以上' if from_top else '及以下'}",
            points,
            found is not None and found[0] == bound,
        )
        for bound, points in sorted(rows.items(), reverse=from_top)
    ]
    return [*out, Bracket("其余", otherwise, value is not None and found is None)]
