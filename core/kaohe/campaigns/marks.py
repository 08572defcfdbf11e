"""Reading what stands on a sheet: pure, shared by the pages, the hand-in and the facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from kaohe.campaigns.errors import Problem
from kaohe.campaigns.inputs import COUNTED, absence, expectation, read_input
from kaohe.scheme.model import Item, Scheme, Section, SheetInstrument
from kaohe.scheme.rules import NOT_APPLICABLE, Deduction, Input
from kaohe.scoring.rules.entered import points_of_item

DONE = "done"
"""The step after the last: the review."""
LONGEST_MARK, LONGEST_REASON = 20, 1000
ZERO = "0"


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the wizard."""

    key: str
    items: tuple[Item, ...]

    @property
    def title(self) -> str:
        """The titles of its items."""
        return "、".join(i.title for i in self.items)


@dataclass(frozen=True)
class Layout:
    """One sheet instrument of a bound scheme, ready to be filled in."""

    key: str
    spec: SheetInstrument
    items: tuple[Item, ...]
    steps: tuple[Step, ...]
    decimals: int
    rounding: str = "half_up"
    sections: Mapping[str, Section] = field(default_factory=dict)

    @property
    def maximum(self) -> Decimal:
        """The most points the sheet can carry."""
        return sum((i.points or Decimal(0) for i in self.items), Decimal(0))

    @property
    def is_marked(self) -> bool:
        """Whether every item is marked directly."""
        return all(i.rule is None for i in self.items)

    @property
    def has_optional(self) -> bool:
        """Whether some item may be marked as not applicable."""
        return any(i.optional for i in self.items)

    @cached_property
    def item_ids(self) -> frozenset[str]:
        """Ids of its items."""
        return frozenset(i.id for i in self.items)

    @cached_property
    def inputs(self) -> Mapping[str, tuple[Input, ...]]:
        """Item id -> the figures people enter for it."""
        return {i.id: i.inputs(decimals=self.decimals) for i in self.items}

    @cached_property
    def input_items(self) -> Mapping[str, Item]:
        """Input id -> the item it belongs to."""
        return {one.id: item for item in self.items for one in self.inputs[item.id]}

    @cached_property
    def counted(self) -> frozenset[str]:
        """Inputs that are 0 where nothing stands."""
        every = (one for inputs in self.inputs.values() for one in inputs)
        return frozenset(i.id for i in every if i.kind in COUNTED and not i.required)

    @cached_property
    def reason_ids(self) -> frozenset[str]:
        """Where a remark may stand: beside every item, and every row that takes points off."""
        return self.item_ids | {r for i in self.items for r in deductions(i)}

    def input_of(self, key: str) -> Input:
        """One input by its id."""
        return next(i for i in self.inputs[self.input_items[key].id] if i.id == key)

    def title_of(self, key: str) -> str:
        """What a figure or remark is called where it stands alone."""
        item = self.input_items.get(key)
        if item is None:
            return next(i.title for i in self.items if i.id == key)
        title = self.input_of(key).title
        return item.title if key == item.id else f"{item.title} · {title}"

    def step_of(self, item: str) -> str:
        """The step an item stands on."""
        return next(s.key for s in self.steps if any(i.id == item for i in s.items))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sheet says so far."""

    layout: Layout
    marks: dict[str, Decimal] = field(default_factory=dict)
    """Input id -> figure."""
    reasons: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    typed: frozenset[str] = frozenset()
    """Inputs where something stands."""
    points: dict[str, Decimal] = field(default_factory=dict)
    """Item id -> points, as the engine will show them."""
    not_applicable: frozenset[str] = frozenset()
    """Items that do not apply."""

    @property
    def subtotal(self) -> Decimal:
        """The sum of the points that are known."""
        return sum(self.points.values(), Decimal(0))

    @property
    def possible(self) -> Decimal:
        """The most points the sheet can carry, without what does not apply."""
        return sum(
            (i.points or Decimal(0) for i in self.layout.items if i.id not in self.not_applicable),
            Decimal(0),
        )

    @property
    def section_points(self) -> dict[str, Decimal]:
        """Section -> sum of the points known in it."""
        out = dict.fromkeys(self.layout.sections, Decimal(0))
        for item in self.layout.items:
            if item.section in out:
                out[item.section] += self.points.get(item.id, Decimal(0))
        return out

    @property
    def filled_items(self) -> frozenset[str]:
        """Items somebody has dealt with."""
        return frozenset(i.id for i in self.layout.items if self._is_filled(i))

    def _is_filled(self, item: Item) -> bool:
        if item.id in self.not_applicable:
            return True
        inputs = self.layout.inputs[item.id]
        required = [i.id for i in inputs if i.required]
        if required:
            return all(i in self.marks for i in required)
        return any(i.id in self.marks for i in inputs)

    @property
    def filled(self) -> int:
        """How many items somebody has dealt with."""
        return len(self.filled_items)

    @property
    def untouched(self) -> tuple[Item, ...]:
        """Items nobody has dealt with and that may stay so: nothing is taken off there."""
        wrong = {p.item for p in self.problems}
        done = self.filled_items
        return tuple(i for i in self.layout.items if i.id not in done and i.id not in wrong)

    @property
    def complete_steps(self) -> frozenset[str]:
        """Steps on which nothing is left to do."""
        left = {p.step for p in self.problems} | {self.layout.step_of(i.id) for i in self.untouched}
        return frozenset(s.key for s in self.layout.steps if s.key not in left)

    @property
    def faults(self) -> dict[str, str]:
        """Input -> what is wrong with a figure that was typed (not: missing ones)."""
        return {
            p.input: p.what for p in self.problems if p.field == "marks" and p.input in self.typed
        }

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Places that take points off and say no reason."""
        return tuple(sorted(p.input for p in self.problems if p.field == "reasons"))


def sheet_layout(scheme: Scheme, key: str) -> Layout:
    """Lay an instrument out in steps.

    Raises:
        KeyError: the scheme has no such sheet.
    """
    spec = scheme.instruments[key]
    if not isinstance(spec, SheetInstrument):
        raise KeyError(key)
    group = scheme.items[spec.items]
    size = spec.per_page
    steps = tuple(
        Step(str(n + 1), group.items[at : at + size])
        for n, at in enumerate(range(0, len(group.items), size))
    )
    return Layout(
        key, spec, group.items, steps, scheme.decimals, str(scheme.rounding), dict(group.sections)
    )


def deductions(item: Item) -> dict[str, Deduction]:
    """Input id -> row of an item's deduction table."""
    return {f"{item.id}.{r.id}": r for r in item.deduct.rows} if item.deduct else {}


def takes_off(row: Deduction, figure: Decimal) -> bool:
    """Whether a row takes points off with this figure."""
    return figure < row.at_least if row.at_least is not None else figure > 0


def read_sheet(layout: Layout, data: Mapping[str, Any], *, slots: Collection[str] = ()) -> Reading:
    """Read a sheet's data against its layout; collect everything that is missing or wrong.

    Args:
        slots: evidence slots that hold at least one file.
    """
    typed = {k: t for k, v in (data.get("marks") or {}).items() if (t := str(v).strip())}
    reasons = {k: str(v) for k, v in (data.get("reasons") or {}).items() if str(v).strip()}
    out = Reading(layout, reasons=reasons, typed=frozenset(typed))
    problems: list[Problem] = []
    away: set[str] = set()
    for item in layout.items:
        problems.extend(_read_item(out, item, typed, away))
    for slot, attachment in layout.spec.attach.items():
        if attachment.required and slot not in slots:
            problems.append(
                Problem(attachment.title, "没有上传", "请在“材料”一步上传。", "", slot, "evidence")
            )
    return Reading(
        layout, out.marks, reasons, tuple(problems), out.typed, out.points, frozenset(away)
    )


def _read_item(out: Reading, item: Item, typed: Mapping[str, str], away: set[str]) -> list[Problem]:
    layout, step, problems = out.layout, out.layout.step_of(item.id), []
    if item.optional and typed.get(f"{item.id}.{NOT_APPLICABLE}") == "1":
        out.marks[f"{item.id}.{NOT_APPLICABLE}"] = Decimal(1)
        away.add(item.id)
        return []
    for one in layout.inputs[item.id]:
        place, raw = layout.title_of(one.id), typed.get(one.id, "") or preset(one)
        if not raw:
            if one.required:
                problems.append(Problem(place, *absence(one), item.id, "marks", step, one.id))
            continue
        if one.kind == NOT_APPLICABLE:
            continue
        try:
            out.marks[one.id] = read_input(raw, of=one, step=layout.spec.step)
        except ValueError as error:
            problems.append(
                Problem(
                    place, f"“{raw[:20]}”{error}", expectation(one), item.id, "marks", step, one.id
                )
            )
    if problems:
        return problems
    points = points_of_item(item, out.marks, decimals=layout.decimals, rounding=layout.rounding)
    if points is None:
        what, remedy = "按填写的数算不出得分", "请核对填写的数，应到数不能是 0。"
        first = layout.inputs[item.id][-1 if item.ratio_bracket is None else 1].id
        return [Problem(item.title, what, remedy, item.id, "marks", step, first)]
    out.points[item.id] = points
    if layout.spec.reason == "deduction":
        problems.extend(_unexplained(out, item, step))
    return problems


def _unexplained(out: Reading, item: Item, step: str) -> list[Problem]:
    """Points taken off without a reason.

    What was measured or chosen from a list explains itself; what somebody takes off does not.
    """
    problems, remedy = [], "请写明扣分理由。"
    mark = out.marks.get(item.id)
    direct = item.rule is None or (item.deduct is not None and item.deduct.start == "typed")
    off = direct and item.points is not None and mark is not None and mark < item.points
    if off and item.id not in out.reasons:
        assert item.points is not None
        assert mark is not None
        what = f"扣了 {item.points - mark:f} 分，没有写理由"
        problems.append(Problem(item.title, what, remedy, item.id, "reasons", step, item.id))
    for key, row in deductions(item).items():
        if takes_off(row, out.marks.get(key, Decimal(0))) and key not in out.reasons:
            if row.at_least is not None and key not in out.marks:
                continue
            place = out.layout.title_of(key)
            problems.append(
                Problem(place, "扣了分，没有写理由", remedy, item.id, "reasons", step, key)
            )
    return problems


def preset(of: Input) -> str:
    """What stands in a field nobody has filled in yet."""
    return "" if of.default is None else f"{of.default:f}"


def with_presets(layout: Layout, marks: Mapping[str, str]) -> dict[str, str]:
    """The texts of a sheet as it is handed in: 0 where nothing was counted, presets kept."""
    out = dict(marks)
    for key, item in layout.input_items.items():
        text = ZERO if key in layout.counted else preset(layout.input_of(key))
        away = out.get(f"{item.id}.{NOT_APPLICABLE}") == "1"
        if text and not away and not str(out.get(key, "")).strip():
            out[key] = text
    return out
