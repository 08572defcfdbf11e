"""A calculator of the tests' own: + − × ÷ and brackets over exact fractions."""

from __future__ import annotations

import re
from fractions import Fraction

_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|[+−×÷()])")


def calculate(formula: str) -> Fraction:
    """The exact value of a printed formula."""
    tokens, place = [], 0
    while place < len(formula):
        match = _TOKEN.match(formula, place)
        assert match, f"unreadable at {place}: {formula!r}"
        tokens.append(match[1])
        place = match.end()
    value, rest = _sum(tokens)
    assert not rest, f"left over: {rest} of {formula!r}"
    return value


def _sum(tokens: list[str]) -> tuple[Fraction, list[str]]:
    value, tokens = _product(tokens)
    while tokens and tokens[0] in "+−":
        other, rest = _product(tokens[1:])
        value = value + other if tokens[0] == "+" else value - other
        tokens = rest
    return value, tokens


def _product(tokens: list[str]) -> tuple[Fraction, list[str]]:
    value, tokens = _atom(tokens)
    while tokens and tokens[0] in "×÷":
        other, rest = _atom(tokens[1:])
        value = value * other if tokens[0] == "×" else value / other
        tokens = rest
    return value, tokens


def _atom(tokens: list[str]) -> tuple[Fraction, list[str]]:
    if tokens[0] == "−":
        value, rest = _atom(tokens[1:])
        return -value, rest
    if tokens[0] == "(":
        value, rest = _sum(tokens[1:])
        assert rest[0] == ")"
        return value, rest[1:]
    return Fraction(tokens[0]), tokens[1:]
