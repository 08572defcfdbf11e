"""Bonus and deduction entries, and rulings, in a JSON record."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.records.collecting import Collector, kind_word
from kaohe.records.json_text import Path
from kaohe.records.names import Names
from kaohe.scoring.checks.entry_checks import STATES
from kaohe.scoring.checks.subject_checks import RULING_KINDS
from kaohe.scoring.facts import Entry, Ruling

if TYPE_CHECKING:
    from kaohe.scheme.model import EntryRule, Scheme

STATE_WORDS = dict(zip(STATES, ("草稿", "待核验", "已核验", "未通过", "已撤回"), strict=True))
STATE_NAMES = Names({key: (word,) for key, word in STATE_WORDS.items()})
RULING_NAMES = Names({key: (word,) for key, word in RULING_KINDS.items()})
_KEYS = Names(
    {
        "points": ("分值", "分数"), "label": ("标准", "档次"), "times": ("次数", "参与率", "percent"),
        "reason": ("理由", "事由", "依据"), "event": ("事项",), "day": ("日期", "date"),
        "state": ("状态",), "person": ("姓名",),
    }
)  # fmt: skip
_RULING_KEYS = Names(
    {"kind": ("类型",), "target": ("对象",), "reason": ("理由",), "by": ("决定人",)}
)


def read_entries(subject: str, rule: str, value: Any, path: Path, into: Collector) -> None:
    """One entry or a list of them."""
    listed = value if isinstance(value, list) else [value]
    for index, one in enumerate(listed):
        here = (*path, index) if isinstance(value, list) else path
        if one is None:
            continue
        # Two bare figures may be equal and still be two entries.
        reason = f"第 {index + 1} 项" if len(listed) > 1 else ""
        _read_entry(subject, rule, one, here, into, reason)


def _read_entry(
    subject: str, rule: str, value: Any, path: Path, into: Collector, reason: str
) -> None:
    terms = into.scheme.entries[rule]
    if not isinstance(value, dict):
        add_entry(subject, rule, value, path, into, reason=reason)
        return
    found: dict[str, tuple[Any, Path]] = {}
    for key, one in value.items():
        if key.startswith("_") or one is None:
            continue
        name, here = _KEYS.find(key), (*path, key)
        if name is None:
            into.problem(here, f"“{terms.title}”不认识“{key}”", _KEYS.near(key))
        else:
            found[name] = one, here
    wanted = "label" if isinstance(terms.points, dict) else "points"
    if wanted not in found and not (terms.sign == "none" and wanted == "points"):
        remedy = f"填写 {wanted}" if wanted == "points" else f"填写 label：{_labels(terms)}"
        into.problem(path, f"“{terms.title}”没有{'分值' if wanted == 'points' else '标准'}", remedy)
        return

    def text(key: str, most: int = 300) -> str:
        return into.text(*found[key], most=most) if key in found else ""

    quantity: Decimal | None = Decimal(100 if terms.quantity == "percent" else 1)
    if wanted == "points" and "points" in found:
        quantity = into.number(*found["points"])
    elif "times" in found:
        quantity = into.number(*found["times"])
    state = STATE_NAMES.known(text("state")) if "state" in found else "verified"
    day = into.day(*found["day"]) if "day" in found else None
    if quantity is not None:
        into.entries.append(
            (
                Entry(
                    subject, text("person", 60), rule, quantity, text("label", 100),
                    text("event", 100), day, state, text("reason") or reason,
                ),
                path,
            )
        )  # fmt: skip


def add_entry(
    subject: str, rule: str, value: Any, place: Any, into: Collector, *, reason: str = ""
) -> None:
    """A verified entry given by its points alone, or by its row in the rule's table."""
    terms = into.scheme.entries[rule]
    if isinstance(terms.points, dict):
        label = into.text(value, place, most=100)
        if label:
            full = Decimal(100 if terms.quantity == "percent" else 1)
            entry = Entry(subject, "", rule, full, label, reason=reason)
            into.entries.append((entry, place))
        return
    if terms.sign == "none" and isinstance(value, str) and not value.strip()[:1].isdigit():
        event = into.text(value, place, most=100)  # a finding is told by what happened
        into.entries.append((Entry(subject, "", rule, Decimal(1), event=event), place))
        return
    quantity = into.number(value, place)
    if quantity is not None:
        into.entries.append((Entry(subject, "", rule, quantity, reason=reason), place))


def _labels(rule: EntryRule) -> str:
    return "、".join(rule.points) if isinstance(rule.points, dict) else ""


def ruling_target(scheme: Scheme, text: str) -> str:
    """A score by key or title, or a flag."""
    return Names({key: (node.title,) for key, node in scheme.scores.items()}).known(text)


def read_rulings(subject: str, value: Any, path: Path, into: Collector) -> None:
    """Recorded decisions."""
    if not isinstance(value, list):
        into.problem(path, f"应为列表，却是{kind_word(value)}", "写成 [ {…} ]")
        return
    for index, one in enumerate(value):
        here = (*path, index)
        if not isinstance(one, dict):
            into.problem(here, f"应为一组键值，却是{kind_word(one)}", "写成 { … }")
            continue
        texts: dict[str, str] = {}
        for key, text in one.items():
            if key.startswith("_"):
                continue
            name = _RULING_KEYS.find(key)
            if name is None:
                into.problem((*here, key), f"决定不认识“{key}”", _RULING_KEYS.near(key))
            else:
                texts[name] = into.text(text, (*here, key))
        ruling = Ruling(
            subject, RULING_NAMES.known(texts.get("kind", "")),
            ruling_target(into.scheme, texts.get("target", "")),
            texts.get("reason", ""), texts.get("by", ""),
        )  # fmt: skip
        into.rulings.append((ruling, here))
