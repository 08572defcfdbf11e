"""From a file to a scheme.  Imports nothing heavy until a scheme is bound."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kaohe.scheme.tree import Path, Tree, dotted, plain_tree, read_tree

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Operator

__all__ = ["SchemeSource", "read_source"]


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

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical JSON of the data: equal schemes have equal fingerprints."""
        text = json.dumps(self.data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
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


def read_source(text: bytes | str, *, name: str) -> SchemeSource:
    """Read a scheme file; `SchemeSource.bind` and `.check` then look at its content.

    Args:
        name: how places call the file.

    Raises:
        SchemeErrors: everything wrong with text and shape.
    """
    return SchemeSource(read_tree(text, name=name))
