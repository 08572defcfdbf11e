"""Schemes the tests score with."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from kaohe.scheme.model import Scheme
from kaohe.scheme.reading import SchemeSource, read_source

ROOT = Path(__file__).resolve().parents[2]
RESPONSIBILITY = ROOT / "plugins/township/kaohe_township/schemes/responsibility.yaml"


@cache
def responsibility(*, bonus_on: str = "group") -> Scheme:
    """The township's scheme; tests that need it are skipped where the plugin is not there."""
    if not RESPONSIBILITY.exists():
        pytest.skip("the township plugin is not there", allow_module_level=True)
    source = read_source(RESPONSIBILITY.read_bytes(), name=RESPONSIBILITY.name)
    return source.bind({"bonus_on": bonus_on})


def load(text: str) -> Any:
    """A YAML tree whose scalars are all text."""
    yaml = YAML(typ="base", pure=True)
    return yaml.load(text)


def small(**parts: Any) -> Scheme:
    """A tiny scheme around the given parts, for tests of one operator."""
    data: dict[str, Any] = {
        "id": "test.small", "version": "2026.1", "title": "小方案",
        "source": {"document": "x"}, "period": "year", "decimals": "2",
        "subjects": {"branch": {"title": "支部", "kind": "organization"}},
        "items": {
            "aspects": {
                "title": "项目",
                "items": [
                    {"id": "a", "title": "甲", "points": "60"},
                    {"id": "b", "title": "乙", "points": "40"},
                ],
            }
        },
        "instruments": {
            "sheet": {"type": "sheet", "title": "评分表", "by": "assessors", "items": "aspects"},
            "other": {"type": "sheet", "title": "另一表", "by": "subject", "items": "aspects"},
            "vote": {
                "type": "ballot", "title": "测评", "aspects": "aspects",
                "options": {"好": "100", "中": "80", "差": "40"},
            },
            "form": {"type": "form", "title": "评议", "scores": {"team": {"title": "班子"}}},
        },
        "entries": {
            "plus": {"title": "加分", "sign": "+"},
            "minus": {"title": "减分", "sign": "-"},
            "table": {"title": "标准加分", "sign": "+", "points": {"省级": "2", "县级": "0.5"}},
        },
        "scores": {"total": {"title": "总分", "sheet": "sheet"}},
    }  # fmt: skip
    return SchemeSource.from_data({**data, **parts}).bind()
