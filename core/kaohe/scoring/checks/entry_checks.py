"""Checks of bonus and deduction entries."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from kaohe.scoring import bounds
from kaohe.scoring.checks.findings import Findings, choices, places_of
from kaohe.scoring.facts import Entry
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import EntryRule

STATES = ("draft", "claimed", "verified", "refused", "withdrawn")


def check_entries(found: Findings) -> None:
    """Unknown rules, labels and states, points out of range or too fine, the same entry twice."""
    rules = found.scheme.entries
    seen: set[Entry] = set()
    counts: Counter[tuple[str, str]] = Counter()
    for row, entry in enumerate(found.facts.entries):
        rule = rules.get(entry.rule)
        title = rule.title if rule else entry.rule
        places = [title, entry.reason or entry.label]
        if not found.knows_subject(entry.subject, table="entries", row=row, places=places):
            continue
        where: dict[str, Any] = {
            "table": "entries", "row": row, "subject": entry.subject,
            "instrument": entry.rule, "item": entry.label, "places": places,
        }  # fmt: skip
        if rule is None:
            found.add(
                "unknown_rule", f"加减分规则“{entry.rule}”不存在",
                f"改为其中之一：{choices(rules)}", **where,
            )  # fmt: skip
            continue
        if entry.state not in STATES:
            found.add(
                "unknown_state", f"状态“{entry.state}”不存在", f"改为其中之一：{choices(STATES)}",
                **where,
            )  # fmt: skip
        _check_points(found, entry, rule, where)
        if entry in seen:
            found.add(
                "duplicate_entry", "同一条记录出现两次",
                "删去重复的一条；若确为两次，写明事项以示区别", **where,
            )  # fmt: skip
        seen.add(entry)
        counts[entry.subject, entry.rule] += 1
    for (subject, name), count in counts.items():
        if count > bounds.ENTRIES:
            found.add(
                "too_many_entries", f"有 {count} 条记录，超过 {bounds.ENTRIES} 条", "核对来源",
                table="entries", subject=subject, instrument=name, places=[rules[name].title],
            )  # fmt: skip


def _check_points(found: Findings, entry: Entry, rule: EntryRule, where: dict[str, Any]) -> None:
    most, decimals = rule.most, found.scheme.decimals
    quantity = entry.quantity
    if not quantity.is_finite():
        found.add("not_a_number", f"“{quantity}”不是数字", "填写正数", **where)
        return
    if quantity < 0:
        found.add("below_zero", f"{quantity:f} 小于 0", "填写正数；加分还是减分由规则决定", **where)
        return
    if isinstance(rule.points, dict):
        if entry.label not in rule.points:
            found.add(
                "unknown_option", f"标准中没有“{entry.label}”",
                f"改为其中之一：{choices(rule.points)}", **where,
            )  # fmt: skip
            return
        if quantity % 1:
            found.add("too_many_decimals", f"次数 {quantity:f} 不是整数", "填写整数次数", **where)
        points = rule.points[entry.label] * quantity
    else:
        points = quantity
        if places_of(points) > decimals:
            found.add(
                "too_many_decimals", f"分值 {points:f} 的小数超过 {decimals} 位",
                f"最多保留 {decimals} 位小数", **where,
            )  # fmt: skip
    if points > most:
        found.add(
            "above_most", f"一次 {plain(points)} 分，超过上限 {plain(most)}",
            "核对分值是否录错", **where,
        )  # fmt: skip
