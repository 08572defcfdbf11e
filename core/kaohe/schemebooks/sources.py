"""Any scheme file: the workbook libraries are loaded only for workbooks."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kaohe.scheme.reading import SchemeSource

_ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0"


def is_workbook(content: bytes) -> bool:
    """Whether it is a workbook rather than text."""
    return content[:4] in (_ZIP, _OLD)


def read_any_source(content: bytes, *, name: str, operators: Collection[str] = ()) -> SchemeSource:
    """Read a scheme file, YAML or workbook.

    Args:
        operators: words of plugins' operators.

    Raises:
        SchemeErrors: everything wrong with text, cells and shape.
    """
    if is_workbook(content):
        from kaohe.schemebooks.reading import read_scheme_workbook

        return read_scheme_workbook(content, name=name, operators=operators)
    from kaohe.scheme.reading import read_source

    return read_source(content, name=name)
