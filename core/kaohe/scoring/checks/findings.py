"""Where checks put what they find, and the words for places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.scoring.errors import FactProblem

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme
    from kaohe.scoring.facts import Facts


@dataclass(slots=True)
class Findings:
    """The problems found so far."""

    scheme: Scheme
    facts: Facts
    problems: list[FactProblem] = field(default_factory=list)
    titles: dict[str, str] = field(init=False)
    groups: dict[str, str] = field(init=False)
    """Subject -> its class."""

    def __post_init__(self) -> None:
        self.groups = {s.id: s.group for s in self.facts.subjects}
        self.titles = {s.id: s.title or s.id for s in self.facts.subjects}

    def add(
        self,
        code: str,
        what: str,
        remedy: str,
        *,
        table: str,
        row: int | None = None,
        subject: str = "",
        instrument: str = "",
        item: str = "",
        places: Iterable[str] = (),
    ) -> None:
        """Record a problem; the place is put together from subject, instrument and the rest."""
        words = [self.titles.get(subject, subject) if subject else "", *places]
        place = " · ".join(w for w in words if w) or "全部数据"
        self.problems.append(
            FactProblem(place, what, remedy, code, table, row, subject, instrument, item)
        )

    def knows_subject(self, subject: str, *, table: str, row: int, places: Iterable[str]) -> bool:
        """Report a subject that is not on the list."""
        if subject in self.titles:
            return True
        near = f"名单上有：{choices(self.titles.values())}"
        self.add(
            "unknown_subject", f"考核对象“{subject}”不在名单上",
            f"改正名称或先把它加入名单；{near}",
            table=table, row=row, subject=subject, places=places,
        )  # fmt: skip
        return False

    def is_for(self, classes: Iterable[str], what: str, *, subject: str, **where: Any) -> bool:
        """Report a fact about something that subjects of this class do not have."""
        allowed = tuple(classes)
        if not allowed or self.groups.get(subject) in allowed:
            return True
        kinds = self.scheme.subjects.values()
        titles = {k: v for kind in kinds for k, v in kind.classes.items()}
        group = self.groups.get(subject, "")
        mine = titles.get(group, group) or "未分类"
        self.add(
            "not_for_class", f"“{what}”不用于类别“{mine}”",
            f"只用于：{choices(titles.get(k, k) for k in allowed)}；删去这一行，或改正类别",
            subject=subject, **where,
        )  # fmt: skip
        return False


def choices(values: Iterable[str], most: int = 6) -> str:
    """The first few allowed values."""
    listed = list(values)
    return "、".join(listed[:most]) + ("……" if len(listed) > most else "")


def places_of(value: Decimal) -> int:
    """Decimals a number really has (1.50 has one)."""
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 99
