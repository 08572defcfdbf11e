"""What can stop a scoring run, each with the words a reader needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FactProblem:
    """One mistake in the facts: where, what, and what to do."""

    place: str
    what: str
    remedy: str
    code: str = ""
    table: str = ""
    row: int | None = None
    """Index of the row in its table, so that a reader can name the cell it came from."""
    subject: str = ""
    instrument: str = ""
    item: str = ""

    def __str__(self) -> str:
        return f"{self.place}：{self.what}。{self.remedy}"


class FactErrors(Exception):
    """The facts hold mistakes; nothing was scored."""

    def __init__(self, problems: Iterable[FactProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"数据有 {len(self.problems)} 处问题")

    @property
    def errors(self) -> tuple[FactProblem, ...]:
        """The same problems under the name the other readers use."""
        return self.problems

    def __str__(self) -> str:
        return "\n".join([f"数据有 {len(self.problems)} 处问题：", *map(str, self.problems)])


class PlanRefused(Exception):
    """A scheme cannot be turned into a plan that is proved exact.

    Args:
        node: path of the score; the part before the first dot is a key of ``scores``.
        title: what the score is called.
        remedy: what to do, a sentence.
    """

    def __init__(
        self,
        what: str,
        *,
        node: str = "",
        title: str = "",
        cite: tuple[str, ...] = (),
        remedy: str = "",
    ) -> None:
        self.what, self.node, self.title, self.cite = what, node, title, cite
        self.remedy = remedy
        self.place = f"得分 {node}{f'“{title}”' if title else ''}" if node else "方案"
        clause = f"（{'、'.join(cite)}）" if cite else ""
        super().__init__(f"{self.place}{clause}：{what}{f'。{remedy}' if remedy else ''}")


class Contradiction(Exception):
    """Two exceptions fired on one node and cannot both hold."""

    def __init__(self, subjects: Iterable[str], *, node: str, first: str, second: str) -> None:
        self.subjects, self.node = tuple(subjects), node
        self.first, self.second = first, second
        super().__init__(
            f"得分 {node}：{first} 与 {second} 同时触发，互相矛盾"
            f"（{'、'.join(self.subjects[:5])}）。"
            "请在方案中写明以哪一条为准。"
        )
