"""Lost updates: a form says which state it was filled in from, and is refused if that is gone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

State = Mapping[str, str]
"""What a form shows, field by field, as text."""


@dataclass
class ChangedMeanwhile(Exception):
    """Somebody else saved between opening and saving; nothing was written."""

    now: State

    @property
    def seen(self) -> str:
        """The state of now, for whoever looks at it and decides to save all the same."""
        return fingerprint(self.now)


def fingerprint(state: State) -> str:
    """Names a state; short enough for a hidden field."""
    text = json.dumps(dict(state), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def require_unchanged(state: State, *, seen: str | None) -> None:
    """Let a writer go on only from the state it saw.

    Args:
        state: as it is now, read under the lock.
        seen: what the form was filled in from; None: the caller saw no form (an import, a command).

    Raises:
        ChangedMeanwhile: it is another one now.
    """
    if seen is not None and seen != fingerprint(state):
        raise ChangedMeanwhile(dict(state))
