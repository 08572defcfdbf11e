"""Longer periods made of a scheme's own: what a roll-up inherits, and what it may ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from kaohe.scheme.tree import Path, Tree, texts_in

_MERGED = ("source", "parameters", "gaps")
"""Keys of a roll-up that add to those of the scheme instead of replacing them."""

_OWN = ("rollups", "scores", "ties_by", "grades", "lists", "streaks", "stages", "measures")
"""Keys a roll-up does not inherit."""


def rolled_up(tree: Tree, name: str) -> Tree:
    """The tree of a roll-up, every part with the place where it is written."""
    written = tree.data["rollups"][name]
    data = {key: value for key, value in tree.data.items() if key not in _OWN}
    places = {path: place for path, place in tree.places.items() if path[:1] != ("rollups",)}
    for key, value in written.items():
        merge = key in _MERGED and isinstance(value, dict) and isinstance(data.get(key), dict)
        data[key] = {**data[key], **value} if merge else value
        if not merge:
            places = {path: place for path, place in places.items() if path[:1] != (key,)}
    for path, place in tree.places.items():
        if path[:2] == ("rollups", name):
            places[path[2:]] = place
    for key in ("instruments", "entries"):
        if key not in written:  # what the shorter period filled in is not filled in again
            _drop_unnamed(data, key, written)
    if "items" not in written:
        _drop_unused(data, "items", "items", "aspects", inside="instruments")
    for key, word in (("parameters", "parameter"), ("gaps", "gap")):  # parameters name gaps
        _drop_unused(data, key, word, keep=written.get(key))
    data["id"] = f"{tree.data.get('id', '')}.{name}"
    return Tree(tree.name, data, places)


def _drop_unused(
    data: dict[str, Any], key: str, *words: str, keep: Any = None, inside: str = ""
) -> None:
    """Take out what a roll-up would inherit of a section and never refers to by some words."""
    section = data.get(key)
    if not isinstance(section, dict):
        return
    used = set(keep if isinstance(keep, dict) else ())
    for word in words:
        used |= set(_named(data.get(inside) if inside else data, word))
    data[key] = {name: one for name, one in section.items() if name in used}


def _drop_unnamed(data: dict[str, Any], key: str, written: Any) -> None:
    """Take out the instruments or entries that no text of a roll-up names (``sheet``, ``sheet.item``)."""
    section = data.get(key)
    if isinstance(section, dict):
        named = {text.partition(".")[0] for text in texts_in(written)}
        named |= {text for name in named & section.keys() for text in texts_in(section[name])}
        data[key] = {name: one for name, one in section.items() if name in named}


def _named(node: Any, word: str) -> Iterator[str]:
    """Every text that stands behind a key, at any depth."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == word and isinstance(value, str):
                yield value
            yield from _named(value, word)
    elif isinstance(node, list):
        for value in node:
            yield from _named(value, word)


def period_problems(data: Mapping[str, Any]) -> Iterator[tuple[Path, str, str]]:
    """Scores that roll-ups ask the shorter periods for and that these do not have.

    Yields:
        path, what and remedy.
    """
    rollups, scores = data.get("rollups"), data.get("scores")
    if not isinstance(rollups, dict) or not isinstance(scores, dict):
        return
    for path, asked in _asked(rollups, ("rollups",)):
        if asked not in scores and asked != "total":
            close = get_close_matches(asked, scores, 1, 0.6)
            remedy = f"是否想写 {close[0]}？" if close else f"可用：{'、'.join(scores)}。"
            yield path, f"短周期没有得分“{asked}”。", remedy


def _asked(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The score of every ``periods`` that names no other scheme, with its path."""
    if not isinstance(node, dict | list):
        return
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if key == "periods" and isinstance(value, dict) and not value.get("scheme"):
            score = value.get("score")
            if isinstance(score, str):
                yield (*path, key, "score"), score
        yield from _asked(value, (*path, key))
