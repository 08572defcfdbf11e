"""Filters every template may use."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import template

register = template.Library()


@register.filter
def score(value: Any, decimals: int = 2) -> str:
    """Show a figure with fixed decimals; a missing one as a dash.  Never rounds a float."""
    if value is None or value == "":
        return "—"
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return f"{number:.{decimals}f}"


@register.filter
def figure(value: Any) -> str:
    """Show a figure with the decimals it has; a missing one as a dash."""
    if value is None or value == "":
        return "—"
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """Look a key up in a mapping; None when it is absent."""
    return mapping.get(key) if mapping else None


@register.filter
def grade_rank(label: str | None, bands: Any) -> int:
    """Position of a grade among its bands, 1 to 4, for its colour."""
    labels = list(bands or ())
    return min(labels.index(label) + 1, 4) if label in labels else 4
