"""What an import would change: the settled roll against the register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kaohe.audit.canonical import digest
from kaohe.register.importing.columns import ROLL_TITLES
from kaohe.register.importing.preview import UnitRow
from kaohe.register.importing.settling import SettledRoll
from kaohe.register.models import Group, Unit
from kaohe.register.queries import secretaries
from kaohe.workbooks import match_key

FIELDS = ("kind", "parent", "secretary", "members", "founded", "note")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing an import adds or alters."""

    kind: str
    """new or changed."""
    what: str
    """unit or group."""
    name: str
    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """All of them, and what stays."""

    rows: list[Change]
    unchanged: list[str]
    absent: list[str]
    """Units of the register that the file does not mention: they stay as they are."""

    @property
    def fingerprint(self) -> str:
        """Whether what is applied is what was shown."""
        return digest([[c.kind, c.what, c.name, c.field, c.before, c.after] for c in self.rows])

    @property
    def new_units(self) -> list[Change]:
        """The units that are created."""
        return [c for c in self.rows if c.kind == "new" and c.what == "unit"]

    @property
    def new_groups(self) -> list[Change]:
        """The groups that are created."""
        return [c for c in self.rows if c.kind == "new" and c.what == "group"]

    @property
    def additions(self) -> list[Change]:
        """Everything that is created."""
        return [c for c in self.rows if c.kind == "new"]

    @property
    def altered(self) -> list[Change]:
        """The fields that change in what exists."""
        return [c for c in self.rows if c.kind == "changed"]


def find_changes(roll: SettledRoll) -> Changes:
    """Compare with the register; a blank in the file changes nothing."""
    units = {match_key(u.name): u for u in Unit.objects.select_related("parent")}
    for new, old in roll.renamed.items():
        if unit := units.get(match_key(old)):
            units[match_key(new)] = unit
    heads = secretaries()
    rows: list[Change] = []
    unchanged: list[str] = []
    for name in roll.superiors:
        if match_key(name) not in units:
            rows.append(Change("new", "unit", name, "", "上级单位", "", ""))
    for row in roll.units:
        unit = units.get(match_key(row.name))
        if unit is None:
            rows.append(Change("new", "unit", row.name, "", "单位", "", _summary(row)))
            continue
        found = list(_altered(row, unit, heads.get(unit.pk, "")))
        rows += found
        if not found:
            unchanged.append(unit.name)
    rows += _group_changes(roll, unchanged)
    for name in roll.retired:
        if (unit := units.get(match_key(name))) and unit.active:
            rows.append(Change("changed", "unit", unit.name, "active", "在册", "是", "否"))
    named = {match_key(r.name) for r in roll.units} | {match_key(s) for s in roll.superiors}
    named |= {match_key(r.parent) for r in roll.units if r.parent}
    named |= {match_key(n) for n in [*roll.renamed.values(), *roll.retired]}
    absent = [u.name for key, u in units.items() if key not in named and u.active]
    return Changes(rows, unchanged, absent if roll.units else [])


def _summary(row: UnitRow) -> str:
    parts = [row.kind, row.secretary and f"书记 {row.secretary}"]
    if row.members is not None:
        parts.append(f"党员 {row.members}")
    return "，".join(p for p in parts if p)


def _altered(row: UnitRow, unit: Unit, secretary: str) -> Iterable[Change]:
    now = {
        "kind": unit.kind,
        "parent": unit.parent.name if unit.parent else "",
        "secretary": secretary,
        "members": "" if unit.members is None else str(unit.members),
        "founded": unit.founded,
        "note": unit.note,
    }
    if match_key(row.name) != match_key(unit.name):
        yield Change("changed", "unit", unit.name, "name", "名称", unit.name, row.name)
    if not unit.active:
        yield Change("changed", "unit", unit.name, "active", "在册", "否", "是")
    for field in FIELDS:
        value = getattr(row, field)
        wanted = "" if value is None else str(value)
        if wanted and wanted != now[field]:
            yield Change(
                "changed", "unit", unit.name, field, ROLL_TITLES[field], now[field], wanted
            )


def _group_changes(roll: SettledRoll, unchanged: list[str]) -> Iterable[Change]:
    groups = {
        match_key(g.name): g for g in Group.objects.prefetch_related("units", "memberships__person")
    }
    claimed = {match_key(u): name for name, _, _, units in roll.groups for u in units}
    for group in groups.values():
        lost = [
            u.name
            for u in group.units.all()
            if match_key(claimed.get(match_key(u.name), group.name)) != match_key(group.name)
        ]
        if lost and match_key(group.name) not in {match_key(g[0]) for g in roll.groups}:
            kept = [u.name for u in group.units.all() if u.name not in lost]
            before = "、".join(sorted(u.name for u in group.units.all()))
            yield Change(
                "changed", "group", group.name, "units", "负责单位", before, "、".join(sorted(kept))
            )
    for name, leads, members, units in roll.groups:
        existing = groups.get(match_key(name))
        wanted = {
            "lead": "、".join(sorted(leads)),
            "people": "、".join(sorted(members)),
            "units": "、".join(sorted(units)),
        }
        if existing is None:
            yield Change(
                "new",
                "group",
                name,
                "",
                "考核组",
                "",
                f"{'、'.join([*leads, *members])}；负责 {len(units)} 个单位",
            )
            continue
        people = list(existing.memberships.all())
        now = {
            "lead": "、".join(sorted(m.person.name for m in people if m.leads)),
            "people": "、".join(sorted(m.person.name for m in people if not m.leads)),
            "units": "、".join(sorted(u.name for u in existing.units.all())),
        }
        labels = {"lead": "组长", "people": "成员", "units": "负责单位"}
        found = [
            Change("changed", "group", existing.name, f, labels[f], now[f], wanted[f])
            for f in labels
            if wanted[f] != now[f]
        ]
        yield from found
        if not found:
            unchanged.append(existing.name)
