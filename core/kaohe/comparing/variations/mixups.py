"""One thing taken for another: a score for its neighbour, a class's rule, a scale of points."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.comparing.tree import child_place, closure, kept, walk, with_node
from kaohe.comparing.variations.base import Variation
from kaohe.scheme.operators import Node, Score
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

_TAKEN_FOR, _OTHER_CLASS, _TWICE, _SCALE, _ADDED_AGAIN = 19, 14, 11, 20, 24
_SCALES: dict[int, tuple[tuple[int, ...], ...]] = {
    3: ((100, 80, 60), (100, 75, 50), (100, 50, 0), (90, 80, 60), (95, 85, 75), (100, 60, 0)),
    4: (
        (100, 80, 60, 40), (100, 80, 60, 0), (100, 80, 60, 50), (95, 85, 75, 65), (90, 80, 70, 60),
        (100, 75, 50, 25), (100, 85, 70, 60), (100, 90, 80, 70), (90, 75, 60, 45), (95, 85, 70, 60),
        (100, 80, 60, 20), (100, 85, 75, 60), (100, 85, 70, 50), (100, 90, 70, 50),
    ),
    5: ((100, 80, 60, 40, 20), (100, 90, 80, 70, 60), (95, 85, 75, 65, 55), (100, 75, 50, 25, 0)),
}  # fmt: skip


def mixup_variations(scheme: Scheme) -> Iterator[Variation]:
    """Everything of this kind that is tried."""
    for name, node in scheme.scores.items():
        for place, inner in walk(node, name):
            yield from _taken_for(name, place, inner, scheme)
            if inner.operator == "by_class":
                yield from _other_class(name, place, inner, scheme)
            if inner.operator == "entries" and inner.args.highest_per:  # type: ignore[attr-defined]
                args = inner.args.model_copy(update={"highest_per": ()})
                changed = inner.model_copy(update={"args": args})
                text = f"“{_title(scheme, name)}”同一事项没有只取最高，重复计了"
                yield Variation(
                    "entries", name, text, _TWICE, scheme=with_node(scheme, place, changed)
                )
            if inner.operator == "votes":
                yield from _scales(name, inner, scheme)
        yield from _added_again(name, node, scheme)


def _title(scheme: Scheme, name: str) -> str:
    return scheme.scores[name].title or name


def _taken_for(name: str, place: str, node: Node, scheme: Scheme) -> Iterator[Variation]:
    """Another score of the sheet put where a score belongs."""
    for index, one in enumerate(node.args.nodes()):
        if one.operator != "score":
            continue
        meant = str(one.args.name)  # type: ignore[attr-defined]
        for other in scheme.scores:
            if other in (meant, name) or meant not in scheme.scores:
                continue
            if name in closure(scheme, other):
                continue
            # Unchecked: a part or an item has a name no file can give a score.
            changed = one.model_copy(update={"args": Score.model_construct(name=other)})
            text = (
                f"计算“{_title(scheme, name)}”时用了“{_title(scheme, other)}”，"
                f"应为“{_title(scheme, meant)}”"
            )
            there = child_place(place, one, index)
            yield Variation(
                "column", name, text, _TAKEN_FOR, scheme=with_node(scheme, there, changed)
            )


def _other_class(name: str, place: str, node: Node, scheme: Scheme) -> Iterator[Variation]:
    titles = {k: t for kind in scheme.subjects.values() for k, t in kind.classes.items()}
    args: Any = node.args
    for key, inner in args.of.items():
        text = f"“{_title(scheme, name)}”按“{titles.get(key, key)}”类的算法计算"
        changed = kept(node, inner)
        yield Variation(
            "formula", name, text, _OTHER_CLASS, scheme=with_node(scheme, place, changed)
        )


def _scales(name: str, node: Node, scheme: Scheme) -> Iterator[Variation]:
    """Points per option as other regulations have them."""
    args: Any = node.args
    poll: Any = scheme.instruments[args.poll]
    right = [Decimal(p) for p in poll.options.values()]
    for scale in _SCALES.get(len(right), ()):
        points = [Decimal(p) for p in scale]
        if sum(a != b for a, b in zip(points, right, strict=True)) < 2:
            continue  # a single option is tried elsewhere
        options = dict(zip(poll.options, points, strict=True))
        changed = poll.model_copy(update={"options": options})
        used, meant = "/".join(map(plain, points)), "/".join(map(plain, right))
        text = f"“{poll.title}”各档按 {used} 分计，应为 {meant} 分"
        instruments = {**scheme.instruments, args.poll: changed}
        yield Variation(
            "options", name, text, _SCALE,
            scheme=scheme.model_copy(update={"instruments": instruments}),
        )  # fmt: skip


def _added_again(name: str, node: Node, scheme: Scheme) -> Iterator[Variation]:
    """A bonus that is part of a score below, added once more."""
    from kaohe.scheme.operators import Sum

    for other in closure(scheme, name)[1:]:
        if scheme.scores[other].operator != "entries":
            continue
        bare = node.model_copy(update={"decimals": None, "shown": False, "title": ""})
        again = Node(operator="score", args=Score(name=other))
        whole = Node(operator="sum", args=Sum(of=(bare, again)))
        text = f"“{_title(scheme, name)}”又加了一次“{_title(scheme, other)}”"
        changed = kept(node, whole)
        yield Variation(
            "entries", name, text, _ADDED_AGAIN,
            scheme=scheme.model_copy(update={"scores": {**scheme.scores, name: changed}}),
        )  # fmt: skip
