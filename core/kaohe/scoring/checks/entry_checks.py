"""Checks of bonus and deduction entries."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from kaohe.scheme.operators import Entries
from kaohe.scheme.references import nodes_of
from kaohe.scoring import bounds
from kaohe.scoring.checks.findings import Findings, choices, places_of
from kaohe.scoring.facts import Entry
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import EntryRule, Scheme

STATES = ("draft", "claimed", "verified", "refused", "withdrawn")


def check_entries(found: Findings) -> None:
    """Unknown rules, labels and states, points out of range or too fine, the same entry twice."""
    rules = found.scheme.entries
    by_event = _rules_by_event(found.scheme)
    people = _people(found)
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
        if not found.is_for(rule.classes, rule.title, **where):
            continue
        _check_points(found, entry, rule, where)
        if not entry.event and (rule.event == "required" or entry.rule in by_event):
            found.add(
                "missing_event", "没有写明是哪一件事", "填写事项；同一件事的各条写同一名称", **where
            )
        if rule.about and entry.person and entry.person not in people[entry.subject]:
            known = choices(sorted(people[entry.subject])) or "没有登记任职人员"
            found.add(
                "unknown_person", f"“{entry.person}”不是{where['places'][0]}可记录的人员",
                f"只记录被考核的任职人员：{known}", **where,
            )  # fmt: skip
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


def _rules_by_event(scheme: Scheme) -> set[str]:
    """Rules whose entries count once per event: they need one."""
    return {
        name
        for _, node in nodes_of(scheme)
        if isinstance(node.args, Entries) and "event" in node.args.highest_per
        for name in node.args.rules
    }


def _people(found: Findings) -> dict[str, set[str]]:
    """Subject -> who may be named: its office holder, itself, the persons assessed in it."""
    out: dict[str, set[str]] = defaultdict(set)
    titles: dict[str, str] = {}
    for subject in found.facts.subjects:
        titles[subject.id] = titles[subject.title] = subject.id
    for subject in found.facts.subjects:
        out[subject.id] |= {subject.person} - {""}
        if subject.unit:
            out[subject.id] |= {subject.title, subject.id}
            out[titles.get(subject.unit, subject.unit)] |= {subject.title, subject.id}
    return out


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
        points = rule.points[entry.label] * quantity
        if rule.quantity == "percent":
            points /= 100
            if quantity > 100:
                found.add("above_maximum", f"{quantity:f}% 超过 100%", "填写 0 到 100", **where)
            elif places_of(quantity) > decimals:
                found.add(
                    "too_many_decimals", f"百分比 {quantity:f} 的小数超过 {decimals} 位",
                    f"最多保留 {decimals} 位小数", **where,
                )  # fmt: skip
        elif quantity % 1:
            found.add("too_many_decimals", f"次数 {quantity:f} 不是整数", "填写整数次数", **where)
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
