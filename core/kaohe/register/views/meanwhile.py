"""What a form shows when somebody else saved the same thing while it was open."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from kaohe.audit.labels import KEYS
from kaohe.register.services.seen import ChangedMeanwhile, State, fingerprint


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is now otherwise than in the form."""

    label: str
    now: str
    typed: str


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """The state the form stands on, and what came between if it is gone."""

    seen: str
    changed: bool = False
    differences: tuple[Difference, ...] = ()


def before_saving(request: HttpRequest, state: State) -> Meanwhile:
    """For a form that is opened, or comes back with mistakes: those keep what was seen first."""
    if request.method == "POST":
        return Meanwhile(request.POST.get("seen", ""))
    return Meanwhile(fingerprint(state))


def after_refusal(error: ChangedMeanwhile, typed: State) -> Meanwhile:
    """For a form that was refused: the next save is made knowing what is there now."""
    found = tuple(
        Difference(KEYS.get(field, field), now, typed.get(field, ""))
        for field, now in error.now.items()
        if now != typed.get(field, "")
    )
    return Meanwhile(error.seen, True, found)
