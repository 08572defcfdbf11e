"""Equal scores put in order by further scores, one after the other, and how that is told."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from kaohe.scheme.ties import criteria_for
from kaohe.scoring.wording import shown

if TYPE_CHECKING:
    from kaohe.scheme.model import Criterion, Scheme

Scores: TypeAlias = Mapping[str, Decimal | None]
"""A subject's named scores."""
Key: TypeAlias = tuple[Any, ...]
"""A score with what decides between equal ones behind it."""
NEAREST = 3
"""Figures of others told on each side."""


@dataclass(frozen=True, slots=True)
class Order:
    """A score that ranks, and the criteria that decide between those it leaves equal."""

    scheme: Scheme
    score: str
    criteria: tuple[Criterion, ...]

    def key(self, scores: Scores) -> Key | None:
        """What ranks a subject, highest first; None without a score.

        Who lacks a criterion stands behind everybody who has it.
        """
        value = scores[self.score]
        if value is None:
            return None
        return (value, *(_weight(scores[one.score], one) for one in self.criteria))

    @property
    def scores(self) -> tuple[str, ...]:
        """All scores it looks at."""
        return (self.score, *(one.score for one in self.criteria))

    @property
    def words(self) -> str:
        """The rule in words; empty without criteria."""
        if not self.criteria:
            return ""
        asked = (self._title(c.score) + "（低者在前）" * c.lower_first for c in self.criteria)
        return f"{self.scheme.scores[self.score].title}相同的依次比较{'、'.join(asked)}"

    def told(self, everybody: Mapping[str, Scores]) -> dict[str, str]:
        """Subject -> how it was put before or behind its equals.

        Who has no equals, or nothing that decides between them, is not there.
        """
        if not self.criteria:
            return {}
        equals: dict[Decimal, list[str]] = {}
        for name, scores in everybody.items():
            if (value := scores[self.score]) is not None:
                equals.setdefault(value, []).append(name)
        title = self.scheme.scores[self.score].title
        return {
            name: f"{title}同为 {shown(value)} 的有 {len(names)} 个，依次比较{text}"
            for value, names in equals.items()
            if len(names) > 1
            for name, text in self._compared(names, everybody, self.criteria, ())
        }

    def _compared(
        self,
        names: Sequence[str],
        everybody: Mapping[str, Scores],
        criteria: Sequence[Criterion],
        told: tuple[str, ...],
    ) -> Iterator[tuple[str, str]]:
        """Split those still equal by the next criterion; each with what was compared so far."""
        if len(names) == 1 or not criteria:
            left = f"；仍相同的 {len(names)} 个并列" if len(names) > 1 else ""
            yield from ((name, "、".join(told) + left) for name in names)
            return
        one, *rest = criteria
        groups: dict[Decimal | None, list[str]] = {}
        for name in names:
            groups.setdefault(everybody[name][one.score], []).append(name)
        there = sorted(value for value in groups if value is not None)
        missing = len(groups.get(None, ()))
        for value, some in groups.items():
            text = f"{self._title(one.score)}（{_beside(value, there, missing, one)}）"
            yield from self._compared(some, everybody, rest, (*told, text))

    def _title(self, score: str) -> str:
        return f"“{self.scheme.scores[score].title}”"


def order_of(scheme: Scheme, score: str, own: tuple[Criterion, ...] = ()) -> Order:
    """How a score ranks: with one's own criteria for equal scores, or the scheme's for its total."""
    return Order(scheme, score, criteria_for(scheme, score, own))


def _weight(value: Decimal | None, criterion: Criterion) -> tuple[bool, Decimal]:
    if value is None:
        return False, Decimal(0)
    return True, -value if criterion.lower_first else value


def _beside(
    value: Decimal | None, there: Sequence[Decimal], missing: int, criterion: Criterion
) -> str:
    """A figure of a criterion beside those of the equals: 95.00 高于 93.20."""
    if value is None:
        return "没有得分，排在有得分的之后" if there else "都没有得分"
    if len(there) == 1 and not missing:
        return f"都是 {shown(value)}"
    place = bisect_left(there, value)
    lower = there[max(place - NEAREST - 1, 0) : place][::-1]
    sides = (("高于", lower), ("低于", there[place + 1 : place + NEAREST + 2]))
    beside = "，".join(f"{word} {_some(figures)}" for word, figures in sides if figures)
    text = f"{shown(value)} {beside}".rstrip()
    text += f"，{missing} 个没有得分" if missing else ""
    return text + "，低者在前" * criterion.lower_first


def _some(figures: Sequence[Decimal]) -> str:
    more = " 等" if len(figures) > NEAREST else ""
    return "、".join(map(shown, figures[:NEAREST])) + more


def without_figures(text: str, titles: Iterable[str]) -> str:
    """A text of `Order.told` that says what was compared, and no figure of some criteria."""
    for title in titles:
        text = re.sub(rf"“{re.escape(title)}”（(?!低者在前）)[^（）]*）", f"“{title}”", text)
    return text
