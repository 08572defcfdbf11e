"""The top of a score sheet: whose it is, the total in large figures, the parts it is made of."""

from __future__ import annotations

from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from kaohe.documents.inputs import Imprint
from kaohe.documents.pages import FAINT, GREY, Writer
from kaohe.documents.paragraphs import Piece, Style
from kaohe.documents.sheet_text import figure, result_of, source_of
from kaohe.results.explanation.page import Explanation

CELL = Style("body", 10, 15, "left", hang=False)
LABEL = Style("hei", 9, 15, "left", color=GREY, hang=False)
PART = Style("body", 11, 18, "left", hang=False)
VALUE = Style("hei_strong", 12, 18, "right", hang=False)
SUM = Style("hei", 9, 14.5, "left", hang=False)
MOST_PARTS = 8
"""Parts listed beside the total; all of them follow below."""


def identity(writer: Writer, page: Explanation, imprint: Imprint, *, width: float) -> Flowable:
    """Unit, class, person, period, regulation, rank."""
    rank = f"第 {page.result.rank} 名" if page.result.rank else "—"
    if page.result.group_rank:
        rank += f"（本类第 {page.result.group_rank} 名）"
    person = page.result.person
    holder = next((k.office for k in page.scheme.subjects.values() if k.office), "") or "负责人"
    pairs = [
        ("单　　位", page.result.title),
        ("考核周期", imprint.period),
        ("类　　别", page.group or "—"),
        (_spread(holder), person) if person else ("依　　据", source_of(page)),
        ("考核办法", f"{page.scheme.title} {page.scheme.version}"),
        ("名　　次", rank),
    ]
    cells = [[writer.text(k, LABEL), writer.text(v, CELL)] for k, v in pairs]
    label = 18 * mm
    return writer.table(
        [cells[i] + cells[i + 1] for i in (0, 2, 4)],
        widths=[label, width * 0.55 - label, label, width * 0.45 - label],
        rules=[
            ("LINEABOVE", (0, 0), (-1, 0), 0.8, FAINT),
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, FAINT),
        ],
        pad=2,
    )


def _spread(word: str) -> str:
    """Two characters as wide as four: 书　　记."""
    return f"{word[0]}　　{word[1]}" if len(word) == 2 else word


def hero(writer: Writer, page: Explanation, *, width: float) -> Flowable:
    """The total, its grade, and the parts with their weights."""
    text = writer.text
    total = page.total or "缺"
    size = 40 if len(total) <= 6 else 28
    left: list[Flowable] = [
        text(page.tree.title, LABEL, align="center"),
        text(total, Style("title", size, size + 8, "center", hang=False)),
    ]
    if page.grades:
        first = page.grades[0]
        word = "（审定）" if first.decided else "（建议）"
        mark = [Piece(first.label or "—", "hei_strong", 13), Piece(word, "hei", 9)]
        left.append(text(mark, Style("hei", 13, 19, "center", hang=False)))
    split = width * 0.33
    return writer.table(
        [[left, [_parts(writer, page, width - split - 16)]]],
        widths=[split, width - split],
        rules=[
            ("BOX", (0, 0), (-1, -1), 1, "black"),
            ("LINEAFTER", (0, 0), (0, 0), 0.5, FAINT),
            ("LEFTPADDING", (1, 0), (1, 0), 8),
            ("RIGHTPADDING", (1, 0), (1, 0), 8),
        ],
        pad=6,
    )


def _parts(writer: Writer, page: Explanation, width: float) -> Flowable:
    text, tree = writer.text, page.tree
    rows: list[list[Any]]
    if tree.shares:
        heads = ["组成", "得分", "权重", "计入"]
        rows = [
            [
                text(s.title, PART),
                text(s.value, VALUE),
                text(f"{s.weight}%", CELL, align="right"),
                text(s.contribution, CELL, align="right"),
            ]
            for s in tree.shares[:MOST_PARTS]
        ]
        widths = [width * f for f in (0.37, 0.2, 0.18, 0.25)]
    else:
        heads = ["组成", "得分"]
        parts = tree.children or (tree,)
        rows = [[text(s.title, PART), text(figure(s), VALUE)] for s in parts[:MOST_PARTS]]
        widths = [width * 0.65, width * 0.35]
    top = [text(h, LABEL, align="right" if i else "left") for i, h in enumerate(heads)]
    rules: list[tuple[Any, ...]] = [
        ("LINEBELOW", (0, 0), (-1, -2), 0.4, FAINT),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ]
    hidden = max(len(tree.shares), len(tree.children)) - MOST_PARTS
    whole = f"其余 {hidden} 项见下文" if hidden > 0 else result_of(tree)
    if whole:
        rows.append([text(whole, SUM), *[""] * (len(heads) - 1)])
        rules.append(("SPAN", (0, -1), (-1, -1)))
    return writer.table([top, *rows], widths=widths, rules=rules, pad=2)
