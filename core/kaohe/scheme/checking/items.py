"""Items and their rules: rows, brackets, shares, choices, sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from kaohe.scheme.items import Item, ItemGroup
from kaohe.scheme.model import Scheme
from kaohe.scheme.references import Problem, unknown
from kaohe.scheme.rules import NOT_APPLICABLE, RULES, Bracket, Deduct, Measured, RatioBracket
from kaohe.scheme.tree import Path


def item_problems(scheme: Scheme) -> Iterator[Problem]:
    """Everything wrong with the items of all tables."""
    on_ballots = {i.aspects for i in scheme.instruments.values() if i.type == "ballot"}
    for key, group in scheme.items.items():
        path: Path = ("items", key)
        yield from _doubled_inputs(group, path)
        for n, item in enumerate(group.items):
            here = (*path, "items", n)
            if item.section is not None:
                yield from unknown((*here, "section"), item.section, group.sections, "小标题")
            yield from _rule_problems(item, here)
            if item.rule is not None and item.points is None:
                what = f"“{item.title}”有计分规则，没有写满分 points。"
                yield Problem(here, what, "请写满分，得分不超过它。")
            if key in on_ballots and (item.rule is not None or item.optional):
                what = f"“{item.title}”用在测评票上，不能有计分规则或“不适用”。"
                yield Problem(here, what, "请另立一张指标表给评分表用。")
            if item.default is not None:
                yield from _default_problems(item, here)


def _doubled_inputs(group: ItemGroup, path: Path) -> Iterator[Problem]:
    """Two figures under one name: rows with one id, an item called like a row."""
    seen: set[str] = set()
    for n, item in enumerate(group.items):
        for one in item.inputs():
            if one.id in seen and one.id != item.id:
                what = f"“{item.title}”里的编号“{one.id}”重复。"
                yield Problem((*path, "items", n), what, "请给每一行不同的 id。")
            seen.add(one.id)


def _default_problems(item: Item, path: Path) -> Iterator[Problem]:
    if item.rule is not None:
        what = f"“{item.title}”按规则计分，default 不起作用。"
        yield Problem((*path, "default"), what, "请删去 default。")
    elif not Decimal(0) <= (item.default or Decimal(0)) <= (item.points or Decimal(0)):
        what = f"“{item.title}”的 default 不在 0 到满分之间。"
        yield Problem((*path, "default"), what, "请核对。")


def _rule_problems(item: Item, path: Path) -> Iterator[Problem]:
    given = [k for k in RULES if getattr(item, k) is not None]
    if len(given) > 1:
        what = f"“{item.title}”写了几种计分规则：{'、'.join(given)}。"
        yield Problem((*path, given[1]), what, "每项只能有一种。")
        return
    if item.deduct is not None:
        yield from _deduct_problems(item.deduct, (*path, "deduct"))
    if item.bracket is not None:
        yield from _bracket_problems(item.bracket, (*path, "bracket"))
    if item.ratio_bracket is not None:
        yield from _ratio_problems(item.ratio_bracket, (*path, "ratio_bracket"))
    if item.pro_rata is not None:
        yield from _measured((*path, "pro_rata", "of"), item.pro_rata.of)
        if item.pro_rata.full_at <= 0:
            yield Problem((*path, "pro_rata", "full_at"), "full_at 应大于 0。", "写满分所需的数。")
    if item.each is not None:
        yield from _measured((*path, "each", "of"), item.each.of)
        yield from not_negative((*path, "each", "points"), item.each.points)


def _deduct_problems(deduct: Deduct, path: Path) -> Iterator[Problem]:
    for n, row in enumerate(deduct.rows):
        here = (*path, "rows", n)
        kinds = [k for k in ("each", "once") if getattr(row, k) is not None]
        kinds += ["zero"] if row.zero else []
        if len(kinds) != 1:
            what = f"“{row.title}”应恰好写 each、once、zero 之一。"
            yield Problem(here, what, "each: 每次扣几分；once: 只扣一次；zero: 整项为 0。")
        if row.id == NOT_APPLICABLE:
            yield Problem((*here, "id"), "编号 na 留给“不适用”。", "请改名。")
        for word in ("each", "once", "most", "at_least"):
            value = getattr(row, word)
            if value is not None:
                yield from not_negative((*here, word), value)
        if row.at_least is not None and row.each is None:
            yield Problem((*here, "at_least"), "at_least 要与 each 一起写。", "写每少一次扣几分。")
        if row.at_least is not None and row.at_least % 1:
            yield Problem((*here, "at_least"), "应做的次数应为整数。", "请核对。")


def _bracket_problems(rule: Bracket, path: Path) -> Iterator[Problem]:
    yield from _measured((*path, "of"), rule.of)
    yield from bracket_problems(path, rule.lowest, rule.highest)


def bracket_problems(
    path: Path, lowest: Mapping[Decimal, Decimal], highest: Mapping[Decimal, Decimal]
) -> Iterator[Problem]:
    """Both or neither of the two forms."""
    if bool(lowest) == bool(highest):
        yield Problem(
            path, "应恰好写 lowest（下限）或 highest（上限）之一。", "如 lowest: {90: 5}。"
        )


def _ratio_problems(rule: RatioBracket, path: Path) -> Iterator[Problem]:
    yield from _measured((*path, "part"), rule.part)
    yield from _measured((*path, "whole"), rule.whole)
    if rule.whole.least < 0:
        what = f"“{rule.whole.title}”是除数，下限不能小于 0。"
        yield Problem((*path, "whole", "least"), what, "请核对 least。")


def _measured(path: Path, measured: Measured) -> Iterator[Problem]:
    if measured.most <= 0 <= measured.least:
        yield Problem((*path, "most"), f"“{measured.title}”的上限应大于 0。", "请核对 most。")
    elif measured.least >= measured.most:
        what = f"“{measured.title}”的下限应小于上限。"
        yield Problem((*path, "least"), what, "请核对 least。")
    if measured.decimals > 6:
        yield Problem((*path, "decimals"), "小数最多 6 位。", "请核对 decimals。")


def not_negative(path: Path, value: Decimal) -> Iterator[Problem]:
    """Points and figures below 0."""
    if value < 0:
        yield Problem(path, f"{value:f} 小于 0。", "分值不写正负号。")
