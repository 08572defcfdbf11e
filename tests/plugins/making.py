"""Plugins made for a test: modules and entry points that no distribution installs."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import Any

import pytest


@dataclass(frozen=True)
class Dist:
    """What an entry point says about its distribution."""

    name: str
    version: str
    metadata: dict[str, str]


class Maker:
    """Makes entry points; their modules go away with the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def __call__(
        self, name: str, *, load: Callable[[], Any] | None = None, **hooks: Any
    ) -> EntryPoint:
        """A plugin with some hooks, or one whose loading does what `load` does."""
        module = types.ModuleType(f"kaohe_test_{name}_{len(sys.modules)}")
        for hook, function in hooks.items():
            setattr(module, hook, function)
        self.monkeypatch.setitem(sys.modules, module.__name__, module)
        entry = _Entry(name, module.__name__, "kaohe")
        vars(entry)["_load"] = load
        vars(entry)["dist"] = Dist(f"kaohe-{name}", "7.8.9", {})
        return entry


class _Entry(EntryPoint):
    """An entry point that may fail to load."""

    def load(self) -> Any:
        wrong = vars(self)["_load"]
        return wrong() if wrong else super().load()
