"""The score sheet of one unit: its total, and every number's way down to the facts."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.platypus import Flowable, Indenter, Table

from kaohe.documents.fonts import FontSet
from kaohe.documents.page import (
    CELL,
    GREY,
    HEADING,
    LINE,
    SMALL,
    SUBTITLE,
    TEXT,
    TITLE,
    Furniture,
    build_pdf,
    gap,
    grid,
)
from kaohe.documents.paragraphs import Content, Paragraph, Piece
from kaohe.results.explanation.figures import Exact
from kaohe.results.explanation.page import Explanation
from kaohe.results.explanation.steps import StepView
from kaohe.results.explanation.tables import BallotTable, SheetTable

WIDTH = 459.0
"""Of the text, in points."""


@dataclass(frozen=True, slots=True)
class SheetMeta:
    """What stands around the derivation."""

    campaign: str
    period: str
    fingerprint: str
    digest: str
    state: str
    """计算建议 / 党委审定 / 已公布"""


def sheet_pdf(page: Explanation, meta: SheetMeta, *, fonts: FontSet) -> bytes:
    """Print one unit's sheet."""
    story: list[Flowable] = [
        Paragraph(f"{meta.campaign}", SUBTITLE.but(after=0), fonts),
        Paragraph(f"{page.result.title} 得分推导表", TITLE, fonts),
        Paragraph(
            f"{page.group}　书记：{page.result.person or '—'}　考核周期：{meta.period}　状态：{meta.state}",
            SUBTITLE,
            fonts,
        ),
        _summary(page, fonts),
        gap(6),
    ]
    for flag in page.flags:
        text = f"标注：{flag.title}。{flag.sentence}" + (
            f" 已说明：{flag.waived}" if flag.waived else ""
        )
        story.append(Paragraph(text, TEXT.but(role="kai"), fonts))
    story.append(Paragraph("一、得分怎样得来", HEADING, fonts))
    _step(page.tree, 0, story, fonts)
    story.append(Paragraph("二、等次", HEADING, fonts))
    story += _grades(page, fonts)
    story.append(Paragraph("三、用计算器复核", HEADING, fonts))
    story.append(
        Paragraph("从上到下逐行计算，每行的结果四舍五入后用于后面各行。", SMALL.but(after=3), fonts)
    )
    rows: list[list[Content]] = [["步", "名称", "算式", "得数"]]
    for line in page.lines:
        rows.append(
            [str(line.number), line.title, [line.formula, *_rounding(line.exact)], line.value]
        )
    story.append(grid(rows, (24, 120, WIDTH - 24 - 120 - 62, 62), fonts=fonts, right=(3,)))
    if page.notes or page.parameters:
        story.append(Paragraph("四、参数和附注", HEADING, fonts))
        for title, text in page.notes:
            story.append(Paragraph(f"{title}（不计分）：{text}", TEXT, fonts))
        for title, text, changed in page.parameters:
            mark = "（本单位设定）" if changed else "（默认）"
            story.append(Paragraph(f"{title}：{text}{mark}", SMALL, fonts))
    story += [gap(22), _signatures(fonts)]
    furniture = Furniture(
        head=f"{page.scheme.title} {page.scheme.version}",
        foot=f"办法指纹 {meta.fingerprint[:16]}　结果指纹 {meta.digest[:16]}",
    )
    return build_pdf(
        story, fonts=fonts, title=f"{page.result.title} 得分推导表", furniture=furniture
    )


def _summary(page: Explanation, fonts: FontSet) -> Table:
    shares = page.tree.shares
    labels: list[Content] = [page.tree.title]
    figures: list[Content] = [Piece(page.total or "缺", role="hei_strong", size=24)]
    for share in shares:
        labels.append(f"{share.title} × {share.weight.rstrip('%')}%")
        figures.append([Piece(share.value, role="hei", size=13), f"\n计 {share.contribution}"])
    for grade in page.grades:
        labels.append(grade.title)
        figures.append(Piece(grade.label or "—", role="hei_strong", size=15))
    share_width = (WIDTH - 120) / max(len(labels) - 1, 1)
    widths = (120, *([share_width] * (len(labels) - 1)))
    small = [Paragraph(x, SMALL.but(align="center"), fonts) for x in labels]
    big = [Paragraph(x, TEXT.but(align="center", leading=20), fonts) for x in figures]
    spans = (("LINEAFTER", (0, 0), (-2, -1), 0.4, LINE), ("BOX", (0, 0), (-1, -1), 1, GREY))
    return grid([small, big], widths, fonts=fonts, heads=0, spans=spans, lines=False)


def _rounding(exact: Exact | None) -> list[str | Piece]:
    if exact is None or not exact.changed:
        return []
    return [Piece(f" = {exact.text}", color=GREY)]


def _step(step: StepView, depth: int, story: list[Flowable], fonts: FontSet) -> None:
    left = 12.0 * min(depth, 5)
    head: list[str | Piece] = [
        Piece(f"{step.number} {step.title}　", role="hei"),
        Piece(step.value or step.inner or "缺", role="hei_strong", size=11),
        Piece("　" + " ".join(step.cites), size=8, color=GREY),
    ]
    style = TEXT.but(left=left, with_next=True, before=3)
    body = TEXT.but(left=left + 12, size=9, leading=13.5)
    story.append(Paragraph(head, style, fonts))
    if step.missing:
        story.append(Paragraph(f"缺：{step.missing}", body, fonts))
    if step.sentence:
        story.append(Paragraph(step.sentence, body, fonts))
    if step.formula and step.is_sum:
        text: list[str | Piece] = [step.formula, *_rounding(step.exact)]
        if step.exact is not None and step.exact.changed:
            text.append(f"，四舍五入为 {step.value}")
        story.append(Paragraph(text, body, fonts))
    for line in step.applied:
        story.append(Paragraph([Piece("生效　", role="hei"), line], body, fonts))
    for line in step.not_applied:
        story.append(Paragraph([Piece("未触发　", role="hei"), line], body.but(color=GREY), fonts))
    if step.gap:
        ours = "（本系统约定）" if step.gap.ours else ""
        text_gap = f"文件未写明：{step.gap.about}　采用：{step.gap.resolution}{ours}"
        story.append(Paragraph(text_gap, body.but(color=GREY, role="kai", size=8.5), fonts))
    for title, value in step.parameters:
        story.append(Paragraph(f"参数　{title}：{value}", body.but(color=GREY), fonts))
    if step.ballot:
        story += _ballot(step.ballot, left + 12, fonts)
    elif step.sheets:
        story += _sheet_table(step.sheets, left + 12, fonts)
    else:
        for fact in step.facts:
            note = f"（{fact.note}）" if fact.note else ""
            story.append(Paragraph(f"{fact.label}：{fact.value}{note}", body, fonts))
    for child in step.children:
        _step(child, depth + 1, story, fonts)


def _ballot(table: BallotTable, left: float, fonts: FontSet) -> list[Flowable]:
    names = [name for name, _ in table.options]
    rows: list[list[Content]] = [
        ["测评内容", *(f"{n}\n{p} 分" for n, p in table.options), "有效", "得分"]
    ]
    for row in table.rows:
        counts = [count for _, count in row.counts]
        counts += [""] * (len(names) - len(counts))
        rows.append([row.title, *counts, row.valid, row.value])
    width = WIDTH - left
    first = 110.0
    rest = (width - first) / (len(names) + 2)
    right = tuple(range(1, len(names) + 3))
    return _grid_at(rows, (first, *([rest] * (len(names) + 2))), left, right, fonts)


def _sheet_table(table: SheetTable, left: float, fonts: FontSet) -> list[Flowable]:
    rows: list[list[Content]] = [["指标", "分值", *table.heads]]
    for row in table.rows:
        cells: list[Content] = [
            f"{c.value}\n{c.reason}" if c.reason else c.value for c in row.cells
        ]
        rows.append([row.title, row.points, *cells])
    rows.append(["合计", table.full, *(value for _, value in table.totals)])
    width = WIDTH - left
    columns = len(table.heads)
    each = (width - 140 - 36) / max(columns, 1)
    right = tuple(range(1, columns + 2))
    return _grid_at(rows, (140, 36, *([each] * columns)), left, right, fonts)


def _grid_at(
    rows: list[list[Content]],
    widths: tuple[float, ...],
    left: float,
    right: tuple[int, ...],
    fonts: FontSet,
) -> list[Flowable]:
    table = grid(rows, widths, fonts=fonts, right=right, style=CELL.but(size=8.5, leading=12))
    return [gap(2), Indenter(left=left), table, Indenter(left=-left), gap(4)]


def _grades(page: Explanation, fonts: FontSet) -> list[Flowable]:
    out: list[Flowable] = []
    for grade in page.grades:
        head: list[str | Piece] = [
            Piece(f"{grade.title}（{grade.holder or '—'}）　", role="hei"),
            f"建议 {grade.proposed or '—'}",
            Piece("　" + " ".join(grade.cites), size=8, color=GREY),
        ]
        out.append(Paragraph(head, TEXT.but(before=3), fonts))
        body = TEXT.but(left=12, size=9, leading=13.5)
        for text in (grade.sentence, *(f"生效　{t}" for t in grade.applied)):
            if text:
                out.append(Paragraph(text, body, fonts))
        out += [Paragraph(f"未触发　{t}", body.but(color=GREY), fonts) for t in grade.not_applied]
        if grade.decided:
            verb = (
                f"党委审定：调整为 {grade.decided}"
                if grade.changed
                else f"党委审定：同意，{grade.decided}"
            )
            extra = f"；理由：{grade.reason}" if grade.reason else ""
            minutes = f"；会议纪要 {grade.minutes}" if grade.minutes else ""
            out.append(Paragraph(f"{verb}{extra}{minutes}", body.but(role="strong"), fonts))
    return out


def _signatures(fonts: FontSet) -> Table:
    row = ["考核组（签字）：", "被考核单位（签字）：", "　　　年　　月　　日"]
    cells = [Paragraph(x, TEXT, fonts) for x in row]
    return grid([cells], (WIDTH / 3,) * 3, fonts=fonts, heads=0, lines=False)
