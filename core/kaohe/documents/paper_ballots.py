"""The blank paper ballot, printed from the same definition as the voter's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak, Spacer

from kaohe.ballots.definition import Definition
from kaohe.documents.fonts import FontSet, default_fonts
from kaohe.documents.pages import SHADE, Layout, Rule, Writer, build_pdf
from kaohe.documents.paragraphs import Piece, Style
from kaohe.results.explanation.figures import plain

TITLE = Style("title", 22, 32, "center", hang=False)
UNIT = Style("body", 15, 24, "center", hang=False)
STRATUM = Style("hei", 11, 18, "center", after=8, hang=False)
TEXT = Style("body", 11, 18, hang=False)
HEAD = Style("hei", 12, 18, "center", hang=False)
CELL = Style("body", 12.5, 19, "left", hang=False)
BOX = Style("body", 17, 22, "center", hang=False)
HELP = Style("body", 9, 12.5, "left", hang=False)
SECRECY = "本票不记名：请不要写姓名，不要编号或作任何记号，填好后折叠投入票箱。"
LINES = 5
"""Ruled lines for a free text."""


def blank_ballot_pdf(definition: Definition, *, fonts: FontSet | None = None) -> bytes:
    """Return the form, one page for each class of voters; it carries no number and no mark."""
    writer = Writer(fonts or default_fonts())
    layout = Layout(top=26, bottom=22, left=24, right=24, numbered=False)
    story: list[Flowable] = []
    for _, stratum in definition.strata:
        if story:
            story.append(PageBreak())
        classes = len(definition.strata) > 1
        story += _page(writer, definition, stratum if classes else "", layout.width)
    title = f"{definition.unit} {definition.title}"
    return build_pdf(story, layout=layout, writer=writer, title=title)


def _page(writer: Writer, definition: Definition, stratum: str, width: float) -> Iterator[Flowable]:
    text = writer.text
    is_ballot = definition.kind == "ballot"
    yield text(definition.title + ("票" if is_ballot else ""), TITLE)
    yield text(definition.unit, UNIT)
    yield text(f"投票人类别：{stratum}" if stratum else "不记名", STRATUM)
    if definition.note:
        yield text(definition.note, TEXT, after=6)
    yield text(
        [Piece("填写说明　", "hei_strong"), _instructions(definition), SECRECY], TEXT, after=8
    )
    yield (_marks if is_ballot else _scores)(writer, definition, width)
    for field in definition.texts:
        yield text(field.title, HEAD, align="left", before=12, with_next=True)
        for _ in range(LINES):
            yield Spacer(1, 8.5 * mm)
            yield Rule(thickness=0.4)


def _instructions(definition: Definition) -> str:
    if definition.kind == "ballot":
        words = "每一行只选一档，在方框内打“√”；一行选两档以上的，该行无效。"
        if definition.blank == "allowed":
            return words + "不了解的可以空着，全部空白的票无效。"
        return words + "每一行都要选，有空行的票无效。"
    words = "请用数字打分，最多两位小数，不超过满分。"
    return words + ("不了解的可以空着。" if definition.blank == "allowed" else "每一项都要打分。")


def _marks(writer: Writer, definition: Definition, width: float) -> Flowable:
    text = writer.text
    each = min(24 * mm, width * 0.62 / len(definition.options))
    rows: list[list[Any]] = [[text(h, HEAD) for h in ("测评内容", *definition.labels)]]
    for number, aspect in enumerate(definition.aspects, start=1):
        words = [text(f"{number}. {aspect.title}", CELL)]
        if aspect.help:
            words.append(text(aspect.help, HELP))
        rows.append([words, *(text("□", BOX) for _ in definition.options)])
    rules = [
        ("GRID", (0, 0), (-1, -1), 0.5, "black"),
        ("BOX", (0, 0), (-1, -1), 1, "black"),
        ("BACKGROUND", (0, 0), (-1, 0), SHADE),
    ]
    widths = [width - each * len(definition.options), *([each] * len(definition.options))]
    return writer.table(rows, widths=widths, rules=rules, head=1, pad=4)


def _scores(writer: Writer, definition: Definition, width: float) -> Flowable:
    text = writer.text
    rows: list[list[Any]] = [[text(h, HEAD) for h in ("评议内容", "满分", "评分")]]
    for score in definition.scores:
        words = [text(score.title, CELL)]
        if score.help:
            words.append(text(score.help, HELP))
        rows.append([words, text(plain(score.maximum), CELL, align="center"), ""])
    rules = [("GRID", (0, 0), (-1, -1), 0.5, "black")]
    return writer.table(
        rows, widths=[width - 70 * mm, 25 * mm, 45 * mm], rules=rules, head=1, pad=8
    )
