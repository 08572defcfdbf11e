"""The result table of all units on landscape pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from kaohe.documents.fonts import FontSet, default_fonts
from kaohe.documents.inputs import ListLine, Method, TableInput, TableRow
from kaohe.documents.pages import FAINT, GREY, SHADE, Layout, Writer, build_pdf
from kaohe.documents.paragraphs import Content, Piece, Style

TITLE = Style("title", 20, 30, "center", hang=False)
SUBTITLE = Style("body", 11, 18, "center", color=GREY, after=8, hang=False)
HEAD = Style("hei", 9, 13, "center", hang=False)
CELL = Style("body", 9.5, 14, "left", hang=False)
FIGURE = Style("hei", 9.5, 14, "right", hang=False)
SECTION = Style("hei_strong", 11, 18, "left", before=8, after=2, with_next=True)
SMALL = Style("body", 8.5, 13.5, hang=False)
EMPTY = "—"


def table_pdf(data: TableInput, *, fonts: FontSet | None = None) -> bytes:
    """Return the table of all units, its heads repeated on every page."""
    writer = Writer(fonts or default_fonts())
    imprint = data.imprint
    title = f"{imprint.campaign} 得分汇总表"
    layout = Layout(
        top=22, bottom=20, left=16, right=16, wide=True,
        head=(title, imprint.institution), foot=imprint.foot,
    )  # fmt: skip
    text = writer.text
    words = [f"考核周期 {imprint.period}", f"{len(data.rows)} 个单位", data.state]
    if imprint.proposal:
        words.insert(2, f"第 {imprint.proposal} 次测算")
    story: list[Flowable] = [
        text(title, TITLE),
        text("　".join(w for w in words if w), SUBTITLE),
        _results(writer, data, layout.width),
        *_counts(writer, data),
        *lists_story(writer, data.lists),
        *method_story(writer, data.method),
        _signatures(writer, layout.width),
    ]
    return build_pdf(story, layout=layout, writer=writer, title=title, subject=imprint.scheme)


def show(value: Decimal | None, decimals: int) -> str:
    """A figure with its decimals, or a dash."""
    return EMPTY if value is None else f"{value:.{decimals}f}"


def _results(writer: Writer, data: TableInput, width: float) -> Flowable:
    text = writer.text
    has_person = any(row.person for row in data.rows)
    has_remark = any(row.remark for row in data.rows)
    has_groups = len({row.group for row in data.rows}) > 1
    heads = ["序号", "单位", "类别"]
    shares = [12.0, 40.0, 22.0]
    for column in data.columns:
        heads.append(f"{column.title}\n{column.weight}" if column.weight else column.title)
        shares.append(19)
    heads += [data.total, "名次"]
    shares += [19, 12]
    if has_groups:
        heads.append("本类\n名次")
        shares.append(12)
    if has_person:
        heads.append("书记" if any("书记" in t for _, t in data.grades) else "负责人")
        shares.append(18)
    heads += [title for _, title in data.grades]
    shares += [20] * len(data.grades)
    if has_remark:
        heads.append("备注")
        shares.append(34)
    rows: list[list[Any]] = [[text(h, HEAD) for h in heads]]
    for number, row in enumerate(data.rows, start=1):
        cells: list[Any] = [
            text(str(number), FIGURE, color=GREY, align="center"),
            text(row.title, CELL),
            text(row.group, CELL),
            *(text(show(row.scores.get(c.key), data.decimals), FIGURE) for c in data.columns),
            text(Piece(show(row.total, data.decimals), "hei_strong"), FIGURE),
            text(str(row.rank or EMPTY), FIGURE, align="center"),
        ]
        if has_groups:
            cells.append(text(str(row.group_rank or EMPTY), FIGURE, align="center"))
        if has_person:
            cells.append(text(row.person or EMPTY, CELL))
        cells += [text(_grade(row, key), CELL, align="center") for key, _ in data.grades]
        if has_remark:
            cells.append(text(row.remark, CELL.but(size=8, leading=11.5)))
        rows.append(cells)
    unit = width / sum(shares)
    return writer.table(rows, widths=[s * unit for s in shares], rules=ruled(), head=1, pad=2.2)


def ruled() -> list[tuple[Any, ...]]:
    """Heavy rules around, light ones between, a shaded head."""
    return [
        ("LINEABOVE", (0, 0), (-1, 0), 1, "black"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.6, "black"),
        ("LINEBELOW", (0, 1), (-1, -2), 0.3, FAINT),
        ("LINEBELOW", (0, -1), (-1, -1), 1, "black"),
        ("BACKGROUND", (0, 0), (-1, 0), SHADE),
    ]


def _grade(row: TableRow, key: str) -> list[str | Piece]:
    cell = row.grades.get(key)
    if cell is None or not cell.label:
        return [EMPTY]
    if cell.changed:
        return [Piece(cell.label, "hei_strong"), Piece(f"\n建议{cell.proposed}", size=7.5)]
    return [cell.label]


def _counts(writer: Writer, data: TableInput) -> Iterator[Flowable]:
    yield Spacer(1, 5)
    for key, title in data.grades:
        found = Counter(row.grades[key].label for row in data.rows if key in row.grades)
        labels = [*data.labels.get(key, ()), *sorted(set(found) - set(data.labels.get(key, ())))]
        words = "　".join(f"{label} {found[label]}" for label in labels if label)
        yield writer.text([Piece(f"{title}合计　", "hei"), words], SMALL)


def lists_story(writer: Writer, lists: Sequence[ListLine]) -> Iterator[Flowable]:
    """Lists and streaks: who is on them, and how they were drawn."""
    if not lists:
        return
    yield writer.text("名单", SECTION)
    for one in lists:
        members = "、".join(one.members) or "无"
        pieces: Content = [
            Piece(f"{one.title}　", "hei"), f"{members}。", Piece(one.sentence, size=7.5, color=GREY)
        ]  # fmt: skip
        yield writer.text(pieces, SMALL)


def method_story(writer: Writer, method: Method) -> Iterator[Flowable]:
    """How the results came about: sums, bands, parameters, resolutions of gaps."""
    text = writer.text
    yield text("计算方法", SECTION)
    for line in (*method.sums, *method.bands):
        yield text(f"{line}。", SMALL)
    if method.scores:
        words = "；".join(f"{t}［{c}］" if c else t for t, c in method.scores)
        yield text([Piece("各项得分的条款　", "hei"), f"{words}。"], SMALL)
    if method.parameters:
        words = "；".join(f"{t} = {v}" for t, v in method.parameters)
        yield text([Piece("参数　", "hei"), f"{words}。"], SMALL)
    if method.gaps:
        yield text("原文没有写明的地方，按以下办法执行：", SMALL, before=3, with_next=True)
    for number, (about, resolution) in enumerate(method.gaps, start=1):
        pieces: Content = [f"{number}. {about}。", Piece("处理：", "hei"), f"{resolution}。"]
        yield text(pieces, SMALL, left=10)


def _signatures(writer: Writer, width: float) -> Flowable:
    heads = ["制表", "复核", "考核工作负责人", "日期"]
    cells = [writer.text(f"{h}：", CELL.but(role="hei")) for h in heads]
    table = writer.table([cells], widths=[width / 4] * 4, pad=4)
    return KeepTogether([Spacer(1, 6 * mm), table])
