"""An honour is claimed with its certificate and verified by somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit

pytestmark = pytest.mark.e2e
HONOUR = "县级先进基层党组织（县委〔2026〕18号）"
UNIT = "沙河村党支部"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a4944415478da63"
    "6000000002000148afa4710000000049454e44ae426082"
)


def test_an_honour_counts_once_somebody_else_saw_the_certificate(
    visit: Visit, tmp_path: Path
) -> None:
    certificate = tmp_path / "证书.png"
    certificate.write_bytes(PNG)
    head, other = visit("shahecun", width=390), visit("kaoheban")
    head.open("/tasks/")
    head.follow("申报加分")
    head.page.get_by_role("link", name="申报").last.click()
    head.page.get_by_label("名称与依据").fill(HONOUR)
    head.page.locator("input[name=quantity]").fill("2")
    head.press("提交")
    # Without a certificate it is kept, not handed in.
    assert "请上传证书" in head.says()
    expect(head.page.get_by_label("名称与依据")).to_have_value(HONOUR)
    head.page.locator("input[type=file]").set_input_files(certificate)
    head.press("保存并提交核验")
    assert HONOUR in head.says()
    assert "待核验" in head.says()
    expect(head.page.locator("tfoot .num")).to_have_text("0.00")

    other.open("/claims/")
    claim = other.page.locator("article", has_text=HONOUR)
    with other.page.expect_download() as download:
        claim.get_by_role("link", name="证书.png").click()
    assert download.value.suggested_filename.endswith(".png")
    with other.page.expect_navigation():
        claim.get_by_role("button", name="不通过").last.click()
    assert "理由" in other.page.locator(".messages").inner_text()
    with other.page.expect_navigation():
        claim.get_by_role("button", name="通过", exact=True).click()

    expect(other.page.locator("tr", has_text=HONOUR)).to_contain_text("考核办演示员")
    head.page.reload()
    assert "已核验" in head.says()
    expect(head.page.locator("tfoot .num")).to_have_text("2.00")
