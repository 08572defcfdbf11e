"""A JSON record to fill in, which says itself what goes where."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.records.json_entries import STATE_WORDS
from kaohe.records.names import first_kind, has_members, person_kind
from kaohe.records.wording import (
    PERIOD_WORDS,
    PERIODS,
    needs_standing,
    standing_scores,
    tell,
    tell_inputs,
)
from kaohe.scoring.operators.votes import TURNOUT_WORDS
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kaohe.scheme.model import Instrument, Scheme, SheetInstrument
    from kaohe.scheme.operators import Operator
    from kaohe.scheme.reading import SchemeSource


def template_json(
    source: SchemeSource, *, operators: Mapping[str, type[Operator]] | None = None
) -> str:
    """The text of a record with one subject; it can be read as it is."""
    scheme = source.bind(operators=operators)
    data = {
        "_说明": [
            f"{scheme.title}（{scheme.version}）的记录。填好后运行：kaohe score {scheme.id} 文件名",
            "null 表示没有，不等于 0。以 _ 开头的键只供人看，程序不读。",
            "每个考核对象一组 { … }，照样子增加；键可以写英文，也可以写表格上的中文名称。",
        ],
        "scheme": scheme.id,
        "version": scheme.version,
        "period": PERIODS[scheme.period],
        "parameters": _parameters(source, scheme),
        "subjects": [_subject(scheme)],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _parameters(source: SchemeSource, scheme: Scheme) -> dict[str, Any]:
    notes: dict[str, str] = {
        "_": f"可以整组删去，删去即用默认值。考核周期按{PERIOD_WORDS[scheme.period]}。"
    }
    values: dict[str, Any] = {}
    for key, one in scheme.parameters.items():
        options = "；".join(f"{k} = {t}" for k, t in one.options.items())
        labels = "、".join(one.labels)
        notes[key] = "。".join(t for t in (one.title, options, labels, one.help.strip("。")) if t)
        values[key] = scheme.values.get(key, one.default)
    return {"_说明": notes, **values} if values else {}


def _subject(scheme: Scheme) -> dict[str, Any]:
    kind, person = first_kind(scheme), person_kind(scheme)
    notes: dict[str, Any] = {"id": tell("id", scheme).what, "title": tell("title", scheme).what}
    out: dict[str, Any] = {"id": "1", "title": f"（{kind.title}名称）"}
    classes = {k: t for one in scheme.subjects.values() for k, t in one.classes.items()}
    if classes:
        notes["class"] = "；".join(f"{k} = {t}" for k, t in classes.items())
        out["class"] = next(iter(classes))
    if person:
        notes["person"] = tell("person", scheme).what
        out["person"] = ""
    if has_members(scheme):
        notes["unit"] = tell("unit", scheme).what
        out["unit"] = ""
    for key, one in scheme.instruments.items():
        if one.type == "report":
            continue  # reports are handed in on the site; they bring no figures
        notes[key], out[key] = _instrument(scheme, key, one)
    for key, rule in scheme.entries.items():
        told = tell(key, scheme)
        shape = {"points": 2, "reason": "事由与证书", "event": "", "day": "2025-06-30"}
        if rule.sign == "none":
            shape.pop("points")
        if isinstance(rule.points, dict):
            shape = {"label": next(iter(rule.points), ""), "times": 1, **shape}
            shape.pop("points", None)
        notes[key] = {
            "填什么": f"{told.title}：列表，每项一个分值（或名称），或一组键值，如下",
            "限制": told.limits, "依据": list(rule.cite),
            "样子": {**shape, "state": "verified"},
            "state": "；".join(f"{k} = {w}" for k, w in STATE_WORDS.items()) + "。只有已核验的计分",
        }  # fmt: skip
        out[key] = []
    if needs_standing(scheme):
        notes["standing"] = {
            "填什么": "往期结果：列表，每期一组；score 空着即总分，别的办法写 办法编号/得分",
            "score": standing_scores(scheme),
            "样子": {"period": "2025-Q1", "value": 90, "grade": "", "lists": []},
        }
        out["standing"] = []
    notes["rulings"] = {
        "填什么": "记录在案的决定：kind 为 reweight（某项缺失时重新分配权重）、"
        "waive（确认标记）或 exempt（不参加某等次或名单）",
        "样子": {"kind": "waive", "target": "标注或得分的编号", "reason": "理由", "by": "决定机构"},
    }
    out["rulings"] = []
    return {"_说明": notes, **out}


def _items(scheme: Scheme, sheet: SheetInstrument) -> dict[str, Any]:
    """Item -> what to write; an item with several inputs is a group of its own."""
    told, out = tell_inputs(scheme, sheet), {}
    for item in scheme.items[sheet.items].items:
        inputs = item.inputs(decimals=scheme.decimals)
        texts = {}
        for one in inputs:
            said = told[one.id]
            limits = said.limits if one.kind != "points" else f"0—{plain(one.high)}"
            key = one.id if one.id == item.id else one.id.partition(".")[2]
            texts[key] = f"{said.title}{f'（{one.unit}）' if one.unit else ''}，{limits}"
        single = len(inputs) == 1 and inputs[0].id == item.id
        out[item.id] = texts[item.id] if single else {"_": item.title, **texts}
    return out


def _likely_totals(high: Decimal | None) -> list[float]:
    """Examples of a sheet's total, none above its maximum."""
    if high is None or high >= 98:
        return [96, 97.5, 95]
    return [int(high * share / 100) for share in (96, 98, 95)]


def _instrument(scheme: Scheme, key: str, one: Instrument) -> tuple[Any, Any]:
    """(what it says, what stands there at first)."""
    note: dict[str, Any] = {"填什么": one.title, "依据": list(one.cite)}
    if one.type == "sheet":
        word = key if one.by == "subject" else f"{key}#1"
        note["填什么"] = f"{one.title}：总分一个数字，或按项目写成一组键值（样子见下）"
        if one.by == "assessors":
            totals = _likely_totals(tell(word, scheme).high)
            note["填什么"] += f"；几名考核人写成列表，如 {totals}，取平均"
            note["署名"] = {"by": "考核人", "total": totals[0]}
        note["限制"] = tell(word, scheme).limits
        note["项目"] = _items(scheme, one)
        return note, None if one.by == "subject" else []
    if one.type == "ballot":
        note["填什么"] = f"{one.title}：tally 为整体票数，或在 aspects 里按项目写票数，二者取一"
        note["选项"] = {label: f"每票 {plain(points)} 分" for label, points in one.options.items()}
        aspects = scheme.items[one.aspects].items
        note["aspects"] = {i.id: f"{i.title}：{{选项: 票数}}" for i in aspects}
        note["票数登记"] = {k: TURNOUT_WORDS[k] for k in ("issued", "returned", "invalid")}
        if one.strata:
            note["strata"] = {
                "填什么": "分类别唱票时，写成 {类别: {tally 或 aspects}}",
                **dict(one.strata.items()),
            }
        tally = dict.fromkeys(one.options)
        return note, {"tally": tally, "issued": None, "returned": None, "invalid": None}
    if one.type == "form":
        note["填什么"] = (
            f"{one.title}：每项写平均分（一个数字），或各份表格的评分，如 [91, 88.5, 90]"
        )
        note["评分项"] = {k: f"{s.title}，0—{plain(s.maximum)}" for k, s in one.scores.items()}
        return note, dict.fromkeys(one.scores)
    note["填什么"] = f"{one.title}：文字，不计分"
    return note, None
