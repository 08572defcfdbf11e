"""Schemes the kit is tried on: small ones with every rule, and those the plugins ship."""

from __future__ import annotations

from typing import Any

from kaohe import catalogue
from kaohe.scheme.reading import SchemeSource

BASE: dict[str, Any] = {
    "id": "test.kit",
    "version": "2026.1",
    "title": "试用办法",
    "source": {"document": "试"},
    "period": "year",
    "decimals": "2",
    "subjects": {"unit": {"title": "单位", "kind": "organization"}},
    "items": {
        "work": {
            "title": "工作",
            "total": "100",
            "cite": "一",
            "items": [
                {"id": "duty", "title": "履职", "points": "60", "cite": "一(一)"},
                {"id": "team", "title": "班子", "points": "40", "cite": "一(二)"},
            ],
        }
    },
    "instruments": {
        "sheet": {
            "type": "sheet",
            "title": "评分表",
            "by": "assessors",
            "items": "work",
            "cite": "二",
        },
    },
    "entries": {"honour": {"title": "加分", "sign": "+", "most": "10", "cite": "三"}},
    "scores": {
        "base": {"title": "基本分", "sheet": "sheet", "cite": "二"},
        "honours": {"title": "加分合计", "entries": "honour", "cite": "三"},
        "total": {
            "title": "总分",
            "cite": "四",
            "cap": {
                "of": {"sum": ["base", "honours"]},
                "at": "100",
                "cite": "四",
            },
        },
    },
    "grades": {
        "grade": {
            "title": "等次",
            "subject": "unit",
            "of": "total",
            "bands": {"好": "90", "中": "70", "差": "0"},
            "limits": [{"when": {"score": "base", "below": "80"}, "at_most": "中", "cite": "五"}],
            "cite": "五",
        }
    },
}

RULED: dict[str, Any] = {
    "title": "工作",
    "items": [
        {"id": "notes", "title": "记录", "points": "10", "deduct": [
            {"id": "late", "title": "迟交", "each": "0.5", "most": "3"},
            {"id": "none", "title": "没有", "zero": "true"},
            {"id": "talks", "title": "谈话", "each": "1", "at_least": "4"},
        ]},
        {"id": "rate", "title": "参加率", "points": "20", "ratio_bracket": {
            "part": {"title": "参加人数"}, "whole": {"title": "应到人数"},
            "lowest": {"90": "20", "60": "10"}, "empty": "20",
        }},
        {"id": "visits", "title": "走访", "points": "20", "bracket": {
            "of": {"title": "次数"}, "lowest": {"12": "20", "6": "10"},
        }},
        {"id": "income", "title": "收入", "points": "20", "pro_rata": {
            "of": {"title": "万元", "decimals": "1"}, "full_at": "50",
        }},
        {"id": "level", "title": "档次", "points": "10", "choice": {"高": "10", "低": "4"}},
        {"id": "posts", "title": "信息", "points": "10", "optional": "true", "each": {
            "of": {"title": "篇"}, "points": "2",
        }},
        {"id": "plain", "title": "直接打分", "points": "10"},
    ],
}  # fmt: skip


def small(**changes: Any) -> SchemeSource:
    """The small scheme with some top-level keys replaced."""
    return SchemeSource.from_data({**BASE, **changes})


def ruled() -> SchemeSource:
    """The small scheme over items with every rule."""
    return small(items={"work": RULED})


def shipped() -> dict[str, SchemeSource]:
    """All schemes of the plugins that are installed."""
    return {key: entry.source for key, entry in catalogue.schemes().items()}
