"""A sheet in words: its items, what was counted, sections with their subtotals."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from kaohe.scoring.derivation import FactLine, Step
from kaohe.scoring.facts import TOTAL, Mark
from kaohe.scoring.operators.base import View
from kaohe.scoring.operators.sheet_items import SheetItem, SheetPlan
from kaohe.scoring.rules import RULE_MEANINGS
from kaohe.scoring.wording import MODE_WORDS, plain, scaled_decimal, shown, sum_formula

if TYPE_CHECKING:
    from kaohe.scheme.model import Item, ItemGroup, SheetInstrument

Values = tuple[int, ...]


def sheet_steps(path: str, plan: SheetPlan, view: View) -> tuple[Step, ...]:
    """One step per respondent's sheet."""
    rows = view.rows(plan.level)
    if not rows:
        return ()
    marks: dict[str, list[Mark]] = {key: [] for key, _ in rows}
    for mark in view.facts("marks", plan.name):
        if mark.respondent in marks:
            marks[mark.respondent].append(mark)
    return tuple(_sheet_step(path, plan, key, values, marks[key], view) for key, values in rows)


def _sheet_step(
    path: str, plan: SheetPlan, respondent: str, values: Values, marks: list[Mark], view: View
) -> Step:
    """One respondent's sheet: its items and their sum."""
    instrument = cast("SheetInstrument", view.scheme.instruments[plan.name])
    group = view.scheme.items[instrument.items]
    by_item = {m.item: m.value for m in marks}
    title = instrument.title + (f" · {respondent}" if respondent else "")
    name = f"{path}.{plan.name}:{respondent}".rstrip(":")
    if plan.items:
        return _Itemised(plan, group, values, by_item, view).step(name, title, instrument.cite)
    decimals = view.scheme.decimals
    lines = tuple(_line(item, by_item[item.id]) for item in group.items if item.id in by_item)
    absent = [item.title for item in group.items if item.id not in by_item]
    if not values[plan.complete.index]:
        missing = f"{title}缺 {len(absent)} 项：{'、'.join(absent)}"
        return _missing(name, title, decimals, missing, lines)
    number = values[plan.value.index]
    if absent:
        sentence, formula = "录入的总分", plain(by_item[TOTAL])
    else:
        sentence = f"{len(group.items)} 项得分相加"
        formula = sum_formula(plain(by_item[i.id]) for i in group.items)
    return Step(
        name, title, "sheet_total", scaled_decimal(number, decimals),
        Fraction(number, 10**decimals), decimals, sentence, formula, cite=instrument.cite,
        facts=lines,
    )  # fmt: skip


def _line(item: Item, value: Decimal) -> FactLine:
    return FactLine(item.title, plain(value), f"满分 {plain(item.points or Decimal())}")


def _missing(
    name: str,
    title: str,
    decimals: int,
    missing: str,
    facts: tuple[FactLine, ...] = (),
    inputs: tuple[Step, ...] = (),
) -> Step:
    return Step(
        name, title, "sheet_total", None, None, decimals, "", "", inputs=inputs, facts=facts,
        missing=missing,
    )  # fmt: skip


class _Itemised:
    """One sheet whose items have rules, sections, or may not apply."""

    def __init__(
        self,
        plan: SheetPlan,
        group: ItemGroup,
        values: Values,
        given: dict[str, Decimal],
        view: View,
    ) -> None:
        self.plan, self.group, self.values, self.given = plan, group, values, given
        self.decimals = view.scheme.decimals
        self.by_id = {one.item.id: one for one in plan.items}

    def step(self, name: str, title: str, cite: tuple[str, ...]) -> Step:
        """The sheet."""
        values, plan = self.values, self.plan
        if values[plan.has_total.index] and not values[plan.filled.index]:
            number = values[plan.value.index]
            return Step(
                name, title, "sheet_total", scaled_decimal(number, self.decimals),
                Fraction(number, 10**self.decimals), self.decimals, "录入的总分",
                plain(self.given[TOTAL]), cite=cite,
            )  # fmt: skip
        inputs, lines, terms = self._parts(name)
        why = [s.missing for s in _leaves(inputs) if s.missing]
        if why:
            missing = f"{title}缺 {len(why)} 项：{'；'.join(why)}"
            return _missing(name, title, self.decimals, missing, lines, inputs)
        number = values[plan.value.index]
        left_out = [
            one.item.title
            for one in plan.items
            if one.absent is not None and values[one.absent.index]
        ]
        counted = len(plan.items) - len(left_out)
        applied = (f"不适用，不计分：{'、'.join(left_out)}",) if left_out else ()
        word = "部分小计" if self.group.sections else "项得分"
        shown_count = len(inputs) + len(lines) if self.group.sections else counted
        return Step(
            name, title, "sheet_total", scaled_decimal(number, self.decimals),
            Fraction(number, 10**self.decimals), self.decimals, f"{shown_count} {word}相加",
            sum_formula(terms), cite=cite, inputs=inputs, facts=lines, applied=applied,
        )  # fmt: skip

    def _parts(self, name: str) -> tuple[tuple[Step, ...], tuple[FactLine, ...], list[str]]:
        """(steps below, lines of directly marked items, terms of the sum), section by section."""
        steps: list[Step] = []
        lines: list[FactLine] = []
        terms: list[str] = []
        known = self.group.sections
        for one in self.plan.items:
            if one.item.section not in known:
                self._add(name, one, steps, lines, terms)
        for key, section in known.items():
            below: list[Step] = []
            marked: list[FactLine] = []
            inside: list[str] = []
            members = [one for one in self.plan.items if one.item.section == key]
            for one in members:
                self._add(f"{name}.{key}", one, below, marked, inside)
            if not members:
                continue
            number = sum(self.values[one.points.index] for one in members)
            value = scaled_decimal(number, self.decimals)
            missing = "；".join(s.missing for s in below if s.missing)
            there = not missing
            most = f"，规定共 {plain(section.total)} 分" if section.total is not None else ""
            steps.append(Step(
                f"{name}.{key}", section.title, "section", value if there else None,
                Fraction(number, 10**self.decimals) if there else None, self.decimals,
                f"{len(members)} 项小计{most}" if there else "",
                sum_formula(inside) if there else "", section.cite, section.gap or "",
                inputs=tuple(below), facts=tuple(marked), missing=missing,
            ))  # fmt: skip
            terms.append(shown(value))
        return tuple(steps), tuple(lines), terms

    def _add(
        self,
        name: str,
        one: SheetItem,
        steps: list[Step],
        lines: list[FactLine],
        terms: list[str],
    ) -> None:
        item = one.item
        if one.absent is not None and self.values[one.absent.index]:
            lines.append(FactLine(item.title, "不适用", "不计分，也不计入应得分"))
            return
        if not item.rule_key and item.id in self.given and not item.gap:
            lines.append(_line(item, self.given[item.id]))
            terms.append(plain(self.given[item.id]))
            return
        step = item_step(
            f"{name}.{item.id}", self.plan, one, self.values, self.given, self.decimals
        )
        steps.append(step)
        terms.append(shown(step.value))


def _leaves(steps: tuple[Step, ...]) -> list[Step]:
    """Steps of items, sections opened."""
    return [s for one in steps for s in (one.inputs if one.operator == "section" else (one,))]


def item_step(
    name: str,
    plan: SheetPlan,
    one: SheetItem,
    values: Values,
    given: dict[str, Decimal],
    decimals: int,
) -> Step:
    """One item of one sheet: what was counted and what it is worth."""
    item = one.item
    wanted = [x for x in item.inputs(decimals=decimals) if x.required and x.id not in given]
    frame = (item.cite, item.gap or "", one.parameters)
    if wanted:
        what = "、".join(x.title for x in wanted)
        missing = item.title if what == item.title else f"{item.title}（{what}）"
        return Step(name, item.title, "item", None, None, decimals, "", "", *frame, missing=missing)
    told = RULE_MEANINGS[item.rule_key].explain(item, given)
    if told.missing:
        missing = f"{item.title}（{told.missing}）"
        return Step(
            name, item.title, "item", None, None, decimals, "", "", *frame, facts=told.facts,
            missing=missing,
        )  # fmt: skip
    value = scaled_decimal(values[one.points.index], decimals)
    exact = Fraction(values[one.exact.number.index], one.exact.scale)
    sentence = told.sentence
    if exact != Fraction(value):
        sentence += f"，{MODE_WORDS[plan.rounding]}"
    return Step(
        name, item.title, "item", value, exact, decimals, sentence, told.formula, *frame,
        facts=told.facts, not_applied=told.not_applied, applied=told.applied,
        rounding=plan.rounding,
    )  # fmt: skip
