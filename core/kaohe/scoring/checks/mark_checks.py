"""Checks of marks on sheets and of typed form means."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from kaohe.scoring import bounds
from kaohe.scoring.checks.findings import Findings, choices, places_of
from kaohe.scoring.facts import TOTAL, Mark
from kaohe.scoring.operators.sheet_items import full_marks
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import SheetInstrument


def check_marks(found: Findings) -> None:
    """Unknown instruments and items, marks out of range, too fine, twice, totals that disagree."""
    scheme = found.scheme
    sheets: dict[tuple[str, str, str], dict[str, tuple[int, Decimal]]] = defaultdict(dict)
    allowed = [k for k, v in scheme.instruments.items() if v.type in ("sheet", "form")]
    plain_marks = _plain_marks(found)
    for row, mark in enumerate(found.facts.marks):
        if _is_plain(mark, plain_marks, found):
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
        highest, name = _item(found, mark)
        where["places"] = [sheet, name]
        if highest is None:
            found.add(
                "unknown_item", f"项目“{mark.item}”不存在", name, **{**where, "places": [sheet]}
            )
            continue
        step = getattr(instrument, "step", None)
        _check_value(found, mark.value, highest, step, where)
        key = (mark.subject, mark.instrument, mark.respondent)
        if mark.item in sheets[key]:
            found.add("duplicate_mark", "同一项有两个分数", "只保留一个", **where)
        sheets[key][mark.item] = row, mark.value
    _check_totals(found, sheets)


Grid = dict[tuple[str, str], tuple[Decimal, Decimal]]


def _plain_marks(found: Findings) -> Grid:
    """(instrument, item) -> (highest mark, step): what a mark without any mistake keeps to."""
    scheme, grid = found.scheme, Grid()
    unit = Decimal(1).scaleb(-scheme.decimals)
    for name, instrument in scheme.instruments.items():
        if instrument.type == "form":
            grid |= {(name, key): (one.maximum, unit) for key, one in instrument.scores.items()}
        elif instrument.type == "sheet":
            group = scheme.items[instrument.items]
            step = instrument.step if instrument.step > 0 else unit
            if step % unit == 0:
                grid |= {(name, i.id): (i.points or Decimal(), step) for i in group.items}
                grid[name, TOTAL] = full_marks(group), step
    return grid


def _is_plain(mark: Mark, grid: Grid, found: Findings) -> bool:
    """Whether a mark is certainly fine; everything else is looked at closely."""
    limits = grid.get((mark.instrument, mark.item))
    if limits is None or mark.subject not in found.titles or not mark.value.is_finite():
        return False
    return 0 <= mark.value <= limits[0] and not mark.value % limits[1]


def _item(found: Findings, mark: Mark) -> tuple[Decimal | None, str]:
    """(highest possible mark, title of the item), or (None, remedy)."""
    scheme = found.scheme
    instrument = scheme.instruments[mark.instrument]
    if instrument.type == "form":
        field = instrument.scores.get(mark.item)
        if field is None:
            return None, f"改为其中之一：{choices(instrument.scores)}"
        return field.maximum, field.title
    group = scheme.items[cast("SheetInstrument", instrument).items]
    if mark.item == TOTAL:
        return full_marks(group), "总分"
    for item in group.items:
        if item.id == mark.item:
            return item.points or Decimal(), item.title
    return None, f"改为其中之一：{choices(i.id for i in group.items)}"


def _check_value(
    found: Findings, value: Decimal, highest: Decimal, step: Decimal | None, where: dict[str, Any]
) -> None:
    decimals = found.scheme.decimals
    if not value.is_finite():
        found.add("not_a_number", f"“{value}”不是数字", f"填写 0 到 {plain(highest)} 的数", **where)
        return
    text = f"{value:f}"
    if value < 0:
        found.add("below_zero", f"得分 {text} 小于 0", f"填写 0 到 {plain(highest)} 的数", **where)
    elif value > highest:
        found.add(
            "above_maximum", f"得分 {text} 超过满分 {plain(highest)}",
            f"填写 0 到 {plain(highest)} 的数", **where,
        )  # fmt: skip
    if places_of(value) > decimals:
        found.add(
            "too_many_decimals", f"得分 {text} 的小数超过 {decimals} 位",
            f"最多保留 {decimals} 位小数", **where,
        )  # fmt: skip
    elif step and value % step:
        found.add(
            "off_step", f"得分 {text} 不是 {plain(step)} 的倍数", f"按 {plain(step)} 分一档填写",
            **where,
        )  # fmt: skip


def _check_totals(
    found: Findings, sheets: dict[tuple[str, str, str], dict[str, tuple[int, Decimal]]]
) -> None:
    """A total beside item marks must be their sum; too many sheets break the proof."""
    scheme = found.scheme
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for (subject, instrument, respondent), marks in sheets.items():
        if scheme.instruments[instrument].type != "sheet":
            continue
        counts[subject, instrument] += 1
        if TOTAL not in marks or len(marks) == 1:
            continue
        row, total = marks.pop(TOTAL)
        summed = sum((value for _, value in marks.values()), Decimal())
        title = scheme.instruments[instrument].title
        sheet = f"{title}（{respondent}）" if respondent else title
        group = scheme.items[cast("SheetInstrument", scheme.instruments[instrument]).items]
        where: dict[str, Any] = {
            "table": "marks", "row": row, "subject": subject, "instrument": instrument,
            "item": TOTAL, "places": [sheet, "总分"],
        }  # fmt: skip
        if len(marks) < len(group.items):
            found.add(
                "total_beside_part", "既有总分，又只有部分项目的分数",
                "补齐各项分数，或只填总分", **where,
            )  # fmt: skip
        elif summed != total:
            found.add(
                "total_differs", f"总分 {total:f} 与各项之和 {summed:f} 不一致",
                "核对原表，改正总分或项目分", **where,
            )  # fmt: skip
    for (subject, instrument), count in counts.items():
        if count > bounds.SHEETS:
            found.add(
                "too_many_sheets", f"有 {count} 份评分表，超过 {bounds.SHEETS} 份", "分批核对来源",
                table="marks", subject=subject, instrument=instrument,
                places=[scheme.instruments[instrument].title],
            )  # fmt: skip
