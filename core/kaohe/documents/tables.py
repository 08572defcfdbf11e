"""The result table of all units, on paper and as a workbook; and the notice."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from reportlab.platypus import Flowable

from kaohe.documents.fonts import FontSet
from kaohe.documents.page import (
    BODY,
    HEADING,
    SMALL,
    SUBTITLE,
    TEXT,
    TITLE,
    Furniture,
    build_pdf,
    gap,
    grid,
)
from kaohe.documents.paragraphs import Content, Paragraph

MAX_CELL = 32_000
_FORMULA = tuple("=+-@\t\r\x00＝＋－＠")


def _heads(content: Mapping[str, Any]) -> list[str]:
    columns = [
        f"{title}{f'（{weight}）' if weight else ''}" for _, title, weight in content["columns"]
    ]
    grades = [title for _, title in content["grades"]]
    return ["序号", "单位", "类别", "书记", *columns, content["total"], "名次", "类内名次", *grades]


def _rows(content: Mapping[str, Any]) -> list[list[str]]:
    out = []
    for number, row in enumerate(content["rows"], start=1):
        grades = [
            (row["grades"].get(key) or {}).get("decided")
            or (row["grades"].get(key) or {}).get("proposed")
            or ""
            for key, _ in content["grades"]
        ]
        out.append(
            [
                str(number),
                row["title"],
                row["group_title"],
                row["person"],
                *(str(row["scores"].get(key) or "") for key, _, _ in content["columns"]),
                str(row["total"] or ""),
                str(row["rank"] or ""),
                str(row["group_rank"] or ""),
                *grades,
            ]
        )
    return out


def table_pdf(content: Mapping[str, Any], *, title: str, state: str, fonts: FontSet) -> bytes:
    """Print all units on landscape pages.

    Args:
        content: as `kaohe.results.posting.notice_content` gives it.
    """
    heads, rows = _heads(content), _rows(content)
    width = 757.0
    fixed = {0: 30, 1: 120, 2: 76, 3: 56}
    rest = (width - sum(fixed.values())) / (len(heads) - len(fixed))
    widths = [fixed.get(i, rest) for i in range(len(heads))]
    numbers = range(4, 4 + len(content["columns"]) + 3)
    cells: list[list[Content]] = [list(heads), *[list(r) for r in rows]]
    story: list[Flowable] = [
        Paragraph(f"{title}得分汇总表", TITLE.but(size=17, leading=26), fonts),
        Paragraph(
            f"考核周期：{content['period']}　状态：{state}　共 {len(rows)} 个单位", SUBTITLE, fonts
        ),
        grid(cells, widths, fonts=fonts, right=(0, *numbers)),
        gap(8),
        *[Paragraph(t, SMALL, fonts) for t in _method_lines(content)],
    ]
    foot = f"办法指纹 {content['scheme']['fingerprint'][:16]}　结果指纹 {content['digest'][:16]}"
    furniture = Furniture(head="", foot=foot, wide=True)
    return build_pdf(story, fonts=fonts, title=f"{title}得分汇总表", furniture=furniture)


def _method_lines(content: Mapping[str, Any]) -> list[str]:
    scheme = content["scheme"]
    formula = " + ".join(f"{title} × {weight}" for _, title, weight in content["columns"] if weight)
    bands = "；".join(
        f"{title}：" + "，".join(f"{label} {low} 分及以上" for label, low in content["bands"][key])
        for key, title in content["grades"][:1]
    )
    return [
        f"办法：{scheme['title']} {scheme['version']}（{scheme['document']}）。",
        f"{content['total']} = {formula}。每个列出的分数四舍五入后用于下一步。" if formula else "",
        f"{bands}。" if bands else "",
    ]


def notice_pdf(
    content: Mapping[str, Any],
    *,
    title: str,
    office: str,
    starts: str,
    ends: str,
    contact: str,
    anchor: str,
    fonts: FontSet,
) -> bytes:
    """Print the notice that is posted."""
    rows: list[list[Content]] = [
        ["序号", "单位", "类别", content["total"], *[t for _, t in content["grades"]]]
    ]
    for number, row in enumerate(content["rows"], start=1):
        grades = [(row["grades"].get(k) or {}).get("decided") or "—" for k, _ in content["grades"]]
        rows.append(
            [str(number), row["title"], row["group_title"], str(row["total"] or "—"), *grades]
        )
    grades_width = 75.0
    widths = [32, 459 - 32 - 90 - 70 - grades_width * len(content["grades"]), 90, 70]
    widths += [grades_width] * len(content["grades"])
    period = f"公示时间：{starts} 至 {ends}。" if ends else f"自 {starts} 起公布。"
    objection = (
        f"如有异议，请在公示期内向{contact}反映。"
        if contact
        else "如有异议，请在公示期内向考核办反映。"
    )
    story: list[Flowable] = [
        Paragraph(title, TITLE, fonts),
        gap(6),
        Paragraph(
            f"根据《{content['scheme']['title']}》，{content['period']} 年度考核已经审定，现将结果公示如下。"
            f"{period}{objection}",
            BODY,
            fonts,
        ),
        gap(8),
        grid(rows, widths, fonts=fonts, right=(0, 3)),
        Paragraph("计算方法", HEADING, fonts),
        *[Paragraph(t, TEXT, fonts) for t in _method_lines(content) if t],
        *(
            [Paragraph("文件未写明之处，按以下做法执行：", TEXT.but(before=4), fonts)]
            if content["gaps"]
            else []
        ),
        *[
            Paragraph(f"· {g['about']}{g['resolution']}", SMALL.but(left=10), fonts)
            for g in content["gaps"]
        ],
        gap(26),
        Paragraph(office or "考核工作领导小组", BODY.but(align="right", first=0, right=30), fonts),
        Paragraph(starts, BODY.but(align="right", first=0, right=30), fonts),
    ]
    furniture = Furniture(foot=f"日志锚点 {anchor[:24]}　结果指纹 {content['digest'][:16]}")
    return build_pdf(story, fonts=fonts, title=title, furniture=furniture)


def table_xlsx(content: Mapping[str, Any], *, title: str, state: str) -> bytes:
    """The result table as a workbook: figures are figures, text is never a formula."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
              "strings_to_numbers": False}
    )  # fmt: skip
    head = book.add_format({"bold": True, "bg_color": "#F0EEE8", "border": 1, "text_wrap": True,
                            "align": "center", "valign": "vcenter"})  # fmt: skip
    text = book.add_format({"border": 1})
    number = book.add_format({"border": 1, "num_format": "0.00"})
    whole = book.add_format({"border": 1, "num_format": "0"})
    sheet = book.add_worksheet("得分汇总")
    heads, rows = _heads(content), _rows(content)
    big = book.add_format({"bold": True, "font_size": 14, "align": "center"})
    sheet.merge_range(0, 0, 0, len(heads) - 1, plain_cell(f"{title}得分汇总表（{state}）"), big)
    for column, name in enumerate(heads):
        sheet.write_string(1, column, plain_cell(name), head)
    ranks = {len(heads) - len(content["grades"]) - 2, len(heads) - len(content["grades"]) - 1, 0}
    figures = set(range(4, len(heads) - len(content["grades"])))
    for line, row in enumerate(rows, start=2):
        for column, value in enumerate(row):
            decimal = _decimal(value) if column in figures or column == 0 else None
            if decimal is not None:
                sheet.write_number(
                    line, column, float(decimal), whole if column in ranks else number
                )
            else:
                sheet.write_string(line, column, plain_cell(value), text)
    sheet.freeze_panes(2, 2)
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 20)
    sheet.set_column(2, len(heads) - 1, 13)
    sheet.set_landscape()
    sheet.repeat_rows(0, 1)
    sheet.fit_to_pages(1, 0)
    method = book.add_worksheet("方法和参数")
    lines = [*_method_lines(content), "", "参数"]
    lines += [f"{name}：{value}" for name, value in content["parameters"]]
    lines += ["", "文件未写明之处"] + [f"{g['about']}{g['resolution']}" for g in content["gaps"]]
    lines += ["", f"办法指纹 {content['scheme']['fingerprint']}", f"结果指纹 {content['digest']}"]
    for line, value in enumerate(lines):
        method.write_string(line, 0, plain_cell(value))
    method.set_column(0, 0, 110)
    book.close()
    return out.getvalue()


def plain_cell(value: str) -> str:
    """Text that stays text in every program that opens the workbook."""
    kept = "".join(c for c in value if c in "\n\t" or ord(c) >= 32)
    kept = kept[:MAX_CELL]
    return f"'{kept}" if kept.startswith(_FORMULA) else kept


def _decimal(value: str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None
