"""Lint: each kind of finding is found, and nothing is found where nothing is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaohe.scheme.lint import CODES, Finding, lint
from kaohe.scheme.reading import read_source
from tests.scheme.samples import LITERAL, SMALL
from tests.scheme.test_lint_parts import CASES as PARTS
from tests.scheme.test_lint_reach import CASES as REACH

DOCS = Path(__file__).resolve().parents[2] / "docs" / "lint.md"

CASES: dict[str, tuple[str, str]] = {
    "L001": ("b: {mean: [base, base]}", "b: {weighted: {base: 90}}"),
    "L002": ("total: 100\n    cite", "total: 120\n    cite"),
    "L003": ("total: 100\n    cite", "announced: 3\n    cite"),
    "L004": ('sheet: own, cite: "一"', 'sheet: own, cite: "一", announced: {maximum: 120}'),
    "L005": (
        "b: {mean: [base, base]}",
        "b: {weighted: {base: 100}}\n  more: {title: 附, weighted: {base: 100}, cite: x, "
        "announced: {weight: 5}}\n  most: {title: 末, weighted: {more: 100}, cite: x}",
    ),
    "L006": (
        "b: {mean: [base, base]}",
        "b: {weighted: {half: 100}}\n  half: {title: 另一半, sheet: own, cite: x, "
        "announced: {weight: 50}}",
    ),
    "L007": (
        "b: {mean: [base, base]}",
        "b: {weighted: {base: 60, half: 40}}\n  half: {title: 另一半, weighted: {base: 100}, "
        'cite: "二"}',
    ),
    "L008": ("b: {mean: [base, base]}", "b: {scale: {of: base, source: 60}}"),
    "L009": ("b: {mean: [base, base]}", "b: {weighted: {base: 0}}"),
    "L014": ("差: 0}", "差: 0}, announced: {好: 85-, 差: -84.99}"),
    "L015": (
        "      - {id: two, title: 乙, points: {parameter: points, index: 1}}",
        "      - {id: two, title: 乙}",
    ),
    "L016": ("- {id: two", "- {id: none, title: 无, points: 0}\n      - {id: two"),
    "L017": ("items: table}", "items: table, step: 7}"),
    "L018": (
        "scores:\n",
        "  v: {type: ballot, title: 票, aspects: table, options: {差: 50, 好: 100}}\nscores:\n",
    ),
    "L035": ('title: 总分\n    cite: "二"', "title: 总分"),
    "L063": ("grades:\n", "stages: [{id: s, title: 甲, who: assessor}]\ngrades:\n"),
    "L064": ("grades:\n", "stages: [{id: s, title: 甲, who: voter, does: [own]}]\ngrades:\n"),
    "L065": ("grades:\n", "notice: {days: 0, unit: working}\ngrades:\n"),
    "L066": (
        'cite: "三"}',
        'cite: "三", limits: [{when: {score: base, below: 9}, at_most: 好, cite: x}]}',
    ),
    "L067": ("parameters:\n", "  head: {title: 负责人, kind: person, of: unit}\nparameters:\n"),
    "L010": ("差: 0", "差: 10"),
    "L011": ("好: 80", "好: 95"),
    "L012": ("bands: {好: 80, 差: 0}", "bands: {好: 80, 差: 0}, announced: {好: 80-, 差: -79}"),
    "L013": ("bands: {好: 80, 差: 0}", "bands: {好: 80, 差: 0}, announced: {好: 80-, 差: -85}"),
    "L020": (
        "scores:\n",
        "  other: {type: sheet, title: 另一张, by: assessors, items: table}\nscores:\n",
    ),
    "L021": (
        "instruments:\n",
        '  more: {title: 没人填, cite: "x", items: [{id: z, title: 丁}]}\ninstruments:\n',
    ),
    "L024": ("items:\n  table", "  idle: {title: 闲, type: number, default: 1}\nitems:\n  table"),
    "L025": ("items:\n  table", "  idle: {title: 闲, type: number}\nitems:\n  table"),
    "L030": ("items:\n  table", "gaps: {g: {about: 没写}}\nitems:\n  table"),
    "L031": (
        'of: total, bands: {好: 80, 差: 0}, cite: "三"}',
        "of: total, bands: {好: 80, 差: 0}, gap: g}\ngaps: {g: {about: 没写, resolution: 照办}}",
    ),
    "L032": ("items:\n  table", "gaps: {g: {about: 没写, resolution: 照办}}\nitems:\n  table"),
    "L033": ('title: 总分\n    cite: "二"', "title: 总分"),
    "L034": ('cite: "一"\n    items', "items"),
    "L040": ("at: 90", "at: 100"),
    "L041": ("a: {cap: {of: base, at: 90}}", "a: {floor: {of: base, at: 0}}"),
    "L042": ("at: 90", "at: 0"),
    "L043": ("a: {cap: {of: base, at: 90}}", "a: {mean: [base]}"),
    "L044": ("at: 90", "at: 90}, decimals: 2, help: x"),
    "L060": ("grades:\n", "stages: [{id: s, title: 甲, who: organiser}]\ngrades:\n"),
    "L062": ("title: 总分", "title: 基础分"),
}


def found(text: str, **parameters: str) -> list[Finding]:
    """Findings of a scheme text."""
    return lint(read_source(text, name="x.yaml"), parameters=parameters or None)


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    assert [] == found(SMALL)


@pytest.mark.parametrize("code", [c for c in CASES if c not in ("L001", "L005", "L044")])
def test_each_kind_is_found(code: str) -> None:
    before, after = CASES[code]
    assert before in SMALL

    findings = found(SMALL.replace(before, after, 1))

    assert code in {f.code for f in findings}
    (first,) = [f for f in findings if f.code == code][:1]
    assert first.what
    assert first.why
    assert first.remedy
    assert first.place.startswith("x.yaml:")


def test_documented_codes_exist() -> None:
    headings = [s[:4] for s in DOCS.read_text("utf-8").split("### ")[1:]]

    assert sorted(CODES) == headings


def test_weights_that_do_not_make_a_hundred_are_found() -> None:
    before, after = CASES["L001"]

    assert "L001" in {f.code for f in found(SMALL.replace(before, after), on="b")}


def test_values_beyond_exact_integers_are_found() -> None:
    text = SMALL.replace("total: 100\n    cite", "cite").replace("total: 100}", "}")
    text = text.replace('["60", "40"]', '["999999999", "1"]').replace("decimals: 2", "decimals: 6")
    text = text.replace("at: 90", "at: 999999999").replace(
        "{mean: [base, base]}", "{scale: {of: base, source: 0.000001, target: 999999999}}"
    )

    assert "L044" in {f.code for f in found(text, on="b")}


def test_unused_rules_and_impossible_limits_and_turnout_are_found() -> None:
    text = (
        SMALL.replace("choose:\n      parameter: on\n      a: {cap: {of: base, at: 90}}\n      b: "
                      "{mean: [base, base]}", "mean: [base, base]")
        .replace("instruments:\n", "instruments:\n  v: {type: ballot, title: 票, aspects: table, "
                 "options: {好: 100, 差: 50}, turnout: [{at_least: 5}]}\n")
        .replace("scores:\n", "entries:\n  e: {title: 加分, sign: \"+\"}\nscores:\n"
                 "  spare: {title: 备用, sheet: own, cite: x}\n")
        .replace('cite: "三"}', 'cite: "三", limits: [{when: {score: base, at_least: 101}, at_most: 差}]}')
    )  # fmt: skip

    codes = {f.code for f in found(text)}

    assert {"L020", "L022", "L023", "L024", "L050", "L061"} <= codes


def test_a_literal_regulation_shows_its_contradictions() -> None:
    findings = lint(read_source(LITERAL.read_bytes(), name="duty.yaml"))

    by_code = {f.code: f.what for f in findings if f.severity == "error"}
    assert "60 + 30 + 20 = 110" in by_code["L001"]
    assert "合计 90" in by_code["L002"]
    assert "宣布 8 项，列出 7 项" in by_code["L003"]
    assert "20%" in by_code["L005"]
    gaps = [f.what for f in findings if f.code == "L012"]
    assert any("89.01 至 89.99" in g for g in gaps)
    assert any("79.01 至 79.99" in g for g in gaps)
    assert "没有写达不到怎么办" in by_code["L050"]
    assert "民意调查" in by_code["L030"]


def test_shares_stated_clause_by_clause_are_added_up() -> None:
    findings = lint(read_source((LITERAL.parent / "clauses.yaml").read_bytes(), name="c.yaml"))

    by_code = {f.code: f.what for f in findings if f.severity == "error"}
    assert "60 + 30 + 20 = 110" in by_code["L006"]
    assert "写 20%，“综合得分”的公式里是 10%" in by_code["L005"]
    assert "宣布 8 项，列出 7 项" in by_code["L003"]
    assert 7 == sum(f.code == "L015" for f in findings)
    assert 3 == sum(f.code == "L012" for f in findings)
    assert ["L035"] == [f.code for f in findings if f.severity == "warning"]


def test_items_that_make_sixty_under_a_heading_of_a_hundred_are_found() -> None:
    findings = lint(read_source((LITERAL.parent / "bureau.yaml").read_bytes(), name="b.yaml"))

    found_codes = {f.code: f.what for f in findings}
    assert "合计 60，宣布的总分是 100" in found_codes["L002"]
    assert "最多 60 分，宣布的满分是 100" in found_codes["L004"]
    assert "按满分 100 折算，而最多能得 60" in found_codes["L008"]


def test_a_branch_that_is_not_the_default_is_linted_too() -> None:
    text = SMALL.replace("b: {mean: [base, base]}", "b: {cap: {of: base, at: 100}}")

    (finding,) = found(text)

    assert ("L040", "scores.total.choose.b.cap") == (finding.code, finding.path)


def test_what_only_another_choice_uses_is_not_called_unused() -> None:
    text = SMALL.replace("b: {mean: [base, base]}", "b: {mean: [base, spare]}").replace(
        "scores:\n", "scores:\n  spare: {title: 备用, sheet: own, cite: x}\n"
    )

    assert [] == found(text)
    assert ["L022"] == [f.code for f in found(text, on="a")]


def test_a_parameter_without_default_does_not_keep_the_rest_from_being_linted() -> None:
    text = SMALL.replace('default: ["60", "40"], ', "").replace("at: 90", "at: 100")

    assert {"L025", "L040"} == {f.code for f in found(text)}


def test_a_recorded_gap_silences_what_it_resolves() -> None:
    text = LITERAL.read_text("utf-8").replace(
        'announced: {优秀: 90-, 良好: 80-89, 一般: 70-79, 较差: -69}\n    cite: "三(四)3"',
        "announced: {优秀: 90-, 良好: 80-89, 一般: 70-79, 较差: -69}\n    gap: unresolved",
    )

    assert "L012" not in {f.code for f in found(text)}


def test_findings_are_machine_readable() -> None:
    (finding,) = [f for f in found(SMALL.replace("at: 90", "at: 100")) if f.code == "L040"]

    assert {"code", "severity", "place", "path", "what", "why", "remedy"} == set(finding.as_dict())


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_documented_and_tested(code: str) -> None:
    (section,) = [s for s in DOCS.read_text("utf-8").split("### ") if s.startswith(code)]
    assert f"\n{CODES[code].severity}. Example: " in section
    assert CODES[code].why + CODES[code].remedy in section
    tested = {
        *CASES,
        *(case[0] for case in (*PARTS, *REACH)),
        "L074",
        "L022",
        "L023",
        "L027",
        "L047",
        "L050",
        "L061",
    }
    assert code in tested
