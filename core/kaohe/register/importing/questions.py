"""What the file leaves open, asked in one list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from kaohe.register.importing.columns import (
    KIND_VARIANTS,
    is_kind_word,
    kind_from_name,
    suggested_kind,
)
from kaohe.register.importing.preview import Choice, Known, Question, RollPreview, UnitRow
from kaohe.register.importing.successions import (
    absences,
    may_be_renamed,
    renamings,
)
from kaohe.workbooks import match_key

_SINGLE_LIMIT = 15
EVERY_SHARED_NAME = "people"
"""The question that stands for one per name."""
"""Above this many similar questions one is asked for all."""


def ask(preview: RollPreview, known: Known) -> None:
    """Add all questions to the preview."""
    preview.questions += [
        *renamings(preview, known),
        *_parents(preview, known),
        *_kinds(preview, known),
        *_blank_kinds(preview, known),
        *_months(preview),
        *_notes(preview),
        *_columns(preview),
        *_secretaries(preview, known),
        *_assessors(preview, known),
        *_ungrouped(preview, known),
        *absences(preview, known),
    ]
    # Those that somebody has to answer come first: they are easily missed among fifty.
    preview.questions.sort(key=lambda question: bool(question.default))


def _by(units: Iterable[UnitRow], field: str) -> dict[str, list[UnitRow]]:
    found: dict[str, list[UnitRow]] = defaultdict(list)
    for unit in units:
        if value := getattr(unit, field):
            found[value].append(unit)
    return found


def _places(units: Iterable[UnitRow], field: str) -> tuple[str, ...]:
    return tuple(u.places.get(field, u.place) for u in units)


def _names(units: list[UnitRow]) -> str:
    shown = "、".join(u.name for u in units[:4])
    return f"{shown}等 {len(units)} 个单位" if len(units) > 4 else shown


def _parents(preview: RollPreview, known: Known) -> Iterable[Question]:
    names = {match_key(n): n for n in [*known.secretaries, *(u.name for u in preview.units)]}
    for parent, units in _by(preview.units, "parent").items():
        if match_key(parent) in names:
            continue
        close = get_close_matches(parent, names.values(), n=1, cutoff=0.75)
        # A superior of many is meant; one that few rows name is more likely a slip of the pen.
        likely = bool(close) and len(units) <= 2
        choices = [Choice("create", f"新建“{parent}”，作为上级单位")]
        choices += [Choice(f"use:{c}", f"是“{c}”，按它导入") for c in close]
        choices.append(Choice("none", "不记上级"))
        yield Question(
            f"parent:{parent}",
            f"{len(units)} 个单位隶属“{parent}”，但名册里没有这个单位，怎么办？",
            _places(units, "parent"),
            tuple(choices),
            "" if likely else "create",
        )


def _kinds(preview: RollPreview, known: Known) -> Iterable[Question]:
    by_kind = _by(preview.units, "kind")
    present = {*by_kind, *known.kinds}
    for kind, units in by_kind.items():
        usual = KIND_VARIANTS.get(kind)
        if usual in present and usual != kind:
            yield Question(
                f"kind:{kind}",
                f"类别“{kind}”（{_names(units)}）与“{usual}”是同一类吗？",
                _places(units, "kind"),
                (Choice(f"use:{usual}", f"是，统一为“{usual}”"), Choice("keep", "不是，分开")),
                f"use:{usual}",
            )


def _blank_kinds(preview: RollPreview, known: Known) -> Iterable[Question]:
    present = list(dict.fromkeys([*_by(preview.units, "kind"), *sorted(known.kinds)]))
    groups: dict[str, list[UnitRow]] = defaultdict(list)
    for unit in preview.units:
        if not unit.kind and unit.name not in known.secretaries:
            groups[suggested_kind(unit)].append(unit)
    for suggestion, units in groups.items():
        named = [kind for u in units if (kind := kind_from_name(u.name))]
        options = list(dict.fromkeys([*([suggestion] if suggestion else []), *named, *present]))
        # A subheading or the name of a sheet may be no class at all: then somebody has to say so.
        sure = suggestion in {*present, *named} or is_kind_word(suggestion)
        yield Question(
            f"blank:{suggestion}",
            f"{_names(units)}没有写类别，按哪一类导入？",
            _places(units, "kind"),
            (*(Choice(f"use:{k}", k) for k in options), Choice("none", "先不分类")),
            f"use:{suggestion}" if suggestion and sure else "",
        )


def _months(preview: RollPreview) -> Iterable[Question]:
    units = [u for u in preview.units if len(u.founded) == 7]
    if units:
        yield Question(
            "months",
            f"{len(units)} 个单位的成立时间只有年月，没有日，怎么记？",
            _places(units, "founded"),
            (
                Choice("month", f"照写到月（如 {units[0].founded}）"),
                Choice("first", f"补成当月 1 日（如 {units[0].founded}-01）"),
                Choice("drop", "这些先不导入成立时间"),
            ),
            "month",
        )


def _notes(preview: RollPreview) -> Iterable[Question]:
    by_note = _by(preview.units, "note")
    choices = (Choice("keep", "原样记在备注里"), Choice("drop", "不导入"))
    if len(by_note) > _SINGLE_LIMIT:
        units = [u for u in preview.units if u.note]
        text = f"{len(units)} 个单位有备注，程序不解释其含义。怎么办？"
        yield Question("notes", text, _places(units, "note"), choices, "keep")
        return
    for note, units in by_note.items():
        yield Question(
            f"note:{note}",
            f"{_names(units)}的备注“{note}”，程序不解释其含义，也不影响考核计分。怎么办？",
            _places(units, "note"),
            choices,
            "keep",
        )


def _columns(preview: RollPreview) -> Iterable[Question]:
    filled = {place for u in preview.units for place in u.extras}
    by_title: dict[str, list[str]] = defaultdict(list)
    for column in preview.columns:
        if not column.meaning and column.place in filled:
            by_title[column.title].append(column.place)
    for title, places in by_title.items():
        yield Question(
            f"column:{places[0]}",
            f"没有认出“{title}”这一列。",
            tuple(places),
            (Choice("drop", "不导入"), Choice("note", f"并入备注（“{title}：…”）")),
            "drop",
        )


def _secretaries(preview: RollPreview, known: Known) -> Iterable[Question]:
    shared, followed = {}, may_be_renamed(preview, known)
    for name, units in _by(preview.units, "secretary").items():
        fresh = [u for u in units if known.secretaries.get(u.name) != name]
        if not fresh:
            continue
        if len(units) > 1:
            shared[name] = units
        elif units[0].name in followed:
            continue  # whether it is the same office is asked already
        elif name in known.people:
            yield Question(
                f"person:{name}",
                f"系统里已有“{name}”（{known.people[name]}），与 {units[0].name} 的书记是同一个人吗？",
                _places(fresh, "secretary"),
                (Choice("one", "同一个人"), Choice("several", "另一个同名的人")),
                "one",
            )
    if len(shared) > _SINGLE_LIMIT:
        names = "、".join(list(shared)[:4])
        yield Question(
            EVERY_SHARED_NAME,
            f"{names}等 {len(shared)} 个姓名各是几个单位的书记，是同一个人吗？",
            tuple(p for units in shared.values() for p in _places(units, "secretary")),
            (
                Choice("several", "都是同名的不同人"),
                Choice("one", "都是同一人兼任"),
                Choice("none", "有的是、有的不是：这些单位先不导入书记，以后在单位页面逐个填"),
            ),
        )
        return
    for name, units in shared.items():
        yield Question(
            f"person:{name}",
            f"“{name}”是{_names(units)}的书记，是同一个人吗？",
            _places(units, "secretary"),
            (Choice("one", "同一人兼任"), Choice("several", "同名的不同人")),
        )


def _assessors(preview: RollPreview, known: Known) -> Iterable[Question]:
    secretaries = _by(preview.units, "secretary")
    for group in preview.groups:
        for name in dict.fromkeys(group.people):
            if name in known.groups.get(group.name, frozenset()):
                continue
            what = (
                f"{_names(secretaries[name])}的书记"
                if name in secretaries
                else known.people.get(name)
            )
            if what:
                yield Question(
                    f"assessor:{group.name}:{name}",
                    f"“{group.name}”的“{name}”与“{name}”（{what}）是同一个人吗？",
                    (group.places.get("people", group.place),),
                    (Choice("one", "同一个人"), Choice("several", "另一个同名的人")),
                )


def _ungrouped(preview: RollPreview, known: Known) -> Iterable[Question]:
    if not preview.groups:
        return
    grouped = {u for g in preview.groups for u in g.units}
    parents = {match_key(u.parent) for u in preview.units if u.parent}
    missing = [
        u for u in preview.units if u.name not in grouped and match_key(u.name) not in parents
    ]
    places = tuple(u.place for u in missing)
    if len(missing) > _SINGLE_LIMIT:
        yield Question(
            "ungrouped",
            f"{_names(missing)}不在任何考核组，先这样导入吗？",
            places,
            (Choice("none", "先不分组，以后再分"),),
        )
        return
    for unit in missing:
        yield Question(
            f"group:{unit.name}",
            f"“{unit.name}”不在任何考核组，由哪个组负责？",
            (unit.place,),
            (
                *(Choice(f"use:{g.name}", g.name) for g in preview.groups),
                Choice("none", "先不分组"),
            ),
        )
