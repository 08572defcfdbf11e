"""From a file to facts: JSON or XLSX, all problems at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaohe.records.errors import RecordErrors, RecordProblem
from kaohe.scoring.facts import Facts

if TYPE_CHECKING:
    from kaohe.records.rolls import Roll
    from kaohe.scheme.model import Scheme
    from kaohe.scheme.operators import Operator
    from kaohe.scheme.reading import SchemeSource

_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Record:
    """What a record holds, ready to be scored."""

    scheme: Scheme
    """Bound with the record's parameters."""
    facts: Facts
    parameters: dict[str, Any]
    """Those that differ from their defaults because the record or the caller says so."""
    period: str
    understood: tuple[str, ...] = ()
    """How an office's own layout was read, line by line."""
    ignored: tuple[str, ...] = ()
    """What was left out of account, and why."""


def read_record(
    data: Path | bytes,
    *,
    source: SchemeSource,
    name: str = "",
    parameters: Mapping[str, Any] | None = None,
    operators: Mapping[str, type[Operator]] | None = None,
    roll: Roll | None = None,
) -> Record:
    """Read a record for a scheme.

    Args:
        data: a file, or its content.
        name: how places call the file; by default its own name.
        parameters: values that take precedence over those in the record.
        operators: operators of plugins, by key.
        roll: classes and people of units, where the record lacks them.

    Raises:
        RecordErrors: every mistake in the record, with its place.
        SchemeErrors: the scheme itself cannot be used.
    """
    if isinstance(data, Path):
        name = name or data.name
        try:
            data = data.read_bytes()
        except OSError as error:
            what = "没有这个文件" if isinstance(error, FileNotFoundError) else "读不出来"
            raise RecordErrors([RecordProblem(name, what, "核对文件名")]) from error
    from kaohe.records.parameters import Binder

    binder = Binder(source, dict(parameters or {}), dict(operators or {}))
    if data[:4] == _ZIP:
        from kaohe.records.workbook_reading import read_workbook_record

        return read_workbook_record(data, binder=binder, name=name, roll=roll)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        what = "这是旧式的 .xls 或加密的工作簿"
        raise RecordErrors([RecordProblem(name, what, "在 Excel 或 WPS 中另存为 .xlsx")])
    from kaohe.records.json_reading import read_json_record

    return read_json_record(data, binder=binder, name=name or "record.json", roll=roll)
