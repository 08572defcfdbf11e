"""What the services of this floor refuse, in words for the person who asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right: where, what, and what to do."""

    place: str
    what: str
    remedy: str = ""
    item: str = ""
    field: str = ""
    step: str = ""
    input: str = ""
    """The figure of the item it is about (`kaohe.scheme.rules.Input.id`)."""

    def __str__(self) -> str:
        return f"{self.place}：{self.what}{'。' + self.remedy if self.remedy else ''}"


class Refusal(Exception):
    """A change that was not made; the message says why and what to do."""


CampaignError = Refusal
"""The name pages catch."""


class IllegalTransition(Refusal):
    """A step the state machine does not have from here."""


class NotAllowed(Refusal):
    """The person may not do this (the four-eyes rule, somebody else's sheet)."""


class Incomplete(Refusal):
    """Something cannot be handed in yet; every problem at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"还有 {len(self.problems)} 处需要补充或修改。")

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *map(str, self.problems)])


class DraftConflict(Refusal):
    """The same places of a draft were changed elsewhere since they were loaded.

    Attributes:
        version: the version stored now.
        stored: path -> what is stored now, for the places in question.
        mine: path -> what the caller wanted to store there.
    """

    def __init__(self, *, version: int, stored: dict[str, str], mine: dict[str, str]) -> None:
        self.version, self.stored, self.mine = version, stored, mine
        super().__init__("这张表在别处被修改过，请核对两边的内容后再保存。")


class FileRefused(Refusal):
    """An uploaded file that was not stored."""
