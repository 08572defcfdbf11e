"""Rules of the scheme that were forgotten or read otherwise: caps, weights, parameters, gates."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING, Any

from kaohe.comparing.tree import kept, walk, with_node
from kaohe.comparing.variations.base import Variation
from kaohe.scheme.errors import SchemeErrors
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Node, Operator
    from kaohe.scheme.reading import SchemeSource

_MOST_PERMUTED = 5
_STEP = 5
_MOVED = {10: 20, 5: 27, 20: 27}
_PARAMETER = 20
"""A parameter holds for everybody: one row alone hardly had another one."""


def rule_variations(
    scheme: Scheme,
    *,
    source: SchemeSource,
    parameters: dict[str, object],
    operators: dict[str, type[Operator]],
) -> Iterator[Variation]:
    """Changes of the scheme itself."""
    for name, node in scheme.scores.items():
        for place, inner in walk(node, name):
            yield from _forgotten(name, place, inner, scheme)
            if inner.operator == "weighted":
                yield from _weights(name, place, inner, scheme)
            if inner.operator in ("sum", "mean", "highest", "lowest", "median", "trimmed"):
                yield from _other_combination(name, place, inner, scheme)
    yield from _parameters(scheme, source, parameters, operators)


def _title(scheme: Scheme, node: Node) -> str:
    if node.operator == "score":
        other = scheme.scores.get(str(node.args.name))  # type: ignore[attr-defined]
        return other.title if other else ""
    return node.title or node.operator


def _forgotten(name: str, place: str, node: Node, scheme: Scheme) -> Iterator[Variation]:
    args: Any = node.args
    title = scheme.scores[name].title or name

    def without(inner: Node, code: str, text: str, rank: int = 10) -> Variation:
        return Variation(code, name, text, rank, scheme=with_node(scheme, place, kept(node, inner)))

    if node.operator == "cap":
        yield without(args.of, "cap", f"“{title}”没有按 {plain(args.at)} 封顶")
    elif node.operator == "floor":
        yield without(args.of, "floor", f"“{title}”没有按 {plain(args.at)} 保底")
    elif node.operator == "scale":
        text = f"“{title}”没有从 {plain(args.source)} 分折算成 {plain(args.target)} 分"
        yield without(args.of, "scale", text)
        turned = args.model_copy(update={"source": args.target, "target": args.source})
        yield Variation(
            "scale", name, f"“{title}”折算时乘除颠倒", 14,
            scheme=with_node(scheme, place, node.model_copy(update={"args": turned})),
        )  # fmt: skip
    elif node.operator == "when":
        yield without(args.otherwise, "gate", f"“{title}”的条件条款没有执行", 14)
        yield without(args.then, "gate", f"“{title}”的条件条款在不该执行时执行了", 15)
    elif node.operator == "product":
        yield without(args.of[0], "formula", f"“{title}”没有乘系数", 14)
    elif node.operator == "difference":
        yield without(args.of, "formula", f"“{title}”没有减去应减的部分", 14)


def _weights(name: str, place: str, node: Node, scheme: Scheme) -> Iterator[Variation]:
    args: Any = node.args
    weights = [part.weight for part in args.parts]
    titles = [_title(scheme, part.of) for part in args.parts]
    title = scheme.scores[name].title or name

    def changed(new: list[Decimal], text: str, rank: int) -> Variation:
        parts = tuple(
            part.model_copy(update={"weight": weight})
            for part, weight in zip(args.parts, new, strict=True)
        )
        out = node.model_copy(update={"args": args.model_copy(update={"parts": parts})})
        return Variation("weights", name, text, rank, scheme=with_node(scheme, place, out))

    def listed(new: list[Decimal]) -> str:
        return "、".join(f"{t} {plain(w)}%" for t, w in zip(titles, new, strict=True))

    tried = [weights]
    if len(weights) == 1:  # a column of the weighted part alone
        tried.append([args.out_of])
        yield changed([args.out_of], f"“{titles[0]}”没有乘权重 {plain(weights[0])}%", 9)
    for index, part in enumerate(args.parts):
        announced = part.of.announced or _announced_of(scheme, part.of)
        if announced is not None and announced.weight not in (None, weights[index]):
            new = [*weights[:index], announced.weight, *weights[index + 1 :]]
            tried.append(new)
            text = f"“{titles[index]}”按条文另一处的 {plain(announced.weight)}% 计，应为 {plain(weights[index])}%"
            yield changed(new, text, 9)
    if len(weights) <= _MOST_PERMUTED:
        for order in sorted(set(permutations(weights))):
            if list(order) not in tried:
                tried.append(list(order))
                word = "权重互换" if len(weights) == 2 else "权重张冠李戴"
                text = f"“{title}”{word}：按{listed(list(order))}，应为{listed(weights)}"
                yield changed(list(order), text, 12)
    whole = sum(weights, Decimal())
    equal = [whole / len(weights)] * len(weights)
    if equal not in tried and whole % len(weights) == 0:
        tried.append(equal)
        yield changed(equal, f"“{title}”的各部分按相同权重计", 18)
    for index, weight in enumerate(weights):
        for other in range(0, 101, _STEP):
            new = [*weights[:index], Decimal(other), *weights[index + 1 :]]
            if new in tried:
                continue
            tried.append(new)
            if other:
                text = f"“{titles[index]}”的权重用成 {other}%，应为 {plain(weight)}%"
                rank = 22 if other == 2 * weight else 26
                if _is_mentioned(scheme, titles[index], other):
                    text, rank = f"{text}（条文另一处写了 {other}%）", 9
            else:
                text, rank = f"“{title}”漏了“{titles[index]}”", 16
            yield changed(new, text, rank)
    yield from _moved(weights, changed, listed, title, tried)
    plain_sum = [args.out_of] * len(weights)
    if plain_sum not in tried:
        yield changed(plain_sum, f"“{title}”直接相加，没有乘权重", 16)


def _is_mentioned(scheme: Scheme, title: str, weight: int) -> bool:
    """Whether the regulation contradicts itself with just this weight."""
    return any(title in gap.about and f"{weight}%" in gap.about for gap in scheme.gaps.values())


def _moved(
    weights: list[Decimal], changed: Any, listed: Any, title: str, tried: list[list[Decimal]]
) -> Iterator[Variation]:
    """Weight moved from one part to another: 60/30/10 read as 50/40/10."""
    for giver in range(len(weights)):
        for taker in range(len(weights)):
            for amount in range(_STEP, 45, _STEP):
                new = list(weights)
                new[giver] -= amount
                new[taker] += amount
                if giver != taker and new[giver] > 0 and new not in tried:
                    tried.append(new)
                    text = f"“{title}”的权重用成{listed(new)}，应为{listed(weights)}"
                    yield changed(new, text, _MOVED.get(amount, 38 if amount % 10 == 0 else 44))


def _announced_of(scheme: Scheme, node: Node) -> Any:
    if node.operator != "score":
        return None
    other = scheme.scores.get(str(node.args.name))  # type: ignore[attr-defined]
    return other.announced if other else None


def _other_combination(name: str, place: str, node: Node, scheme: Scheme) -> Iterator[Variation]:
    """A sum instead of a mean and the like; a part left out."""
    title = scheme.scores[name].title or name
    words = {"sum": "相加", "mean": "取平均", "highest": "取最高", "lowest": "取最低"}
    args: Any = node.args
    for key, word in words.items():
        if key == node.operator or len(args.of) < 2:
            continue
        changed = _rebuilt(node, key)
        if changed is not None:
            yield Variation(
                "formula", name, f"计算“{title}”时各部分{word}", 20,
                scheme=with_node(scheme, place, changed),
            )  # fmt: skip
    if len(args.of) < 2:
        return
    for index, part in enumerate(args.of):
        rest = (*args.of[:index], *args.of[index + 1 :])
        inner = node.model_copy(update={"args": args.model_copy(update={"of": rest})})
        yield Variation(
            "formula", name, f"计算“{title}”时漏了“{_title(scheme, part)}”", 17,
            scheme=with_node(scheme, place, inner),
        )  # fmt: skip


def _rebuilt(node: Node, key: str) -> Node | None:
    from kaohe.scheme.operators import OPERATORS

    syntax = OPERATORS.get(key)
    if syntax is None:
        return None
    args: Any = node.args
    return node.model_copy(update={"operator": key, "args": syntax.model_construct(of=args.of)})


def _parameters(
    scheme: Scheme,
    source: SchemeSource,
    parameters: dict[str, object],
    operators: dict[str, type[Operator]],
) -> Iterator[Variation]:
    """Other values of choices, and the defaults where the record departs from them."""
    for key, parameter in scheme.parameters.items():
        values: list[Any] = []
        if parameter.type == "choice":
            values = [v for v in parameter.options if v != scheme.values.get(key)]
        elif key in parameters and parameter.default is not None:
            values = [parameter.default]
        for value in values:
            try:
                other = source.bind({**parameters, key: value}, operators=operators)
            except SchemeErrors:
                continue
            shown = parameter.options.get(value, value) if isinstance(value, str) else "默认值"
            for name in scheme.scores:
                if name in other.scores and other.scores[name] != scheme.scores[name]:
                    yield Variation(
                        "parameter", name, f"参数“{parameter.title}”按“{shown}”计算", _PARAMETER,
                        scheme=scheme.model_copy(
                            update={"scores": {**scheme.scores, **_only(other, scheme)}}
                        ),
                    )  # fmt: skip
                    break


def _only(other: Scheme, scheme: Scheme) -> dict[str, Node]:
    return {name: node for name, node in other.scores.items() if name in scheme.scores}
