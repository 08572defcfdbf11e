"""From a file to a scheme.  Imports nothing heavy until a scheme is bound."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kaohe.scheme.errors import SchemeError, SchemeErrors
from kaohe.scheme.rollups import period_problems, rolled_up
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

    def rollups(self) -> dict[str, SchemeSource]:
        """The longer periods made of this scheme's, each a scheme of its own, by its id.

        A roll-up is written under ``rollups`` with the keys that differ: what it does not name it
        inherits, except scores, grades, lists, streaks, stages and measures; of instruments, entries,
        items, parameters and gaps only those it names.  Its id is the scheme's with the roll-up's
        name behind it (``township.red-grey-list.year``).
        """
        written = self.data.get("rollups")
        if not isinstance(written, dict):
            return {}
        found = {
            f"{self.id}.{name}": SchemeSource(rolled_up(self._tree, str(name)))
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
        """Bind every branch of every choice, roll-ups too, so that a mistake in an unused one shows now.

        Raises:
            SchemeErrors: what is wrong with the defaults, or with any other choice.
        """
        from kaohe.scheme.building import check_all_choices

        errors: list[SchemeError] = []
        for one in (self, *self.rollups().values()):
            try:
                check_all_choices(one, operators=operators)
            except SchemeErrors as wrong:
                errors += wrong.errors
        for path, what, remedy in period_problems(self.data):
            errors.append(SchemeError("SCHEME_030", self.place(path), dotted(path), what, remedy))
        if errors:
            raise SchemeErrors(dict.fromkeys(errors))


def read_source(text: bytes | str, *, name: str) -> SchemeSource:
    """Read a scheme file; `SchemeSource.bind` and `.check` then look at its content.

    Args:
        name: how places call the file.

    Raises:
        SchemeErrors: everything wrong with text and shape.
    """
    return SchemeSource(read_tree(text, name=name))
