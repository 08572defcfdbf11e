"""From what a user typed to a scheme."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaohe import catalogue
from kaohe.cli.output import complain
from kaohe.plugins import get_plugins

if TYPE_CHECKING:
    from kaohe.scheme.reading import SchemeSource


class Unusable(Exception):
    """Input that cannot be used; `problems` are lines to print."""

    def __init__(self, problems: Sequence[object]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def is_file(text: str) -> bool:
    """Whether a scheme was named by its file."""
    return text.lower().endswith((".yaml", ".yml", ".xlsx")) or "/" in text or "\\" in text


def find_source(text: str) -> SchemeSource:
    """The scheme with an id, or in a file.

    Raises:
        Unusable: there is none, or the file is wrong.
    """
    from kaohe.scheme.errors import SchemeErrors
    from kaohe.schemebooks import read_any_source

    if not is_file(text):
        try:
            return catalogue.get(text).source
        except catalogue.UnknownScheme as error:
            report_problems()
            raise Unusable([error]) from error
    path = Path(text)
    try:
        if path.stat().st_size > catalogue.MOST_BYTES:
            raise Unusable([f"{text}：文件太大，不像考核办法"])
        return read_any_source(path.read_bytes(), name=text, operators=catalogue.syntaxes())
    except OSError as error:
        what = "没有这个文件" if isinstance(error, FileNotFoundError) else "读不出来"
        raise Unusable(
            [f"{text}：{what}。核对文件名，或用考核办法编号（kaohe schemes）。"]
        ) from error
    except SchemeErrors as errors:
        raise Unusable(errors.errors) from errors


def settings_of(source: SchemeSource, settings: Sequence[str]) -> dict[str, Any]:
    """The parameters given with ``--set``.

    Raises:
        Unusable: one is not written ``name=value``.
    """
    from kaohe.records.parameters import settings_for, split_setting

    try:
        return settings_for(source, map(split_setting, settings))
    except ValueError as error:
        raise Unusable([f"--set：{error}"]) from error


def report_problems() -> None:
    """Name plugins and schemes that had to be left out; the rest works."""
    for failure in get_plugins().failures:
        complain(f"注意：{failure}。{failure.remedy}")
    for problem in catalogue.problems():
        complain(f"注意：{problem}")
