"""What an uploaded workbook may cost, and how a refusal is worded."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


class WorkbookError(Exception):
    """A file that cannot be read as a workbook: what is wrong and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}{remedy}")
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, checked before anything is unpacked and again while reading."""

    file_bytes: int = 10 * MB
    entries: int = 1000
    unpacked_bytes: int = 50 * MB
    ratio: int = 200
    """Unpacked to packed size of one entry above a megabyte; real sheets stay below 60."""
    sheets: int = 60
    rows: int = 20_000
    columns: int = 300
    cells: int = 100_000
    merges: int = 5_000
    cell_characters: int = 32_767
    """Excel's own limit."""
