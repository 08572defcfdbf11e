"""What is wrong with a scheme: collected, and raised once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SchemeError:
    """One mistake: where, what, and what to do."""

    code: str
    place: str
    """``file:line:column``, or the file alone."""
    path: str
    """``items.aspects.items.0.points``"""
    what: str
    remedy: str
    severity: str = "error"

    def __str__(self) -> str:
        path = f"{self.path}：" if self.path else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{self.place}: {self.code} {path}{self.what}{remedy}"

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


class SchemeErrors(Exception):
    """Everything that keeps a scheme from being used."""

    def __init__(self, errors: Iterable[SchemeError]) -> None:
        self.errors: tuple[SchemeError, ...] = tuple(errors)
        super().__init__("\n".join(str(e) for e in self.errors))


def shorten(value: object, *, limit: int = 40) -> str:
    """A value as a message quotes it: one line, printable, not too long."""
    if isinstance(value, list | tuple | dict):
        return "…"
    text = "".join(c if c.isprintable() else "·" for c in str(value)[: limit + 1])
    return text if len(text) <= limit else text[:limit] + "…"
