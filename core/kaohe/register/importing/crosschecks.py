"""Mistakes that show only when rows are seen together."""

from __future__ import annotations

from collections import defaultdict
from difflib import get_close_matches

from kaohe.register.importing.preview import GroupRow, Known, RollPreview, Trouble, UnitRow
from kaohe.register.importing.roll_table import AGAIN
from kaohe.workbooks import match_key


def check_units(preview: RollPreview) -> None:
    """A name once; no unit above itself."""
    first: dict[str, UnitRow] = {}
    for unit in preview.units:
        earlier = first.setdefault(match_key(unit.name), unit)
        if earlier is not unit:
            preview.errors.append(
                Trouble(
                    unit.place,
                    f"单位“{unit.name}”与 {earlier.place} 重名。",
                    f"每个单位只写一行；若是两个单位，请写全称加以区别。{AGAIN}",
                )
            )
    _check_parents(first, preview)


def _check_parents(units: dict[str, UnitRow], preview: RollPreview) -> None:
    for unit in units.values():
        chain, current = [unit.name], unit
        while current.parent and (above := units.get(match_key(current.parent))):
            chain.append(above.name)
            if above is unit:
                preview.errors.append(
                    Trouble(
                        unit.places.get("parent", unit.place),
                        f"隶属关系绕成了一圈：{' → '.join(chain)}。",
                        f"请改正其中一个单位的上级。{AGAIN}",
                    )
                )
                break
            if len(chain) > len(units):
                break  # a circle further up; reported where it closes
            current = above


def check_groups(preview: RollPreview, known: Known) -> None:
    """Groups once, people once, units known and in one group only."""
    names = {match_key(n): n for n in [*known.secretaries, *(u.name for u in preview.units)]}
    seen: dict[str, GroupRow] = {}
    unit_groups: dict[str, GroupRow] = {}
    person_groups: dict[str, GroupRow] = {}
    for group in preview.groups:
        earlier = seen.setdefault(match_key(group.name), group)
        if earlier is not group:
            what = f"组别“{group.name}”与 {earlier.place} 重复。"
            preview.errors.append(Trouble(group.place, what, f"每个组只写一行。{AGAIN}"))
        _check_people(group, person_groups, preview)
        _check_members(group, names, unit_groups, preview)
        if not group.people:
            what = f"“{group.name}”没有组长和成员。"
            preview.errors.append(Trouble(group.place, what, f"请填写考核人员。{AGAIN}"))


def _check_people(group: GroupRow, taken: dict[str, GroupRow], preview: RollPreview) -> None:
    place = group.places.get("people", group.place)
    counts: dict[str, int] = defaultdict(int)
    for name in group.people:
        counts[name] += 1
        other = taken.setdefault(name, group)
        if other is not group:
            preview.errors.append(
                Trouble(
                    place,
                    f"“{name}”同时在“{other.name}”和“{group.name}”。",
                    f"一人只能在一个组；若是同名的两人，请在姓名后加以区别。{AGAIN}",
                )
            )
    for name, count in counts.items():
        if count > 1:
            what = f"“{name}”在“{group.name}”中出现 {count} 次。"
            preview.errors.append(
                Trouble(place, what, f"一人在一组只写一次，组长不再写进成员。{AGAIN}")
            )


def _check_members(
    group: GroupRow, names: dict[str, str], taken: dict[str, GroupRow], preview: RollPreview
) -> None:
    resolved: list[str] = []
    for piece in group.units:
        place = group.unit_places.get(piece, group.place)
        unit = names.get(match_key(piece))
        if unit is None:
            close = get_close_matches(piece, names.values(), n=1, cutoff=0.6)
            hint = f"是不是“{close[0]}”？" if close else ""
            preview.errors.append(
                Trouble(
                    place,
                    f"“{group.name}”负责的“{piece}”不在花名册里。",
                    f"{hint}请改成与花名册一致的名称，用顿号“、”隔开。{AGAIN}",
                )
            )
            continue
        other = taken.setdefault(unit, group)
        if other is not group or unit in resolved:
            what = (
                f"“{unit}”同时由“{other.name}”和“{group.name}”负责。"
                if other is not group
                else f"“{unit}”在“{group.name}”中写了两次。"
            )
            preview.errors.append(
                Trouble(place, what, f"一个单位只归一个组，请删去多余的。{AGAIN}")
            )
            continue
        resolved.append(unit)
    group.units = resolved
