"""One township with rare characters in its names, scored, and what documents need around it."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

from pypdf import PdfReader

from kaohe.documents.inputs import (
    Column,
    GradeCell,
    Imprint,
    Method,
    NoticeInput,
    SheetInput,
    TableInput,
    TableRow,
)
from kaohe.results.explanation.page import Explanation, explain
from kaohe.scoring.compilation import compile_scheme
from kaohe.scoring.derivation import Result
from kaohe.scoring.facts import Entry, Facts, Mark, Subject, Vote
from tests.scoring.schemes import responsibility

TALLIES = (
    (30, 10, 5, 2), (28, 12, 5, 0), (47, 0, 0, 0), (0, 20, 20, 7),
    (10, 10, 10, 10), (45, 1, 0, 1), (33, 9, 3, 2), (29, 15, 2, 1),
)  # fmt: skip
IMPRINT = Imprint(
    campaign="青岭乡 2025 年度考核",
    period="2025",
    scheme="乡镇党建工作责任制考核",
    version="2026.1",
    fingerprint="9f" * 32,
    digest="ab" * 32,
    anchor="0c" * 32,
    proposal=1,
    institution="青岭乡考核办公室",
)
HOSTILE = "<b>粗</b> & <font size=99>大</font> ]]> {{ 7*7 }} \x00\x08\x1b\u202e\ud800\ufeff 结束"


def facts(*, title: str = "䶮山村党支部", person: str = "㛃𬭎") -> Facts:
    """The fourth worked example."""
    items = responsibility().items["aspects"].items
    marks, votes = [], []
    sheets = (("self_sheet", "本单位", "97"), ("group_sheet", "甲", "96"),
              ("group_sheet", "乙", "97.5"), ("group_sheet", "丙", "95"))  # fmt: skip
    for instrument, respondent, total in sheets:
        left = 100 - Decimal(total)
        for item in items:
            cut = min(left, Decimal(3))
            left -= cut
            marks.append(Mark("u", instrument, respondent, item.id, item.points - cut))
    for item, counts in zip(items, TALLIES, strict=True):
        for option, count in zip(("优秀", "良好", "一般", "较差"), counts, strict=True):
            votes.append(Vote("u", "vote", "member", item.id, option, count))
    for aspect, given in (("team", ("91", "88.5", "90")), ("secretary", ("79", "82", "85.5"))):
        votes += [Vote("u", "debrief_form", "", aspect, mark, 1) for mark in given]
    entries = tuple(
        Entry("u", "", "honour", Decimal(points), reason="证书") for points in ("2", "5")
    )
    return Facts(
        (Subject("u", title, "village", person),), tuple(marks), tuple(votes), entries,
        period="2025",
    )  # fmt: skip


@cache
def scored() -> Result:
    """The example's result."""
    return compile_scheme(responsibility()).score(facts())


def explanation(**changes: object) -> Explanation:
    """The example's page; `changes` to the subject's result."""
    scheme = responsibility()
    parameters = {k: p.default for k, p in scheme.parameters.items()}
    result = replace(scored().subjects[0], **changes)  # type: ignore[arg-type]
    return explain(result, scheme=scheme, parameters=parameters)


def sheet_input(**changes: object) -> SheetInput:
    """A score sheet."""
    return SheetInput(explanation(**changes), IMPRINT)


def table_input(count: int = 3, **changes: object) -> TableInput:
    """A result table with so many units."""
    rows = tuple(
        TableRow(
            title=f"第{n}村党支部",
            group="村党支部" if n % 2 else "机关党支部",
            person="㛃𬭎",
            scores={"target": Decimal("98.50"), "ballot": None},
            total=Decimal("93.94") - n,
            rank=n,
            group_rank=(n + 1) // 2,
            grades={"branch": GradeCell(f"第{n}村党支部", "优秀", "优秀")},
        )
        for n in range(1, count + 1)
    )
    data = TableInput(
        imprint=IMPRINT,
        columns=(Column("target", "目标考核", "60%"), Column("ballot", "民主测评", "30%")),
        total="综合得分",
        grades=(("branch", "党组织等次"),),
        rows=rows,
        method=Method(
            sums=("综合得分 = 目标考核 × 60% + 民主测评 × 30%",),
            bands=("党组织等次：优秀 90 分及以上",),
            scores=(("目标考核", "000 §1 三(一)3"),),
            parameters=(("公示天数", "5"),),
            gaps=(("没有写公示期", "默认 5 个工作日"),),
        ),
        labels={"branch": ("优秀", "良好")},
        state="已审定",
    )
    return replace(data, **changes)  # type: ignore[arg-type]


def notice_input(**changes: object) -> NoticeInput:
    """A notice."""
    data = NoticeInput(
        title="关于青岭乡 2025 年度考核结果的公示",
        table=table_input(),
        starts=date(2025, 12, 5),
        ends=date(2025, 12, 12),
        days="5 个工作日",
        contact="考核办公室，电话 0000-1234567",
        digest="de" * 32,
        address="https://kaohe.example.org/notices/abc/",
    )
    return replace(data, **changes)  # type: ignore[arg-type]


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, as a reader copies it out."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def plain_text(pdf: bytes) -> str:
    """All text without spaces and line ends: lines break anywhere."""
    return "".join("".join(page_texts(pdf)).split())


def poppler_text(pdf: bytes) -> str | None:
    """The text as another reader sees it; None if the machine has none."""
    if not shutil.which("pdftotext"):
        return None
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def fonts_of(pdf: bytes) -> list[tuple[str, bool]]:
    """Name of each font a page declares, and whether it is embedded."""
    found = []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for reference in page["/Resources"].get("/Font", {}).values():
            font = reference.get_object()
            descriptor = font.get("/FontDescriptor")
            embedded = descriptor is not None and "/FontFile2" in descriptor.get_object()
            found.append((str(font["/BaseFont"]), embedded))
    return found
