"""Checks of what was entered on sheets, and of typed form means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from kaohe.scheme.rules import NOT_APPLICABLE, Input
from kaohe.scoring import bounds
from kaohe.scoring.checks.findings import Findings, choices
from kaohe.scoring.checks.input_checks import check_figure
from kaohe.scoring.facts import TOTAL, Mark
from kaohe.scoring.operators.sheet_items import full_marks
from kaohe.scoring.rules.entered import points_of_item

if TYPE_CHECKING:
    from kaohe.scheme.model import Item

Grid = dict[tuple[str, str], tuple[Decimal, Decimal, Decimal]]
SheetMarks = dict[tuple[str, str, str], dict[str, tuple[int, Decimal]]]


def check_marks(found: Findings) -> None:
    """Unknown instruments and items, figures out of range, too fine, twice, totals that differ."""
    scheme = found.scheme
    sheets: SheetMarks = defaultdict(dict)
    inputs = _inputs(found)
    allowed = [k for k, v in scheme.instruments.items() if v.type in ("sheet", "form")]
    grid = _grid(found, inputs)
    for row, mark in enumerate(found.facts.marks):
        if _is_plain(mark, grid, found):
            sheet_marks = sheets[mark.subject, mark.instrument, mark.respondent]
            if mark.item not in sheet_marks:
                sheet_marks[mark.item] = row, mark.value
                continue
        instrument = scheme.instruments.get(mark.instrument)
        title = instrument.title if instrument else mark.instrument
        sheet = f"{title}（{mark.respondent}）" if mark.respondent else title
        if not found.knows_subject(mark.subject, table="marks", row=row, places=[sheet]):
            continue
        where: dict[str, Any] = {
            "table": "marks", "row": row, "subject": mark.subject,
            "instrument": mark.instrument, "item": mark.item,
        }  # fmt: skip
        if instrument is None or instrument.type not in ("sheet", "form"):
            found.add(
                "unknown_instrument", f"评分表“{mark.instrument}”不存在",
                f"改为其中之一：{choices(allowed)}", places=[sheet], **where,
            )  # fmt: skip
            continue
        if not found.is_for(getattr(instrument, "classes", ()), title, places=[sheet], **where):
            continue
        one = inputs[mark.instrument].get(mark.item)
        if one is None:
            names = (k for k in inputs[mark.instrument] if k != TOTAL)
            found.add(
                "unknown_item", f"项目“{mark.item}”不存在", f"改为其中之一：{choices(names)}",
                places=[sheet], **where,
            )  # fmt: skip
            continue
        where["places"] = [sheet, one.title]
        step = getattr(instrument, "step", None)
        check_figure(partial(found.add, **where), mark.value, one, step)
        key = (mark.subject, mark.instrument, mark.respondent)
        if mark.item in sheets[key]:
            found.add("duplicate_mark", "同一项有两个分数", "只保留一个", **where)
        sheets[key][mark.item] = row, mark.value
    _check_sheets(found, sheets)


def _inputs(found: Findings) -> dict[str, dict[str, Input]]:
    """Sheet or form -> everything that can be entered on it, the total of a sheet among it."""
    scheme = found.scheme
    out: dict[str, dict[str, Input]] = {}
    for name, instrument in scheme.instruments.items():
        if instrument.type == "form":
            fields = instrument.scores
            out[name] = {
                key: Input(key, f.title, "points", Decimal(), f.maximum, scheme.decimals)
                for key, f in fields.items()
            }
        elif instrument.type == "sheet":
            group = scheme.items[instrument.items]
            found_here = {}
            for item in group.items:
                for one in item.inputs(decimals=scheme.decimals):
                    title = one.title if one.id == item.id else f"{item.title}：{one.title}"
                    found_here[one.id] = one._replace(title=title)
            top = full_marks(group)
            total = Input(TOTAL, "总分", "points", group.low, top, scheme.decimals)
            out[name] = {**found_here, TOTAL: total}
    return out


def _grid(found: Findings, inputs: Mapping[str, Mapping[str, Input]]) -> Grid:
    """(instrument, input) -> (lowest, highest, step): what a figure without mistake keeps to."""
    grid = Grid()
    for name, fields in inputs.items():
        step = getattr(found.scheme.instruments[name], "step", Decimal())
        for key, one in fields.items():
            unit = Decimal(1).scaleb(-one.decimals)
            if one.kind == "points" and step > 0:
                if step % unit:
                    continue
                unit = step
            grid[name, key] = one.low, one.high, unit
    return grid


def _is_plain(mark: Mark, grid: Grid, found: Findings) -> bool:
    """Whether a figure is certainly fine; everything else is looked at closely."""
    limits = grid.get((mark.instrument, mark.item))
    if limits is None or mark.subject not in found.titles or not mark.value.is_finite():
        return False
    low, high, step = limits
    classes = getattr(found.scheme.instruments[mark.instrument], "classes", ())
    if classes and found.groups[mark.subject] not in classes:
        return False
    return low <= mark.value <= high and not mark.value % step


def _check_sheets(found: Findings, sheets: SheetMarks) -> None:
    """A total beside items must be their sum; what does not apply has no figures."""
    scheme = found.scheme
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for (subject, name, respondent), marks in sheets.items():
        instrument = scheme.instruments[name]
        if instrument.type != "sheet":
            continue
        counts[subject, name] += 1
        title = instrument.title
        sheet = f"{title}（{respondent}）" if respondent else title
        where: dict[str, Any] = {"table": "marks", "subject": subject, "instrument": name}
        group = scheme.items[instrument.items]
        for item in group.items:
            if item.optional:
                _check_absent(found, item, marks, sheet, where)
        if TOTAL in marks and len(marks) > 1:
            row, total = marks.pop(TOTAL)
            summed = _sum(found, group.items, {k: v for k, (_, v) in marks.items()})
            where |= {"row": row, "item": TOTAL, "places": [sheet, "总分"]}
            _check_total(found, total, summed, where)
    for (subject, name), count in counts.items():
        if count > bounds.SHEETS:
            found.add(
                "too_many_sheets", f"有 {count} 份评分表，超过 {bounds.SHEETS} 份", "分批核对来源",
                table="marks", subject=subject, instrument=name,
                places=[scheme.instruments[name].title],
            )  # fmt: skip


def _check_absent(
    found: Findings,
    item: Item,
    marks: Mapping[str, tuple[int, Decimal]],
    sheet: str,
    where: Mapping[str, Any],
) -> None:
    """An item that does not apply must not carry figures."""
    tick = marks.get(f"{item.id}.{NOT_APPLICABLE}")
    if tick is None or tick[1] != 1:
        return
    given = [
        one.id
        for one in item.inputs(decimals=found.scheme.decimals)
        if one.kind != "na" and one.id in marks and marks[one.id][1]
    ]
    if given:
        found.add(
            "absent_with_figures", "既填了“不适用”，又填了数", "取消“不适用”，或删去填写的数",
            row=tick[0], item=item.id, places=[sheet, item.title], **where,
        )  # fmt: skip


def _sum(found: Findings, items: tuple[Item, ...], given: Mapping[str, Decimal]) -> Decimal | None:
    """What the items make; None if something is missing."""
    decimals, summed = found.scheme.decimals, Decimal()
    for item in items:
        if given.get(f"{item.id}.{NOT_APPLICABLE}") == 1:
            continue
        inputs = item.inputs(decimals=decimals)
        if any(one.required and one.id not in given for one in inputs):
            return None
        points = points_of_item(item, given, decimals=decimals, rounding=found.scheme.rounding)
        if points is None:
            return None
        summed += points
    return summed


def _check_total(
    found: Findings, total: Decimal, summed: Decimal | None, where: Mapping[str, Any]
) -> None:
    if summed is None:
        found.add(
            "total_beside_part", "既有总分，又只有部分项目的分数", "补齐各项分数，或只填总分",
            **where,
        )  # fmt: skip
    elif summed != total:
        found.add(
            "total_differs", f"总分 {total:f} 与各项之和 {summed:f} 不一致",
            "核对原表，改正总分或项目分", **where,
        )  # fmt: skip
