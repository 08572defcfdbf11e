"""Finding one's way in the scores of a scheme: who is computed from whom, nodes replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Node

Replace = Callable[["Node"], "Node | None"]


def child_place(place: str, node: Node, index: int) -> str:
    """The place of an input below a node's place."""
    return f"{place}.{node.operator}{index}"


def score_inputs(node: Node) -> str:
    """The score a reference points to; empty for a node written inline."""
    return str(node.args.name) if node.operator == "score" else ""  # type: ignore[attr-defined]


def walk(node: Node, place: str) -> Iterator[tuple[str, Node]]:
    """A node and all inline nodes below it, with their places."""
    yield place, node
    for index, below in enumerate(node.args.nodes()):
        if below.operator != "score":
            yield from walk(below, child_place(place, below, index))


def direct_scores(scheme: Scheme, name: str) -> list[str]:
    """The named scores a score is computed from, in order."""
    found: list[str] = []

    def visit(node: Node) -> None:
        for below in node.args.nodes():
            other = score_inputs(below)
            if other:
                if other not in found:
                    found.append(other)
            else:
                visit(below)

    node = scheme.scores[name]
    if other := score_inputs(node):
        found.append(other)
    visit(node)
    return [one for one in found if one in scheme.scores]


def closure(scheme: Scheme, name: str) -> list[str]:
    """A score and everything it is computed from, itself first."""
    found = [name]
    for one in found:
        found += [other for other in direct_scores(scheme, one) if other not in found]
    return found


def in_order(scheme: Scheme) -> list[str]:
    """All scores, each after those it is computed from."""
    done: list[str] = []

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in done or name in trail:
            return
        for other in direct_scores(scheme, name):
            visit(other, (*trail, name))
        done.append(name)

    for name in scheme.scores:
        visit(name, ())
    return done


def with_node(scheme: Scheme, place: str, changed: Node) -> Scheme:
    """The scheme with the node at a place exchanged."""
    name = place.partition(".")[0]
    node = _exchanged(scheme.scores[name], name, place, changed)
    return scheme.model_copy(update={"scores": {**scheme.scores, name: node}})


def _exchanged(node: Node, here: str, place: str, changed: Node) -> Node:
    if here == place:
        return changed
    args: Any = node.args
    for index, ((path, below), _) in enumerate(zip(args.inputs(), args.nodes(), strict=True)):
        there = child_place(here, below, index)
        if place == there or place.startswith(there + "."):
            new = _exchanged(below, there, place, changed)
            return node.model_copy(update={"args": _put(args, path, new)})
    return node


def _put(holder: Any, path: tuple[str | int, ...], new: Node) -> Any:
    """The holder with what stands at a path exchanged."""
    step, rest = path[0], path[1:]
    if isinstance(holder, tuple):
        place = int(step)
        inner = _put(holder[place], rest, new) if rest else new
        return (*holder[:place], inner, *holder[place + 1 :])
    if isinstance(holder, dict):
        return {**holder, step: _put(holder[step], rest, new) if rest else new}
    inner = getattr(holder, str(step))
    return holder.model_copy(update={str(step): _put(inner, rest, new) if rest else new})


def kept(node: Node, inner: Node) -> Node:
    """The inner node in the place of the outer one, which keeps its title and rounding."""
    common = {k: getattr(node, k) for k in ("title", "decimals", "rounding", "shown", "missing")}
    return inner.model_copy(update=common)
