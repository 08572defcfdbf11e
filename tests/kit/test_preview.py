"""The preview: the forms of a file, the score of what was typed, and the file's changes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client

from kaohe.campaigns.models import CampaignSubject, Sheet
from kaohe.schemebooks import scheme_workbook
from kaohe.site.preview import workshop as bench
from tests.kit.schemes import BASE, RULED, shipped, small

pytestmark = pytest.mark.django_db


class Desk:
    """A designer at work: a file, and a browser."""

    def __init__(self, path: Path) -> None:
        self.path, self.client = path, Client()

    def write(self, **changes: Any) -> None:
        self.path.write_text(json.dumps({**BASE, **changes}, ensure_ascii=False), "utf-8")

    def page(self, address: str) -> str:
        response = self.client.get(address, follow=True)
        assert response.status_code == 200, (address, response.status_code)
        return response.content.decode()

    def stamp(self, subject: int) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/preview/stamp/?subject={subject}").json()
        return found

    def type(self, **marks: str) -> None:
        """What autosave stores, on every sheet."""
        for sheet in Sheet.objects.all():
            sheet.data = {"marks": marks}
            sheet.save()


@pytest.fixture
def desk(tmp_path: Path, settings: Any) -> Iterator[Desk]:
    path = tmp_path / "办法.yaml"
    settings.KAOHE_PREVIEW_FILE = str(path)
    settings.ROOT_URLCONF = "kaohe.site.preview.urls"
    player = "kaohe.site.preview.middleware.PreviewMiddleware"
    settings.MIDDLEWARE = [*site.MIDDLEWARE, player]
    bench.workshop.cache_clear()
    found = Desk(path)
    found.write()
    yield found
    bench.workshop.cache_clear()


def subject() -> CampaignSubject:
    return CampaignSubject.objects.get()


def test_every_form_opens_for_whoever_fills_it_in(desk: Desk) -> None:
    page = desk.page("/preview/")

    assert "评分表" in page
    for sheet in Sheet.objects.all():
        assert "履职" in desk.page(f"/sheets/{sheet.pk}/")
    assert "加分" in desk.page(f"/subjects/{subject().pk}/claims/honour/")


def test_only_what_units_claim_can_be_opened_and_the_rest_is_said_to_be_made_up(desk: Desk) -> None:
    deduction = {"title": "差错扣分", "sign": "-", "most": "5", "cite": "三"}
    desk.write(entries={**BASE["entries"], "fault": deduction})
    page = desk.page("/preview/")

    for address in re.findall(r'href="(/subjects/[^"]+)"', page):
        desk.page(address)
    assert "/claims/fault/" not in page
    assert '差错扣分 <span class="muted">扣分，由别人登记' in page


def test_the_score_follows_what_is_typed(desk: Desk) -> None:
    desk.page("/preview/")
    before = desk.stamp(subject().pk)["score"]
    desk.type(duty="50", team="30.5")

    after = desk.stamp(subject().pk)["score"]
    page = desk.page(f"/preview/score/{subject().pk}/")

    assert before.startswith("总分 —")
    assert after.startswith("总分 ")
    assert after != before
    assert "80.50" in page
    assert "逐级推导" in page


def test_a_saved_change_moves_the_stamp_and_keeps_what_was_typed(desk: Desk) -> None:
    desk.page("/preview/")
    desk.type(duty="50", team="30")
    sheets = set(Sheet.objects.values_list("pk", flat=True))
    before = desk.stamp(subject().pk)["stamp"]
    work = {**BASE["items"]["work"], "title": "新的工作"}
    work["items"] = [{**work["items"][0], "title": "履行职责"}, work["items"][1]]
    desk.write(items={"work": work})

    after = desk.stamp(subject().pk)

    assert after["stamp"] != before
    assert set(Sheet.objects.values_list("pk", flat=True)) == sheets
    page = desk.page(f"/sheets/{min(sheets)}/")
    assert "履行职责" in page
    assert 'value="50"' in page


def test_a_broken_file_lists_its_mistakes_and_keeps_the_last_good_version(desk: Desk) -> None:
    desk.page("/preview/")
    desk.path.write_text(desk.path.read_text("utf-8").replace('"60"', '"sechzig"'), "utf-8")

    page = desk.page("/preview/")

    assert "文件有 1 处错误" in page
    assert "办法.yaml:1:" in page
    assert "履职" in desk.page(f"/sheets/{Sheet.objects.first().pk}/")  # type: ignore[union-attr]

    desk.write()
    assert "文件有 1 处错误" not in desk.page("/preview/")


def test_a_file_wrong_from_the_start_says_so(desk: Desk) -> None:
    desk.path.write_text("id: x\n", "utf-8")

    assert "处错误" in desk.page("/preview/")


def test_a_workbook_is_shown_as_well(desk: Desk) -> None:
    desk.path.write_bytes(scheme_workbook(small(items={"work": RULED})))

    desk.page("/preview/")
    assert "走访" in desk.page(f"/sheets/{Sheet.objects.first().pk}/")  # type: ignore[union-attr]


def test_instruments_that_go_take_their_sheets_along(desk: Desk) -> None:
    desk.page("/preview/")
    assert Sheet.objects.count() == 3
    own = {**BASE["instruments"]["sheet"], "by": "subject"}
    desk.write(instruments={"sheet": own})

    desk.page("/preview/")

    assert Sheet.objects.count() == 1


@pytest.mark.parametrize("scheme_id", sorted(shipped()))
def test_every_scheme_on_offer_can_be_previewed(desk: Desk, scheme_id: str) -> None:
    desk.path.write_bytes(scheme_workbook(shipped()[scheme_id]))

    assert "处错误" not in desk.page("/preview/").partition("<h1>")[2]
    for row in CampaignSubject.objects.all():
        assert "逐级推导" in desk.page(f"/preview/score/{row.pk}/")
    for sheet in Sheet.objects.order_by("subject_id", "instrument", "pk")[:4]:
        desk.page(f"/sheets/{sheet.pk}/")


def test_pages_keep_the_content_policy(desk: Desk) -> None:
    response = desk.client.get("/preview/")
    text = response.content.decode()

    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "<script>" not in text
    assert "style=" not in text
