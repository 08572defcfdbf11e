"""Everything wrong with a record, collected and raised once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class RecordProblem:
    """One mistake: where, what, and what to do."""

    place: str
    """``record.json:4:12 subjects[0].vote`` or ``成绩!G5``; for facts, whose figure it is too."""
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.place}：{with_stop(self.what)}{with_stop(self.remedy)}"

    def as_dict(self) -> dict[str, str]:
        """For machines."""
        return asdict(self)


class RecordErrors(Exception):
    """A record that cannot be used; nothing was scored."""

    def __init__(self, problems: Iterable[RecordProblem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(str(p) for p in self.problems))


def with_stop(text: str) -> str:
    """The text with a full stop, unless it is empty or has one."""
    return text if not text or text.endswith(("。", "！", "？", "；", "：")) else text + "。"
