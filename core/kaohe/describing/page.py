"""A scheme as its readers see it: what counts how much, where the regulation is silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaohe.describing.formulas import formula_text
from kaohe.describing.items import entry_text, item_terms, list_text, quota_text, turnout_text
from kaohe.records.wording import PERIOD_WORDS
from kaohe.scheme.references import labels_of
from kaohe.scheme.ties import graded_score
from kaohe.scoring.operators.sheet import full_marks
from kaohe.scoring.ties import order_of
from kaohe.scoring.wording import MODE_WORDS, plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Instrument, ReportInstrument, Scheme

_BY = {
    "subject": "考核对象自己填",
    "assessors": "考核组填",
    "voters": "参加测评的人填",
    "attendees": "到会的人填",
}

RESOLUTIONS = "原文沉默或矛盾之处，及处理"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the scheme says: a title, its key for those who write schemes, and what it says."""

    title: str = ""
    key: str = ""
    text: str = ""
    cites: tuple[str, ...] = ()
    """Clauses it rests on."""
    gap: int | None = None
    """Number of the resolution it rests on, as in the last section."""
    level: int = 1
    """1: a part of its own; 2, 3: what belongs to the line above."""
    is_total: bool = False
    number: int | None = None
    """Of a resolution: the number others refer to."""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading."""

    title: str
    lines: tuple[Line, ...]


def opening(scheme: Scheme) -> tuple[str, ...]:
    """Source, period and rounding, a line each."""
    source = " ".join(t for t in (scheme.source.document, scheme.source.part) if t)
    return (
        f"来源 {source}　{scheme.source.title}".rstrip(),
        f"考核周期：{PERIOD_WORDS[scheme.period]}　每个得分{rounding_words(scheme)}，再带入下一步",
    )


def rounding_words(scheme: Scheme) -> str:
    """How shown scores are rounded: 四舍五入到 2 位小数."""
    usual = scheme.decimals, scheme.rounding
    differs = any(
        (n.decimals if n.decimals is not None else usual[0], n.rounding or usual[1]) != usual
        for n in scheme.scores.values()
    )
    text = f"{MODE_WORDS[scheme.rounding]}到 {scheme.decimals} 位小数"
    return f"{text}（另注明的除外）" if differs else text


def describe(scheme: Scheme) -> tuple[Section, ...]:
    """The whole scheme in words, section by section; empty ones are left out."""
    return tuple(_Teller(scheme).sections())


class _Teller:
    """The scheme, part by part."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.gaps = {key: number for number, key in enumerate(scheme.gaps, start=1)}

    def sections(self) -> Iterator[Section]:
        """All that say something."""
        for title, part in (
            ("考核对象", self.subjects()), ("指标", self.items()), ("填什么", self.instruments()),
            ("加分减分", self.entries()), ("怎样计分", self.scores()), ("等次", self.grades()),
            ("名单", self.lists()), ("步骤", self.stages()), ("结果运用", self.measures()),
            ("汇总到更长的周期", self.rollups()), ("参数", self.parameters()),
            (RESOLUTIONS, self.resolutions()),
        ):  # fmt: skip
            lines = tuple(part)
            if lines:
                yield Section(title, lines)

    def line(
        self,
        title: str = "",
        text: str = "",
        of: Any = None,
        *,
        key: str = "",
        level: int = 1,
        is_total: bool = False,
    ) -> Line:
        """A line with the clauses and the resolution of a part."""
        gap = self.gaps.get(getattr(of, "gap", None) or "")
        return Line(title, key, text, tuple(getattr(of, "cite", ())), gap, level, is_total)

    def subjects(self) -> Iterator[Line]:
        """Kinds of subjects."""
        for kind in self.scheme.subjects.values():
            classes = "、".join(f"{title}（{key}）" for key, title in kind.classes.items())
            of = f"，随{self.scheme.subjects[kind.of].title}" if kind.of else ""
            yield self.line(kind.title, of + (f"：{classes}" if classes else ""))

    def items(self) -> Iterator[Line]:
        """Indicators with their points."""
        for group in self.scheme.items.values():
            total = full_marks(group)
            yield self.line(group.title, f"（共 {plain(total)} 分）" if total else "", group)
            section = None
            for number, item in enumerate(group.items, start=1):
                if item.section != section and item.section in group.sections:
                    heading = group.sections[item.section]
                    made = f"　{plain(heading.total)} 分" if heading.total is not None else ""
                    yield self.line(f"· {heading.title}", made, heading, level=2)
                section = item.section
                points = f"　{plain(item.points)} 分" if item.points is not None else ""
                yield self.line(f"{number}. {item.title}", points, item, level=2)
                yield from (self.line(text=text, level=3) for text in item_terms(item))
                if item.help:
                    yield self.line(text=item.help, level=3)

    def instruments(self) -> Iterator[Line]:
        """What is filled in, by whom."""
        for key, one in self.scheme.instruments.items():
            by = _BY.get(getattr(one, "by", ""), "")
            yield self.line(one.title, f"：{by}" if by else "", one, key=key)
            yield from self.terms(one)
            if one.help:
                yield self.line(text=one.help, level=2)

    def terms(self, one: Instrument) -> Iterator[Line]:
        """Options, scores, limits of an instrument."""
        if one.type == "sheet":
            items = self.scheme.items[one.items].title
            yield self.line(text=f"按“{items}”逐项打分，{plain(one.step)} 分一档", level=2)
            for attached in one.attach.values():
                need = "必须" if attached.required else "可以"
                yield self.line(text=f"{need}附：{attached.title}", of=attached, level=2)
        elif one.type == "ballot":
            options = (f"{label} {plain(points)}" for label, points in one.options.items())
            yield self.line(text="、".join(options), level=2)
            if one.strata:
                yield self.line(text=f"投票人：{'、'.join(one.strata.values())}", level=2)
            for rule in one.turnout:
                yield self.line(text=turnout_text(rule, self.scheme), of=rule, level=2)
        elif one.type == "form":
            asked = (f"{s.title} 0—{plain(s.maximum)}" for s in one.scores.values())
            yield self.line(text="；".join(asked), level=2)
        elif one.type == "report":
            yield from self.report(one)
        else:
            yield self.line(text="不计分，列在结果旁边", level=2)

    def report(self, one: ReportInstrument) -> Iterator[Line]:
        """Chapters, reviews and grounds of a report."""
        for part in one.parts.values():
            columns = f"：逐条写{'、'.join(part.rows.values())}" if part.rows else ""
            need = "" if part.required else "（可以不写）"
            yield self.line(part.title, f"{need}{columns}", part, level=2)
        if one.reviews:
            order = " → ".join(review.title for review in one.reviews)
            yield self.line(text=f"依次审核：{order}", level=2)
        if one.grounds:
            yield self.line(text=f"退回的理由：{'；'.join(one.grounds.values())}", level=2)

    def entries(self) -> Iterator[Line]:
        """Bonus and deduction rules."""
        for key, rule in self.scheme.entries.items():
            yield self.line(text=entry_text(rule, key=key), of=rule)

    def scores(self) -> Iterator[Line]:
        """Scores with their formulas."""
        for key, node in self.scheme.scores.items():
            text = f"= {formula_text(self.scheme, node)}"
            yield self.line(node.title, text, node, key=key, is_total=key == self.scheme.total)
            if key == self.scheme.total and (ties := order_of(self.scheme, key).words):
                yield self.line(text=f"排名次时，{ties}；仍相同的并列", level=2)

    def grades(self) -> Iterator[Line]:
        """Bands and limits."""
        for key, grade in self.scheme.grades.items():
            if grade.follows:
                followed = self.scheme.grades[grade.follows].title
                yield self.line(grade.title, f"：随{followed}", grade)
            else:
                bands = "、".join(
                    f"{name} {plain(low)} 及以上" for name, low in grade.bands.items()
                )
                title = self.scheme.scores[grade.of or self.scheme.total].title
                yield self.line(grade.title, f"：按{title}，{bands}", grade)
            for limit in grade.limits:
                when = limit.when
                title = (
                    f"{self.scheme.entries[when.entries].title}的条数"
                    if when.entries
                    else self.scheme.scores[when.score or self.scheme.total].title
                )
                edge = f"低于 {plain(when.below)}" if when.below is not None else ""
                if when.at_least is not None:
                    edge = f"达到 {plain(when.at_least)}"
                yield self.line(text=f"{title}{edge} 时，最高为{limit.at_most}", of=limit, level=2)
            score = graded_score(self.scheme, key)
            for quota in grade.quotas:
                is_best = labels_of(self.scheme, key)[:1] == [quota.label]
                text = quota_text(quota, self.scheme, score=score, is_best=is_best)
                yield self.line(text=text, of=quota, level=2)

    def lists(self) -> Iterator[Line]:
        """Lists and streaks."""
        for rule in self.scheme.lists.values():
            yield self.line(text=list_text(rule, self.scheme), of=rule)
        for streak in self.scheme.streaks.values():
            what = (
                f"列入{self.scheme.lists[streak.list].title}"
                if streak.list is not None
                else f"等次为{'、'.join(streak.labels)}"
            )
            yield self.line(streak.title, f"：{what}连续 {streak.times} 期及以上", streak)

    def rollups(self) -> Iterator[Line]:
        """Longer periods, each a scheme of its own."""
        for key, one in self.scheme.rollups.items():
            title = str(one.get("title", key))
            yield self.line(title, key=f"{self.scheme.id}.{key}；在文件里：文件名#{key}")

    def stages(self) -> Iterator[Line]:
        """The procedure."""
        for number, stage in enumerate(self.scheme.stages, start=1):
            days = f"，约 {stage.days} 天" if stage.days else ""
            if stage.reply is not None:
                days += f"，收到提醒后 {stage.reply.days} {_days(stage.reply)}内回报"
            yield self.line(f"{number}. {stage.title}", days, stage)
        notice, objection = self.scheme.notice, self.scheme.objection
        if notice is not None:
            yield self.line(text=f"公示 {notice.days} {_days(notice)}", of=notice)
        if objection is not None:
            text = f"通报后 {objection.days} {_days(objection)}内可提异议"
            yield self.line(text=text, of=objection)

    def measures(self) -> Iterator[Line]:
        """Consequences; suggested, never applied."""
        for one in self.scheme.measures:
            known = {**self.scheme.lists, **self.scheme.streaks}
            whom = [*one.labels, *(known[name].title for name in one.lists)]
            labels = f"：建议用于{'、'.join(whom)}" if whom else "：由人决定"
            yield self.line(one.title, labels, one)

    def parameters(self) -> Iterator[Line]:
        """Parameters with the values in use."""
        for key, one in self.scheme.parameters.items():
            value = self.scheme.values.get(key)
            if isinstance(value, list):
                shown = "、".join(one.options.get(str(v), str(v)) for v in value)
            elif isinstance(value, dict):
                shown = "、".join(f"{k} {v}" for k, v in value.items()) or "（空）"
            else:
                shown = str(one.options.get(str(value), value))
            source = "" if one.source == "regulation" else "　原文没有给出"
            yield self.line(one.title, f" = {shown}{source}", one, key=key)
            if one.options:
                options = "；".join(f"{k}（{t}）" for k, t in one.options.items())
                yield self.line(text=f"可选：{options}", level=2)

    def resolutions(self) -> Iterator[Line]:
        """Gaps, numbered, with what was decided."""
        for key, gap in self.scheme.gaps.items():
            own = "（本考核办法补充，原文无依据）" if gap.ours else ""
            number = self.gaps[key]
            yield Line(text=f"{number}. {gap.about}", cites=tuple(gap.cites), number=number)
            yield self.line(text=f"→ {gap.resolution or '尚未决定'}{own}", level=2)


def _days(period: Any) -> str:
    return "个工作日" if period.unit == "working" else "天"
