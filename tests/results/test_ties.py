"""Equal totals put in order by criteria: on pages, notices and downloads."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from kaohe.documents.composition import notice_of, sheet_of, table_of_proposal
from kaohe.documents.notices import notice_pdf
from kaohe.documents.sheets import sheet_pdf
from kaohe.register.models import Role
from kaohe.results.models import Notice
from kaohe.results.queries import rows_of
from kaohe.results.tabulation import build_table
from kaohe.results.views.common import explanation_of
from tests.results import quarters
from tests.results.test_list_pages import page

pytestmark = pytest.mark.django_db
MARKS = {"甲": {"a": "50", "b": "30"}, "乙": {"a": "45", "b": "35"}, "丙": {"a": "60", "b": "10"}}
RULE = "季度得分相同的依次比较“作风”"
TOLD = "季度得分同为 80.00 的有 2 个，依次比较“作风”（35.00 高于 30.00）"


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quarterly scheme with two items, one of which decides between equal totals."""
    items = [
        {"id": "a", "title": "学习", "points": "60"}, {"id": "b", "title": "作风", "points": "40"},
    ]  # fmt: skip
    scores = {**quarters.SCHEME["scores"], "style": {"title": "作风", "item": "sheet.b"}}
    scheme = {
        **quarters.SCHEME, "items": {"all": {"title": "项目", "items": items}}, "scores": scores,
        "ties_by": ["style"],
    }  # fmt: skip
    monkeypatch.setattr(quarters, "SCHEME", scheme)


def campaign() -> quarters.Campaign:
    made = quarters.run("2025-Q1", dict.fromkeys(MARKS, "0"))
    for subject in made.subjects.all():
        sheet = subject.sheets.get()
        sheet.data = {"marks": MARKS[subject.title]}
        sheet.save()
    return made


@pytest.mark.usefixtures("decided")
def test_ranks_are_decided_sorted_and_told() -> None:
    proposal = quarters.computed(campaign())
    rows = rows_of(proposal)

    assert {row.subject.title: row.rank for row in rows} == {"甲": 2, "乙": 1, "丙": 3}
    scheme = quarters.source().bind()
    table = build_table(rows, scheme, {}, sort="total")
    assert [row.title for row in table.rows] == ["乙", "甲", "丙"]
    assert not any(row.tied or row.group_tied for row in table.rows)
    assert f"{RULE}；仍相同的并列" in page(reverse("results:campaign", args=[proposal.campaign_id]))
    second = proposal.campaign.subjects.get(title="乙")
    for name, kind in (("subject", Role.Kind.AUDITOR), ("subject_text", Role.Kind.DECIDER)):
        text = page(reverse(f"results:{name}", args=[second.pk]), kind)
        assert TOLD in text
        assert f"3 个有得分的对象，取前 1 名；{TOLD}；第 1 名，列入" in text


@pytest.mark.usefixtures("decided")
def test_the_public_reads_the_rule_and_no_figure_of_a_score_that_is_not_posted() -> None:
    quarters.published(campaign())
    notice = Notice.objects.get()
    content = notice.content

    assert content["ties"] == RULE
    second = next(one for one in content["rows"] if one["title"] == "乙")
    notice_page = Client().get(reverse("results:notice", args=[notice.slug])).content.decode()
    assert f"{RULE}，仍相同的并列" in notice_page
    for name in ("notice_subject", "notice_text"):
        url = reverse(f"results:{name}", args=[notice.slug, second["subject"]])
        text = Client().get(url).content.decode()
        assert "季度得分同为 80.00 的有 2 个，依次比较“作风”" in text
        assert "35.00" not in text
        assert "30.00" not in text
    url = reverse("results:notice_json", args=[notice.slug, second["subject"]])
    assert "30.00" not in Client().get(url).content.decode()


@pytest.mark.usefixtures("decided")
def test_papers_say_it_too() -> None:
    proposal = quarters.published(campaign())
    row = next(r for r in rows_of(proposal) if r.subject.title == "乙")

    def text_of(content: bytes) -> str:
        pages = PdfReader(BytesIO(content)).pages
        return "".join(one.extract_text() for one in pages).replace("\n", "")

    assert TOLD in text_of(sheet_pdf(sheet_of(row, explanation_of(row, public=False))))
    assert table_of_proposal(proposal).method.sums == (RULE,)
    assert RULE in text_of(notice_pdf(notice_of(Notice.objects.get())))


def test_a_notice_of_a_scheme_without_criteria_is_as_before() -> None:
    quarters.published(quarters.run("2025-Q1", {"甲": "90", "乙": "90"}))

    assert "ties" not in Notice.objects.get().content
