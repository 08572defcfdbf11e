"""The township plugin keeps the contract of all plugins."""

from __future__ import annotations

from pathlib import Path

from kaohe.testing import PluginContract


class TestContract(PluginContract):
    plugin = "township"
    cases = Path(__file__).parent / "cases"
    seeds = 2
