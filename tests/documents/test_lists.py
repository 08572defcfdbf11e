"""Lists and streaks on paper and in workbooks."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from kaohe.documents.composition import notice_of, sheet_of, table_of_proposal
from kaohe.documents.notices import notice_pdf
from kaohe.documents.sheets import sheet_pdf
from kaohe.documents.tables import table_pdf
from kaohe.documents.workbooks import table_xlsx
from kaohe.results.models import Notice, Proposal
from kaohe.results.queries import rows_of
from kaohe.results.views.common import explanation_of
from tests.results.quarters import computed, published, run

pytestmark = pytest.mark.django_db
FIRST = {"甲": "95", "乙": "80", "丙": "92"}


def text_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).replace(
        "\n", ""
    )


def test_table_and_workbook_name_the_members() -> None:
    data = table_of_proposal(published(run("2025-Q1", FIRST)))

    text = text_of(table_pdf(data))
    book = load_workbook(BytesIO(table_xlsx(data)))

    assert "灰榜" in text
    assert "取最后 1 名" in text
    cells = {row[0].value: row[1].value for row in book["方法与参数"].iter_rows()}
    assert cells["名单：灰榜"] == "乙（3 个有得分的对象，取最后 1 名［六3］）"
    assert cells["名单：连续两次灰榜"].startswith("无（")


def test_sheet_says_why() -> None:
    proposal = computed(run("2025-Q1", FIRST))
    row = next(r for r in rows_of(proposal) if r.subject.title == "乙")

    text = text_of(sheet_pdf(sheet_of(row, explanation_of(row, public=False))))

    assert "灰榜：列入" in text
    assert "红榜：未列入" in text


def test_notice_posts_lists() -> None:
    published(run("2025-Q1", FIRST))

    text = text_of(notice_pdf(notice_of(Notice.objects.get())))

    assert "红榜：甲" in text
    assert "灰榜：乙" in text


def test_table_without_grades_is_undecided_until_a_meeting() -> None:
    for quarter in ("2025-Q1", "2025-Q2"):
        published(run(quarter, FIRST))
    campaign = run("2025", FIRST, rollup="year")

    assert table_of_proposal(computed(campaign)).state == "系统建议，尚未全部审定"
    decided = Proposal.objects.get(pk=published(campaign).pk)
    assert table_of_proposal(decided).state == "已审定"
