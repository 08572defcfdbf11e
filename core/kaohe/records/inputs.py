"""What stands under an item of a sheet: one figure, or one figure per input of its rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.records.collecting import Collector, Place, kind_word
from kaohe.records.names import Names
from kaohe.scheme.rules import NOT_APPLICABLE, Input
from kaohe.scoring.facts import TOTAL, Mark
from kaohe.workbooks import Cell, match_key

if TYPE_CHECKING:
    from kaohe.scheme.model import Item, Scheme

_YES = {match_key(w) for w in ("是", "有", "true", "√", "✓", "y", "yes", "1")}
_NO = {match_key(w) for w in ("否", "无", "false", "×", "n", "no", "0")}
_NOT_APPLICABLE = {match_key(w) for w in ("不适用", NOT_APPLICABLE, "n/a")}


def input_names(scheme: Scheme, group: str) -> Names:
    """Inputs of a group's items by id and title, and by “item · row” where a row has its own."""
    words: dict[str, tuple[str, ...]] = {}
    for item in scheme.items[group].items:
        for one in item.inputs(decimals=scheme.decimals):
            own = (item.title,) if one.id == item.id else ()
            words[one.id] = (*own, f"{item.title} · {one.title}", f"{item.title}.{one.title}")
    return Names(words)


def sheet_inputs(scheme: Scheme, group: str) -> dict[str, Input]:
    """Input id -> input, for all items of a group."""
    return {one.id: one for one in scheme.items[group].inputs(decimals=scheme.decimals)}


def figure_of(one: Input, value: Any, place: Place, into: Collector) -> Decimal | None:
    """What was written for an input, as the figure the facts keep; None if there is none."""
    if value is None or (isinstance(value, Cell) and value.blank):
        return None
    if isinstance(value, bool):
        if one.kind in ("once", "na", "count"):
            return Decimal(int(value))
        into.problem(place, f"“{one.title}”应为数字，却是{kind_word(value)}", "填写数字")
        return None
    text = match_key(value.text if isinstance(value, Cell) else str(value))
    if one.kind in ("once", "na"):
        if text in _YES or text in _NO:
            return Decimal(int(text in _YES))
    elif one.kind == "choice":
        labels = [match_key(label) for label in one.options]
        if text in labels:
            return Decimal(labels.index(text) + 1)
        if not text.replace(".", "", 1).isdigit():
            shown = (value.text if isinstance(value, Cell) else str(value)).strip()[:30]
            into.problem(
                place, f"“{one.title}”没有选项“{shown}”", f"可用：{'、'.join(one.options)}"
            )
            return None
    return into.number(value, place)


def read_item(
    item: Item, value: Any, place: tuple[Any, ...], into: Collector
) -> dict[str, Decimal]:
    """Marks of one item from a JSON value: a figure, “不适用”, or figures by input."""
    inputs = {one.id: one for one in item.inputs(decimals=into.scheme.decimals)}
    if value is None:
        return {}
    if isinstance(value, str) and match_key(value) in _NOT_APPLICABLE:
        if item.optional:
            return {f"{item.id}.{NOT_APPLICABLE}": Decimal(1)}
        into.problem(place, f"“{item.title}”不能写不适用", "填写得分或次数")
        return {}
    if not isinstance(value, Mapping):
        one = inputs.get(item.id)
        if one is None:
            rows = "、".join(k.partition(".")[2] for k in inputs)
            into.problem(
                place,
                f"“{item.title}”要分行填写，却是{kind_word(value)}",
                f"写成 {{行: 数}}：{rows}",
            )
            return {}
        found = figure_of(one, value, place, into)
        return {} if found is None else {item.id: found}
    prefix = f"{item.id}."
    rows = Names({k.removeprefix(prefix): (one.title,) for k, one in inputs.items()})
    out: dict[str, Decimal] = {}
    for key, written in value.items():
        if str(key).startswith("_"):
            continue
        row, here = rows.find(str(key)), (*place, key)
        if row is None:
            into.problem(here, f"“{item.title}”没有“{key}”这一行", rows.near(str(key)))
            continue
        full = row if row in inputs else prefix + row  # a row may be called like its item
        found = figure_of(inputs[full], written, here, into)
        if found is not None:
            out[full] = found
    return out


def add_zeros(
    subject: str,
    instrument: str,
    respondent: str,
    given: Iterable[str],
    place: Place,
    into: Collector,
) -> None:
    """Write 0 for what nobody counted on a sheet filled in item by item, and defaults."""
    sheet: Any = into.scheme.instruments[instrument]
    there = set(given)
    if TOTAL in there:
        return
    for key, one in sheet_inputs(into.scheme, sheet.items).items():
        counted = one.kind in ("count", "once") and not one.required
        stored = Decimal(0) if counted else one.default
        if stored is not None and key not in there:
            into.mark(Mark(subject, instrument, respondent, key, stored), place)
