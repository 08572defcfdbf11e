"""The contract tests hold for the shipped plugins, and fail where they should."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kaohe.scoring.frames import score_frames
from kaohe.testing import SchemeUnderTest, frames, schemes
from kaohe.testing.hooks import plugin_problems
from kaohe.testing.templates import template_problems
from tests.kit.schemes import BASE, small


def under_test(**changes: object) -> SchemeUnderTest:
    return SchemeUnderTest(small(**changes))


def test_small_scheme_keeps_the_contract() -> None:
    assert schemes.scheme_problems(under_test(), seeds=2) == []


def test_plugin_that_is_not_installed_is_named() -> None:
    (problem,) = plugin_problems("nowhere")

    assert "nowhere" in problem
    assert "pip install kaohe-nowhere" in problem


def test_option_that_does_not_bind_is_named() -> None:
    parameters = {
        "how": {
            "title": "方式",
            "type": "choice",
            "default": "a",
            "options": {"a": "甲", "b": "乙"},
        }
    }
    total = {"title": "总分", "choose": {
        "parameter": "how", "a": {"sum": ["base", "honours"]}, "b": {"sum": ["base", "nobody"]},
    }}  # fmt: skip
    broken = under_test(parameters=parameters, scores={**BASE["scores"], "total": total})

    (problem,) = schemes.scheme_problems(broken)

    assert problem.startswith("（how=b）")
    assert "nobody" in problem


def test_findings_of_the_lint_fail_unless_allowed() -> None:
    idle = {**BASE["items"], "idle": {"title": "没人用", "items": [{"id": "x", "title": "某项"}]}}
    scheme = under_test(items=idle)

    found = schemes.lint_problems(scheme)

    assert found
    codes = tuple(text.split()[1] for text in found)
    assert schemes.lint_problems(scheme, allowed=codes) == []


def test_engine_that_computes_otherwise_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: one unit off in the total."""
    import polars as pl

    def off_by_one(*args: object, **tables: object) -> pl.DataFrame:
        return score_frames(*args, **tables).with_columns(pl.col("score_total") + 1)  # type: ignore[arg-type]

    monkeypatch.setattr(frames, "score_frames", off_by_one)

    found = schemes.frame_problems(under_test(), "polars", seeds=1)

    assert "score_total" in found[0]
    assert "逐步计算" in found[0]


def test_figures_beyond_the_bounds_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a plan that promises less than it computes."""
    scheme = under_test()
    plan = scheme.compile({})
    low = {name: (a, a) for name, (a, _) in plan.exact_bounds.items()}
    monkeypatch.setattr(
        SchemeUnderTest, "compile", lambda self, parameters: replace(plan, exact_bounds=low)
    )

    assert any("超出" in text for text in schemes.scoring_problems(scheme, seeds=1))


def test_record_that_loses_a_row_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a writer that forgets the entries."""
    from kaohe.kit.record_text import record_text
    from kaohe.testing import templates

    monkeypatch.setattr(
        templates, "record_text",
        lambda scheme, facts, **more: record_text(scheme, replace(facts, entries=()), **more),
    )  # fmt: skip

    assert template_problems(under_test()) == ["虚构数据写成记录再读回，表 entries 变了"]
