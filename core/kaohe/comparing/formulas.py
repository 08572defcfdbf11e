"""How a figure comes about under some assumptions, to be redone on a calculator."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kaohe.comparing.arithmetic import Number, shown_value
from kaohe.comparing.item_columns import ITEM_POINTS
from kaohe.comparing.subject_facts import VERIFIED
from kaohe.comparing.tree import child_place, closure, in_order
from kaohe.scoring.facts import TOTAL, TURNOUT
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.comparing.recalculation import Recalculation
    from kaohe.scheme.operators import Node

Writer = Callable[["Recalculation", "Node", str], str]
_MOST_DIGITS = 8
_MOST_TERMS = 12


def score_line(here: Recalculation, name: str) -> str:
    """``综合得分：93.05×60% + 85.45×30% + 90.75×10% = 90.54``; empty if it cannot be told."""
    node = here.scheme.scores[name]
    value = here.named(name)
    if value is None:
        return ""
    title = node.title or name
    shown = figure(value, here.scheme.decimals if node.decimals is None else node.decimals)
    if name in here.pins or name in here.opaque.scores:
        return f"{title}：{shown}"
    exact = here.exact(node, name)
    text = formula(here, node, name)
    if exact is None or not text or text == shown:
        return f"{title}：{shown}"
    whole = number_text(exact)
    if whole == text:
        return f"{title}：{text} → {shown}"
    same = shown_value(exact, _MOST_DIGITS) == shown_value(value, _MOST_DIGITS)
    return f"{title}：{text} = {shown if same else f'{whole} → {shown}'}"


def chain(here: Recalculation, name: str, at: str) -> list[str]:
    """The lines from where something was changed up to a score."""
    if at not in here.scheme.scores:
        line = score_line(here, name)
        return [line] if line else []
    on_the_way = [
        one
        for one in in_order(here.scheme)
        if one in closure(here.scheme, name)
        and at in closure(here.scheme, one)
        and (one == name or one not in here.pins)
    ]
    return [line for one in on_the_way if (line := score_line(here, one))]


def figure(value: Number, decimals: int) -> str:
    """A named score's value: with all its decimals, more where it was not rounded."""
    rounded = shown_value(value, decimals)
    if rounded is None:
        return str(value)
    if shown_value(value, _MOST_DIGITS) == rounded:
        return f"{rounded:f}"
    return number_text(value)


def number_text(value: Number) -> str:
    """A value on its way, with 6 decimals and dots where it goes on."""
    if isinstance(value, float):
        return f"{value:.17g}"
    exact = shown_value(value, _MOST_DIGITS)
    assert exact is not None
    if Fraction(exact) == value:
        return plain(exact)
    cut = shown_value(value, 6)
    return f"{cut:f}…"


def formula(here: Recalculation, node: Node, place: str) -> str:
    """What a node does, with figures."""
    write: Writer | None = _WRITERS.get(node.operator)
    if write is not None:
        return write(here, node, place)
    value = here.exact(node, place)
    return "" if value is None else number_text(value)


def _inner(here: Recalculation, node: Node, place: str, *, bracket: bool) -> str:
    if node.operator == "score":
        name = str(node.args.name)  # type: ignore[attr-defined]
        value = here.named(name)
        return "缺" if value is None else figure(value, here.scheme.decimals)
    text = formula(here, node, place) or "缺"
    is_simple = not any(sign in text for sign in "+÷×，") and " - " not in text
    return text if is_simple or not bracket else f"({text})"


def _children(here: Recalculation, node: Node, place: str, *, bracket: bool) -> list[str]:
    return [
        _inner(here, one, child_place(place, one, index), bracket=bracket)
        for index, one in enumerate(node.args.nodes())
    ]


def _sum(here: Recalculation, node: Node, place: str) -> str:
    return " + ".join(_children(here, node, place, bracket=False))


def _mean(here: Recalculation, node: Node, place: str) -> str:
    parts = _children(here, node, place, bracket=True)
    return f"({' + '.join(parts)}) ÷ {len(parts)}" if len(parts) > 1 else parts[0]


def _named_list(word: str) -> Writer:
    def write(here: Recalculation, node: Node, place: str) -> str:
        return f"{'、'.join(_children(here, node, place, bracket=False))} {word}"

    return write


def _weighted(here: Recalculation, node: Node, place: str) -> str:
    args: Any = node.args
    parts = _children(here, node, place, bracket=True)
    weights = [plain(part.weight) for part in args.parts]
    if args.out_of == 100:
        return " + ".join(f"{p}×{w}%" for p, w in zip(parts, weights, strict=True) if w != "0")
    inside = " + ".join(f"{p}×{w}" for p, w in zip(parts, weights, strict=True) if w != "0")
    return f"({inside}) ÷ {plain(args.out_of)}" if args.out_of != 1 else inside


def _difference(here: Recalculation, node: Node, place: str) -> str:
    first, second = _children(here, node, place, bracket=True)
    return f"{first} - {second}"


def _product(here: Recalculation, node: Node, place: str) -> str:
    args: Any = node.args
    share = f"÷{plain(args.out_of)}" if args.out_of != 1 else ""
    first, *rest = _children(here, node, place, bracket=True)
    return "×".join([first, *(f"{part}{share}" for part in rest)])


def _bound(word: str) -> Writer:
    def write(here: Recalculation, node: Node, place: str) -> str:
        args: Any = node.args
        text = _inner(here, args.of, child_place(place, args.of, 0), bracket=False)
        value = here.child(args.of, child_place(place, args.of, 0))
        reached = value is not None and (
            value > here.number(args.at) if word == "最高" else value < here.number(args.at)
        )
        return f"{text}，{word} {plain(args.at)}" if reached else text

    return write


def _scale(here: Recalculation, node: Node, place: str) -> str:
    args: Any = node.args
    text = _inner(here, args.of, child_place(place, args.of, 0), bracket=True)
    return f"{text} ÷ {plain(args.source)} × {plain(args.target)}"


def _pro_rata(here: Recalculation, node: Node, place: str) -> str:
    args: Any = node.args
    text = _inner(here, args.of, child_place(place, args.of, 0), bracket=True)
    return f"{text} ÷ {plain(args.full_at)} × {plain(args.points)}"


def _votes(here: Recalculation, node: Node, place: str) -> str:
    args: Any = node.args
    if args.weights:
        return ""
    poll: Any = here.scheme.instruments[args.poll]
    tallies: dict[str, dict[str, int]] = {}
    for vote in here.facts.votes:
        if vote.poll == args.poll and vote.aspect != TURNOUT and vote.option in poll.options:
            counts = tallies.setdefault(vote.aspect, {})
            counts[vote.option] = counts.get(vote.option, 0) + vote.count
    if args.poll in here.habits.pooled and tallies:
        together: dict[str, int] = {}
        for counts in tallies.values():
            for label, count in counts.items():
                together[label] = together.get(label, 0) + count
        tallies = {TOTAL: together}
    if not tallies:
        return ""
    account = here.habits.divisors.get(args.poll)
    texts = []
    for counts in list(tallies.values())[:_MOST_TERMS]:
        terms = [f"{plain(poll.options[k])}×{counts[k]}" for k in poll.options if counts.get(k)]
        divisor: Any = sum(counts.values())
        if account == "valid+invalid":
            divisor += here.facts.account(args.poll, "invalid") or 0
        elif account is not None:
            divisor = here.facts.account(args.poll, account)
        texts.append(f"({' + '.join(terms) or '0'}) ÷ {divisor}")
    if len(tallies) == 1:
        return texts[0]
    more = "……" if len(tallies) > _MOST_TERMS else ""
    return f"{len(tallies)} 项的平均：{'；'.join(texts)}{more}"


def _sheet(here: Recalculation, node: Node, place: str) -> str:
    args: Any = node.args
    instrument: Any = here.scheme.instruments[args.instrument]
    items = here.scheme.items[instrument.items].items
    sheets: dict[str, dict[str, Any]] = {}
    for mark in here.facts.marks:
        if mark.instrument == args.instrument:
            sheets.setdefault(mark.respondent, {})[mark.item] = mark.value
    if any(item.rule is not None or item.optional for item in items):
        return _ruled(here, args.instrument, items, len(sheets))
    totals = [marks.get(TOTAL, sum(marks.values())) for marks in sheets.values()]
    if len(sheets) == 1 and TOTAL not in next(iter(sheets.values())):
        marks = next(iter(sheets.values()))
        return " + ".join(plain(v) for v in marks.values())
    texts = [plain(v) for v in totals]
    how = here.habits.several.get(args.instrument, instrument.several)
    if len(texts) == 1:
        return texts[0]
    words = {
        "median": "的中位数",
        "trimmed": "去掉最高最低后的平均",
        "highest": "中最高",
        "lowest": "中最低",
    }
    if how in words:
        return f"{'、'.join(texts)} {words[how]}"
    inside = " + ".join(texts)
    count = len(texts) + {"one more": 1, "one less": -1}.get(how, 0)
    return inside if how == "sum" else f"({inside}) ÷ {count}"


def _ruled(here: Recalculation, sheet: str, items: Any, sheets: int) -> str:
    if sheets != 1:
        return ""
    texts = []
    known = here.opaque.items(here.scheme, sheet, here.facts)
    for item in items:
        points = here.pins.get(f"{ITEM_POINTS}{sheet}/{item.id}")
        value = known[item.id] if points is None else points
        lowered = here.habits.lowered.get(f"{sheet}/{item.id}")
        if value is not None and lowered is not None and points is None:
            value -= Fraction(lowered)
        if value:
            texts.append(number_text(value))
    return " + ".join(texts)


def _entries(here: Recalculation, node: Node, place: str) -> str:
    args: Any = node.args
    if args.highest_per:
        return ""
    texts = []
    for entry in here.facts.entries:
        if entry.rule not in args.rules or entry.state != VERIFIED:
            continue
        rule = here.scheme.entries[entry.rule]
        if rule.quantity != "times":
            return ""
        text = plain(entry.quantity)
        if isinstance(rule.points, dict):
            points = plain(rule.points[entry.label])
            text = points if entry.quantity == 1 else f"{points}×{text}"
        texts.append(f"- {text}" if rule.sign == "-" else f"+ {text}")
    return " ".join(texts).removeprefix("+ ")


_WRITERS = {
    "sum": _sum, "mean": _mean, "weighted": _weighted, "difference": _difference,
    "product": _product,
    "cap": _bound("最高"), "floor": _bound("最低"), "scale": _scale, "pro_rata": _pro_rata,
    "votes": _votes, "sheet": _sheet, "entries": _entries, "highest": _named_list("中最高"),
    "lowest": _named_list("中最低"), "median": _named_list("的中位数"),
}  # fmt: skip
