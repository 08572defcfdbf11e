"""Simulation: repeatable, counts what bites, and finds what decides."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from kaohe import catalogue
from kaohe.cli import main
from kaohe.kit.biting import BiteCount
from kaohe.kit.drawing import drawn_again
from kaohe.kit.record_text import record_text
from kaohe.kit.simulation import Simulation, simulate
from kaohe.scheme.reading import SchemeSource
from kaohe.scoring import compile_scheme
from kaohe.scoring.facts import Entry, Facts, Mark, Subject
from tests.kit.schemes import BASE, ruled, shipped, small


def tried(source: SchemeSource, **options: int) -> Simulation:
    scheme = source.bind(operators=catalogue.syntaxes())
    plan = compile_scheme(scheme, operators=catalogue.meanings())
    return simulate(plan, **{"runs": 2, "subjects": 8, **options})  # type: ignore[arg-type]


def facts_of(*subjects: tuple[str, str, str]) -> Facts:
    """Subjects with marks for the two items of the small scheme."""
    marks = [
        Mark(name, "sheet", "甲", item, Decimal(value))
        for name, *values in subjects
        for item, value in zip(("duty", "team"), values, strict=True)
    ]
    return Facts(tuple(Subject(name, name) for name, *_ in subjects), tuple(marks))


def test_the_same_seed_gives_the_same_figures() -> None:
    assert tried(small(), seed=3) == tried(small(), seed=3)
    assert tried(small(), seed=3) != tried(small(), seed=4)


def test_everybody_is_counted_once() -> None:
    found = tried(ruled(), runs=3, subjects=7)

    assert found.spread.count + found.spread.missing == 21
    assert sum(one.count for one in found.bins) == found.spread.count
    assert sum(found.grades["等次"].values()) == found.spread.count


def test_bites_are_counted_on_known_facts() -> None:
    """Of three one is capped; one of the two that hold the best grade is limited."""
    source = small(entries={"honour": {"title": "加分", "sign": "+", "most": "30", "cite": "三"}})
    plan = compile_scheme(source.bind())
    facts = facts_of(("a", "60", "40"), ("b", "40", "30"), ("c", "10", "10"))
    bonus = Entry("b", "", "honour", Decimal(25), "", "", None, "verified", "获奖")
    capped = Entry("a", "", "honour", Decimal(5), "", "", None, "verified", "获奖")
    count = BiteCount(plan)
    given = replace(facts, entries=(bonus, capped))
    count.add(plan.score(given), given)
    found = {one.kind: (one.fired, one.seen) for one in count.found.values()}

    assert found["cap"] == (1, 3)
    assert found["limit"] == (1, 3)


def test_quotas_and_lists_are_counted() -> None:
    grade = {**BASE["grades"]["grade"], "limits": [],
             "quotas": [{"label": "好", "share": "50", "moves_to": "中", "cite": "六"}]}  # fmt: skip
    source = small(grades={"grade": grade}, lists={"top": {"title": "前两名", "first": "2"}})
    plan = compile_scheme(source.bind())
    facts = facts_of(("a", "60", "40"), ("b", "59", "40"), ("c", "58", "40"), ("d", "1", "1"))
    count = BiteCount(plan)
    count.add(plan.score(facts), facts)
    found = {one.kind: (one.fired, one.seen) for one in count.found.values()}

    assert found["quota"] == (1, 3)
    assert found["list"] == (2, 4)


def test_the_indicator_that_alone_varies_decides_everything() -> None:
    plan = compile_scheme(small(entries={}, scores={
        "base": {"title": "基本分", "sheet": "sheet"}, "total": {"title": "总分", "score": "base"},
    }).bind())  # fmt: skip
    record = facts_of(("a", "60", "30"), ("b", "40", "30"), ("c", "20", "30"), ("d", "5", "30"))

    found = simulate(plan, runs=4, subjects=12, record=record).deciders

    shares = {one.title: one.share for one in found}
    team = found[-1]
    assert set(shares) == {"评分表（整张）", "评分表 · 履职", "评分表 · 班子"}
    assert min(shares["评分表（整张）"], shares["评分表 · 履职"]) > 60
    assert (team.share, team.shift, team.tops) == (0, 0, 0)


def test_a_draw_keeps_each_subjects_rows_together() -> None:
    record = facts_of(("a", "60", "30"), ("b", "40", "20"))

    drawn = drawn_again(record, seed=1, run=0, subjects=9)

    by_subject = {s.id: [m.value for m in drawn.marks if m.subject == s.id] for s in drawn.subjects}
    assert len(by_subject) == 9
    assert {tuple(v) for v in by_subject.values()} == {(60, 30), (40, 20)}


def test_progress_ends_at_its_end() -> None:
    told: list[tuple[int, int]] = []
    scheme = small().bind()

    simulate(compile_scheme(scheme), runs=2, subjects=5, progress=lambda *step: told.append(step))

    assert told == sorted(told, key=lambda step: step[0] / step[1])
    assert told[-1][0] == told[-1][1]


@pytest.mark.parametrize("scheme_id", sorted(shipped()))
def test_every_shipped_scheme_can_be_tried(
    scheme_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["simulate", scheme_id, "--runs", "1", "--subjects", "4", "--quiet", "--format", "json"]

    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["total"]["count"] + found["total"]["missing"] == 4


def test_a_record_is_drawn_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scheme, record = tmp_path / "scheme.yaml", tmp_path / "record.json"
    scheme.write_text(json.dumps(BASE, ensure_ascii=False), "utf-8")
    facts = facts_of(("a", "60", "40"), ("b", "50", "30"))
    record.write_text(record_text(small().bind(), facts), "utf-8")

    words = ["simulate", str(scheme), "--record", str(record), "--runs", "3", "--quiet"]
    assert main(words) == 0
    out = capsys.readouterr().out

    assert "每轮 2 个考核对象" in out
    assert "从未触发" in out


def test_an_unusable_scheme_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "no.such"]) == 2
    assert "没有考核办法" in capsys.readouterr().err


def test_what_has_no_word_of_its_own_is_told_by_an_example() -> None:
    """“质量得分：质控检查表 · 考核人1” would not say what fired there."""
    sheet = {**BASE["instruments"]["sheet"], "several": "trimmed"}
    plan = compile_scheme(small(instruments={"sheet": sheet}).bind())
    marks = [
        Mark("a", "sheet", who, item, Decimal(value))
        for who, value in (("甲", 10), ("乙", 20), ("丙", 30))
        for item in ("duty", "team")
    ]
    facts = Facts((Subject("a", "a"),), tuple(marks))
    counted = BiteCount(plan)
    counted.add(plan.score(facts), facts)

    assert "基本分（如：去掉 20.00、60.00）" in {bite.title for bite in counted.found.values()}
