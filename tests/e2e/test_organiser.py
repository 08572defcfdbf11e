"""From collected facts to a public notice: the office, the committee, somebody without an account."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.e2e.conftest import Visit
from tests.e2e.demo_site import UNDECIDED, DemoSite
from tests.e2e.visitors import Visitor

pytestmark = pytest.mark.e2e
MINUTES = "青党纪要〔2025〕3号"
NOTICE = "青岭乡 2024 年度考核结果的公示"
CHANGED, WHY = "柳湾村党支部", "会上议定：全年工作好于得分"


def download(visitor: Visitor, link: str) -> bytes:
    """The file behind a link that downloads."""
    with visitor.page.expect_download() as arriving:
        visitor.page.get_by_role("link", name=link).first.click()
    return Path(arriving.value.path()).read_bytes()


def pdf_text(data: bytes) -> str:
    """All text of a PDF without white space."""
    pages = PdfReader(io.BytesIO(data)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def totals(office: Visitor) -> dict[str, str]:
    """Unit -> total, as the table of results shows them."""
    rows = office.page.locator("table.rs-list tbody tr")
    names = rows.locator("th a").all_inner_texts()
    return dict(zip(names, rows.locator("td.rs-sum b").all_inner_texts(), strict=True))


def decide(committee: Visitor, button: str) -> None:
    """Name the meeting and press a button of the decision page."""
    committee.page.get_by_label("会议纪要编号").fill(MINUTES)
    with committee.page.expect_navigation():
        committee.page.get_by_role("button", name=re.compile(button)).click()


def test_a_year_is_computed_decided_published_and_read_by_anybody(
    visit: Visit, site: DemoSite
) -> None:
    office, committee, anybody = visit("kaoheban"), visit("dangwei"), visit(width=390)
    own, results = f"/campaigns/{site.undecided}/", f"/campaigns/{site.undecided}/results/"
    office.open(results)
    assert "还没有测算" in office.says()
    office.press("测算")
    scores = totals(office)
    assert 26 == len(scores)
    assert 1 == office.page.locator(".rs-flagcell .tag-bad").count()

    # While it is under way nothing can be decided; the office says when everything is in.
    committee.open("/decisions/")
    committee.follow(UNDECIDED)
    assert "收齐后才能审定" in committee.says()
    office.open(own)
    office.press("已经收齐，交审定")
    office.open(own + "publication/")
    assert "还不能公示" in office.says()

    # A grade is changed for a reason only; the flag keeps its unit open until somebody says why.
    committee.page.reload()
    row = committee.page.locator("tbody tr", has_text=CHANGED)
    row.locator("select").first.select_option(label="调整为 良好")
    decide(committee, "保存选择")
    assert "没有保存" in committee.says()
    row.locator("select").first.select_option(label="调整为 良好")
    row.locator("input[type=text]").first.fill(WHY)
    decide(committee, "保存选择")
    expect(row.first).to_contain_text(WHY)
    decide(committee, "同意其余")
    # The secretary's grade follows the branch's: nobody adopts it unseen.
    assert "49 / 52" in re.sub(r"\s+", " ", committee.says())
    assert "随同产生的等次要重新审定" in committee.says()
    row.locator("select").last.select_option(label="调整为 良好")
    row.locator("input[type=text]").last.fill(WHY)
    decide(committee, "保存选择")
    assert "50 / 52" in re.sub(r"\s+", " ", committee.says())
    flag = committee.page.locator("form.note-warn")
    flag.locator("input[name=reason]").fill("实到人数略少，各类代表都到了")
    with committee.page.expect_navigation():
        flag.get_by_role("button").click()
    office.open(results)
    office.press("重新测算")
    assert scores == totals(office)
    committee.open(own + "decision/")
    decide(committee, "同意其余")
    assert "52 / 52" in re.sub(r"\s+", " ", committee.says())

    office.open(own + "publication/")
    office.page.get_by_label("公示标题").fill(NOTICE)
    office.page.get_by_label("反映问题的途径").fill("乡考核办")
    office.press("公布")

    # Anybody, on a phone: the notice, a number's derivation, the same in the printed files.
    anybody.open("/notices/")
    anybody.follow(NOTICE)
    assert "乡考核办" in anybody.says()
    shown = anybody.page.locator("tbody tr", has_text=CHANGED).first
    assert scores[CHANGED] in shown.inner_text()
    assert "良好" in shown.inner_text()
    notice = anybody.page.url
    assert scores[CHANGED] in pdf_text(download(anybody, "下载公示文件（PDF）"))
    with anybody.page.expect_navigation():
        shown.get_by_role("link", name=CHANGED).click()
    assert scores[CHANGED] in anybody.says()
    anybody.page.locator("details.rs-step summary").first.click()
    assert anybody.page.locator("code").count() > 3

    # The reason of the committee was not to be published.
    assert WHY not in anybody.says()
    anybody.page.goto(notice)
    assert WHY not in anybody.says()
    office.open(results)
    assert scores["青石村党支部"] in pdf_text(download(office, "汇总表（PDF）"))
    table = load_workbook(io.BytesIO(download(office, "汇总表（Excel）")))
    cells = {str(c.value) for sheet in table for line in sheet.iter_rows() for c in line}
    assert {"青石村党支部", CHANGED} <= cells
    with zipfile.ZipFile(io.BytesIO(download(office, "全部得分表（ZIP）"))) as sheets:
        files = [n for n in sheets.namelist() if n.endswith(".pdf")]
        assert 26 == len(files)
        one = next(n for n in files if CHANGED in n)
        assert scores[CHANGED] in pdf_text(sheets.read(one))

    # An objection: the notice goes, the year is taken up again; what did not change stays decided.
    office.open(own + "publication/")
    office.page.get_by_label("撤回理由").fill("核实异议")
    office.press("撤回")
    assert "重新开放" in office.says()
    office.open(own)
    office.page.get_by_label("理由").fill("核实异议")
    office.press("重新开放")
    office.press("已经收齐，交审定")
    office.open(results)
    office.press("重新测算")
    assert scores == totals(office)
    office.open(own + "publication/")
    office.page.get_by_label("公示标题").fill(NOTICE + "（更正）")
    office.page.get_by_label("反映问题的途径").fill("乡考核办")
    office.press("公布")
    anybody.open("/notices/")
    anybody.follow(NOTICE + "（更正）")
    assert "本公示更正此前撤回的公示，撤回理由：核实异议" in anybody.says()


def test_a_respondent_redoes_the_published_total_step_by_step(visit: Visit) -> None:
    """Last year's result: page, text and PDF of the same derivation carry the same numbers."""
    head = visit("tianbao", width=390)
    head.open("/tasks/")
    head.follow("查看结果")
    total = head.page.locator("h1").first.inner_text()
    assert "石门村党支部" in total
    steps = head.page.locator("details.rs-step").count()
    assert steps > 3
    head.page.get_by_role("button", name="全部展开").click()
    expect(head.page.locator("details.rs-step:not([open])")).to_have_count(0)
    assert "88.26" in head.says()
    assert "88.26" in pdf_text(download(head, "PDF"))
