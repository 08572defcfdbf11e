"""Tables of items: sections, rules worth more than their item, numbering, names used twice."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

from kaohe.scheme.items import Item, ItemGroup
from kaohe.scheme.lint.findings import Remark, Rule
from kaohe.scheme.lint.ranges import plain_text
from kaohe.scheme.model import Scheme
from kaohe.scheme.tree import Path


def sections(scheme: Scheme) -> Iterator[Remark]:
    """Headings whose items do not make what is stated for them."""
    for key, group in scheme.items.items():
        for name, section in group.sections.items():
            inside = [i for i in group.items if i.section == name]
            points = [i.points for i in inside if i.points is not None]
            made = sum(points, Decimal(0))
            if section.total is None or section.gap or made == section.total:
                continue
            if len(points) == len(inside):
                what = (
                    f"“{section.title}”各项合计 {plain_text(made)}，"
                    f"宣布的总分是 {plain_text(section.total)}。"
                )
                yield Remark("L002", ("items", key, "sections", name, "total"), what)


def rules(scheme: Scheme) -> Iterator[Remark]:
    """Options, brackets and rows worth more than the item; what happens below is not said."""
    for key, group in scheme.items.items():
        for n, item in enumerate(group.items):
            path: Path = ("items", key, "items", n)
            if item.points is None or item.rule is None:
                continue
            yield from _too_much(item, item.points, path)
            yield from _rows(item, item.points, path)
            for word in ("bracket", "ratio_bracket"):
                rule = getattr(item, word)
                if rule is not None and "otherwise" not in rule.model_fields_set and not item.gap:
                    what = f"“{item.title}”没有写各档之外得几分。"
                    yield Remark("L046", (*path, word), what)


def _too_much(item: Item, most: Decimal, path: Path) -> Iterator[Remark]:
    tables: list[tuple[str, dict[Any, Decimal]]] = []
    if item.choice is not None:
        tables.append(("choice", item.choice.options))
    if item.bracket is not None:
        tables += [("bracket", item.bracket.lowest), ("bracket", item.bracket.highest)]
    if item.ratio_bracket is not None:
        tables.append(("ratio_bracket", item.ratio_bracket.lowest))
    for word, table in tables:
        for label, points in table.items():
            if points > most:
                text = label if isinstance(label, str) else plain_text(label)
                what = (
                    f"“{item.title}”满分 {plain_text(most)}，“{text}”却得 {plain_text(points)} 分。"
                )
                yield Remark("L019", (*path, word), what)
    if item.each is not None and item.each.points > most:
        what = (
            f"“{item.title}”满分 {plain_text(most)}，每一个却得 {plain_text(item.each.points)} 分。"
        )
        yield Remark("L019", (*path, "each", "points"), what)


def _rows(item: Item, most: Decimal, path: Path) -> Iterator[Remark]:
    if item.deduct is None:
        return
    titles: dict[str, Decimal | None] = {}
    for n, row in enumerate(item.deduct.rows):
        figure = row.each if row.once is None else row.once
        here = (*path, "deduct", "rows", n)
        worst = figure
        if row.each is not None and row.at_least is not None:
            worst = row.each * row.at_least
        if row.most is not None and worst is not None:
            worst = min(worst, row.most)
        if worst is not None and worst > most and not (row.gap or item.gap):
            what = (
                f"“{item.title}”满分 {plain_text(most)}，“{row.title}”可扣 {plain_text(worst)} 分。"
            )
            yield Remark("L048", here, what)
        if titles.setdefault(row.title, figure) != figure and not (row.gap or item.gap):
            yield Remark("L028", here, f"“{item.title}”里“{row.title}”出现两次，扣分不同。")


def names(scheme: Scheme) -> Iterator[Remark]:
    """Two items with one title; numbering that starts again."""
    for key, group in scheme.items.items():
        path: Path = ("items", key)
        seen: dict[str, Item] = {}
        for n, item in enumerate(group.items):
            first = seen.setdefault(item.title, item)
            if first is not item and not (first.gap and item.gap):
                yield Remark("L028", (*path, "items", n), f"“{item.title}”出现两次。")
        yield from _numbers(group, path)


def _numbers(group: ItemGroup, path: Path) -> Iterator[Remark]:
    """Items that cite one clause without standing together."""
    places: dict[str, list[int]] = {}
    for n, item in enumerate(group.items):
        if len(item.cite) == 1:
            places.setdefault(item.cite[0], []).append(n)
    again = []
    for clause, found in places.items():
        later = [b for a, b in pairwise(found) if b - a > 1]
        if later and not all(group.items[n].gap for n in found if n >= later[0]):
            again.append(clause)
    if again:
        yield Remark("L027", path, f"“{group.title}”中隔开的项引用了同一条款：{'、'.join(again)}。")


RULES: tuple[Rule, ...] = (sections, rules, names)
