"""Lists, streaks and quotas as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kaohe.results.explanation.steps import GapNote, clause, gap_note
from kaohe.scheme.model import Scheme
from kaohe.scoring.derivation import ListResult
from kaohe.scoring.outcomes.lists import OUTSIDE
from kaohe.scoring.rendering import accounts_from_json

COLOURS = {"praise": "good", "warning": "warn", "neutral": "info"}


@dataclass(frozen=True, slots=True)
class ListView:
    """Whether a subject is on a list, or keeps a streak, and why."""

    id: str
    title: str
    colour: str
    """good, warn or info."""
    streak: bool
    member: bool
    sentence: str
    gap: GapNote | None
    measures: tuple[str, ...]
    """What the regulation provides for its members; suggested only."""

    @property
    def word(self) -> str:
        """列入 or 未列入; for a streak 是 or 否."""
        if self.streak:
            return "是" if self.member else "否"
        return "列入" if self.member else "未列入"


@dataclass(frozen=True, slots=True)
class AccountView:
    """A list, streak or quota as a whole."""

    title: str
    colour: str
    scope: str
    members: tuple[tuple[str, int | None], ...]
    """Title and, on pages for insiders, the subject's key."""
    sentence: str
    cites: tuple[str, ...]
    gap: GapNote | None
    is_quota: bool = False


def list_views(scheme: Scheme, lists: Mapping[str, ListResult]) -> tuple[ListView, ...]:
    """The lists that look at a subject's class, and all streaks; those it is on first."""
    found = [
        ListView(
            key, one.title, COLOURS.get(one.kind, "info"), one.streak, one.member, one.sentence,
            gap_note(scheme, one.gap),
            tuple(m.title for m in scheme.measures if key in m.lists) if one.member else (),
        )
        for key, one in lists.items()
        if one.sentence != OUTSIDE
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda view: not view.member))


def account_views(
    scheme: Scheme, stored: Mapping[str, Any], subjects: Mapping[str, tuple[str, int | None]]
) -> tuple[AccountView, ...]:
    """What a computation says of everybody together.

    Args:
        stored: `kaohe.scoring.rendering.accounts_json`.
        subjects: id in the facts -> title and key.
    """
    lists, quotas = accounts_from_json(stored)

    def people(names: Iterable[str]) -> tuple[tuple[str, int | None], ...]:
        return tuple(subjects.get(name, (name, None)) for name in names)

    def cites(of: Iterable[str]) -> tuple[str, ...]:
        return tuple(clause(scheme, one) for one in of)

    found = [
        AccountView(
            scheme.grades[one.grade].title if one.grade in scheme.grades else one.grade, "warn",
            one.scope, people(one.moved), one.sentence, cites(one.cite),
            gap_note(scheme, one.gap), True,
        )
        for one in quotas
    ]  # fmt: skip
    found += [
        AccountView(
            one.title, COLOURS.get(one.kind, "info"), one.scope, people(one.members), one.sentence,
            cites(one.cite), gap_note(scheme, one.gap),
        )
        for one in lists
    ]  # fmt: skip
    return tuple(found)
