"""Reading one figure of a sheet as it was typed.  Pure."""

from __future__ import annotations

from decimal import Decimal

from kaohe.scheme.rules import Input
from kaohe.scheme.values import half_width, plain_number

_STOPS = str.maketrans({"。": ".", "﹒": ".", "·": ".", "，": ".", "−": "-"})
_ON = frozenset({"1", "是", "√", "✓", "on", "true"})
_OFF = frozenset({"0", "否", "×"})
COUNTED = frozenset({"count", "once"})
"""Kinds of input that are 0 where nothing stands, unless they are required."""


def read_input(text: str, *, of: Input, step: Decimal) -> Decimal:
    """Turn what was typed into a figure; full-width digits and a Chinese full stop are understood.

    Args:
        step: points are multiples of it; other kinds do not know it.

    Raises:
        ValueError: with a Chinese message that says what is wrong.
    """
    plain = half_width(str(text)).strip()
    if of.kind in ("once", "na"):
        return _tick(plain)
    if of.kind == "choice":
        return _place(plain, of)
    value = _figure(plain, of)
    if value < of.low:
        raise ValueError(f"不能小于 {of.low:f}{of.unit}" if of.low else "不能是负数")
    if of.kind == "points":
        if value > of.high:
            raise ValueError(f"超过满分 {of.high:f} 分")
        if step and value % step:
            raise ValueError(f"应为 {step:f} 的倍数")
    elif value > of.high:
        raise ValueError(f"超过上限 {of.high:f}{of.unit}")
    if value != round(value, of.decimals):
        raise ValueError(f"最多 {of.decimals} 位小数" if of.decimals else "应为整数")
    return value


def expectation(of: Input) -> str:
    """What to enter, for somebody who entered something else."""
    if of.kind == "points":
        return f"请填写 0 到 {of.high:f} 的分数。"
    if of.kind == "count":
        return "请填写次数（整数），没有就填 0。"
    if of.kind == "amount":
        digits = f"，最多 {of.decimals} 位小数" if of.decimals else "（整数）"
        return f"请填写 {of.low:f} 到 {of.high:f} 的数{digits}。"
    return "请在列出的选项中选择一项。" if of.kind == "choice" else "请重新勾选。"


def absence(of: Input) -> tuple[str, str]:
    """What is missing where nothing stands, and what to do."""
    if of.kind == "choice":
        return "没有选择", "请选择一项。"
    if of.kind == "points":
        return "没有打分", "请填写分数。"
    return "没有填写", f"请填写{'数量' if of.kind == 'count' else '实际数'}，没有就填 0。"


def _figure(plain: str, of: Input) -> Decimal:
    plain = plain.translate(_STOPS)
    for word in ("分", of.unit):
        plain = plain.removesuffix(word).strip() if word else plain
    if plain.startswith("."):
        plain = "0" + plain
    return plain_number(plain.removesuffix("."))


def _tick(plain: str) -> Decimal:
    if plain.lower() in _ON:
        return Decimal(1)
    if plain in _OFF:
        return Decimal(0)
    raise ValueError("应为勾选或不勾选")


def _place(plain: str, of: Input) -> Decimal:
    if plain in of.options:
        return Decimal(of.options.index(plain) + 1)
    if plain.isascii() and plain.isdigit() and 1 <= int(plain[:4]) <= len(of.options):
        return Decimal(int(plain))
    raise ValueError("不在选项中")
