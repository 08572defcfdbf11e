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


_SUFFIXES = (".yaml", ".yml", ".xlsx")


class Unusable(Exception):
    """Input that cannot be used; `problems` are lines to print."""

    def __init__(self, problems: Sequence[object]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


def is_file(text: str) -> bool:
    """Whether a scheme was named by its file, or a roll-up by file and name (``file.yaml#year``)."""
    text = split_rollup(text)[0]
    return text.lower().endswith(_SUFFIXES) or "/" in text or "\\" in text


def split_rollup(text: str) -> tuple[str, str]:
    """``file.yaml#year`` as file and name of the roll-up; the name is empty without one."""
    file, mark, name = text.rpartition("#")
    return (file, name) if mark and file.lower().endswith(_SUFFIXES) else (text, "")


def find_source(text: str) -> SchemeSource:
    """The scheme with an id, in a file, or a roll-up in a file (``file.yaml#year``).

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
    file, rollup = split_rollup(text)
    path = Path(file)
    try:
        if path.stat().st_size > catalogue.MOST_BYTES:
            raise Unusable([f"{file}：文件太大，不像考核办法"])
        source = read_any_source(path.read_bytes(), name=file, operators=catalogue.syntaxes())
    except OSError as error:
        what = "没有这个文件" if isinstance(error, FileNotFoundError) else "读不出来"
        raise Unusable(
            [f"{file}：{what}。核对文件名，或用考核办法编号（kaohe schemes）。"]
        ) from error
    except SchemeErrors as errors:
        raise Unusable(errors.errors) from errors
    return _rollup_of(source, rollup, file) if rollup else source


def _rollup_of(source: SchemeSource, name: str, file: str) -> SchemeSource:
    rollups = source.rollups()
    if (found := rollups.get(f"{source.id}.{name}")) is not None:
        return found
    known = "、".join(key.removeprefix(f"{source.id}.") for key in rollups)
    remedy = f"改为其中之一：{known}" if known else "这个办法没有 rollups，去掉 # 和后面的字"
    raise Unusable([f"{file}：没有周期汇总“{name}”。{remedy}。"])


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
