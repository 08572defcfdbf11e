"""Score nodes in words: what a score is made of, for those who read a scheme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.records.wording import PERIOD_WORDS
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Node

_WITHIN = {"all": "全部", "class": "同类", "unit": "本单位"}
_WHEN = {"same": "本期", "previous": "上一期", "year_ago": "去年同期"}
_HOW = {"mean": "的平均", "sum": "之和", "lowest": "中最低", "highest": "中最高"}
_SEVERAL = {
    "sum": "之和", "mean": "的平均", "highest": "中最高", "lowest": "中最低", "median": "的中位数",
    "first": "中第一个有的",
}  # fmt: skip


def formula_text(scheme: Scheme, node: Node) -> str:
    """A node in words; operators of plugins by their key."""
    inner = [reference_text(scheme, one) for one in node.args.nodes()]
    if node.operator in _SEVERAL:
        return f"{'、'.join(inner)} {_SEVERAL[node.operator]}"
    say = _WORDS.get(node.operator)
    if say is not None:
        return say(scheme, node.args, inner)
    return f"{node.operator}（{'、'.join(inner)}）" if inner else node.operator


def reference_text(scheme: Scheme, node: Node) -> str:
    """A node inside a formula: a named score by its title."""
    name = getattr(node.args, "name", None)
    if node.operator == "score" and name in scheme.scores:
        return scheme.scores[name].title
    text = formula_text(scheme, node)
    return text if node.operator == "number" else f"[{text}]"


def table_text(
    rows: Mapping[Decimal, Decimal], otherwise: Decimal, *, from_top: bool, unit: str = ""
) -> str:
    """A table of brackets in one line."""
    word = "及以上" if from_top else "及以下"
    lines = [
        f"{plain(bound)}{unit}{word} {plain(points)}"
        for bound, points in sorted(rows.items(), reverse=from_top)
    ]
    return "；".join([*lines, f"其余 {plain(otherwise)}"])


def _title(scheme: Scheme, name: str) -> str:
    return getattr(scheme.instruments.get(name), "title", name)


def _copies(scheme: Scheme, sheet: str, *, whole: bool = False) -> str:
    """How several copies of a sheet become one figure; items and sections are always the mean."""
    one: Any = scheme.instruments[sheet]
    if one.by == "subject":
        return ""
    if whole and one.several == "trimmed":
        return f"（几份去掉最高、最低各 {one.drop} 份后取平均）"
    return "（几份取中位数）" if whole and one.several == "median" else "（几份取平均）"


def _part(scheme: Scheme, sheet: str, name: str, *, section: bool = False) -> str:
    group = scheme.items[getattr(scheme.instruments[sheet], "items")]  # noqa: B009
    if section:
        return group.sections[name].title if name in group.sections else name
    return next((one.title for one in group.items if one.id == name), name)


def _votes(scheme: Scheme, args: Any, _: list[str]) -> str:
    text = f"{_title(scheme, args.poll)}：各项 Σ(票数 × 分值) ÷ 有效票，再取平均"
    if args.weights:
        strata = getattr(scheme.instruments[args.poll], "strata", {})
        shares = "、".join(f"{strata.get(k, k)} {plain(w)}" for k, w in args.weights.items())
        text += f"；各类人分别计算，按 {shares} 加权"
    return text


def _vote_share(scheme: Scheme, args: Any, _: list[str]) -> str:
    aspect = ""
    poll: Any = scheme.instruments[args.poll]
    if args.aspect:
        titles = {one.id: one.title for one in scheme.items[poll.aspects].items}
        aspect = f"“{titles.get(args.aspect, args.aspect)}”"
    whose = "、".join(poll.strata.get(s, s) for s in args.strata)
    whose = f"（只看{whose}）" if whose else ""
    return f"{poll.title}{aspect}中“{'、'.join(args.options)}”占有效票的百分比{whose}"


def _rules(scheme: Scheme, args: Any) -> str:
    return "、".join(scheme.entries[rule].title for rule in args.rules)


def _entries(scheme: Scheme, args: Any, _: list[str]) -> str:
    words = {"event": "事项", "person": "人", "label": "档次"}
    columns = "、".join(words[one] for one in args.highest_per)
    once = f"；同一{columns}只计最重的一次" if columns else ""
    return f"已核验的{_rules(scheme, args)}之和{once}"


def _form(scheme: Scheme, args: Any, _: list[str]) -> str:
    form: Any = scheme.instruments[args.form]
    return f"{form.title}“{form.scores[args.score].title}”的平均"


def _carried(scheme: Scheme, args: Any, _: list[str]) -> str:
    if args.scheme:
        whose = f"{args.scheme} 的{'总分' if args.score == 'total' else f'“{args.score}”'}"
    else:
        whose = scheme.scores[args.score].title if args.score in scheme.scores else args.score
    return f"{_WHEN[args.period]}的{whose}"


def _periods(scheme: Scheme, args: Any, _: list[str]) -> str:
    few = f"；不足 {args.expected} 个时须有决定" if args.expected else ""
    own = "总分" if args.score == "total" else f"“{args.score}”"  # of a scheme not at hand
    whose = f"{args.scheme} 的{own}" if args.scheme else own
    return f"本期内各{PERIOD_WORDS[args.each]}{whose}{_HOW[args.how]}{few}"


def _bounded(word: str) -> Callable[[Scheme, Any, list[str]], str]:
    def say(_: Scheme, args: Any, inner: list[str]) -> str:
        cite = f"　〔{'；'.join(args.cite)}〕" if args.cite else ""
        return f"{inner[0]}，{word} {plain(args.at)}{cite}"

    return say


def _weighted(_: Scheme, args: Any, inner: list[str]) -> str:
    pairs = zip(inner, args.parts, strict=True)
    return " + ".join(f"{name} × {plain(part.weight)}%" for name, part in pairs)


def _product(_: Scheme, args: Any, inner: list[str]) -> str:
    share = f" ÷ {plain(args.out_of)}" if args.out_of != 1 else ""
    return " × ".join([inner[0], *(f"{name}{share}" for name in inner[1:])])


def _bracket(_: Scheme, args: Any, inner: list[str]) -> str:
    table = table_text(args.lowest or args.highest, args.otherwise, from_top=bool(args.lowest))
    return f"按{inner[0]}分档：{table}"


def _when(scheme: Scheme, args: Any, inner: list[str]) -> str:
    if args.entries is not None:
        what, (then, otherwise) = f"{scheme.entries[args.entries].title}的条数", inner[-2:]
    else:
        what, (then, otherwise) = inner[0], inner[-2:]
    edge = f"低于 {plain(args.below)}" if args.below is not None else ""
    edge = edge or f"达到 {plain(args.at_least)}"
    cite = f"　〔{'；'.join(args.cite)}〕" if args.cite else ""
    return f"{what}{edge} 时取{then}，否则取{otherwise}{cite}"


def _by_class(scheme: Scheme, args: Any, inner: list[str]) -> str:
    titles = {k: t for kind in scheme.subjects.values() for k, t in kind.classes.items()}
    pairs = zip(args.of, inner, strict=True)
    return "；".join(f"{titles.get(key, key)}取{name}" for key, name in pairs)


def _ranked(args: Any) -> str:
    if args.top is not None:
        return f"第 1 名 {plain(args.top)}，每后一名少 {plain(args.step)}，最少 {plain(args.least)}"
    rows = "；".join(f"到第 {until} 名 {plain(points)}" for until, points in args.points.items())
    return f"{rows}；其余 {plain(args.otherwise)}"


def _relative(_: Scheme, args: Any, inner: list[str]) -> str:
    to = "最高的一个" if args.to == "best" else "平均"
    return f"{inner[0]} ÷ {_WITHIN[args.within]}中{to} × {plain(args.points)}"


_WORDS: dict[str, Callable[[Scheme, Any, list[str]], str]] = {
    "score": lambda s, a, _: s.scores[a.name].title,
    "number": lambda s, a, _: plain(a.value),
    "sheet": lambda s, a, _: f"{_title(s, a.instrument)}总分{_copies(s, a.instrument, whole=True)}",
    "item": lambda s, a, _: (
        f"{_title(s, a.sheet)}“{_part(s, a.sheet, a.item)}”{_copies(s, a.sheet)}"
    ),
    "section": lambda s, a, _: (
        f"{_title(s, a.sheet)}“{_part(s, a.sheet, a.section, section=True)}”小计{_copies(s, a.sheet)}"
    ),
    "applicable": lambda s, a, _: (
        f"{_title(s, a.sheet)}得分占适用各项满分的百分比{_copies(s, a.sheet)}"
    ),
    "votes": _votes,
    "vote_share": _vote_share,
    "rating": _form,
    "entries": _entries,
    "count": lambda s, a, _: f"已核验的{_rules(s, a)}的次数",
    "carried": _carried,
    "periods": _periods,
    "trimmed": lambda s, a, i: f"{'、'.join(i)} 去掉最高、最低各 {a.drop} 个后的平均",
    "best": lambda s, a, i: f"{'、'.join(i)} 中最高 {a.take} 个的平均",
    "difference": lambda s, a, i: f"{i[0]} − {i[1]}",
    "product": _product,
    "ratio": lambda s, a, i: f"{i[0]} ÷ {i[1]} × {plain(a.times)}，最多 {plain(a.most)}",
    "weighted": _weighted,
    "cap": _bounded("最高"),
    "floor": _bounded("最低"),
    "scale": lambda s, a, i: f"{i[0]} × {plain(a.target)} ÷ {plain(a.source)}",
    "bracket": _bracket,
    "pro_rata": lambda s, a, i: f"{i[0]} ÷ {plain(a.full_at)} × {plain(a.points)}，不超过满分",
    "interpolate": lambda s, a, i: (
        f"{i[0]} 按折线折算：" + "、".join(f"{plain(k)} → {plain(v)}" for k, v in a.anchors.items())
    ),
    "when": _when,
    "by_class": _by_class,
    "rank_points": lambda s, a, i: f"按{i[0]}在{_WITHIN[a.within]}中的名次：{_ranked(a)}",
    "relative": _relative,
    "rater_rank": lambda s, a, _: f"{_title(s, a.sheet)}每名评分人排出的名次：{_ranked(a)}，取平均",
    "unit_score": lambda s, a, i: f"所属组织的{i[0]}",
}
