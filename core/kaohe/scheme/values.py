"""The scalar types of the scheme language.

Scalars reach the model as text (YAML and workbooks alike), so that 0.30 stays 0.30, 010 stays
text and NO stays a word.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

_PLAIN = re.compile(r"^-?\d{1,9}(\.\d{1,6})?$")


def plain_number(value: Any) -> Decimal:
    """Turn the text of a plain decimal into a `Decimal`; no exponent, no grouping, no float.

    Raises:
        ValueError: anything else, with a Chinese message that says what is expected.
    """
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or isinstance(value, float):
        raise ValueError("应为数字（不接受浮点数）")
    text = str(value).strip()
    if not _PLAIN.match(text):
        raise ValueError(f"应为数字，如 60 或 0.5（当前值 {text[:40]!r}）")
    return Decimal(text)


def cite_list(value: Any) -> tuple[str, ...]:
    """A clause or a list of clauses."""
    if value in (None, ""):
        return ()
    if isinstance(value, str):
        return (value,)
    return tuple(str(v) for v in value)


Number = Annotated[Decimal, BeforeValidator(plain_number)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, Field(max_length=4000)]
Cites = Annotated[tuple[str, ...], BeforeValidator(cite_list)]
