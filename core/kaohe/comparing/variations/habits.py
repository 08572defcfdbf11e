"""Roundings at other places, other ways of rounding, binary floats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kaohe.comparing.arithmetic import FLOATS, MODE_TEXTS, Habits, Rounding
from kaohe.comparing.tree import walk
from kaohe.comparing.variations.base import EVERYWHERE, Variation

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Node

_LEAVES = {"sheet": "平均分", "votes": "平均分", "entries": "合计", "rating": "平均分"}
_INLINE = {
    "sum": "相加的结果", "mean": "平均的结果", "cap": "封顶后的得分", "weighted": "加权的结果",
    "scale": "折算的结果", "product": "相乘的结果",
}  # fmt: skip


def habit_variations(scheme: Scheme) -> Iterator[Variation]:
    """Every way of calculating that is tried."""
    for form in FLOATS:
        backwards = form.endswith("~")
        how = "从后往前相加，" if backwards else ""
        yield Variation(
            "float", EVERYWHERE,
            f"用浮点数计算（电子表格、脚本的默认算法，{how}恰好一半的尾数可能被舍去）",
            28 if backwards else 20, habits=Habits(floating=form), is_habit=True,
        )  # fmt: skip
    for name, node in scheme.scores.items():
        yield from _own_rounding(name, node, scheme)
        yield from _inner_roundings(name, node, scheme)
    for mode, rank in (("none", 15), ("down", 25), ("half_even", 25), ("up", 27)):
        text = f"每一步都{MODE_TEXTS[mode]}"
        if mode == "none":
            text = "中间各步都没有舍入，只在最后舍入一次"
        habits = Habits(everywhere=Rounding(mode))
        yield Variation("rounding", EVERYWHERE, text, rank, habits=habits, is_habit=True)


def _own_rounding(name: str, node: Node, scheme: Scheme) -> Iterator[Variation]:
    title = node.title or name
    if node.shown is False and node.decimals is None:
        return
    usual = node.rounding or scheme.rounding
    decimals = scheme.decimals if node.decimals is None else node.decimals
    for mode, rank in (("none", 23), ("half_up", 24), ("half_even", 24), ("half_down", 26),
                       ("down", 24), ("up", 27)):  # fmt: skip
        if mode == usual:
            continue
        text = f"“{title}”{MODE_TEXTS[mode]}"
        if mode == "none":
            text += "就参与下一步计算"
        habits = Habits(roundings={name: Rounding(mode)})
        yield Variation("rounding", name, text, rank, habits=habits, is_habit=True)
    for fewer in range(decimals):
        word = f"只保留 {fewer} 位小数" if fewer else "取整"
        for mode, rank in (("half_up", 25), ("down", 28)):
            how = "" if mode == "half_up" else "（舍去尾数）"
            habits = Habits(roundings={name: Rounding(mode, fewer)})
            yield Variation(
                "rounding", name, f"“{title}”{word}{how}", rank, habits=habits, is_habit=True
            )


def _inner_roundings(name: str, node: Node, scheme: Scheme) -> Iterator[Variation]:
    title = node.title or name
    for place, inner in walk(node, name):
        if inner.operator == "weighted":
            yield _at(
                name, f"{place}.products", scheme,
                f"计算“{title}”时每部分折合后先四舍五入再相加",
            )  # fmt: skip
        if inner.operator == "votes":
            for mode in ("none", "down"):
                habits = Habits(roundings={f"{place}.aspect": Rounding(mode)})
                text = f"“{title}”的分项得分{MODE_TEXTS[mode]}"
                yield Variation("rounding", name, text, 26, habits=habits, is_habit=True)
        if place != name and inner.operator not in ("number", "score"):
            what = _LEAVES.get(inner.operator) or _INLINE.get(inner.operator, "中间结果")
            text = f"计算“{title}”时先把{what}四舍五入"
            yield _at(name, place, scheme, text)
            for fewer in range(scheme.decimals):
                word = f"只保留 {fewer} 位小数" if fewer else "取整"
                habits = Habits(roundings={place: Rounding("half_up", fewer)})
                yield Variation(
                    "rounding", name, f"计算“{title}”时先把{what}{word}", 29,
                    habits=habits, is_habit=True,
                )  # fmt: skip


def _at(name: str, place: str, scheme: Scheme, text: str) -> Variation:
    rounding = Rounding("half_up", scheme.decimals)
    habits = Habits(roundings={place: rounding})
    return Variation("rounding", name, text, 24, habits=habits, is_habit=True)
