"""What a filled-in sheet amounts to: subtotal, progress and what is still wrong with it.

A draft keeps whatever was typed; only handing in demands that everything is right.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from kaohe.campaigns.models import Sheet
from kaohe.scheme.model import Item, Scheme, SheetInstrument

MAX_TEXT = 500


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """Something to mend before a sheet can be handed in."""

    item: str
    """Item id, or ``@slot`` for a document."""
    title: str
    what: str


def sheet_instrument(scheme: Scheme, sheet: Sheet) -> SheetInstrument:
    """The instrument a sheet belongs to."""
    instrument = scheme.instruments[sheet.instrument]
    if not isinstance(instrument, SheetInstrument):
        raise LookupError(f"{sheet.instrument} is no sheet")
    return instrument


def sheet_items(scheme: Scheme, sheet: Sheet) -> tuple[Item, ...]:
    """The items of a sheet, in order."""
    return scheme.items[sheet_instrument(scheme, sheet).items].items


def read_mark(text: Any) -> Decimal | None:
    """A typed mark as a number (full-width digits welcome); None if it is not one."""
    plain = unicodedata.normalize("NFKC", str(text)).strip().replace("。", ".")
    if not plain or len(plain) > 12 or not set(plain) <= set("0123456789.-"):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def plain_mark(value: Decimal) -> str:
    """A mark as text without needless zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def mark_problem(item: Item, text: str, step: Decimal) -> str:
    """Why a typed mark cannot stand; empty if it can."""
    if not str(text).strip():
        return "还没有打分。"
    value = read_mark(text)
    if value is None:
        return f"“{text}”不是数字，请填 0 到 {plain_mark(item.points or Decimal(0))} 之间的分数。"
    if value < 0 or (item.points is not None and value > item.points):
        return (
            f"应在 0 到 {plain_mark(item.points or Decimal(0))} 之间，现在是 {plain_mark(value)}。"
        )
    if value % step:
        return f"最小单位是 {plain_mark(step)} 分，请改为它的倍数。"
    return ""


def subtotal(sheet: Sheet) -> Decimal:
    """The sum of the marks typed so far that are numbers."""
    marks = (read_mark(v) for v in sheet.data.get("marks", {}).values())
    return sum((m for m in marks if m is not None), Decimal(0))


def filled(sheet: Sheet, items: tuple[Item, ...]) -> int:
    """How many items have a mark."""
    marks = sheet.data.get("marks", {})
    return sum(read_mark(marks.get(i.id, "")) is not None for i in items)


def sheet_problems(
    scheme: Scheme, sheet: Sheet, *, uploaded: Mapping[str, int] | None = None
) -> list[SheetProblem]:
    """Everything that keeps a sheet from being handed in.

    Args:
        uploaded: attachment slot -> number of files; None leaves documents out.
    """
    instrument = sheet_instrument(scheme, sheet)
    marks, reasons = sheet.data.get("marks", {}), sheet.data.get("reasons", {})
    out = []
    for item in sheet_items(scheme, sheet):
        text = marks.get(item.id, "")
        what = mark_problem(item, text, instrument.step)
        if what:
            out.append(SheetProblem(item.id, item.title, what))
            continue
        value = read_mark(text)
        below = item.points is not None and value is not None and value < item.points
        if instrument.reason == "deduction" and below and not str(reasons.get(item.id, "")).strip():
            lost = plain_mark((item.points or Decimal(0)) - (value or Decimal(0)))
            out.append(SheetProblem(item.id, item.title, f"扣了 {lost} 分，请写明理由。"))
    if uploaded is not None:
        for slot, attachment in instrument.attach.items():
            if attachment.required and not uploaded.get(slot):
                out.append(SheetProblem(f"@{slot}", attachment.title, "还没有上传。"))
    return out
