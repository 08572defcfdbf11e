"""Operators: what they name has to exist, their figures have to be possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kaohe.scheme import operators as o
from kaohe.scheme.checking.items import bracket_problems, not_negative
from kaohe.scheme.instruments import BallotInstrument, SheetInstrument
from kaohe.scheme.model import Scheme
from kaohe.scheme.references import Problem, nodes_of, unknown
from kaohe.scheme.tree import Path

Check = Callable[[Scheme, Any, Path], Iterator[Problem]]


def operator_problems(scheme: Scheme) -> Iterator[Problem]:
    """Everything wrong with the arguments of operators."""
    for path, node in nodes_of(scheme):
        check = _CHECKS.get(type(node.args))
        if check is not None:
            yield from check(scheme, node.args, (*path, node.operator))


def _sheet(scheme: Scheme, args: Any, path: Path) -> Iterator[Problem]:
    sheets = [k for k, i in scheme.instruments.items() if i.type == "sheet"]
    yield from unknown(path, args.sheet, sheets, "评分表")
    sheet = scheme.instruments.get(args.sheet)
    group = scheme.items.get(sheet.items) if isinstance(sheet, SheetInstrument) else None
    if group is None:
        return
    if isinstance(args, o.ItemScore):
        yield from unknown(path, args.item, [i.id for i in group.items], "指标")
    if isinstance(args, o.SectionScore):
        used = {i.section for i in group.items if i.section}
        yield from unknown(path, args.section, group.sections, "小标题")
        if args.section in group.sections and args.section not in used:
            yield Problem(path, f"“{args.section}”下没有指标。", "请给指标写 section。")
    if isinstance(args, o.Applicable) and not any(i.optional for i in group.items):
        yield Problem(
            path, "没有可以标为“不适用”的指标。", "请给指标写 optional: true，或改用 sheet。"
        )
    if isinstance(args, o.RaterRank):
        yield from _ladder(scheme, args, path)


def _ladder(scheme: Scheme, args: Any, path: Path) -> Iterator[Problem]:
    if bool(args.points) == (args.top is not None):
        yield Problem(path, "应恰好写 points（名次表）或 top（第一名的分）之一。", "")
    for place, points in args.points.items():
        yield from not_negative((*path, "points", str(place)), points)
        if place < 1:
            yield Problem((*path, "points", str(place)), "名次从 1 起。", "请核对。")
    for word in ("top", "step", "least", "otherwise"):
        if getattr(args, word) is not None:
            yield from not_negative((*path, word), getattr(args, word))
    if args.top is not None and args.least > args.top:
        yield Problem((*path, "least"), "最低分高于第一名的分。", "请核对。")


def _votes(scheme: Scheme, args: o.Votes, path: Path) -> Iterator[Problem]:
    poll = scheme.instruments.get(args.poll)
    if isinstance(poll, BallotInstrument):
        for stratum, weight in args.weights.items():
            here = (*path, "weights", stratum)
            yield from unknown(here, stratum, poll.strata, "投票人类别")
            if weight <= 0:
                yield Problem(here, "权重应大于 0。", "请核对，或删去这一类。")


def _share(scheme: Scheme, args: o.VoteShare, path: Path) -> Iterator[Problem]:
    ballots = [k for k, i in scheme.instruments.items() if i.type == "ballot"]
    yield from unknown(path, args.poll, ballots, "测评")
    poll = scheme.instruments.get(args.poll)
    if not isinstance(poll, BallotInstrument):
        return
    for label in args.options:
        yield from unknown((*path, "options"), label, poll.options, "选项")
    for stratum in args.strata:
        yield from unknown((*path, "strata"), stratum, poll.strata, "投票人类别")
    group = scheme.items.get(poll.aspects)
    if args.aspect is not None and group is not None:
        yield from unknown((*path, "aspect"), args.aspect, [i.id for i in group.items], "测评项目")


def _rules(scheme: Scheme, args: Any, path: Path) -> Iterator[Problem]:
    for name in args.rules:
        if isinstance(args, o.Count):
            yield from unknown(path, name, scheme.entries, "加减分规则")
        elif name in scheme.entries and scheme.entries[name].sign == "none":
            what = f"“{scheme.entries[name].title}”只作记录（sign: none），不能计分。"
            yield Problem(path, what, "请改用 count，或给它写 sign。")
    if isinstance(args, o.Entries) and args.highest_per:
        signs = {scheme.entries[n].sign for n in args.rules if n in scheme.entries}
        if len(signs - {"none"}) > 1:
            what = "按事项只计最重一次的各规则，应同为加分或同为扣分。"
            yield Problem((*path, "highest_per"), what, "请把加分和扣分分开写。")


def _when(scheme: Scheme, args: o.When, path: Path) -> Iterator[Problem]:
    if (args.score is None) == (args.entries is None):
        yield Problem(path, "条件应恰好写 score 或 entries 之一。", "")
    if args.entries is not None:
        yield from unknown((*path, "entries"), args.entries, scheme.entries, "加减分规则")
    if args.below is None and args.at_least is None:
        yield Problem(path, "条件没有写 below 或 at_least。", "如 at_least: 60。")


def _by_class(scheme: Scheme, args: o.ByClass, path: Path) -> Iterator[Problem]:
    classes = {c for kind in scheme.subjects.values() for c in kind.classes}
    for name in args.of:
        yield from unknown((*path, name), name, classes, "类别")


def _band(scheme: Scheme, args: o.Band, path: Path) -> Iterator[Problem]:
    yield from bracket_problems(path, args.lowest, args.highest)


def _pro_rata(scheme: Scheme, args: o.ProRata, path: Path) -> Iterator[Problem]:
    if args.full_at <= 0:
        yield Problem((*path, "full_at"), "full_at 应大于 0。", "写满分所需的数。")
    yield from not_negative((*path, "points"), args.points)


def _interpolate(scheme: Scheme, args: o.Interpolate, path: Path) -> Iterator[Problem]:
    for x, points in args.anchors.items():
        yield from not_negative((*path, "anchors", f"{x:f}"), points)


def _ratio(scheme: Scheme, args: o.Ratio, path: Path) -> Iterator[Problem]:
    for word in ("times", "most"):
        if getattr(args, word) <= 0:
            yield Problem((*path, word), f"{word} 应大于 0。", "请核对。")


def _product(scheme: Scheme, args: o.Product, path: Path) -> Iterator[Problem]:
    if args.out_of <= 0:
        yield Problem((*path, "out_of"), "out_of 应大于 0。", "系数按百分数写的，写 100。")


def _relative(scheme: Scheme, args: o.Relative, path: Path) -> Iterator[Problem]:
    if args.points <= 0:
        yield Problem((*path, "points"), "points 应大于 0。", "写与之相比的得分，如 100。")


def _kept(scheme: Scheme, args: Any, path: Path) -> Iterator[Problem]:
    word = "take" if isinstance(args, o.Best) else "drop"
    count = getattr(args, word)
    if count < 1:
        yield Problem((*path, word), "至少为 1。", "请核对。")
    elif isinstance(args, o.Trimmed) and 2 * count >= len(args.of):
        what = f"只有 {len(args.of)} 项，去掉最高、最低各 {count} 项就没有了。"
        yield Problem((*path, word), what, "请减少 drop，或增加项。")


def _periods(scheme: Scheme, args: Any, path: Path) -> Iterator[Problem]:
    if args.low >= args.high:
        yield Problem((*path, "low"), f"low {args.low} 不小于 high {args.high}。", "请核对。")


_CHECKS: dict[type, Check] = {
    o.ItemScore: _sheet, o.SectionScore: _sheet, o.Applicable: _sheet, o.RaterRank: _sheet,
    o.RankPoints: _ladder, o.Votes: _votes, o.VoteShare: _share, o.Count: _rules,
    o.Entries: _rules, o.When: _when, o.ByClass: _by_class, o.Band: _band, o.ProRata: _pro_rata,
    o.Interpolate: _interpolate, o.Ratio: _ratio, o.Product: _product, o.Relative: _relative,
    o.Best: _kept, o.Trimmed: _kept, o.Periods: _periods, o.Carried: _periods,
}  # fmt: skip
