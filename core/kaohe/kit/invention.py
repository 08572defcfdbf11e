"""Made-up facts for any scheme: valid, repeatable, and of two kinds.

``plausible`` facts look like a year of an office: complete, better and worse units, few bonuses.
``wild`` facts look for trouble: edges, sheets and votes that are missing, refused entries, rulings.
What people enter for an item comes from `Item.inputs`, so that a rule added to the language needs
nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from kaohe.kit.chance import FULL, Chance, part_of
from kaohe.kit.invented_figures import figures_of
from kaohe.kit.invented_standing import standing_of
from kaohe.kit.invented_votes import ballot_rows, form_rows
from kaohe.scoring.facts import TOTAL, Entry, Facts, Mark, Ruling, Subject, Vote
from kaohe.scoring.validation import validate_facts

if TYPE_CHECKING:
    from kaohe.scheme.model import EntryRule, Scheme, SheetInstrument

Shape = Literal["plausible", "wild"]
_TABLES = ("marks", "votes", "entries", "standing", "rulings")
_NAMES = "甲乙丙丁戊己庚辛壬癸"


class _Class(NamedTuple):
    """A class of subjects and the kind it belongs to."""

    key: str
    title: str
    of: str


def made_up_facts(
    scheme: Scheme, seed: int = 0, *, subjects: int = 12, shape: Shape = "plausible"
) -> Facts:
    """Random facts that `validate_facts` accepts; the same seed always gives the same.

    Args:
        scheme: bound; its parameters are respected.
        seed: any whole number.
        subjects: how many; classes take turns.
        shape: ``plausible`` for simulation, ``wild`` for tests.
    """
    return without_refused(scheme, invented_facts(scheme, seed, subjects=subjects, shape=shape))


def invented_facts(
    scheme: Scheme, seed: int = 0, *, subjects: int = 12, shape: Shape = "plausible"
) -> Facts:
    """The same before a last look: rows the checks refuse may be among them."""
    people = _subjects(scheme, subjects)
    rows: dict[str, list[Any]] = {table: [] for table in _TABLES}
    kinds = {Mark: "marks", Vote: "votes", Entry: "entries", Ruling: "rulings"}
    for subject in people:
        for row in _rows(scheme, subject, Chance(seed, subject.id), shape):
            rows[kinds[type(row)]].append(row)
    rows["standing"] = list(standing_of(scheme, people, seed=seed, shape=shape))
    tables: dict[str, Any] = {k: tuple(v) for k, v in rows.items()}
    return Facts(people, **tables, period=this_period(scheme))


def this_period(scheme: Scheme) -> str:
    """The period made-up facts are about."""
    return {"month": "2025-06", "quarter": "2025-Q2", "half_year": "2025-H1"}.get(
        scheme.period, "2025"
    )


def without_refused(scheme: Scheme, facts: Facts) -> Facts:
    """The facts less the rows that the checks refuse.

    A rule of the language that binds two figures together is known to its check, not here.
    """
    for _ in range(5):
        problems = validate_facts(scheme, facts)
        if not problems:
            return facts
        kept: dict[str, Any] = {}
        for table in _TABLES:
            bad = {p.row for p in problems if p.table == table}
            sheets = {
                (p.subject, p.instrument) for p in problems if p.table == table and p.row is None
            }
            rows = enumerate(getattr(facts, table))
            kept[table] = tuple(r for n, r in rows if n not in bad and (r[0], r[1]) not in sheets)
        facts = replace(facts, **kept)
    nothing: dict[str, Any] = dict.fromkeys(_TABLES, ())
    return replace(facts, **nothing)


def _subjects(scheme: Scheme, count: int) -> tuple[Subject, ...]:
    kinds = list(scheme.subjects.items())
    assessed = [(k, v) for n, (k, v) in enumerate(kinds) if n == 0 or v.classes]
    classes = [
        _Class(key, title, kind.of or "" if n else "")
        for n, (_, kind) in enumerate(assessed)
        for key, title in (kind.classes or {"": kind.title}).items()
    ]
    person = next((v for v in scheme.subjects.values() if v.of and not v.classes), None)
    out: list[Subject] = []
    for number in range(count):
        one = classes[number % len(classes)]
        fields: dict[str, str] = {}
        if person is not None and not one.of:
            fields["person"] = f"负责人{number + 1:02d}"
        units = [s.id for s in out if not s.person or not one.of]
        if one.of and units and "unit" in Subject._fields:
            fields["unit"] = units[number % len(units)]
        out.append(Subject(f"s{number + 1:03d}", _name(number, one.title), one.key, **fields))
    return tuple(out)


def _name(number: int, title: str) -> str:
    turn, place = divmod(number, len(_NAMES))
    return f"{_NAMES[place]}{turn + 1 if turn else ''}{title}"


def _rows(scheme: Scheme, subject: Subject, chance: Chance, shape: Shape) -> Iterator[Any]:
    """Everything made up about one subject."""
    ability = chance.bell(820, 160) if shape == "plausible" else chance.whole(0, FULL)
    has_holes = shape == "wild" and chance.once_in(3)
    for key, one in scheme.instruments.items():
        classes = getattr(one, "classes", ())
        if classes and subject.group not in classes:
            continue
        if has_holes and chance.once_in(4):
            continue
        if one.type == "sheet":
            yield from _sheets(scheme, subject, key, one, chance, ability, shape, has_holes)
        elif one.type == "ballot":
            yield from ballot_rows(scheme, subject, key, one, chance, ability, shape, has_holes)
        elif one.type == "form":
            yield from form_rows(scheme, subject, key, one, chance, ability, shape)
    for key, rule in scheme.entries.items():
        if not rule.classes or subject.group in rule.classes:
            yield from _entries(scheme, subject, key, rule, chance, shape)
    if shape == "wild":
        yield from _rulings(scheme, subject, chance)


def _sheets(
    scheme: Scheme, subject: Subject, key: str, one: SheetInstrument, chance: Chance,
    ability: int, shape: Shape, has_holes: bool,
) -> Iterator[Mark]:  # fmt: skip
    group = scheme.items[one.items]
    count = 1 if one.by == "subject" else chance.whole(1, 3)
    is_plain = not any(item.rule or item.optional for item in group.items)
    for number in range(count):
        respondent = "" if one.by == "subject" else f"考核人{number + 1}"
        middle = chance.bell(ability, 60) if shape == "plausible" else chance.whole(0, FULL)
        if shape == "wild" and is_plain and chance.once_in(3):
            full = sum((item.points or Decimal() for item in group.items), Decimal())
            value = part_of(Decimal(), full, middle, step=one.step)
            yield Mark(subject.id, key, respondent, TOTAL, value)
            continue
        for item in group.items:
            if has_holes and chance.once_in(12):
                continue
            for name, value in figures_of(scheme, one, item, chance, middle, shape):
                yield Mark(subject.id, key, respondent, name, value)


def _entries(
    scheme: Scheme, subject: Subject, key: str, rule: EntryRule, chance: Chance, shape: Shape
) -> Iterator[Entry]:
    often = 3 if rule.sign == "none" or rule.sign == "-" else 2
    count = chance.whole(1, 2) if chance.once_in(often) else 0
    if shape == "wild":
        count = chance.whole(0, 4)
    for number in range(count):
        label, quantity = _quantity(scheme, rule, chance, shape)
        state = "verified"
        if shape == "wild":
            state = chance.pick(["verified", "verified", "claimed", "refused", "withdrawn"])
        person = f"人员{chance.whole(1, 3)}" if rule.about else ""
        yield Entry(
            subject.id, person, key, quantity, label, f"事项{number + 1}", None, state,
            f"{rule.title}（虚构）",
        )  # fmt: skip


def _quantity(scheme: Scheme, rule: EntryRule, chance: Chance, shape: Shape) -> tuple[str, Decimal]:
    """Row of the table and figure of one entry."""
    if isinstance(rule.points, dict):
        label = chance.pick(list(rule.points))
        if rule.quantity == "percent":
            return label, Decimal(chance.whole(40, 100))
        each = abs(rule.points[label])
        fits = int(rule.most / each) if each else 3
        return label, Decimal(chance.whole(1, max(1, min(3, fits))))
    most = rule.most if shape == "wild" else min(rule.most, Decimal(5))
    step = Decimal("0.5") if scheme.decimals else Decimal(1)
    return "", max(step, part_of(Decimal(), most, chance.whole(0, FULL), step=step))


def _rulings(scheme: Scheme, subject: Subject, chance: Chance) -> Iterator[Ruling]:
    flags = {
        rule.flag for one in scheme.instruments.values() for rule in getattr(one, "turnout", ())
    }
    for name, node in scheme.scores.items():
        if node.missing == "reweight" and chance.once_in(2):
            yield Ruling(subject.id, "reweight", name, "会议决定（虚构）")
    for flag in sorted(flags | {"missing"}):
        if chance.once_in(3):
            yield Ruling(subject.id, "waive", flag, "已说明理由（虚构）")
