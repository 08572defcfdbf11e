"""Slips of the hand: how one written figure turns into another."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

ONE_WRONG, _LAST_WRONG = 21, 45
"""A wrong last digit is mostly a matter of rounding."""


class Slip(NamedTuple):
    """What happened to the digits."""

    text: str
    rank: int
    """As in `variations.Variation`."""


def find_slip(right: Decimal, written: Decimal, decimals: int) -> Slip | None:
    """The slip that turns the right figure into the written one, the likeliest first."""
    if right == written or (right == 0 and written == 0):
        return None
    if right == -written:
        return Slip(f"正负号写反：{shown(right)} 写成 {shown(written)}", 10)
    for factor, text in ((10, "小数点右移一位"), (100, "小数点右移两位（漏了小数点）")):
        if right and written == right * factor:
            return Slip(f"{text}：{shown(right)} 写成 {shown(written)}", 10)
        if right and written * factor == right:
            return Slip(
                f"{text.replace('右移', '左移').partition('（')[0]}："
                f"{shown(right)} 写成 {shown(written)}", 10,
            )  # fmt: skip
    found: list[Slip] = []
    for a in _spellings(right, decimals):
        for b in _spellings(written, decimals):
            slip = _between(a, b)
            if slip is not None:
                found.append(slip)
    return min(found, key=lambda one: one.rank, default=None)


def shown(value: Decimal) -> str:
    """A figure as somebody writes it."""
    return f"{value:f}"


def _spellings(value: Decimal, decimals: int) -> list[str]:
    """94.50 and 94.5: both are written."""
    full = f"{value:.{decimals}f}"
    bare = full.rstrip("0").rstrip(".") if "." in full else full
    return list(dict.fromkeys((full, bare)))


def _between(right: str, written: str) -> Slip | None:
    words = f"{right} 写成 {written}"
    if len(right) == len(written):
        differing = [i for i, (a, b) in enumerate(zip(right, written, strict=True)) if a != b]
        if len(differing) == 2:
            i, j = differing
            if right[i] == written[j] and right[j] == written[i] and "." not in right[i] + right[j]:
                between = right[i + 1 : j].replace(".", "")
                if not between:
                    return Slip(f"相邻两位数字颠倒：{words}", 11)
                return Slip(f"两位数字对调：{words}", 27)
        if len(differing) == 1 and "." not in right[differing[0]] + written[differing[0]]:
            place = differing[0]
            text = f"一位数字写错（{right[place]} 写成 {written[place]}）：{words}"
            return Slip(text, ONE_WRONG if place < len(right) - 1 else _LAST_WRONG)
        return None
    if right.startswith(written):
        return None  # fewer decimals: a matter of rounding
    if len(right) == len(written) + 1 and _without_one(right, written):
        inner = written.partition(".")[0] == right.partition(".")[0]
        return Slip(f"漏写一位数字：{words}", 18 if inner else 14)
    # 88.5 is 88.50: a digit put behind it makes another figure, not a longer one
    is_longer = written.partition(".")[0] != right.partition(".")[0]
    if len(right) + 1 == len(written) and is_longer and _without_one(written, right):
        return Slip(f"多写一位数字：{words}", 15)
    return None


def _without_one(longer: str, shorter: str) -> bool:
    return any(
        longer[i] != "." and longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))
    )


def transposed(value: Decimal) -> Iterator[Decimal]:
    """The figures one gets by exchanging two neighbouring digits."""
    text = f"{value:f}"
    places = [i for i, c in enumerate(text) if c.isdigit()]
    for i, j in pairwise(places):
        if text[i] != text[j]:
            digits = list(text)
            digits[i], digits[j] = digits[j], digits[i]
            yield Decimal("".join(digits))


def shortened(value: Decimal) -> Iterator[Decimal]:
    """The figures one gets by leaving out a digit."""
    text = f"{value:f}"
    for i, c in enumerate(text):
        rest = text[:i] + text[i + 1 :]
        if c.isdigit() and any(d.isdigit() for d in rest) and not rest.startswith("."):
            yield Decimal(rest.rstrip(".") or "0")
