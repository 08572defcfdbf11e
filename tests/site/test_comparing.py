"""The organiser uploads an office's own workbook, confirms its columns, sees what is wrong."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kaohe.campaigns import services
from kaohe.campaigns.models import Campaign
from tests.results.township import ACTOR, frozen_scheme
from tests.site.conftest import Site

HEADINGS = (
    "单位名称", "自评", "考核组1", "优秀", "良好", "一般", "较差", "班子", "书记得分", "综合得分",
)  # fmt: skip


@pytest.fixture
def campaign(site: Site) -> Campaign:
    """A campaign of both villages."""
    row = services.create_campaign(
        title="2026 年度考核", scheme=frozen_scheme(), period="2026",
        subjects=[(u, "village") for u in site.villages], actor=ACTOR,
    )  # fmt: skip
    services.open_campaign(row, actor=ACTOR)
    return Campaign.objects.get(pk=row.pk)


def workbook(*totals: float) -> SimpleUploadedFile:
    """Two villages that reach 90 everywhere, and their totals."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "汇总"
    sheet.append(HEADINGS)
    for title, total in zip(("东村党支部", "西村党支部"), totals, strict=True):
        sheet.append([title, 90, 90, 20, 20, 0, 0, 90, 90, total])
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("汇总.xlsx", out.getvalue())


def form_of(page: Any) -> dict[str, str]:
    """What the page asks to be sent back."""
    asked = page.context["asked"]
    chosen = {c.field: c.meaning for _, columns in asked.tables() for c in columns}
    return {"kept": asked.kept, "name": page.context["name"], "facts": "own", **chosen}


def test_the_columns_are_shown_before_anything_is_compared(site: Site, campaign: Campaign) -> None:
    url = reverse("organiser:compare", args=[campaign.pk])
    assert site.organiser.get(url).status_code == 200

    page = site.organiser.post(url, {"file": workbook(90, 90)})

    text = page.content.decode()
    assert page.status_code == 200
    assert "认对了吗" in text
    assert '<option value="score:total" selected>' in text
    assert "found" not in page.context


def test_wrong_figures_are_shown_with_their_cause(site: Site, campaign: Campaign) -> None:
    url = reverse("organiser:compare", args=[campaign.pk])
    first = site.organiser.post(url, {"file": workbook(90, 900)})

    page = site.organiser.post(url, {**form_of(first), "action": "compare"})

    (one,) = page.context["found"].differences
    assert (one.cell, one.office, one.ours, one.cause.code) == ("J3", "900", "90.00", "digits")
    assert "小数点" in page.content.decode()


def test_a_column_can_be_left_out(site: Site, campaign: Campaign) -> None:
    url = reverse("organiser:compare", args=[campaign.pk])
    first = site.organiser.post(url, {"file": workbook(90, 900)})
    form = form_of(first)
    (total,) = [field for field, meaning in form.items() if meaning == "score:total"]

    page = site.organiser.post(url, {**form, total: "", "action": "compare"})

    assert page.status_code == 422
    assert "没有一格可以核对" in page.content.decode()
    assert page.context["asked"].kept == form["kept"]


def test_the_marked_workbook_can_be_taken_away(site: Site, campaign: Campaign) -> None:
    url = reverse("organiser:compare", args=[campaign.pk])
    first = site.organiser.post(url, {"file": workbook(90, 900)})

    done = site.organiser.post(url, {**form_of(first), "action": "xlsx"})

    book = openpyxl.load_workbook(io.BytesIO(done.content))
    assert book["汇总"]["J3"].comment is not None
    assert "核对结果" in book.sheetnames


@pytest.mark.parametrize("sent", [{}, {"kept": "%%"}, {"kept": "aGVsbG8="}])
def test_what_is_no_workbook_is_refused(
    site: Site, campaign: Campaign, sent: dict[str, str]
) -> None:
    page = site.organiser.post(reverse("organiser:compare", args=[campaign.pk]), sent)

    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()


def test_the_campaigns_own_data_can_be_taken(site: Site, campaign: Campaign) -> None:
    url = reverse("organiser:compare", args=[campaign.pk])
    first = site.organiser.post(url, {"file": workbook(90, 900)})

    page = site.organiser.post(url, {**form_of(first), "facts": "recorded", "action": "compare"})

    assert page.status_code == 200
    assert page.context["recorded"]
