"""Checks of one entered figure against what its input allows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from kaohe.scheme.rules import Input
from kaohe.scoring.checks.findings import places_of
from kaohe.scoring.wording import plain

Add = Callable[[str, str, str], None]
"""Takes a code, what is wrong, and what to do."""


def check_figure(add: Add, value: Decimal, one: Input, step: Decimal | None) -> None:
    """Report everything that is wrong with a figure.

    Args:
        step: points are multiples of it; other kinds do not know it.
    """
    remedy = expectation(one)
    if not value.is_finite():
        add("not_a_number", f"“{value}”不是数字", remedy)
        return
    text = f"{value:f}"
    if one.kind == "choice" and (value % 1 or not one.low <= value <= one.high):
        add("unknown_choice", f"没有第 {text} 个选项", remedy)
        return
    if one.kind in ("once", "na") and value not in (0, 1):
        add("not_a_tick", f"{text} 既不是 0 也不是 1", remedy)
        return
    word = "得分" if one.kind == "points" else "填写的数"
    if value < one.low:
        add("below_zero", f"{word} {text} 小于 {plain(one.low)}", remedy)
    elif value > one.high:
        limit = "满分" if one.kind == "points" else "上限"
        add("above_maximum", f"{word} {text} 超过{limit} {plain(one.high)}", remedy)
    if places_of(value) > one.decimals:
        if one.decimals:
            what, how = (
                f"{word} {text} 的小数超过 {one.decimals} 位",
                f"最多保留 {one.decimals} 位小数",
            )
        else:
            what, how = f"{word} {text} 不是整数", "填写整数"
        add("too_many_decimals", what, how)
    elif one.kind == "points" and step and value % step:
        what, how = f"{word} {text} 不是 {plain(step)} 的倍数", f"按 {plain(step)} 分一档填写"
        add("off_step", what, how)


def expectation(one: Input) -> str:
    """What to enter."""
    if one.kind == "choice":
        listed = "；".join(f"{n} {label}" for n, label in enumerate(one.options, 1))
        return f"填写选项的序号：{listed}"
    if one.kind in ("once", "na"):
        return "有这种情况填 1，没有填 0"
    whole = "" if one.decimals else "整数"
    return f"填写 {plain(one.low)} 到 {plain(one.high)} 的{whole or '数'}{one.unit and f'（{one.unit}）'}"
