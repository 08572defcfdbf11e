"""What the services of this floor refuse, each fault with its place and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why something cannot be done."""

    place: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.place}：{self.what}" if self.place else self.what
        return f"{text}。{self.remedy}" if self.remedy else f"{text}。"


class Refused(Exception):
    """The service changed nothing; `problems` lists every reason at once."""

    def __init__(self, problems: Sequence[Problem] | str) -> None:
        if isinstance(problems, str):
            problems = [Problem("", problems)]
        self.problems = list(problems)
        super().__init__(" ".join(str(p) for p in self.problems))
