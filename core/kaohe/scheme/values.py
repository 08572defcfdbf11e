"""The scalar types of the scheme language.

Scalars reach the model as text (YAML and workbooks alike), so that 0.30 stays 0.30, 010 stays
text and NO stays a word.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, PlainSerializer

_PLAIN = re.compile(r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,6}")
_INTERVAL = re.compile(
    r"(?P<low>[0-9]{1,9}(\.[0-9]{1,6})?)?\s*[-–—~～]\s*(?P<high>[0-9]{1,9}(\.[0-9]{1,6})?)?"
)


def half_width(text: str) -> str:
    """The text with full-width characters turned into their plain forms."""
    return unicodedata.normalize("NFKC", text)


def _shown(value: Any) -> str:
    return str(value).strip()[:40]


def plain_number(value: Any) -> Decimal:
    """Turn the text of a plain decimal into a `Decimal`; no exponent, no grouping, no float.

    Raises:
        ValueError: anything else, with a Chinese message that says what is expected.
    """
    if isinstance(value, bool | float):
        raise ValueError("应为数字（不接受浮点数）")
    if not isinstance(value, str | int | Decimal):
        raise ValueError("应为一个数字，如 60 或 0.5")
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError("应为数字，如 60 或 0.5")
    text = format(value, "f") if isinstance(value, Decimal) else str(value).strip()
    if not _PLAIN.fullmatch(text):
        plain = half_width(text)
        if plain != text and _PLAIN.fullmatch(plain):
            raise ValueError(f"数字用了全角字符，应写 {plain}")
        if re.fullmatch(r"-?0[0-9]+(\.[0-9]+)?", text):
            raise ValueError(f"数字前面多了 0，应写 {text.lstrip('-0') or '0'}")
        if plain.endswith("%") and _PLAIN.fullmatch(plain[:-1]):
            raise ValueError(f"不写百分号，应写 {plain[:-1]}")
        raise ValueError("应为数字，如 60 或 0.5（最多 9 位整数、6 位小数）")
    number = Decimal(text)
    return abs(number) if number.is_zero() else number


def plain_whole(value: Any) -> int:
    """Turn the text of a whole number ≥ 0 into an `int`.

    Raises:
        ValueError: anything else, with a Chinese message that says what is expected.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = value.strip() if isinstance(value, str) else ""
    if not _WHOLE.fullmatch(text):
        plain = half_width(text)
        if plain != text and _WHOLE.fullmatch(plain):
            raise ValueError(f"数字用了全角字符，应写 {plain}")
        raise ValueError("应为不带小数的数字，如 0、2、14")
    return int(text)


def true_false(value: Any) -> bool:
    """Turn ``true`` or ``false`` into a `bool`; yes, no, on, 是, 1 are refused, not guessed.

    Raises:
        ValueError: anything else.
    """
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise ValueError("应为 true（是）或 false（否）")
    return bool(value == "true")


def only_true(value: Any) -> bool:
    """Accept ``true`` alone: ballots and forms are secret by construction.

    Raises:
        ValueError: anything else.
    """
    if not true_false(value):
        raise ValueError("测评票和评议表一律不记名，只能写 true（可省略）")
    return True


def cite_list(value: Any) -> tuple[str, ...]:
    """A clause or a list of clauses.

    Raises:
        ValueError: something else, or an entry that is no text.
    """
    if value in (None, ""):
        return ()
    if isinstance(value, str):
        value = (value,)
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        raise ValueError("应为条款号，或条款号的列表，如 三(一)1")
    if any(len(v) > 200 for v in value):
        raise ValueError("条款号过长（最多 200 字）")
    return tuple(value)


class Interval(NamedTuple):
    """A closed interval as a regulation prints it (``80-89``); None: open at that end."""

    low: Decimal | None
    high: Decimal | None

    def __str__(self) -> str:
        return f"{'' if self.low is None else self.low}-{'' if self.high is None else self.high}"


def printed_interval(value: Any) -> Interval:
    """Read ``80-89``, ``90-`` (and above) or ``-69`` (and below).

    Raises:
        ValueError: anything else.
    """
    if isinstance(value, Interval):
        return value
    match = _INTERVAL.fullmatch(half_width(value).strip()) if isinstance(value, str) else None
    if match is None or not (match["low"] or match["high"]):
        raise ValueError("应为条文中的区间，如 80-89；“以上”写 90-，“以下”写 -69")
    low, high = (Decimal(match[k]) if match[k] else None for k in ("low", "high"))
    if low is not None and high is not None and low > high:
        raise ValueError(f"区间的下限 {low} 大于上限 {high}")
    return Interval(low, high)


Number = Annotated[Decimal, BeforeValidator(plain_number, json_schema_input_type=str)]
Whole = Annotated[int, BeforeValidator(plain_whole, json_schema_input_type=str)]
Flag = Annotated[bool, BeforeValidator(true_false, json_schema_input_type=bool)]
AlwaysTrue = Annotated[bool, BeforeValidator(only_true, json_schema_input_type=bool)]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Label = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=4000)]
Cites = Annotated[tuple[str, ...], BeforeValidator(cite_list, json_schema_input_type=str)]
Printed = Annotated[
    Interval,
    BeforeValidator(printed_interval, json_schema_input_type=str),
    PlainSerializer(str, return_type=str),
]
