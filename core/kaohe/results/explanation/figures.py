"""Exact figures as a person reads them: which digits stay, which fall, and why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kaohe.scoring.wording import MODE_WORDS

SPARE_DIGITS = 6
"""How many digits behind the rounding point are printed of a decimal that never ends."""


@dataclass(frozen=True, slots=True)
class Exact:
    """An exact value cut at its rounding point."""

    kept: str
    """Up to the rounding point: ``94.52``."""
    dropped: str
    """Behind it: ``5``; empty if nothing is dropped."""
    endless: bool
    """True if the decimal never ends and only its first digits are printed."""
    rounded: str
    verdict: str
    """Why the last digit is what it is, in words."""

    @property
    def text(self) -> str:
        """The exact value as one text."""
        return f"{self.kept}{self.dropped}{'…' if self.endless else ''}"

    @property
    def changed(self) -> bool:
        """Whether rounding did anything."""
        return bool(self.dropped)


def plain(value: Decimal | Fraction | int) -> str:
    """A figure without superfluous zeros: 15.00 → 15."""
    if isinstance(value, Decimal):
        value = Fraction(value)
    text = digits(Fraction(value))[0]
    return text


def fixed(value: Decimal | None, decimals: int) -> str:
    """A shown figure with its decimals; nothing for a missing one."""
    return "" if value is None else f"{value:.{decimals}f}"


def has_sum(formula: str) -> bool:
    """Whether a formula is more than a single figure, which may be negative."""
    return any(sign in formula[1:] for sign in "+−×÷")


def digits(value: Fraction, limit: int = 12) -> tuple[str, bool]:
    """The decimal expansion of an exact value, cut (never rounded) after `limit` decimals.

    Returns:
        The text, and whether digits were cut.

    >>> digits(Fraction(1, 8))
    ('0.125', False)
    >>> digits(Fraction(-2, 3), 4)
    ('-0.6666', True)
    """
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value).numerator, value.denominator)
    out = ""
    while rest and len(out) < limit:
        digit, rest = divmod(rest * 10, value.denominator)
        out += str(digit)
    return f"{sign}{whole}{'.' if out else ''}{out}", bool(rest)


def cut(exact: Fraction, value: Decimal, decimals: int, rounding: str = "half_up") -> Exact:
    """Cut an exact value at its rounding point and say what the dropped digits did."""
    text, endless = digits(exact, decimals + SPARE_DIGITS)
    whole, _, tail = text.partition(".")
    tail = tail.ljust(decimals, "0")
    kept = f"{whole}.{tail[:decimals]}" if decimals else whole
    dropped = tail[decimals:]
    rounded = fixed(value, decimals)
    return Exact(kept, dropped, endless, rounded, _verdict(dropped, decimals, rounding))


def _verdict(dropped: str, decimals: int, rounding: str) -> str:
    if not dropped:
        return f"正好 {decimals} 位小数，无须舍入" if decimals else "正好是整数，无须舍入"
    word = MODE_WORDS[rounding]
    if rounding != "half_up":
        return f"{word}到 {decimals} 位小数"
    verb = "满 5 进 1" if dropped[0] >= "5" else "不满 5 舍去"
    return f"{word}到 {decimals} 位小数：第 {decimals + 1} 位是 {dropped[0]}，{verb}"
