"""The score sheet of one unit: every figure with its clause and a sum to redo by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from kaohe.documents.fonts import FontSet, default_fonts
from kaohe.documents.footnotes import Footnotes
from kaohe.documents.inputs import Imprint, SheetInput
from kaohe.documents.pages import FAINT, GREY, SHADE, Layout, Rule, Writer, build_pdf, day_words
from kaohe.documents.paragraphs import Content, Piece, Style
from kaohe.documents.sheet_head import hero, identity
from kaohe.documents.sheet_tables import ballot_table, marks_table
from kaohe.documents.sheet_text import figure, result_of, source_of
from kaohe.results.explanation.page import Explanation, GradeView
from kaohe.results.explanation.steps import StepView
from kaohe.scoring.wording import BESIDE

TITLE = Style("title", 22, 32, "center", hang=False)
SUBTITLE = Style("body", 12, 20, "center", color=GREY, hang=False)
SECTION = Style("hei_strong", 12, 20, "left", before=12, after=3, with_next=True)
TEXT = Style("body", 9.5, 15.5, hang=False)
CELL = Style("body", 10, 15, "left", hang=False)
LABEL = Style("hei", 9, 15, "left", color=GREY, hang=False)
SUM = Style("hei", 9, 14.5, "left", hang=False)
SMALL = Style("body", 8.5, 13.5, hang=False)
STEP_TITLE = Style("hei_strong", 10, 16, "left", hang=False)
STEP_VALUE = Style("hei_strong", 10.5, 16, "right", hang=False)
HASH = Style("hei", 7, 10, "left", color=GREY, hang=False)
LONG_SUM = 400
"""Longer sums are not printed a second time."""
INDENT = 10
"""Points a level of the derivation moves in."""


def sheet_pdf(data: SheetInput, *, fonts: FontSet | None = None) -> bytes:
    """Return the score sheet of one unit, ready to be signed."""
    writer = Writer(fonts or default_fonts())
    page, imprint = data.explanation, data.imprint
    title = f"{page.result.title} 考核得分表"
    layout = Layout(head=(imprint.campaign, page.result.title), foot=imprint.foot)
    story = list(_Sheet(writer, layout, data).story())
    return build_pdf(story, layout=layout, writer=writer, title=title, subject=imprint.campaign)


class _Sheet:
    def __init__(self, writer: Writer, layout: Layout, data: SheetInput) -> None:
        self.writer, self.layout, self.data = writer, layout, data
        self.notes = Footnotes()

    def story(self) -> Iterator[Flowable]:
        """All parts in order."""
        page, imprint = self.data.explanation, self.data.imprint
        text = self.writer.text
        if imprint.institution:
            yield text(imprint.institution, SUBTITLE)
        yield text("考核得分表", TITLE)
        yield text(imprint.campaign, SUBTITLE, after=8)
        yield identity(self.writer, page, imprint, width=self.layout.width)
        yield Spacer(1, 8)
        yield hero(self.writer, page, width=self.layout.width)
        for one in page.result.ties:
            yield text(f"名次：{one}。", TEXT, before=4)
        yield from self._flags(page)
        if page.grades:
            yield text("等次", SECTION)
            yield self._grades(page)
            yield from self._grade_reasons(page)
        yield from self._lists(page)
        yield text("得分是怎样算出来的", SECTION)
        yield from self._steps(page.tree, depth=0)
        if page.beside:
            yield text(BESIDE, SECTION)
        for tree in page.beside:
            yield from self._steps(tree, depth=0)
        yield Rule(thickness=0.8, before=3, after=4)
        yield from self._sums(page)
        yield from self._notes(page)
        yield from self._footnotes(page)
        yield self._signatures()
        yield from self._hashes(imprint)

    def _flags(self, page: Explanation) -> Iterator[Flowable]:
        yield Spacer(1, 6)
        for flag in page.flags:
            if flag.waived:
                state = f"已说明理由：{flag.waived}"
            elif flag.blocks:
                state = "须由有权人员说明理由后才能定稿"
            else:
                state = "供审定时参考"
            cite = f"（{'、'.join(flag.cite)}）" if flag.cite else ""
            pieces: Content = [
                Piece(f"【{flag.title}】", "hei_strong"),
                f"{flag.sentence}{cite}。{state}。",
            ]
            yield self.writer.text(pieces, TEXT)

    def _grades(self, page: Explanation) -> Flowable:
        text = self.writer.text
        heads = ["等次", "对象", "系统建议", "会议审定", "理由与依据"]
        rows: list[list[Any]] = [[text(h, LABEL) for h in heads]]
        for grade in page.grades:
            mark = self.notes.mark(grade.gap)
            decided = (
                text(Piece(grade.decided, "hei_strong"), CELL)
                if grade.decided
                else text("（待审定）", CELL, color=GREY)
            )
            rows.append(
                [
                    text([grade.title, mark], CELL),
                    text(grade.holder, CELL),
                    text(Piece(grade.proposed or "—", "hei_strong"), CELL),
                    decided,
                    text(_decision_words(grade), SMALL, align="left"),
                ]
            )
        return self.writer.table(
            rows,
            widths=[self.layout.width * f for f in (0.17, 0.27, 0.13, 0.14, 0.29)],
            rules=[
                ("LINEABOVE", (0, 0), (-1, 0), 0.8, "black"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.5, "black"),
                ("LINEBELOW", (0, 1), (-1, -2), 0.3, FAINT),
                ("LINEBELOW", (0, -1), (-1, -1), 0.8, "black"),
                ("BACKGROUND", (0, 0), (-1, 0), SHADE),
            ],
            head=1,
        )

    def _lists(self, page: Explanation) -> Iterator[Flowable]:
        """Every list and streak: on it or not, and why."""
        if page.lists:
            yield self.writer.text("名单", SECTION)
        for one in page.lists:
            mark = self.notes.mark(one.gap)
            measures = f"。办法规定的后续措施：{'、'.join(one.measures)}" if one.measures else ""
            pieces: Content = [
                Piece(f"{one.title}：{one.word}　", "hei"), f"{one.sentence}{measures}。", mark
            ]  # fmt: skip
            yield self.writer.text(pieces, SMALL)

    def _grade_reasons(self, page: Explanation) -> Iterator[Flowable]:
        yield Spacer(1, 3)
        for grade in page.grades:
            cites = f"［{'；'.join(grade.cites)}］" if grade.cites else ""
            words = "。".join((grade.sentence, *(f"起作用：{t}" for t in grade.applied)))
            words += "".join(f"。没有起作用：{t}" for t in grade.not_applied)
            yield self.writer.text([Piece(f"{grade.title}　", "hei"), f"{words}。", cites], SMALL)

    def _steps(self, step: StepView, *, depth: int) -> Iterator[Flowable]:
        yield from self._step(step, depth)
        for child in step.children:
            yield from self._steps(child, depth=depth + 1)

    def _step(self, step: StepView, depth: int) -> Iterator[Flowable]:
        left = min(depth, 6) * INDENT
        yield self._step_head(step, left, depth)
        inner = left + 14
        at = TEXT.but(left=inner)
        text = self.writer.text
        if step.missing:
            yield text([Piece("没有得分：", "hei_strong"), step.missing], at)
        if step.sentence and step.sentence != step.formula:
            yield text(f"{step.sentence}。", at)
        if result := result_of(step):
            yield text(result, SUM.but(left=inner))
        if step.exact and step.exact.changed:
            words = f"舍入前 {step.exact.text}，{step.exact.verdict}，得 {step.exact.rounded}。"
            yield text(words, at)
        yield from self._step_tables(step, inner)
        for words in step.applied:
            yield text([Piece("起作用的规定　", "hei_strong"), words], at)
        for words in step.not_applied:
            yield text([Piece("没有起作用　", "hei"), words], at.but(color=GREY))

    def _step_head(self, step: StepView, left: float, depth: int) -> Flowable:
        text = self.writer.text
        marks = [self.notes.mark(step.gap)]
        marks += [self.notes.parameter(*p) for p in step.parameters]
        marks += [self.notes.mark(note) for _, note in step.ballot_gaps]
        cites = f"　［{'；'.join(step.cites)}］" if step.cites else ""
        number = Piece(f"{step.number}　", "hei", 9, GREY)
        title: Content = [
            number,
            step.title or step.operator,
            *marks,
            Piece(cites, "body", 8.5, GREY),
        ]
        value = Piece(figure(step))
        if not step.value and not step.missing:  # no shown figure: nothing is rounded here
            value = Piece(figure(step), "hei", 9, GREY)
        is_main = depth < 2
        table = self.writer.table(
            [[text(title, STEP_TITLE, left=left), text(value, STEP_VALUE)]],
            widths=[self.layout.width - 34 * mm, 34 * mm],
            rules=[
                ("LINEABOVE", (0, 0), (-1, 0), *((0.8, "black") if is_main else (0.3, FAINT))),
                ("LEFTPADDING", (0, 0), (0, 0), 0),
                ("RIGHTPADDING", (-1, 0), (-1, 0), 0),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ],
            pad=1.5,
        )
        table.spaceBefore = 5
        table.keepWithNext = True
        return table

    def _step_tables(self, step: StepView, left: float) -> Iterator[Flowable]:
        width = self.layout.width
        if step.ballot:
            yield from ballot_table(self.writer, step.ballot, left=left, width=width)
        if step.sheets:
            yield from marks_table(self.writer, step.sheets, left=left, width=width)
        if step.facts:
            rating = step.kind == "rating"
            words = []
            for fact in step.facts:
                note = f"（{fact.note}）" if fact.note else ""
                words.append(f"{fact.label}{'：' if rating else ' '}{fact.value}{note}")
            lead = {"entries": "明细　", "rating": "各表评分　"}.get(step.kind, "数据　")
            pieces: Content = [Piece(lead, "hei"), "；".join(words)]
            yield self.writer.text(pieces, SMALL.but(left=left, align="left"))

    def _sums(self, page: Explanation) -> Iterator[Flowable]:
        if not page.lines:
            return
        yield self.writer.text("用计算器复核", SECTION)
        yield self.writer.text("按顺序逐行计算，每行结果在后面的行中使用。", SMALL, color=GREY)
        for line in page.lines:
            result = line.value
            if line.is_sum and line.exact and line.exact.changed:
                result = f"{line.exact.text} → {line.value}"
            formula = line.formula if len(line.formula) <= LONG_SUM else "（算式很长，见上文）"
            pieces: Content = [
                Piece(f"{line.number:02d}　", "hei", color=GREY),
                Piece(f"{line.title}　", "body", 9),
                f"{formula} {'=' if line.is_sum else '→'} ",
                Piece(result, "hei_strong"),
            ]
            yield self.writer.text(pieces, SUM, size=8.5, leading=14, left=18, first=-18 / 8.5)

    def _notes(self, page: Explanation) -> Iterator[Flowable]:
        if page.notes:
            yield self.writer.text("列在一旁、不计分的材料", SECTION)
        for title, words in page.notes:
            yield self.writer.text([Piece(f"{title}　", "hei"), words], TEXT)

    def _footnotes(self, page: Explanation) -> Iterator[Flowable]:
        if not self.notes:
            return
        yield self.writer.text("注", SECTION)
        for mark, words in self.notes.lines():
            yield self.writer.text([Piece(f"{mark} ", "hei"), *words], SMALL, left=2)
        place = f"方括号中是条款所在：{source_of(page)} 指来源文件编号和篇，其后为条款。"
        yield self.writer.text(place, SMALL, color=GREY)

    def _signatures(self) -> Flowable:
        text = self.writer.text
        parties = self.data.parties
        last = 46 * mm
        each = (self.layout.width - last) / len(parties)
        cells: list[Sequence[Any]] = [
            [text(c, LABEL) for c in (*parties, "日期")],
            [*([""] * len(parties)), text("年　　月　　日", CELL, align="right", right=6)],
        ]
        table = self.writer.table(
            cells,
            widths=[*([each] * len(parties)), last],
            rules=[
                ("BOX", (0, 0), (-1, -1), 0.8, "black"),
                ("INNERGRID", (0, 0), (-1, -1), 0.4, "black"),
                ("VALIGN", (0, 1), (-1, 1), "BOTTOM"),
                ("TOPPADDING", (0, 1), (-1, 1), 24),
                ("BOTTOMPADDING", (0, 1), (-1, 1), 6),
            ],
        )
        words = text("以上数据和计算已核对。", TEXT)
        return KeepTogether([Spacer(1, 14), words, Spacer(1, 3), table])

    def _hashes(self, imprint: Imprint) -> Iterator[Flowable]:
        yield Spacer(1, 6)
        rows = [
            ("办法指纹", imprint.fingerprint),
            ("结果指纹", imprint.digest),
            ("日志存证", imprint.anchor),
        ]
        for label, value in rows:
            if value:
                yield self.writer.text(f"{label} {value}", HASH)


def _decision_words(grade: GradeView) -> str:
    if not grade.decided:
        return ""
    words = [f"调整：{grade.reason}" if grade.changed else "同意建议"]
    if grade.minutes:
        words.append(grade.minutes)
    if grade.decided_on:
        words.append(day_words(grade.decided_on))
    return "；".join(words)
