"""What a plugin may say.

Every hook returns a list and is called once, when plugins are loaded.  No hook sees or rewrites a
score: an operator that the core applies can be explained, a rewritten number cannot.  A hook that
raises disables its plugin only; `kaohe check` and the site's system checks name the
distribution, version, hook and remedy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pluggy

PROJECT = "kaohe"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@dataclass(frozen=True, slots=True)
class SchemeFile:
    """A scheme a plugin ships."""

    path: Path


@dataclass(frozen=True, slots=True)
class SampleCampaign:
    """Fictional data that shows a scheme at work (`kaohe demo`)."""

    id: str
    title: str
    scheme: str
    """Scheme id."""
    folder: Path
    """Holds ``roll.xlsx`` (units, people, groups) and ``record.json`` (the period's facts)."""
    respondent: str = ""
    """The unit whose head the demo's respondent account is; empty: the first unit."""


@dataclass(frozen=True, slots=True)
class OperatorDefinition:
    """A special operator: `syntax` is a `kaohe.scheme.operators.Operator` subclass, `meaning` a
    `kaohe.scoring.operators.Meaning`."""

    syntax: type[Any]
    meaning: Any


ITEM_TYPES: dict[str, type[Any]] = {
    "register_schemes": SchemeFile,
    "register_operators": OperatorDefinition,
    "register_sample_campaigns": SampleCampaign,
}
"""What the lists of the hooks hold; anything else is refused by name."""


class KaoheSpec:
    """The hooks, by purpose."""

    @hookspec
    def register_schemes(self) -> Sequence[SchemeFile]:  # type: ignore[empty-body]
        """Return the scheme files this plugin ships.

        Called once at start.  Files are read and linted by the core; a file that cannot be read
        disables that scheme only, and is named in `kaohe check`.
        """

    @hookspec
    def register_operators(self) -> Sequence[OperatorDefinition]:  # type: ignore[empty-body]
        """Return operators for rules the core's vocabulary cannot say.

        Called once, before any scheme is read.  A key that exists already is an error.
        """

    @hookspec
    def register_sample_campaigns(self) -> Sequence[SampleCampaign]:  # type: ignore[empty-body]
        """Return sample campaigns for `kaohe demo`."""

    @hookspec
    def register_fonts(self) -> Sequence[Any]:  # type: ignore[empty-body]
        """Return fonts for documents (`kaohe.documents.fonts.FontFace`), by role."""
