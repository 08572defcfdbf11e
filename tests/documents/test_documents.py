"""Documents read back: text, fonts, pages, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kaohe.ballots.definition import Definition, load_definition
from kaohe.ballots.printing import PrintedSlip, SlipBatch, printer
from kaohe.documents import slips
from kaohe.documents.fonts import FontError, FontSet
from kaohe.documents.inputs import GradeCell, SlipInput, SlipRun
from kaohe.documents.notices import notice_pdf
from kaohe.documents.paper_ballots import blank_ballot_pdf
from kaohe.documents.sheets import sheet_pdf
from kaohe.documents.slips import group_code, slips_pdf
from kaohe.documents.tables import table_pdf
from tests.documents.sample import (
    HOSTILE,
    explanation,
    fonts_of,
    notice_input,
    page_texts,
    plain_text,
    poppler_text,
    sheet_input,
    table_input,
)

Make = Callable[[FontSet], bytes]
BALLOT = {
    "kind": "ballot", "title": "民主测评", "unit": "䶮山村党支部", "blank": "allowed",
    "aspects": [{"id": "a", "title": "履行职责"}, {"id": "b", "title": "组织建设"}],
    "options": [{"label": "优秀", "points": "100"}, {"label": "较差", "points": "40"}],
    "strata": {"member": "普通党员", "resident": "群众"},
}  # fmt: skip


def run_of(count: int, **changes: str) -> SlipRun:
    """A print run."""
    slip = SlipInput(
        "民主测评", "䶮山村党支部", "普通党员", "https://kaohe.example.org/v#ABCDEFGHJKMNPQRSTVWXYZ0123",
        "kaohe.example.org/v", "9F3KM-XW2T7",
    )  # fmt: skip
    return SlipRun("测评票", (replace(slip, **changes),) * count)


def ballot() -> Definition:
    """A ballot with two classes of voters."""
    return load_definition(BALLOT)


DOCUMENTS: dict[str, Make] = {
    "sheet": lambda fonts: sheet_pdf(sheet_input(), fonts=fonts),
    "table": lambda fonts: table_pdf(table_input(), fonts=fonts),
    "notice": lambda fonts: notice_pdf(notice_input(), fonts=fonts),
    "slips": lambda fonts: slips_pdf(run_of(9), fonts=fonts),
    "ballot": lambda fonts: blank_ballot_pdf(ballot(), fonts=fonts),
}


@pytest.fixture(params=sorted(DOCUMENTS))
def make(request: pytest.FixtureRequest) -> Make:
    """Each kind of document."""
    return DOCUMENTS[request.param]


def test_document_is_the_same_twice(make: Make, fonts: FontSet) -> None:
    assert make(fonts) == make(fonts)


def test_document_embeds_its_fonts(make: Make, fonts: FontSet) -> None:
    found = fonts_of(make(fonts))

    assert found
    assert [name for name, embedded in found if not embedded or "Helvetica" in name] == []


def test_document_draws_no_missing_glyph(
    make: Make, fonts: FontSet, uncovered: list[tuple[str, str]]
) -> None:
    make(fonts)

    assert uncovered == []


def test_watch_for_missing_glyphs_sees_one(
    fonts: FontSet, uncovered: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: without the fallback a rare character would be drawn as a box."""
    monkeypatch.setattr(FontSet, "find", lambda self, role, char: self.name(role))

    sheet_pdf(sheet_input(person="龘"), fonts=fonts)

    assert "龘" in {char for _, char in uncovered}


@pytest.mark.parametrize("kind", ["sheet", "table", "notice"])
def test_rare_characters_are_copied_out_right(kind: str, fonts: FontSet) -> None:
    pdf = DOCUMENTS[kind](fonts)

    assert "㛃𬭎" in plain_text(pdf)
    other = poppler_text(pdf)
    assert other is None or "㛃𬭎" in other


def test_sheet_shows_every_figure(fonts: FontSet) -> None:
    text = plain_text(sheet_pdf(sheet_input(), fonts=fonts))

    for figure in ("93.94", "98.50", "86.84", "87.92", "88.94", "65.53", "89.83", "82.17"):
        assert figure in text
    assert "98.50×0.60+86.84×0.30+87.92×0.10=93.944→93.94" in text
    assert "(88.94+90.22+100.00+65.53+70.00+98.30+91.06+90.64)÷8=86.83625→86.84" in text
    assert "三(四)2" in text
    assert "封顶100" in text
    assert "没有起作用" in text
    assert "取10%，只有这样60+30+10才等于100" in text
    assert "参数：荣誉加分加在哪里=加在考核组得分上" in text
    assert "9f" * 32 in text


def test_sheet_shows_proposal_beside_decision(fonts: FontSet) -> None:
    page = explanation()
    first = replace(
        page.grades[0], decided="良好", changed=True, reason="整改未完成", minutes="党委〔2026〕3号"
    )
    data = replace(sheet_input(), explanation=replace(page, grades=(first, *page.grades[1:])))

    text = plain_text(sheet_pdf(data, fonts=fonts))

    assert "良好（审定）" in text
    assert "调整：整改未完成；党委〔2026〕3号" in text
    assert "（待审定）" in text


def test_sheet_without_score_says_what_is_missing(fonts: FontSet) -> None:
    page = explanation()
    tree = replace(page.tree, value="", missing="民主测评没有有效票", exact=None, formula="")
    data = replace(sheet_input(), explanation=replace(page, total="", tree=tree))

    text = plain_text(sheet_pdf(data, fonts=fonts))

    assert "没有得分：民主测评没有有效票" in text


def test_pages_are_counted(fonts: FontSet) -> None:
    pages = page_texts(sheet_pdf(sheet_input(), fonts=fonts))

    for number, text in enumerate(pages, start=1):
        assert f"第{number}页共{len(pages)}页" in "".join(text.split())


def test_long_table_repeats_its_head(fonts: FontSet) -> None:
    pages = page_texts(table_pdf(table_input(150), fonts=fonts))

    with_rows = [text for text in pages if "98.50" in text]
    assert len(with_rows) > 4
    assert all("民主测评" in text and "综合得分" in text for text in with_rows)
    assert "第150村党支部" in "".join("".join(pages).split())


def test_changed_grade_shows_what_was_proposed(fonts: FontSet) -> None:
    data = table_input(1)
    cell = GradeCell("第1村党支部", "良好", "优秀", changed=True)
    rows = (replace(data.rows[0], grades={"branch": cell}),)

    assert "良好建议优秀" in plain_text(table_pdf(replace(data, rows=rows), fonts=fonts))


def test_missing_total_is_a_dash_not_zero(fonts: FontSet) -> None:
    data = table_input(1)
    rows = (replace(data.rows[0], total=None, rank=None, group_rank=None),)

    text = plain_text(table_pdf(replace(data, rows=rows), fonts=fonts))

    assert "0.00" not in text
    assert "—" in text


def test_table_without_rows_prints(fonts: FontSet) -> None:
    assert "得分汇总表" in plain_text(table_pdf(table_input(0), fonts=fonts))


def test_notice_has_dates_contact_and_anchor(fonts: FontSet) -> None:
    text = plain_text(notice_pdf(notice_input(), fonts=fonts))

    assert "公示期2025年12月5日至2025年12月12日，共5个工作日" in text
    assert "电话0000-1234567" in text
    assert "0c" * 32 in text
    assert "de" * 32 in text
    assert "青岭乡考核办公室2025年12月5日" in text


@pytest.mark.parametrize("kind", ["sheet", "table", "notice", "slips", "ballot"])
def test_hostile_text_is_only_text(
    kind: str, fonts: FontSet, uncovered: list[tuple[str, str]]
) -> None:
    long = HOSTILE + "长" * 32_000
    if kind == "sheet":
        pdf = sheet_pdf(sheet_input(title=long, notes={"opinion": long}), fonts=fonts)
    elif kind == "slips":
        pdf = slips_pdf(run_of(1, unit=long, title=HOSTILE, stratum=HOSTILE), fonts=fonts)
    elif kind == "ballot":
        definition = replace(ballot(), unit=HOSTILE, note=long)
        pdf = blank_ballot_pdf(definition, fonts=fonts)
    else:
        table = table_input(2)
        row = replace(table.rows[0], title=long, person=HOSTILE, group=HOSTILE, remark=long)
        table = replace(table, rows=(row, table.rows[1]))
        if kind == "table":
            pdf = table_pdf(table, fonts=fonts)
        else:
            pdf = notice_pdf(notice_input(table=table, contact=long), fonts=fonts)

    assert "<b>粗</b>&<fontsize=99>大</font>" in plain_text(pdf)
    assert uncovered == []


def test_sheet_of_many_parts_lists_some_at_the_head(fonts: FontSet) -> None:
    page = explanation()
    part = replace(page.tree, shares=(), children=(), title="小项", value="4.00")
    tree = replace(page.tree, shares=(), children=(part,) * 40)
    data = replace(sheet_input(), explanation=replace(page, tree=tree))

    text = plain_text(sheet_pdf(data, fonts=fonts))

    assert "其余32项见下文" in text
    assert text.count("小项") == 8 + 40


def test_very_long_sums_split_over_pages(fonts: FontSet) -> None:
    page = explanation()
    sum_ = " + ".join(["91.50"] * 4000)
    tree = replace(page.tree, formula=sum_)
    data = replace(sheet_input(), explanation=replace(page, tree=tree))

    text = plain_text(sheet_pdf(data, fonts=fonts))

    assert text.count("91.50") >= 4000


def test_slips_carry_code_and_nothing_that_tells_them_apart(fonts: FontSet) -> None:
    pages = page_texts(slips_pdf(run_of(9), fonts=fonts))
    words = "".join("".join(pages).split())

    assert len(pages) == 2
    assert words.count("9F3-KMXW-2T7") == 9
    assert len(set(words.split("䶮山村党支部")[1:9])) == 1
    assert "页" not in words


def test_slips_of_another_poll_start_a_page(fonts: FontSet) -> None:
    run = SlipRun("票", (*run_of(1).slips, *run_of(1, title="述职评议").slips))

    assert len(page_texts(slips_pdf(run, fonts=fonts))) == 2


def test_batch_of_the_ballots_floor_prints(fonts: FontSet) -> None:
    slip = PrintedSlip(
        "民主测评", "甲村党支部", "", "https://x.example/v#A", "x.example/v", "AAAAA-BBBBB"
    )

    text = plain_text(slips_pdf(SlipBatch("测评票 1 张", (slip,)), fonts=fonts))

    assert "AAA-AABB-BBB" in text
    assert "投票人类别" not in text


def test_no_printer_is_offered_without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> FontSet:
        raise FontError("没有字体")

    assert printer() is slips_pdf
    monkeypatch.setattr(slips, "default_fonts", fail)
    assert printer() is None


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("9F3KM-XW2T7", "9F3-KMXW-2T7"), ("9F3KMXW2T7", "9F3-KMXW-2T7"), ("ABC", "ABC")],
)
def test_typed_code_is_grouped(typed: str, printed: str) -> None:
    assert group_code(typed) == printed


def test_blank_ballot_has_a_page_for_each_class(fonts: FontSet) -> None:
    pages = page_texts(blank_ballot_pdf(ballot(), fonts=fonts))

    assert ["普通党员" in pages[0], "群众" in pages[1], len(pages)] == [True, True, 2]
    assert pages[0].count("□") == 4


def test_blank_form_has_lines_for_scores(fonts: FontSet) -> None:
    form = load_definition(
        {
            "kind": "form", "title": "述职评议表", "unit": "甲村党支部", "blank": "refused",
            "scores": [{"id": "team", "title": "班子", "maximum": "100"}],
            "texts": [{"id": "advice", "title": "建议"}],
        }
    )  # fmt: skip
    text = plain_text(blank_ballot_pdf(form, fonts=fonts))

    assert "班子100" in text
    assert "每一项都要打分" in text
