"""Reading what stands on a sheet: pure, shared by the pages, the hand-in and the facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kaohe.campaigns.errors import Problem
from kaohe.scheme.model import Item, Scheme, SheetInstrument
from kaohe.scheme.values import half_width, plain_number

DONE = "done"
"""The step after the last: the review."""
LONGEST_MARK, LONGEST_REASON = 20, 1000
_STOPS = str.maketrans({"。": ".", "﹒": ".", "·": ".", "，": "."})


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the wizard."""

    key: str
    items: tuple[Item, ...]

    @property
    def title(self) -> str:
        """The titles of its items."""
        return "、".join(i.title for i in self.items)


@dataclass(frozen=True, slots=True)
class Layout:
    """One sheet instrument of a bound scheme, ready to be filled in."""

    key: str
    spec: SheetInstrument
    items: tuple[Item, ...]
    steps: tuple[Step, ...]
    decimals: int

    @property
    def maximum(self) -> Decimal:
        """The most points the sheet can carry."""
        return sum((i.points or Decimal(0) for i in self.items), Decimal(0))

    @property
    def item_ids(self) -> frozenset[str]:
        """Ids of its items."""
        return frozenset(i.id for i in self.items)

    def step_of(self, item: str) -> str:
        """The step an item stands on."""
        return next(s.key for s in self.steps if any(i.id == item for i in s.items))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sheet says so far."""

    layout: Layout
    marks: dict[str, Decimal] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    typed: frozenset[str] = frozenset()
    """Items where something stands in the mark's field."""

    @property
    def subtotal(self) -> Decimal:
        """The sum of the marks that can be read."""
        return sum(self.marks.values(), Decimal(0))

    @property
    def filled(self) -> int:
        """How many items have a mark."""
        return len(self.marks)

    @property
    def complete_steps(self) -> frozenset[str]:
        """Steps on which nothing is left to do."""
        open_steps = {p.step for p in self.problems}
        return frozenset(s.key for s in self.layout.steps if s.key not in open_steps)

    @property
    def faults(self) -> dict[str, str]:
        """Item -> what is wrong with a mark that was typed (not: missing ones)."""
        return {
            p.item: p.what for p in self.problems if p.field == "marks" and p.item in self.typed
        }


def sheet_layout(scheme: Scheme, key: str) -> Layout:
    """Lay an instrument out in steps.

    Raises:
        KeyError: the scheme has no such sheet.
    """
    spec = scheme.instruments[key]
    if not isinstance(spec, SheetInstrument):
        raise KeyError(key)
    items = scheme.items[spec.items].items
    size = spec.per_page
    steps = tuple(
        Step(str(n + 1), items[at : at + size]) for n, at in enumerate(range(0, len(items), size))
    )
    return Layout(key, spec, items, steps, scheme.decimals)


def read_mark(text: str, *, item: Item, step: Decimal, decimals: int) -> Decimal:
    """Turn what was typed into a mark; full-width figures and a Chinese full stop are understood.

    Raises:
        ValueError: with a Chinese message that says what is expected.
    """
    plain = half_width(str(text)).strip().translate(_STOPS).removesuffix("分").strip()
    if plain.startswith("."):
        plain = "0" + plain
    value = plain_number(plain.removesuffix("."))
    if value < 0:
        raise ValueError("不能是负数")
    if item.points is not None and value > item.points:
        raise ValueError(f"超过满分 {item.points:f} 分")
    if step and value % step:
        raise ValueError(f"应为 {step:f} 的倍数")
    if value != round(value, decimals):
        raise ValueError(f"最多 {decimals} 位小数")
    return value


def read_sheet(layout: Layout, data: Mapping[str, Any], *, slots: Collection[str] = ()) -> Reading:
    """Read a sheet's data against its layout; collect everything that is missing or wrong.

    Args:
        slots: evidence slots that hold at least one file.
    """
    typed: Mapping[str, str] = data.get("marks") or {}
    given: Mapping[str, str] = data.get("reasons") or {}
    marks: dict[str, Decimal] = {}
    problems: list[Problem] = []
    for item in layout.items:
        step = layout.step_of(item.id)
        raw = str(typed.get(item.id, "")).strip()
        if not raw:
            problems.append(Problem(item.title, "没有打分", "请填写分数。", item.id, "marks", step))
            continue
        try:
            mark = read_mark(raw, item=item, step=layout.spec.step, decimals=layout.decimals)
        except ValueError as error:
            remedy = f"请填写 0 到 {item.points:f} 的分数。" if item.points is not None else ""
            problems.append(
                Problem(item.title, f"“{raw[:20]}”{error}", remedy, item.id, "marks", step)
            )
            continue
        marks[item.id] = mark
        off = item.points is not None and mark < item.points
        if layout.spec.reason == "deduction" and off and not str(given.get(item.id, "")).strip():
            problems.append(
                Problem(
                    item.title,
                    f"扣了 {item.points - mark:f} 分，没有写理由",  # type: ignore[operator]
                    "请写明扣分理由。",
                    item.id,
                    "reasons",
                    step,
                )
            )
    for slot, attachment in layout.spec.attach.items():
        if attachment.required and slot not in slots:
            problems.append(
                Problem(attachment.title, "没有上传", "请在“材料”一步上传。", "", slot, "evidence")
            )
    reasons = {k: str(v) for k, v in given.items() if str(v).strip()}
    filled = frozenset(k for k, v in typed.items() if str(v).strip())
    return Reading(layout, marks, reasons, tuple(problems), filled)
