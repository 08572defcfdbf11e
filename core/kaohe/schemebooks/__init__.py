"""A scheme as an Excel workbook: the same content as the YAML file, sheet by sheet, without loss.

`kaohe.schemebooks.tables` names the sheets and columns (from the model), `splitting` and `joining`
turn the tree into rows and back, `cells` and `flow` are what stands in one cell.  A workbook that
was written here reads back as the same tree, order of keys included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kaohe.schemebooks.sources import is_workbook, read_any_source

if TYPE_CHECKING:
    from kaohe.schemebooks.reading import read_scheme_workbook
    from kaohe.schemebooks.writing import scheme_workbook

__all__ = ["is_workbook", "read_any_source", "read_scheme_workbook", "scheme_workbook"]

_LATE = {
    "read_scheme_workbook": "reading",
    "scheme_workbook": "writing",
}


def __getattr__(name: str) -> Any:
    # Reading a YAML scheme should not wait for the workbook libraries.
    if name in _LATE:
        from importlib import import_module

        return getattr(import_module(f"kaohe.schemebooks.{_LATE[name]}"), name)
    raise AttributeError(name)
