"""A public notice in the format of official documents (GB/T 9704 as it is commonly set)."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from kaohe.documents.fonts import FontSet, default_fonts
from kaohe.documents.inputs import NoticeInput, TableRow
from kaohe.documents.pages import GREY, Layout, Writer, build_pdf, day_words
from kaohe.documents.paragraphs import Piece, Style
from kaohe.documents.tables import EMPTY, ruled, show

LEADING = 28.95
TITLE = Style("title", 22, 34, "center", hang=False)
BODY = Style("fangsong", 16, LEADING, first=2)
HEADING = Style("hei", 16, LEADING, "left", first=2, with_next=True)
RIGHT = Style("fangsong", 16, LEADING, "right", right=64, hang=False)
HEAD = Style("hei", 10.5, 15, "center", hang=False)
CELL = Style("fangsong", 11, 16, "left", hang=False)
FIGURE = Style("hei", 10.5, 16, "center", hang=False)
GROUP = Style("hei", 11, 16, "left", hang=False)
FINE = Style("fangsong", 10, 15.5, hang=False)
HASH = Style("hei", 7.5, 11, "left", color=GREY, hang=False)


def notice_pdf(data: NoticeInput, *, fonts: FontSet | None = None) -> bytes:
    """Return the notice, ready to be posted on paper."""
    writer = Writer(fonts or default_fonts())
    layout = Layout(top=37, bottom=35, left=28, right=26, foot=("", ""))
    story = list(_story(writer, data, layout.width))
    return build_pdf(
        story, layout=layout, writer=writer, title=data.title, subject=data.table.imprint.scheme
    )


def _story(writer: Writer, data: NoticeInput, width: float) -> Iterator[Flowable]:
    text = writer.text
    table = data.table
    imprint = table.imprint
    yield text(data.title, TITLE, after=LEADING * 0.7)
    yield text(
        f"依照《{imprint.scheme}》，{imprint.campaign}的结果已经会议审定，现予"
        f"{'公布' if data.final else '公示'}。",
        BODY,
    )
    yield text("一、考核结果", HEADING)
    yield Spacer(1, 4)
    yield _results(writer, data, width)
    yield Spacer(1, 8)
    for one in table.lists:
        members = "、".join(one.members) or "无"
        yield text([Piece(f"{one.title}：", "hei"), f"{members}。"], BODY)
    yield text("二、计算方法", HEADING)
    for words in (*table.method.sums, *table.method.bands):
        yield text(f"{words}。", BODY)
    yield text(
        f"每个列出的得分{table.method.rounding}，再带入下一步计算。"
        + (f"每个单位的计算过程可在 {data.address} 查阅。" if data.address else ""),
        BODY,
    )
    yield text("三、公示时间和意见反映", HEADING)
    note = f"（{data.note}）" if data.note else ""
    yield text(
        f"公示期 {day_words(data.starts)}至{day_words(data.ends)}，共 {data.days}{note}。", BODY
    )
    contact = f"，联系方式：{data.contact}" if data.contact else ""
    signed = imprint.institution or "（发布单位盖章）"
    # A signature never stands on a page without text of its own.
    block = [
        text(
            f"对结果有异议的，请在公示期内以书面或当面方式反映，写明单位、事项和依据{contact}。",
            BODY,
        ),
        Spacer(1, LEADING),
        text(signed, RIGHT),
        text(day_words(data.starts), RIGHT),
    ]
    yield KeepTogether(block)
    yield from _annex(writer, data)


def _results(writer: Writer, data: NoticeInput, width: float) -> Flowable:
    """Units by class, best first; ranks are competition ranks inside the class."""
    text, table = writer.text, data.table
    has_person = any(r.person for r in table.rows)
    heads = ["本类\n名次", "单位", table.total, *(title for _, title in table.grades)]
    shares = [14.0, 52.0, 24.0, *([25.0] * len(table.grades))]
    if has_person:
        heads.insert(2, "书记" if any("书记" in t for _, t in table.grades) else "负责人")
        shares.insert(2, 21.0)
    rows = [[text(h, HEAD) for h in heads]]
    rules = ruled()
    groups: dict[str, list[TableRow]] = {}
    for row in table.rows:
        groups.setdefault(row.group, []).append(row)
    for group, members in groups.items():
        if len(groups) > 1:
            at = len(rows)
            rules += [("SPAN", (0, at), (-1, at)), ("LINEABOVE", (0, at), (-1, at), 0.6, "black")]
            words = [Piece(group or "未分类"), Piece(f"　{len(members)} 个", size=9.5)]
            rows.append([text(words, GROUP), *[""] * (len(heads) - 1)])  # type: ignore[list-item]
        members.sort(key=lambda r: (r.group_rank is None, r.group_rank or 0))
        for row in members:
            cells = [
                text(str(row.group_rank or row.rank or EMPTY), FIGURE),
                text(row.title, CELL),
                text(Piece(show(row.total, table.decimals), "hei_strong"), FIGURE),
                *(text(_label(row, key), CELL, align="center") for key, _ in table.grades),
            ]
            if has_person:
                cells.insert(2, text(row.person or EMPTY, CELL, align="center"))
            rows.append(cells)
    unit = width / sum(shares)
    return writer.table(rows, widths=[s * unit for s in shares], rules=rules, head=1, pad=2.5)


def _label(row: TableRow, key: str) -> str:
    cell = row.grades.get(key)
    return cell.label if cell and cell.label else EMPTY


def _annex(writer: Writer, data: NoticeInput) -> Iterator[Flowable]:
    """Resolutions of gaps in small print, and the figures by which a copy is checked."""
    text, imprint = writer.text, data.table.imprint
    gaps = data.table.method.gaps
    yield Spacer(1, 8 * mm)
    if gaps:
        yield text(
            "附：办法原文没有写明的地方，本次按以下规定执行", FINE, role="hei", with_next=True
        )
    for number, (about, resolution) in enumerate(gaps, start=1):
        yield text(f"{number}. {about}。处理：{resolution}。", FINE, left=12)
    yield Spacer(1, 3 * mm)
    lines = [
        ("办法", f"{imprint.version} {imprint.fingerprint}"),
        ("结果", imprint.digest),
        ("公示", data.digest),
        ("日志存证", imprint.anchor),
    ]
    for label, value in lines:
        if value.strip():
            yield text(f"{label} {value}", HASH)
