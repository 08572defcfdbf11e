"""Values in normal form, and whether that changed what was typed.

Each function takes what a cell or a form field held.  Blank becomes None; what cannot be
understood raises `NotUnderstood`, whose text names what is accepted.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Generic, TypeVar

T = TypeVar("T")

_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2100
_SERIAL_EPOCH = date(1899, 12, 30)
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_SPACES = re.compile(r"[\s\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}，。、；：（）《》“”·]) (?=[{_HAN}，。、；：（）《》“”·])")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_DIGITS = {
    "〇": "0",
    "○": "0",
    "零": "0",
    "一": "1",
    "二": "2",
    "三": "3",
    "四": "4",
    "五": "5",
    "六": "6",
    "七": "7",
    "八": "8",
    "九": "9",
}
_UNITS_OF_COUNT = re.compile(r"(人|名|个|位|户|分|次|项|件|年|岁|万|元)$")
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_DATE_SHAPES = (
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?:份|(?P<d>\d{1,2})[日号])?"),
    re.compile(r"(?P<y>\d{4})([-./])(?P<m>\d{1,2})(?:\2(?P<d>\d{1,2}))?"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
)
DATES_ACCEPTED = "可写 1998年7月、1998年7月1日、1998-07、1998-07-01、1998.7.1 或 Excel 日期"
NUMBERS_ACCEPTED = "可写 36、３６、36人、1,200 或 12.5"


class NotUnderstood(ValueError):
    """A value that has no normal form; the text says what was found and what is accepted."""


@dataclass(frozen=True, slots=True)
class Normal(Generic[T]):
    """A value in normal form."""

    value: T
    before: str
    changed: bool


def _source_text(source: object) -> str:
    text = getattr(source, "text", source)
    return "" if text is None else str(text)


def _clean(text: str) -> str:
    """Half-width digits, letters and spaces; one space at most, none between Chinese."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = "".join(
        unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" and _is_alnum(c) else c
        for c in text
    )
    text = _SPACES.sub(" ", text).strip()
    return _BETWEEN_HAN.sub("", text)


def _is_alnum(char: str) -> bool:
    return unicodedata.normalize("NFKC", char).isalnum()


def normal_text(source: object) -> Normal[str]:
    """Trim, drop invisible characters, make digits and letters half-width.

    Punctuation stays as typed: full-width is right in Chinese.

    >>> normal_text(" 青石村\u3000党支部２ ").value
    '青石村党支部2'
    """
    before = _source_text(source)
    value = _clean(before)
    return Normal(value, before, value != before)


def match_key(text: str) -> str:
    """What two spellings of the same name have in common.

    >>> match_key("党员数（人） ") == match_key("党员数(人)")
    True
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", _clean(text))).casefold()


def normal_number(source: object) -> Normal[Decimal | None]:
    """A number: full-width digits, thousands separators, a unit of count after it.

    >>> normal_number("３６人").value
    Decimal('36')
    """
    before = _source_text(source)
    value = getattr(source, "value", source)
    if isinstance(value, bool):
        raise NotUnderstood(f"“{before}”不是数字；{NUMBERS_ACCEPTED}。")
    if isinstance(value, Decimal | int) and not before.endswith("%"):
        return Normal(Decimal(value), before, False)
    text = unicodedata.normalize("NFKC", _clean(before)).replace("−", "-").replace(" ", "")
    if not text:
        return Normal(None, before, False)
    bare = text if text.endswith("%") else _UNITS_OF_COUNT.sub("", text)
    percent = bare.endswith("%")
    bare = bare.removesuffix("%")
    if text.endswith(("万", "元")) or not _NUMBER.fullmatch(bare) or len(bare) > 40:
        raise NotUnderstood(f"“{_shown(before)}”不是数字；{NUMBERS_ACCEPTED}。")
    try:
        number = Decimal(bare.replace(",", ""))
    except InvalidOperation as e:
        raise NotUnderstood(f"“{_shown(before)}”不是数字；{NUMBERS_ACCEPTED}。") from e
    return Normal(number / 100 if percent else number, before, before != f"{number:f}")


def normal_date(source: object) -> Normal[str | None]:
    """A date as ISO text: 2011-07-01, or 1998-07 when only the month is given.

    >>> normal_date("２０１５年３月").value
    '2015-03'
    """
    before = _source_text(source)
    value = getattr(source, "value", source)
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return Normal(value.isoformat(), before, before != value.isoformat())
    text = unicodedata.normalize("NFKC", _clean(before)).replace(" ", "").replace("。", ".")
    text = text.replace("—", "-").replace("–", "-")
    if not text:
        return Normal(None, before, False)
    if isinstance(value, Decimal) and re.fullmatch(r"\d{4}\.1", text):
        raise NotUnderstood(
            f"“{before}”可能是 1 月，也可能是 10 月（Excel 去掉了末尾的 0）；{DATES_ACCEPTED}。"
        )
    iso = _iso(text, before)
    return Normal(iso, before, iso != before)


def _iso(text: str, before: str) -> str:
    if "年" in text:
        text = _arabic(text)
    for shape in _DATE_SHAPES:
        if found := shape.fullmatch(text):
            return _checked(found["y"], found["m"], found["d"], before)
    if re.fullmatch(r"\d{5}", text):  # an Excel serial that lost its format
        return (_SERIAL_EPOCH + timedelta(days=int(text))).isoformat()
    if re.fullmatch(r"\d{4}年?", text):
        raise NotUnderstood(f"“{_shown(before)}”只有年份，没有月份；{DATES_ACCEPTED}。")
    raise NotUnderstood(f"“{_shown(before)}”不是日期；{DATES_ACCEPTED}。")


def _arabic(text: str) -> str:
    """二〇一五年十二月 → 2015年12月."""
    text = re.sub(r"(?<![一二三四五六七八九])十(?=[一二三四五六七八九])", "1", text)
    text = re.sub(r"(?<![一二三四五六七八九])十", "10", text)
    text = re.sub(r"(?<=[一二三])十(?=[一二三四五六七八九])", "", text)
    text = re.sub(r"(?<=[一二三])十", "0", text)
    return "".join(_DIGITS.get(c, c) for c in text)


def _checked(year: str, month: str, day: str | None, before: str) -> str:
    if not _EARLIEST_YEAR <= int(year) <= _LATEST_YEAR:
        raise NotUnderstood(
            f"“{_shown(before)}”的年份不在 {_EARLIEST_YEAR}—{_LATEST_YEAR} 之间；{DATES_ACCEPTED}。"
        )
    try:
        found = date(int(year), int(month), int(day or 1))
    except ValueError as e:
        raise NotUnderstood(f"“{_shown(before)}”不是存在的日期；{DATES_ACCEPTED}。") from e
    return found.isoformat() if day else found.isoformat()[:7]


def _shown(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "…"
