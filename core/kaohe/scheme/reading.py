"""From a file to a scheme.  Imports nothing heavy until a scheme is bound."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kaohe.scheme.tree import Path, Tree, dotted, plain_tree, read_tree

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Operator

__all__ = ["SchemeSource", "read_source"]

_MERGED = ("source", "parameters", "gaps")
"""Keys of a roll-up that add to those of the scheme instead of replacing them."""


class SchemeSource:
    """A scheme as it was written: the tree before parameters are bound."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.data: dict[str, Any] = tree.data
        self.name = tree.name

    @classmethod
    def from_data(cls, data: Mapping[str, Any], *, name: str = "办法") -> SchemeSource:
        """Rebuild a source from stored data (a frozen version), which has no lines any more.

        Raises:
            SchemeErrors: it is not made of mappings, lists and text.
        """
        return cls(plain_tree(data, name=name))

    @property
    def id(self) -> str:
        """The scheme's id."""
        return str(self.data.get("id", ""))

    @property
    def version(self) -> str:
        """The scheme's version."""
        return str(self.data.get("version", ""))

    @property
    def title(self) -> str:
        """The scheme's title."""
        return str(self.data.get("title", ""))

    def rollups(self) -> dict[str, SchemeSource]:
        """The longer periods made of this scheme's, each a scheme of its own, by its id.

        A roll-up is written under ``rollups`` with the keys that differ: what it does not name it
        inherits, except scores, grades, lists, streaks, stages and measures, and of the items,
        parameters and gaps only those it refers to.  Its id is the scheme's with the roll-up's name behind it
        (``township.red-grey-list.year``).
        """
        written = self.data.get("rollups")
        if not isinstance(written, dict):
            return {}
        found = {
            f"{self.id}.{name}": SchemeSource(_rolled_up(self._tree, str(name)))
            for name, one in written.items()
            if isinstance(one, dict)
        }
        return found

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the data as JSON: equal schemes have equal fingerprints.

        The order of keys counts: it is the order of the sheet, and of the options of a choice.
        """
        text = json.dumps(self.data, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def place(self, path: Path | str) -> str:
        """``file:line:column`` of a path in the file; of the file alone if there are no places."""
        return self._tree.place(self._paths.get(path, ()) if isinstance(path, str) else path)

    @cached_property
    def _paths(self) -> dict[str, Path]:
        return {dotted(path): path for path in self._tree.places}

    def bind(
        self,
        parameters: Mapping[str, Any] | None = None,
        *,
        operators: Mapping[str, type[Operator]] | None = None,
    ) -> Scheme:
        """Put parameters in and type the result.

        Args:
            parameters: parameter -> value (numbers as text, `Decimal` or int); the rest default.
            operators: operators of plugins, by key.

        Raises:
            SchemeErrors: every mistake, with its place in the file.
        """
        from kaohe.scheme.building import build_scheme

        return build_scheme(self, parameters, operators=operators)

    def check(self, *, operators: Mapping[str, type[Operator]] | None = None) -> None:
        """Bind every branch of every choice, so that a mistake in an unused one shows now.

        Raises:
            SchemeErrors: what is wrong with the defaults, or with any other choice.
        """
        from kaohe.scheme.building import check_all_choices

        check_all_choices(self, operators=operators)
        for rollup in self.rollups().values():
            check_all_choices(rollup, operators=operators)


def read_source(text: bytes | str, *, name: str) -> SchemeSource:
    """Read a scheme file; `SchemeSource.bind` and `.check` then look at its content.

    Args:
        name: how places call the file.

    Raises:
        SchemeErrors: everything wrong with text and shape.
    """
    return SchemeSource(read_tree(text, name=name))


_OWN = ("rollups", "scores", "grades", "lists", "streaks", "stages", "measures")
"""Keys a roll-up does not inherit."""


def _rolled_up(tree: Tree, name: str) -> Tree:
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
