"""A comparison in words, for the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaohe.comparing.comparison import ranked_by_row

if TYPE_CHECKING:
    from kaohe.comparing.model import Comparison, Difference

_MOST_NOTES = 12
_REPEATED, _NAMED = 3, 4
_SINGLE = {"unknown", "blank", "digits", "record"}
"""Causes that are one row's own."""
NOTHING_COMPARED = "没有一格可以核对：算出结果所需的数据列没有认出，或者都空着。核对各列的含义。"


def summary_line(comparison: Comparison) -> str:
    """What was compared and what was found, in one sentence."""
    own = len(comparison.own_errors)
    all_of_them = len(comparison.differences)
    head = f"{comparison.subjects} 个考核对象，核对 {comparison.compared} 格"
    if not comparison.compared:
        return NOTHING_COMPARED
    if not all_of_them:
        return f"{head}，没有发现不同。"
    tail = f"，另有 {all_of_them - own} 格由它们带来" if all_of_them > own else ""
    return f"{head}：{own} 处错误{tail}。"


def repeated_causes(comparison: Comparison) -> list[str]:
    """Causes that explain several rows of a column: most likely one formula or one habit."""
    found: dict[tuple[str, str], list[Difference]] = {}
    for one in comparison.own_errors:
        if one.cause.code not in _SINGLE:
            found.setdefault((one.column, one.cause.text), []).append(one)
    return [
        f"{column}：{text}（{len(several)} 个：{_some(several)}）"
        for (column, text), several in found.items()
        if len(several) >= _REPEATED
    ]


def _some(several: list[Difference]) -> str:
    names = "、".join(one.title for one in several[:_NAMED])
    return names + ("等" if len(several) > _NAMED else "")


def comparison_text(comparison: Comparison) -> str:
    """All differences, each to be redone on a calculator."""
    lines = [summary_line(comparison), ""]
    if repeated := repeated_causes(comparison):
        lines += ["多个单位是同一个原因，先看这里：", *(f"  {one}" for one in repeated), ""]
    number = 0
    sheets = {one.place.rpartition("!")[0] for one in comparison.differences}
    several = len(sheets) > 1
    for one in ranked_by_row(comparison).differences:
        if one.is_consequence:
            lines += _consequence(one, several=several)
        else:
            number += 1
            lines += _own(number, one, several=several)
        lines.append("")
    if comparison.given:
        titles = "、".join(f"“{t}”" for t in comparison.given)
        lines += [f"没有原始数据、按单位填写的数往下核对：{titles}", ""]
    if comparison.strangers:
        lines += [f"记录里没有、没有核对：{'、'.join(comparison.strangers)}", ""]
    lines += _notes(comparison)
    return "\n".join(lines).rstrip() + "\n"


def _head(one: Difference, *, several: bool) -> str:
    by = "" if one.delta is None else f"（相差 {one.delta:+f}）"
    cell = one.place if several else one.place.rpartition("!")[2]
    return f"{one.title}　{one.column}　{cell}：单位 {one.office}，应为 {one.ours}{by}"


def _own(number: int, one: Difference, *, several: bool) -> list[str]:
    lines = [f"{number}. {_head(one, several=several)}"]
    lines.append(f"   原因：{one.cause.title}。{one.cause.text}")
    lines += [f"   单位的算法　{step}" for step in one.office_steps]
    lines += [f"   应为　　　　{step}" for step in one.our_steps]
    if one.others:
        others = "；".join(dict.fromkeys(other.text for other in one.others))
        lines.append(f"   也可能：{others}")
    return lines


def _consequence(one: Difference, *, several: bool) -> list[str]:
    lines = [f"   ↳ {_head(one, several=several)}", f"     随前面的错误：{one.cause.text}"]
    lines += [f"     应为　{step}" for step in one.our_steps]
    return lines


def _notes(comparison: Comparison) -> list[str]:
    lines = []
    if comparison.problems:
        lines.append("没有核对的：")
        lines += [f"  {problem}" for problem in comparison.problems]
    if comparison.notes:
        lines.append("说明：")
        lines += [f"  {note}" for note in comparison.notes[:_MOST_NOTES]]
        if len(comparison.notes) > _MOST_NOTES:
            lines.append(f"  ……共 {len(comparison.notes)} 条")
    return lines
