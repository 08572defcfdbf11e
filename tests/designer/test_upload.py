"""A scheme is uploaded, checked, tried, offered, used, and then frozen."""

from __future__ import annotations

from typing import Any

import pytest

from kaohe import catalogue
from kaohe.audit.models import JournalEntry
from kaohe.campaigns.models import Campaign
from kaohe.campaigns.services import freeze_scheme
from kaohe.scheme.reading import read_source
from kaohe.schemebooks import read_any_source, scheme_workbook
from kaohe.site.designer import services
from kaohe.site.designer.models import SchemeDraft
from kaohe.site.designer.offers import schemes_on_offer
from tests.designer.conftest import Office, browser, scheme_bytes
from tests.kit.schemes import BASE, RULED, shipped


def text(response: Any) -> str:
    return response.content.decode()


def only() -> SchemeDraft:
    return SchemeDraft.objects.get()


def offered(office: Office, **changes: Any) -> SchemeDraft:
    office.upload(scheme_bytes(**changes))
    office.designer.post(f"/schemes/{only().pk}/state/", {"to": "offer"})
    return only()


@pytest.mark.parametrize("kind", ["organiser", "assessor", "decider", "auditor", "technician"])
def test_only_designers_see_the_pages(office: Office, kind: str) -> None:
    office.upload(scheme_bytes())
    other = office.organiser if kind == "organiser" else browser(kind)
    pk = only().pk

    for address in ("/schemes/", f"/schemes/{pk}/", f"/schemes/{pk}/try/"):
        assert other.get(address).status_code == 403
    assert other.get(f"/schemes/{pk}/file/yaml/").status_code == 403
    assert other.post(f"/schemes/{pk}/state/", {"to": "offer"}).status_code == 403
    assert only().state == SchemeDraft.State.DRAFT


def test_upload_is_kept_and_read_back_to_the_designer(office: Office) -> None:
    response = office.upload(scheme_bytes())

    row = only()
    assert response.status_code == 302
    assert (row.scheme_id, row.version, row.state) == ("office.own", "2026.1", "draft")
    page = text(office.designer.get(f"/schemes/{row.pk}/"))
    assert "试用办法" in page
    assert "履职" in page
    assert "怎样计分" in page
    assert JournalEntry.objects.filter(action="scheme.upload").count() == 1


def test_workbook_and_yaml_are_the_same_scheme(office: Office) -> None:
    source = read_source(scheme_bytes(), name="x")
    office.upload(scheme_workbook(source), "办法.xlsx")
    row = only()

    assert row.fingerprint == source.fingerprint
    for kind in ("yaml", "xlsx"):
        response = office.designer.get(f"/schemes/{row.pk}/file/{kind}/")
        assert read_any_source(response.content, name="x").fingerprint == source.fingerprint
    assert office.designer.get(f"/schemes/{row.pk}/file/docx/").status_code == 404


def test_every_mistake_is_shown_and_nothing_is_kept(office: Office) -> None:
    wrong = scheme_bytes(period="week", decimals="viele")

    response = office.upload(wrong)

    assert response.status_code == 422
    assert text(response).count("办法.yaml:") == 2
    assert not SchemeDraft.objects.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"\xff\xfe", b"- a\n- b\n"])
def test_files_that_are_no_scheme_are_refused(office: Office, content: bytes) -> None:
    assert office.upload(content).status_code == 422
    assert not SchemeDraft.objects.exists()


def test_id_of_an_installed_plugin_is_refused(office: Office, monkeypatch: Any) -> None:
    source = read_source(scheme_bytes(), name="x")
    entry = catalogue.CatalogueEntry(source, "other", None)  # type: ignore[arg-type]
    monkeypatch.setattr(catalogue, "schemes", lambda *names: {"office.own": entry})

    assert "已由安装的插件提供" in text(office.upload(scheme_bytes()))
    assert not SchemeDraft.objects.exists()


def test_lint_errors_keep_a_scheme_from_being_offered(office: Office) -> None:
    items = {"work": {**BASE["items"]["work"], "total": "90"}}
    row = offered(office, items=items)

    assert row.state == SchemeDraft.State.DRAFT
    assert "office.own" not in schemes_on_offer()
    assert "错误" in text(office.designer.get(f"/schemes/{row.pk}/"))


def test_offered_scheme_can_be_chosen_and_withdrawn_again(office: Office) -> None:
    row = offered(office)
    assert "试用办法（2026.1）" in text(office.organiser.get("/campaigns/new/"))

    office.designer.post(f"/schemes/{row.pk}/state/", {"to": "withdraw"})

    assert "试用办法（2026.1）" not in text(office.organiser.get("/campaigns/new/"))
    actions = list(JournalEntry.objects.values_list("action", flat=True))
    assert actions == ["scheme.upload", "scheme.offer", "scheme.withdraw"]


def test_corrections_replace_the_draft_until_a_campaign_uses_it(office: Office) -> None:
    offered(office)
    office.upload(scheme_bytes(title="改过的办法"))
    assert (only().title, only().state) == ("改过的办法", SchemeDraft.State.DRAFT)

    office.designer.post(f"/schemes/{only().pk}/state/", {"to": "offer"})
    form = {"scheme": "office.own", "title": "2025 年考核", "period": "2025"}
    assert office.organiser.post("/campaigns/new/", form).status_code == 302
    assert Campaign.objects.get().scheme.fingerprint == only().fingerprint

    refused = office.upload(scheme_bytes(title="再改"))
    assert "已经用于考核" in text(refused)
    assert "2026.2" in text(refused)
    assert only().title == "改过的办法"
    assert office.upload(scheme_bytes(title="再改", version="2026.2")).status_code == 302
    assert "改动　名称：改过的办法 → 再改" in text(
        office.designer.get(f"/schemes/{SchemeDraft.objects.get(version='2026.2').pk}/")
    )


def test_same_content_again_changes_nothing(office: Office) -> None:
    row = offered(office)
    freeze_scheme(read_source(scheme_bytes(), name="x"), actor="考核办")

    assert office.upload(scheme_bytes()).status_code == 302
    assert only().state == row.state == SchemeDraft.State.OFFERED


def test_a_version_replaced_meanwhile_is_not_offered(office: Office) -> None:
    office.upload(scheme_bytes())
    seen = only()
    office.upload(scheme_bytes(title="别人改的"))

    with pytest.raises(services.UploadRefused, match="重新上传"):
        services.offer(seen, actor="设计")
    assert only().state == SchemeDraft.State.DRAFT


def test_trial_shows_the_forms_and_scores_what_is_typed(office: Office) -> None:
    office.upload(scheme_bytes(items={"work": RULED}))
    address = f"/schemes/{only().pk}/try/"
    page = text(office.designer.get(address))
    assert "走访" in page
    assert "扣分情形" in page
    assert "逐级推导" not in page

    names = [n.split('"')[0] for n in page.split('name="')[1:] if n.startswith("sheet-")]
    figures = {n: "1" for n in names if "_marks" in n or "mark" in n}
    scored = text(office.designer.post(address, figures))

    assert "逐级推导" in scored
    assert Campaign.objects.count() == 0


def test_trial_of_every_shipped_scheme_opens(office: Office) -> None:
    for source in shipped().values():
        row = SchemeDraft(
            scheme_id=source.id, version=source.version, title=source.title,
            fingerprint=source.fingerprint, data=source.data, file_name="x.yaml",
        )  # fmt: skip
        from django.utils import timezone

        row.uploaded_at = timezone.now()
        row.save()
        for address in (f"/schemes/{row.pk}/", f"/schemes/{row.pk}/try/"):
            assert office.designer.get(address).status_code == 200
