"""Tests a plugin's author imports: contract tests, made-up facts, signed cases.

``class TestMine(PluginContract): plugin = "mine"`` in a test file is all it takes; see
`docs/testing-schemes.md`.
"""

from kaohe.kit.invention import made_up_facts
from kaohe.testing.cases import Case, CaseErrors, read_case
from kaohe.testing.contract import PluginContract
from kaohe.testing.hooks import plugin_problems
from kaohe.testing.replay import Difference, replay_case
from kaohe.testing.schemes import SchemeUnderTest, scheme_problems

__all__ = [
    "Case", "CaseErrors", "Difference", "PluginContract", "SchemeUnderTest", "made_up_facts",
    "plugin_problems", "read_case", "replay_case", "scheme_problems",
]  # fmt: skip
