"""A derivation as text that a person redoes with a calculator."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from kaohe.scoring.derivation import FactLine, Flag, GradeResult, ListResult, Step, SubjectResult
from kaohe.scoring.wording import BESIDE, MODE_WORDS, about, plain, shown

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

WIDTH = 78
_FIGURES = 10
"""Columns kept for the value at the right edge."""


def derivation_text(result: SubjectResult, *, scheme: Scheme) -> str:
    """One subject's result with every step, in Chinese, for a terminal."""
    return "\n".join(_Page(scheme).lines(result)) + "\n"


def display_width(text: str) -> int:
    """Terminal columns of a text: Chinese characters take two."""
    return sum(map(_columns, text))


@lru_cache(maxsize=4096)
def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fill_to(text: str, width: int, *, right: bool = False, fill: str = " ") -> str:
    """Pad to a number of terminal columns."""
    space = fill * max(width - display_width(text), 0)
    return space + text if right else text + space


_NEVER_FIRST = set("，。；：、）》”’％%·!?！？)")


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` terminal columns.

    Breaks fall between Chinese characters or at blanks, never inside a number or before a stop.
    """
    if display_width(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and display_width(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> Iterator[str]:
    piece = ""
    for character in text:
        wide = _columns(character) == 2
        if wide and character not in _NEVER_FIRST and piece:
            yield piece
            piece = character
        elif character == " ":
            yield piece + character
            piece = ""
        elif piece and _columns(piece[-1]) == 2 and not wide:
            if piece[-1] in "（“《" or character in _NEVER_FIRST:
                piece += character
            else:
                yield piece
                piece = character
        else:
            piece += character
    if piece:
        yield piece


@dataclass(slots=True)
class _Page:
    """The text of one subject."""

    scheme: Scheme
    seen: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    def lines(self, result: SubjectResult) -> Iterator[str]:
        """All lines."""
        scheme = self.scheme
        titles = {k: v for kind in scheme.subjects.values() for k, v in kind.classes.items()}
        about_it = [t for t in (titles.get(result.group, result.group), result.person) if t]
        yield result.title + (f"（{' · '.join(about_it)}）" if about_it else "")
        source = " ".join(t for t in (scheme.source.document, scheme.source.part) if t)
        yield f"{scheme.title}　{scheme.version}　条款出自 {source}"
        yield "─" * WIDTH
        yield from self.step(result.derivation, 0, "")
        yield "─" * WIDTH
        if result.beside:
            yield BESIDE
        for tree in result.beside:
            yield from self.step(tree, 0, "")
        if result.beside:
            yield "─" * WIDTH
        for grade in result.grades.values():
            yield from self.grade(grade)
        if result.rank is not None:
            word = "本单位" if scheme.rank_within == "unit" else "本类"
            inside = f"，{word}第 {result.group_rank} 名" if result.group_rank is not None else ""
            yield f"名次：第 {result.rank} 名{inside}"
            for text in result.ties:
                yield from self.note("    ", text)
        for one in result.lists.values():
            yield from self.listed(one)
        for flag in result.flags:
            yield from self.flag(flag)
        for key, text in result.notes.items():
            instrument = scheme.instruments.get(key)
            title = instrument.title if instrument else key
            yield from self.note("", f"{title}（不计分）：{text}")

    def step(self, step: Step, depth: int, above: str) -> Iterator[str]:
        """A step, what it says, and the steps below it; `above` is the parent's formula."""
        indent = "  " * depth
        is_named = step.id in self.scheme.scores
        figure = shown(step.value) if step.value is not None else "—"
        if step.value is None and step.exact is not None:
            figure = about(step.exact, self.scheme.decimals)
        if step.missing:
            figure = "缺"
        head = f"{indent}{step.title} "
        room = WIDTH - display_width(head) - max(display_width(figure), _FIGURES) - 1
        figure = fill_to(figure, _FIGURES, right=True)
        yield f"{head}{'·' * max(room, 1)} {figure}"
        inner = indent + "    "
        if is_named and step.id in self.seen:
            yield f"{inner}（计算过程见上）"
            return
        self.seen.add(step.id)
        if step.missing:
            yield from self.note(inner, f"没有得分：{step.missing}")
        elif step.formula != above:
            yield from self.working(step, inner)
        yield from self.facts(step, inner)
        yield from self.context(step, inner)
        for one in step.inputs:
            yield from self.step(one, depth + 1, step.formula)

    def working(self, step: Step, inner: str) -> Iterator[str]:
        """The sentence, and the formula with its exact and its rounded value."""
        if step.sentence:
            yield from self.note(inner, step.sentence)
        if step.exact is None:
            return
        exact = _exact_text(step.exact)
        text = step.formula if step.formula not in (exact, shown(step.value)) else ""
        if step.value is not None and Fraction(step.value) != step.exact:
            word = MODE_WORDS.get(step.rounding, "")
            text = f"{text or step.formula} = {exact}，{word} → {shown(step.value)}"
        elif text:
            text += f" = {shown(step.value) if step.value is not None else exact}"
        if text:
            yield from self.note(inner, text)

    def facts(self, step: Step, inner: str) -> Iterator[str]:
        """The rows of facts: a short line for tallies, a table for the rest."""
        if step.operator in ("aspect", "votes"):
            if step.facts:
                line = "，".join(f"{f.label} {f.value}" for f in step.facts)
                yield from self.note(inner, line)
            return
        label = max((display_width(f.label) for f in step.facts), default=0)
        value = max((display_width(f.value) for f in step.facts), default=0)
        for fact in step.facts:
            yield f"{inner}{_fact(fact, min(label, 36), value)}".rstrip()

    def context(self, step: Step, inner: str) -> Iterator[str]:
        """Exceptions, clauses, the resolution of a gap, parameters."""
        for text in step.applied:
            yield from self.note(inner, f"已触发：{text}")
        for text in step.not_applied:
            yield from self.note(inner, f"未触发：{text}")
        if step.cite:
            yield from self.note(inner, f"依据：{'、'.join(step.cite)}")
        yield from self.gap(step.gap, inner)
        known = [self.scheme.parameters[key] for key in step.parameters]
        for key, parameter in zip(step.parameters, known, strict=True):
            if f"parameter {key}" in self.told:
                continue
            self.told.add(f"parameter {key}")
            value = self.parameter_text(key)
            yield from self.note(inner, f"参数：{parameter.title}{value}")

    def gap(self, key: str, inner: str) -> Iterator[str]:
        """What was decided where the regulation is silent; each once."""
        gap = self.scheme.gaps.get(key)
        if gap is None or f"gap {key}" in self.told:
            return
        self.told.add(f"gap {key}")
        own = "（本方案补充，原文无依据）" if gap.ours else ""
        yield from self.note(inner, f"原文：{gap.about}")
        yield from self.note(inner, f"处理：{gap.resolution}{own}")

    def parameter_text(self, key: str) -> str:
        """A parameter's value, if it is known."""
        if key not in self.scheme.values:
            return ""
        value = self.scheme.values[key]
        options = self.scheme.parameters[key].options
        if isinstance(value, Mapping):
            return " = " + ("、".join(f"{k} {v}" for k, v in value.items()) or "空")
        if isinstance(value, list | tuple):
            return " = " + "、".join(options.get(str(v), str(v)) for v in value)
        return f" = {options.get(str(value), value)}"

    def grade(self, grade: GradeResult) -> Iterator[str]:
        """A proposed grade with its reasons."""
        yield f"{grade.title}：{grade.label or '—'}（{grade.holder}）"
        yield from self.note("    ", grade.sentence)
        for text in grade.applied:
            yield from self.note("    ", f"已触发：{text}")
        for text in grade.not_applied:
            yield from self.note("    ", f"未触发：{text}")
        if grade.cite:
            yield from self.note("    ", f"依据：{'、'.join(grade.cite)}")
        yield from self.gap(grade.gap, "    ")

    def listed(self, one: ListResult) -> Iterator[str]:
        """Whether it is on a list, or keeps a streak, and why."""
        word = (
            ("是" if one.member else "否") if one.streak else ("列入" if one.member else "未列入")
        )
        yield f"{one.title}：{word}"
        yield from self.note("    ", one.sentence)
        yield from self.gap(one.gap, "    ")

    def flag(self, flag: Flag) -> Iterator[str]:
        """Something a person has to settle."""
        cite = f"（{'、'.join(flag.cite)}）" if flag.cite else ""
        yield from self.note("", f"标记 {flag.title}：{flag.sentence}{cite}")
        if flag.waived:
            yield from self.note("    ", f"已说明：{flag.waived}")
        elif flag.blocks:
            yield "    须由有权人员说明理由后才能定稿"

    def note(self, inner: str, text: str) -> Iterator[str]:
        """A wrapped line, continuation lines indented a little more."""
        first, *rest = wrap(text, WIDTH - len(inner) - 2)
        yield inner + first
        for more in rest:
            yield f"{inner}  {more}"


def _fact(fact: FactLine, label: int, value: int) -> str:
    text = f"{fill_to(fact.label, label)}  {fill_to(fact.value, value, right=True)}"
    return f"{text}  {fact.note}" if fact.note else text


def _exact_text(value: Fraction) -> str:
    """An exact value: all its digits, or the first ones and an ellipsis."""
    text = plain(value)
    if "÷" not in text:
        return text
    whole = abs(value.numerator) * 10**6 // value.denominator
    digits = str(whole).rjust(7, "0")
    return f"{'−' if value < 0 else ''}{digits[:-6]}.{digits[-6:]}…"
