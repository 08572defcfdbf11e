"""The ideology plugin keeps the contract of all plugins, and its signed cases come out."""

from __future__ import annotations

from pathlib import Path

from kaohe.testing import PluginContract


class TestContract(PluginContract):
    plugin = "ideology"
    cases = Path(__file__).parent / "cases"
    seeds = 2
