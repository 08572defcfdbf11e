"""Items, entry rules, lists and quotas in words, for those who read a scheme."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kaohe.describing.formulas import table_text
from kaohe.scoring.ties import order_of
from kaohe.scoring.wording import plain, unit_words

if TYPE_CHECKING:
    from kaohe.scheme.items import Item
    from kaohe.scheme.model import EntryRule, ListRule, Quota, Scheme, Turnout
    from kaohe.scheme.rules import Deduction

_SIGNS = {"+": "+", "-": "−", "none": "记"}
_ROUNDING = {"down": "向下取整", "half_up": "四舍五入取整", "up": "不足一名的按一名计"}
_WITHIN = {"all": "", "class": "各类之内", "unit": "各单位之内"}


def item_terms(item: Item) -> Iterator[str]:
    """What the rule of an item says, one line per row."""
    if item.deduct is not None:
        if item.deduct.start == "typed":
            yield "先给分，再扣："
        for row in item.deduct.rows:
            cite = f"　〔{'；'.join(row.cite)}〕" if row.cite else ""
            yield f"− {row.title}：{deduction_text(row)}{cite}"
    if item.bracket is not None:
        rule = item.bracket
        unit = unit_words(rule.of.unit)
        top = bool(rule.lowest)
        table = table_text(rule.lowest or rule.highest, rule.otherwise, from_top=top, unit=unit)
        yield f"按{rule.of.title}：{table}"
    if item.ratio_bracket is not None:
        ratio = item.ratio_bracket
        table = table_text(ratio.lowest, ratio.otherwise, from_top=True, unit="%")
        none = (
            f"；{ratio.whole.title}为 0 时 {plain(ratio.empty)}" if ratio.empty is not None else ""
        )
        yield f"按{ratio.part.title} ÷ {ratio.whole.title}：{table}{none}"
    if item.pro_rata is not None:
        unit = unit_words(item.pro_rata.of.unit)
        yield f"{item.pro_rata.of.title}达到 {plain(item.pro_rata.full_at)}{unit}满分，不足按比例"
    if item.choice is not None:
        yield "、".join(f"{label} {plain(p)}" for label, p in item.choice.options.items())
    if item.each is not None:
        yield f"{item.each.of.title}：每 1 {item.each.of.unit or '次'} {plain(item.each.points)} 分"
    notes = ["可填不适用"] if item.optional else []
    notes += [f"不填时为 {plain(item.default)}"] if item.default is not None else []
    if notes:
        yield "；".join(notes)


def deduction_text(row: Deduction) -> str:
    """What a row takes off."""
    if row.zero:
        return "本项记 0 分"
    if row.each is None:
        return f"扣 {plain(row.once or 0)} 分"
    most = f"，最多扣 {plain(row.most)} 分" if row.most is not None else ""
    unit = row.unit or "次"
    if row.at_least is not None:
        return f"应有 {plain(row.at_least)} {unit}，每少 1 {unit}扣 {plain(row.each)} 分{most}"
    return f"每 1 {unit}扣 {plain(row.each)} 分{most}"


def entry_text(rule: EntryRule, *, key: str) -> str:
    """What an entry rule brings, proof and measures included."""
    if rule.sign == "none":
        points = "只登记，不计分"
    elif isinstance(rule.points, dict):
        points = "、".join(f"{k} {plain(v)}" for k, v in rule.points.items())
        points += "，按参与的百分比计" if rule.quantity == "percent" else ""
    else:
        points = "分值由填报人填写并说明"
    notes = [
        points,
        "须有证明" if rule.evidence == "required" else "",
        "由申报人以外的人核验" if rule.verified_by == "another" else "",
        "每条写明事项" if rule.event == "required" else "",
        "附本人陈述" if rule.statement else "",
        f"处理由有权的人选定：{'、'.join(rule.measures.values())}" if rule.measures else "",
    ]
    return f"{_SIGNS[rule.sign]}　{rule.title}（{key}）：{'；'.join(n for n in notes if n)}"


def turnout_text(rule: Turnout, scheme: Scheme) -> str:
    """A minimum of voters."""
    classes = {c: t for kind in scheme.subjects.values() for c, t in kind.classes.items()}
    whom = "、".join(classes.get(c, c) for c in rule.classes) or "全部"
    if rule.share is None:
        return f"{whom}收回不少于 {plain(rule.at_least or 0)} 张"
    strata = {
        key: title
        for one in scheme.instruments.values()
        for key, title in getattr(one, "strata", {}).items()
    }
    who = "、".join(strata.get(s, s) for s in rule.strata)
    of = "到会" if rule.of == "present" else "收回的票"
    return f"{who}不少于{of}的 {plain(rule.share)}%"


def list_text(rule: ListRule, scheme: Scheme) -> str:
    """Who is on a list."""
    score = scheme.scores[rule.of or scheme.total].title
    if rule.first is not None:
        words = [f"按{score}取前 {rule.first} 名"]
    elif rule.last is not None:
        words = [f"按{score}取最后 {rule.last} 名"]
    elif rule.best_share is not None:
        words = [f"按{score}取前 {plain(rule.best_share)}%，{_rounding(rule)}"]
    elif rule.worst_share is not None:
        words = [f"按{score}取最后 {plain(rule.worst_share)}%，{_rounding(rule)}"]
    else:
        words = ["符合条件的全部列入"]
    words += [_WITHIN[rule.within]] if _WITHIN[rule.within] else []
    words += [f"{score}达到 {plain(rule.at_least)}"] if rule.at_least is not None else []
    words += [f"{score}低于 {plain(rule.below)}"] if rule.below is not None else []
    if rule.grade is not None and rule.labels:
        words.append(f"{scheme.grades[rule.grade].title}为{'、'.join(rule.labels)}")
    if rule.barred_by:
        words.append(f"有{'、'.join(scheme.entries[r].title for r in rule.barred_by)}的不列入")
    if rule.gives_way_to:
        words.append(f"让{'、'.join(scheme.lists[k].title for k in rule.gives_way_to)}先取")
    ties = order_of(scheme, rule.of or scheme.total, rule.ties_by).words
    words += [ties] if ties else []
    words += [f"{rule.more_than} 个及以下不列名单"] if rule.more_than else []
    return f"{rule.title}：{'；'.join(words)}"


def _rounding(rule: ListRule | Quota) -> str:
    """How a share becomes a number of places."""
    return _ROUNDING[rule.rounding] + (f"，至少 {rule.least} 个" if rule.least else "")


def quota_text(quota: Quota, scheme: Scheme, *, score: str, is_best: bool) -> str:
    """A share of the best grades, of a grade that rests on a score; `is_best`: of the best alone."""
    ties = order_of(scheme, score, quota.ties_by).words
    of = "全部对象" if quota.of == "roll" else "有得分的对象"
    where = _WITHIN[quota.within]
    label = f"“{quota.label}”{'' if is_best else '及以上'}"
    return (
        f"{where}{label}不超过{of}的 {plain(quota.share)}%，{_rounding(quota)}；"
        f"多出的从低分起降为“{quota.moves_to}”{f'，{ties}' if ties else ''}，边上并列的一起降"
    )
