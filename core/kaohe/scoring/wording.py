"""How numbers and formulas are written: plain decimals, × ÷ − and brackets where needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from functools import lru_cache

MODES = {"half_up": ROUND_HALF_UP, "down": ROUND_DOWN, "up": ROUND_UP}
MODE_WORDS = {"half_up": "四舍五入", "down": "只舍不入", "up": "只入不舍"}
BESIDE = "总分之外的得分"
"""Heading of what is computed but no part of the total."""
MINUS = "−"


def unit_words(unit: str) -> str:
    """A unit as it stands behind a figure: 6 人, but 6%."""
    return f" {unit}" if unit[:1].isalnum() else unit


def scaled_decimal(number: int, decimals: int) -> Decimal:
    """The decimal that a scaled integer stands for."""
    return Decimal(number).scaleb(-decimals)


def scaled_text(number: int, decimals: int) -> str:
    """The text of a scaled integer: 9475, 2 -> 94.75."""
    digits = str(abs(number)).rjust(decimals + 1, "0")
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return MINUS + text if number < 0 else text


@lru_cache(maxsize=8192)
def plain(value: Decimal | Fraction | int) -> str:
    """A terminating number without superfluous zeros: 60, 0.5; anything else as a fraction."""
    if isinstance(value, Decimal):
        value = Fraction(value)
    if isinstance(value, int) or value.denominator == 1:
        text = str(int(value))
    else:
        rest, places = value.denominator, 0
        while rest % 10 == 0:
            rest, places = rest // 10, places + 1
        twos = fives = 0
        while rest % 2 == 0:
            rest, twos = rest // 2, twos + 1
        while rest % 5 == 0:
            rest, fives = rest // 5, fives + 1
        if rest != 1:
            return f"({signed(value.numerator)} ÷ {value.denominator})"
        places += max(twos, fives)
        return scaled_text(int(value * 10**places), places)
    return text.replace("-", MINUS)


def signed(value: int) -> str:
    """An integer with the printed minus."""
    return str(value).replace("-", MINUS)


def shown(value: Decimal | None) -> str:
    """A rounded value with all its decimals."""
    return "—" if value is None else f"{value:f}".replace("-", MINUS)


def about(value: Fraction, decimals: int) -> str:
    """An exact value to `decimals`, marked ≈ if that is not all of it."""
    unit = 10**decimals
    scaled = abs(value) * unit
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = scaled_text(whole if value >= 0 else -whole, decimals)
    return text if whole == scaled else f"≈{text}"


def has_operator(formula: str, signs: str) -> bool:
    """Whether one of the signs stands outside all brackets of a formula."""
    depth = 0
    for character in formula:
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif depth == 0 and character in signs:
            return True
    return False


def term(formula: str) -> str:
    """A formula as a term of a sum: bracketed if it starts with a minus."""
    return f"({formula})" if formula.startswith(MINUS) else formula


def factor(formula: str) -> str:
    """A formula as a factor: bracketed if it is a sum, a quotient or negative."""
    if " " not in formula and formula[:1] != MINUS:
        return formula
    return f"({formula})" if has_operator(formula, "+−÷×") else formula


def sum_formula(terms: Iterable[str]) -> str:
    """a + b + c; an empty sum is 0."""
    return " + ".join(term(t) for t in terms) or "0"


def mean_formula(terms: Sequence[str]) -> str:
    """(a + b) ÷ 2; a single one stays as it is."""
    if len(terms) == 1:
        return terms[0]
    return f"({sum_formula(terms)}) ÷ {len(terms)}"


def clauses(cite: Sequence[str]) -> str:
    """Clauses in brackets, or nothing."""
    return f"（{'、'.join(cite)}）" if cite else ""
