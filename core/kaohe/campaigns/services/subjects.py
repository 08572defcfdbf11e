"""Who takes part in a campaign: units, and office holders assessed in their own right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from kaohe.campaigns.errors import Problem
from kaohe.campaigns.kinds import assessed_kinds, beside_kinds, kind_of
from kaohe.campaigns.models import Campaign, CampaignSubject
from kaohe.register.models import Office, Person, Unit
from kaohe.scheme.model import Scheme, SubjectKind

_TITLE = 100


class SubjectChoice(NamedTuple):
    """A unit or an office holder who takes part."""

    unit: Unit
    group: str = ""
    person: str | None = None
    """Beside a unit; None: whoever holds the office the scheme names."""
    key: str = ""
    title: str = ""
    kind: str = ""
    """Key of the scheme's subject kind; empty: the one the class belongs to."""
    holder: Person | None = None
    """For a kind of person: who is assessed."""

    @property
    def name(self) -> str:
        """What the subject is called in a sentence."""
        return f"{self.holder}（{self.unit}）" if self.holder else self.unit.name


class HolderLine(NamedTuple):
    """An office holder whom a scheme may assess, as the register has him."""

    kind: str
    person: Person
    unit: Unit
    office: str
    group: str
    """The class his office suggests; empty: somebody has to choose."""

    def choice(self) -> SubjectChoice:
        """The line as a subject."""
        return SubjectChoice(self.unit, self.group, kind=self.kind, holder=self.person)


def office_holders(scheme: Scheme, *, units: Collection[Unit] | None = None) -> list[HolderLine]:
    """The office holders a scheme may assess in their own right, in the register's order.

    Args:
        units: only in these; None: in all that are active.
    """
    out: list[HolderLine] = []
    for key, kind in assessed_kinds(scheme).items():
        if kind.kind != "person":
            continue
        offices = Office.objects.filter(until=None, unit__active=True)
        if units is not None:
            offices = offices.filter(unit__in=[u.pk for u in units])
        if kind.office:
            offices = offices.filter(title=kind.office)
        seen: set[tuple[int, int]] = set()
        ordered = offices.select_related("person", "unit")
        for row in ordered.order_by("unit__order", "unit__pinyin", "unit_id", "id"):
            if (row.person_id, row.unit_id) in seen:
                continue
            seen.add((row.person_id, row.unit_id))
            group = _class_of_office(kind, row.title)
            out.append(HolderLine(key, row.person, row.unit, row.title, group))
    return out


def _class_of_office(kind: SubjectKind, office: str) -> str:
    """The class an office suggests: its word exactly, else the longest word inside it.

    A deputy is not his chief, though 副书记 has 书记 in it.
    """
    if len(kind.classes) == 1:
        return next(iter(kind.classes))
    words = {w: k for k in kind.classes for w in (*kind.words.get(k, ()), kind.classes[k])}
    if office in words:
        return words[office]
    inside = [w for w in words if w in office and f"副{w}" not in office]
    return words[max(inside, key=len)] if inside else ""


def subject_problems(scheme: Scheme, chosen: Iterable[SubjectChoice]) -> list[Problem]:
    """Everything that is wrong with a choice of subjects."""
    problems = []
    kinds = assessed_kinds(scheme)
    seen: set[tuple[int, int | None]] = set()
    for choice in chosen:
        found = (choice.unit.pk, choice.holder.pk if choice.holder else None)
        if found in seen:
            problems.append(Problem(choice.name, "列了两次", "请去掉一个。"))
        seen.add(found)
        key, kind = kind_of_choice(scheme, choice)
        if key not in kinds:
            titles = "、".join(k.title for k in kinds.values())
            what = f"“{key}”不是本办法的考核对象"
            problems.append(Problem(choice.name, what, f"可选：{titles}。"))
            continue
        if kind.kind == "person" and choice.holder is None:
            what = f"“{kind.title}”考核的是个人，没有选人"
            problems.append(Problem(choice.name, what, "请在花名册的任职人员中选择。"))
        if kind.kind == "organization" and choice.holder is not None:
            what = f"“{kind.title}”考核的是单位，不能选个人"
            problems.append(Problem(choice.name, what, "请改选单位。"))
        if kind.classes and choice.group not in kind.classes:
            what = f"类别“{choice.group}”不在考核办法中" if choice.group else "没有选类别"
            titles = "、".join(kind.classes.values())
            problems.append(Problem(choice.name, what, f"可选：{titles}。"))
    return problems


def kind_of_choice(scheme: Scheme, choice: SubjectChoice) -> tuple[str, SubjectKind]:
    """The kind a choice belongs to; an unknown key comes back with the first kind."""
    if not choice.kind:
        return kind_of(scheme, choice.group)
    kinds = assessed_kinds(scheme)
    return choice.kind, kinds.get(choice.kind, next(iter(kinds.values())))


def place_subjects(campaign: Campaign, scheme: Scheme, chosen: list[SubjectChoice]) -> None:
    """Store the subjects of a campaign; the choice was checked before."""
    heads = _heads(scheme, [c.unit for c in chosen])
    names = Counter(c.holder.name for c in chosen if c.holder)
    CampaignSubject.objects.bulk_create(
        CampaignSubject(
            campaign=campaign,
            kind=kind_of_choice(scheme, c)[0],
            unit=c.unit,
            holder=c.holder,
            key=c.key,
            order=n,
            title=(c.title or _title(c, names))[:_TITLE],
            group=c.group,
            person=_beside(c, heads),
        )
        for n, c in enumerate(chosen)
    )


def _title(choice: SubjectChoice, names: Counter[str]) -> str:
    if choice.holder is None:
        return choice.unit.name
    return choice.name if names[choice.holder.name] > 1 else choice.holder.name


def _beside(choice: SubjectChoice, heads: dict[int, str]) -> str:
    if choice.holder is not None:
        return ""
    return heads.get(choice.unit.pk, "") if choice.person is None else choice.person


def _heads(scheme: Scheme, units: list[Unit]) -> dict[int, str]:
    """Unit -> who holds the office the scheme puts beside it."""
    office = next((k.office for k in beside_kinds(scheme).values() if k.office), "")
    if not office:
        return {}
    held = Office.objects.filter(unit__in=units, title=office, until=None)
    return {row.unit_id: row.person.name for row in held.select_related("person").order_by("-id")}
