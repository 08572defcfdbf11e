"""A wrong figure and what may have made it wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kaohe.comparing.bench import Line
    from kaohe.comparing.model import Cause
    from kaohe.comparing.office import OfficeFigure


@dataclass(slots=True)
class Candidate:
    """A possible cause of one wrong figure."""

    cause: Cause
    key: object = None
    """What repeats in other rows; None: nothing can."""
    lines: tuple[str, ...] = ()
    """The office's calculation under this cause."""


@dataclass(slots=True)
class Suspicion:
    """A wrong figure with its possible causes."""

    line: Line
    name: str
    figure: OfficeFigure
    candidates: list[Candidate] = field(default_factory=list)
    is_hairline: bool = False
    """Whether it is off by one or two in the last place only, as roundings are."""
