"""What a template says about each thing to fill in: meaning, limits, clause."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kaohe.records.names import first_kind, person_kind
from kaohe.scheme.operators import Carried, Periods
from kaohe.scheme.references import nodes_of
from kaohe.scoring.operators.sheet import full_marks
from kaohe.scoring.operators.votes import TURNOUT_WORDS
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import EntryRule, Item, Scheme, SheetInstrument
    from kaohe.scheme.rules import Input

PERIODS = {"month": "2025-06", "quarter": "2025-Q2", "half_year": "2025-H1", "year": "2025"}
PERIOD_WORDS = {"month": "月", "quarter": "季度", "half_year": "半年", "year": "年"}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing to fill in."""

    title: str
    group: str
    what: str
    limits: str
    cite: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    is_whole: bool = False
    choices: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """All in one text."""
        clause = f"依据：{'、'.join(self.cite)}" if self.cite else ""
        return "\n".join(t for t in (self.what, self.limits, clause) if t)


def tell(word: str, scheme: Scheme) -> Told:
    """What a column means (`kaohe.records.columns`)."""
    kind, person = first_kind(scheme), person_kind(scheme)
    classes = tuple(t for one in scheme.subjects.values() for t in one.classes.values())
    own = {
        "id": Told("编号", kind.title, "自己定的编号；可以留空，留空时以名称为准。", "不能重复"),
        "title": Told("名称", kind.title, f"{kind.title}的名称。", "不能重复"),
        "class": Told("类别", kind.title, "从下拉列表选择。", "、".join(classes), choices=classes),
        "person": Told(
            person.title if person else "负责人", kind.title,
            f"{person.title}姓名，可以留空。" if person else "可以留空。", "",
        ),
        "unit": Told("所属组织", kind.title, "个人所属的党组织；组织本身不填。", ""),
    }  # fmt: skip
    if word in own:
        return own[word]
    if word in scheme.entries:
        return _tell_entry(word, scheme.entries[word])
    head, _, respondent = word.partition("#")
    name, _, part = head.partition(".")
    one = scheme.instruments[name]
    decimals = f"最多 {scheme.decimals} 位小数" if scheme.decimals else "整数"
    if one.type == "sheet":
        low, top = scheme.items[one.items].low, full_marks(scheme.items[one.items])
        what = f"{one.title}的总分；要按项目填写，用“{one.title}分项”表。"
        if respondent:
            what = f"第 {respondent} 份{one.title}的总分；有几份填几份，取平均。"
        limits = f"{plain(low)}—{plain(top)}，{decimals}；没有就留空，不要填 0"
        title = one.title + respondent
        return Told(title, one.title, what, limits, one.cite, low, top)
    if one.type == "ballot":
        if part.startswith("@"):
            word = TURNOUT_WORDS[part[1:]]
            what = f"{one.title}{word}的票数（张）。"
            return Told(word, one.title, what, "整数", one.cite, Decimal(0), is_whole=True)
        what = f"整体得“{part}”的票数；要分项目填写，用“{one.title}分项”表。"
        limits = f"整数；每票 {plain(one.options[part])} 分"
        return Told(part, one.title, what, limits, one.cite, Decimal(0), is_whole=True)
    if one.type == "form":
        terms = one.scores[part]
        what = f"{terms.title}的平均分；有每一份的评分，用“{one.title}逐份”表。"
        limits = f"0—{plain(terms.maximum)}，{decimals}；没有就留空"
        return Told(terms.title, one.title, what, limits, one.cite, Decimal(0), terms.maximum)
    return Told(one.title, one.title, one.help or "文字，不计分。", "", one.cite)


def _tell_entry(key: str, rule: EntryRule) -> Told:
    sign = "加" if rule.sign == "+" else "减"
    if rule.sign == "none":
        what = "只记录，不计分；几项用 + 连接，写事由。"
        return Told(rule.title, rule.title, what, "", rule.cite)
    if isinstance(rule.points, dict):
        what = f"写标准的名称，几项用 + 连接：{'、'.join(rule.points)}。"
        limits = "、".join(f"{k} {plain(v)} 分" for k, v in rule.points.items())
    else:
        what = f"已核验的{sign}分；几项用 + 连接，如 0.5+1；要写事由和日期，用“加减分”表。"
        limits = f"每项不超过 {plain(rule.most)} 分"
    return Told(rule.title, rule.title, what, limits, rule.cite)


def tell_inputs(scheme: Scheme, instrument: SheetInstrument) -> dict[str, Told]:
    """Input of a sheet's items -> what it says."""
    out: dict[str, Told] = {}
    for item in scheme.items[instrument.items].items:
        inputs = item.inputs(decimals=scheme.decimals)
        group = instrument.title if len(inputs) == 1 else item.title
        for one in inputs:
            title = item.title if one.id == item.id else one.title
            out[one.id] = _tell_input(one, title, group, item)
    return out


def _tell_input(one: Input, title: str, group: str, item: Item) -> Told:
    cite = one.cite or item.cite
    top = plain(one.high)
    unit = f"（{one.unit}）" if one.unit else ""
    if one.kind == "points":
        return Told(title, group, f"满分 {top}。", f"0—{top}", cite, Decimal(0), one.high)
    if one.kind == "choice":
        what = "从下拉列表选择。"
        return Told(title, group, what, "、".join(one.options), cite, choices=one.options)
    if one.kind in ("once", "na"):
        return Told(title, group, "有就写“是”，没有留空。", "是、否", cite, choices=("是", "否"))
    if one.kind == "count":
        what = f"“{item.title}”的次数{unit}；没有留空，即 0。"
        if one.required:
            what = f"“{item.title}”做了多少{unit}；必须填写。"
        return Told(title, group, what, "整数", cite, Decimal(0), one.high, is_whole=True)
    places = f"最多 {one.decimals} 位小数" if one.decimals else "整数"
    what = f"{one.title}{unit}。{one.help}"
    low = min(one.low, Decimal(0))
    limits = f"不小于 {plain(low)}，{places}" if low else places
    return Told(title, group, what, limits, cite, low, one.high, is_whole=not one.decimals)


def needs_standing(scheme: Scheme) -> bool:
    """Whether results of other periods or schemes enter."""
    return bool(scheme.streaks) or any(
        node.operator in ("carried", "periods") for _, node in nodes_of(scheme)
    )


def standing_scores(scheme: Scheme) -> str:
    """The names under which results of other periods are asked for, as the score column takes them."""
    found = {}
    for _, node in nodes_of(scheme):
        if isinstance(node.args, Carried | Periods):
            title = node.title or node.args.score
            name = "/".join(filter(None, (node.args.scheme, node.args.score)))
            found.setdefault(name, f"{name}（{title}）" if title != name else name)
    return "、".join(found.values())
