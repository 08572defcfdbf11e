"""A scheme as its readers see it: what counts how much, where the regulation is silent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kaohe.cli.scheme_formulas import formula_text
from kaohe.cli.scheme_items import entry_text, item_terms, list_text, quota_text, turnout_text
from kaohe.records.wording import PERIOD_WORDS
from kaohe.scoring.operators.sheet import full_marks
from kaohe.scoring.wording import MODE_WORDS, plain

if TYPE_CHECKING:
    from kaohe.scheme.model import Instrument, ReportInstrument, Scheme
    from kaohe.scheme.reading import SchemeSource

_BY = {
    "subject": "考核对象自己填",
    "assessors": "考核组填",
    "voters": "参加测评的人填",
    "attendees": "到会的人填",
}


def scheme_text(scheme: Scheme) -> str:
    """The whole scheme as text."""
    return "\n".join(_Page(scheme).lines())


def scheme_json(scheme: Scheme, source: SchemeSource) -> dict[str, Any]:
    """The bound scheme as data."""
    return {**scheme.model_dump(mode="json"), "fingerprint": source.fingerprint}


class _Page:
    """The text, part by part."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.gaps = {key: number for number, key in enumerate(scheme.gaps, start=1)}

    def lines(self) -> Iterator[str]:
        """All lines."""
        scheme = self.scheme
        source = " ".join(t for t in (scheme.source.document, scheme.source.part) if t)
        yield f"{scheme.title}　{scheme.id}　{scheme.version}"
        yield f"来源 {source}　{scheme.source.title}".rstrip()
        rounding = MODE_WORDS[scheme.rounding]
        yield f"考核周期：{PERIOD_WORDS[scheme.period]}　小数 {scheme.decimals} 位，{rounding}，进位后的数继续参加计算"
        if scheme.help:
            yield scheme.help
        yield f"指纹 {scheme.fingerprint}"
        for title, part in (
            ("考核对象", self.subjects()), ("指标", self.items()), ("填什么", self.instruments()),
            ("加分减分", self.entries()), ("怎样计分", self.scores()), ("等次", self.grades()),
            ("名单", self.lists()), ("步骤", self.stages()), ("结果运用", self.measures()),
            ("汇总到更长的周期", self.rollups()), ("参数", self.parameters()),
            ("原文沉默或矛盾之处，及处理", self.resolutions()),
        ):  # fmt: skip
            lines = list(part)
            if lines:
                yield ""
                yield f"【{title}】"
                yield from lines

    def tail(self, one: Any) -> str:
        """Clause and number of the gap."""
        cite = getattr(one, "cite", ())
        gap = getattr(one, "gap", None)
        notes = [*cite, *([f"见处理 {self.gaps[gap]}"] if gap in self.gaps else [])]
        return f"　〔{'；'.join(notes)}〕" if notes else ""

    def subjects(self) -> Iterator[str]:
        """Kinds of subjects."""
        for kind in self.scheme.subjects.values():
            classes = "、".join(f"{title}（{key}）" for key, title in kind.classes.items())
            of = f"，随{self.scheme.subjects[kind.of].title}" if kind.of else ""
            yield f"  {kind.title}{of}" + (f"：{classes}" if classes else "")

    def items(self) -> Iterator[str]:
        """Indicators with their points."""
        for group in self.scheme.items.values():
            total = full_marks(group)
            yield (
                f"  {group.title}"
                + (f"（共 {plain(total)} 分）" if total else "")
                + self.tail(group)
            )
            section = None
            for number, item in enumerate(group.items, start=1):
                if item.section != section and item.section in group.sections:
                    heading = group.sections[item.section]
                    made = f"　{plain(heading.total)} 分" if heading.total is not None else ""
                    yield f"    · {heading.title}{made}{self.tail(heading)}"
                section = item.section
                points = f"{plain(item.points)} 分" if item.points is not None else ""
                yield f"    {number}. {item.title}　{points}{self.tail(item)}"
                yield from (f"       {line}" for line in item_terms(item))
                if item.help:
                    yield f"       {item.help}"

    def instruments(self) -> Iterator[str]:
        """What is filled in, by whom."""
        for key, one in self.scheme.instruments.items():
            by = _BY.get(getattr(one, "by", ""), "")
            yield f"  {one.title}（{key}）" + (f"：{by}" if by else "") + self.tail(one)
            yield from (f"    {line}" for line in self.terms(one))
            if one.help:
                yield f"    {one.help}"

    def terms(self, one: Instrument) -> Iterator[str]:
        """Options, scores, limits of an instrument."""
        if one.type == "sheet":
            yield f"按“{self.scheme.items[one.items].title}”逐项打分，{plain(one.step)} 分一档"
            for attached in one.attach.values():
                need = "必须" if attached.required else "可以"
                yield f"{need}附：{attached.title}{self.tail(attached)}"
        elif one.type == "ballot":
            yield "、".join(f"{label} {plain(points)}" for label, points in one.options.items())
            if one.strata:
                yield f"投票人：{'、'.join(one.strata.values())}"
            for rule in one.turnout:
                yield turnout_text(rule, self.scheme) + self.tail(rule)
        elif one.type == "form":
            yield "；".join(f"{s.title} 0—{plain(s.maximum)}" for s in one.scores.values())
        elif one.type == "report":
            yield from self.report(one)
        else:
            yield "不计分，列在结果旁边"

    def report(self, one: ReportInstrument) -> Iterator[str]:
        """Chapters, reviews and grounds of a report."""
        for part in one.parts.values():
            columns = f"：逐条写{'、'.join(part.rows.values())}" if part.rows else ""
            need = "" if part.required else "（可以不写）"
            yield f"{part.title}{need}{columns}{self.tail(part)}"
        if one.reviews:
            yield f"依次审核：{' → '.join(review.title for review in one.reviews)}"
        if one.grounds:
            yield f"退回的理由：{'；'.join(one.grounds.values())}"

    def entries(self) -> Iterator[str]:
        """Bonus and deduction rules."""
        for key, rule in self.scheme.entries.items():
            yield f"  {entry_text(rule, key=key)}{self.tail(rule)}"

    def scores(self) -> Iterator[str]:
        """Scores with their formulas."""
        for key, node in self.scheme.scores.items():
            mark = "★" if key == self.scheme.total else " "
            yield f" {mark}{node.title}（{key}）= {formula_text(self.scheme, node)}{self.tail(node)}"

    def grades(self) -> Iterator[str]:
        """Bands and limits."""
        for grade in self.scheme.grades.values():
            if grade.follows:
                yield f"  {grade.title}：随{self.scheme.grades[grade.follows].title}{self.tail(grade)}"
            else:
                bands = "、".join(
                    f"{label} {plain(low)} 及以上" for label, low in grade.bands.items()
                )
                title = self.scheme.scores[grade.of or self.scheme.total].title
                yield f"  {grade.title}：按{title}，{bands}{self.tail(grade)}"
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
                yield f"    {title}{edge} 时，最高为{limit.at_most}{self.tail(limit)}"
            for quota in grade.quotas:
                yield f"    {quota_text(quota)}{self.tail(quota)}"

    def lists(self) -> Iterator[str]:
        """Lists and streaks."""
        for rule in self.scheme.lists.values():
            yield f"  {list_text(rule, self.scheme)}{self.tail(rule)}"
        for streak in self.scheme.streaks.values():
            what = (
                f"列入{self.scheme.lists[streak.list].title}"
                if streak.list is not None
                else f"等次为{'、'.join(streak.labels)}"
            )
            yield f"  {streak.title}：{what}连续 {streak.times} 期及以上{self.tail(streak)}"

    def rollups(self) -> Iterator[str]:
        """Longer periods, each a scheme of its own."""
        for key, one in self.scheme.rollups.items():
            yield f"  {one.get('title', key)}（{self.scheme.id}.{key}；在文件里：文件名#{key}）"

    def stages(self) -> Iterator[str]:
        """The procedure."""
        for number, stage in enumerate(self.scheme.stages, start=1):
            days = f"，约 {stage.days} 天" if stage.days else ""
            if stage.reply is not None:
                kind = "个工作日" if stage.reply.unit == "working" else "天"
                days += f"，收到提醒后 {stage.reply.days} {kind}内回报"
            yield f"  {number}. {stage.title}{days}{self.tail(stage)}"
        notice = self.scheme.notice
        if notice is not None:
            unit = "个工作日" if notice.unit == "working" else "天"
            yield f"  公示 {notice.days} {unit}{self.tail(notice)}"
        objection = self.scheme.objection
        if objection is not None:
            unit = "个工作日" if objection.unit == "working" else "天"
            yield f"  通报后 {objection.days} {unit}内可提异议{self.tail(objection)}"

    def measures(self) -> Iterator[str]:
        """Consequences; suggested, never applied."""
        for one in self.scheme.measures:
            known = {**self.scheme.lists, **self.scheme.streaks}
            whom = [*one.labels, *(known[name].title for name in one.lists)]
            labels = f"：建议用于{'、'.join(whom)}" if whom else "：由人决定"
            yield f"  {one.title}{labels}{self.tail(one)}"

    def parameters(self) -> Iterator[str]:
        """Parameters with the values in use."""
        for key, one in self.scheme.parameters.items():
            value = self.scheme.values.get(key)
            shown = (
                one.options.get(str(value), value) if not isinstance(value, list | dict) else value
            )
            if isinstance(value, list):
                shown = "、".join(one.options.get(str(v), str(v)) for v in value)
            elif isinstance(value, dict):
                shown = "、".join(f"{k} {v}" for k, v in value.items()) or "（空）"
            source = "" if one.source == "regulation" else "　原文没有给出"
            yield f"  {key}　{one.title} = {shown}{source}{self.tail(one)}"
            if one.options:
                yield f"      可选：{'；'.join(f'{k}（{t}）' for k, t in one.options.items())}"

    def resolutions(self) -> Iterator[str]:
        """Gaps, numbered, with what was decided."""
        for key, gap in self.scheme.gaps.items():
            cites = f"〔{'、'.join(gap.cites)}〕" if gap.cites else ""
            own = "（本考核办法补充，原文无依据）" if gap.ours else ""
            yield f"  {self.gaps[key]}. {gap.about}{cites}"
            yield f"     → {gap.resolution or '尚未决定'}{own}"
