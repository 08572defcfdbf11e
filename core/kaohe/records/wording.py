"""What a template says about each thing to fill in: meaning, limits, clause."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kaohe.records.names import first_kind, person_kind
from kaohe.scoring.operators.sheet import full_marks
from kaohe.scoring.operators.votes import TURNOUT_WORDS
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import EntryRule, Scheme, SheetInstrument

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
    classes = tuple(kind.classes.values())
    own = {
        "id": Told("编号", kind.title, "自己定的编号；可以留空，留空时以名称为准。", "不能重复"),
        "title": Told("名称", kind.title, f"{kind.title}的名称。", "不能重复"),
        "class": Told("类别", kind.title, "从下拉列表选择。", "、".join(classes), choices=classes),
        "person": Told(
            person.title if person else "负责人", kind.title,
            f"{person.title}姓名，可以留空。" if person else "可以留空。", "",
        ),
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
        top = full_marks(scheme.items[one.items])
        what = f"{one.title}的总分；要按项目填写，用“{one.title}分项”表。"
        if respondent:
            what = f"第 {respondent} 份{one.title}的总分；有几份填几份，取平均。"
        limits = f"0—{plain(top)}，{decimals}；没有就留空，不要填 0"
        title = one.title + respondent
        return Told(title, one.title, what, limits, one.cite, Decimal(0), top)
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
    if isinstance(rule.points, dict):
        what = f"写标准的名称，几项用 + 连接：{'、'.join(rule.points)}。"
        limits = "、".join(f"{k} {plain(v)} 分" for k, v in rule.points.items())
    else:
        what = f"已核验的{sign}分；几项用 + 连接，如 0.5+1；要写事由和日期，用“加减分”表。"
        limits = f"每项不超过 {plain(rule.most)} 分"
    return Told(rule.title, rule.title, what, limits, rule.cite)


def item_limits(scheme: Scheme, instrument: SheetInstrument) -> dict[str, tuple[str, Decimal]]:
    """Item -> (title, maximum)."""
    return {i.id: (i.title, i.points or Decimal()) for i in scheme.items[instrument.items].items}
