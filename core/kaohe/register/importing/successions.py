"""What a new year's roll does not say: which new unit an old one has become, which is no more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from kaohe.register.importing.preview import Choice, Known, Question, RollPreview, UnitRow
from kaohe.workbooks import match_key

ABSENT = "absent"
_FEW = 5
"""Above this many new units of a similar name a file is another part of the roll."""
_ALIKE = 0.7


def renamings(preview: RollPreview, known: Known) -> Iterable[Question]:
    """Ask whether a new unit is one of the register's under another name.

    There is no default: a secretary may have gone over to a unit that took in the old one.
    """
    for unit, names in _candidates(preview, known).items():
        head = unit_of(preview, unit).secretary
        same = [n for n in names if head and known.secretaries[n] == head]
        gone = "、".join(f"“{n}”" for n in names)
        yield Question(
            f"rename:{unit}",
            f"“{unit}”不在名册里，名册里的{gone}不在文件中。是改了名吗？",
            (unit_of(preview, unit).place,),
            (
                *(
                    Choice(f"use:{n}", f"是，“{n}”改名为“{unit}”" + "（书记相同）" * (n in same))
                    for n in names
                ),
                Choice("new", "不是，这是新单位"),
            ),
        )


def absences(preview: RollPreview, known: Known) -> Iterable[Question]:
    """Ask what becomes of units that a whole roll does not name any more."""
    gone = _gone(preview, known)
    asked = {name for names in _candidates(preview, known).values() for name in names}
    left = [name for name in gone if name not in asked]
    preview.absent = left
    if left and _is_whole(gone, known):
        shown = "、".join(left[:6]) + (f"等 {len(left)} 个单位" if len(left) > 6 else "")
        yield Question(
            ABSENT,
            f"名册里的{shown}不在文件中，怎么办？",
            (),
            (
                Choice("keep", "照旧保留"),
                Choice("retire", "已撤销：标为不在册，以往的考核不受影响"),
            ),
            "keep",
        )


def may_be_renamed(preview: RollPreview, known: Known) -> set[str]:
    """New units that a vanished one of the same secretary may have become."""
    return {
        unit
        for unit, names in _candidates(preview, known).items()
        if unit_of(preview, unit).secretary in {known.secretaries[n] for n in names}
    }


def renamed(chosen: Mapping[str, str]) -> dict[str, str]:
    """New names of units and the names they had."""
    return {
        identity.removeprefix("rename:"): answer.removeprefix("use:")
        for identity, answer in chosen.items()
        if identity.startswith("rename:") and answer.startswith("use:")
    }


def unit_of(preview: RollPreview, name: str) -> UnitRow:
    """The row of a unit."""
    return next(u for u in preview.units if u.name == name)


def _gone(preview: RollPreview, known: Known) -> list[str]:
    """Units in office that the file names nowhere and that stand above no other."""
    named = {match_key(u.name) for u in preview.units} | {
        match_key(u.parent) for u in preview.units
    }
    rest = known.active - known.superiors
    return sorted(n for n in rest if preview.units and match_key(n) not in named)


def _is_whole(gone: list[str], known: Known) -> bool:
    """Whether a file may be the whole roll: one that leaves out most units is a part of it."""
    return len(gone) * 2 <= len(known.active - known.superiors)


def _candidates(preview: RollPreview, known: Known) -> dict[str, list[str]]:
    """New units with the vanished ones they may have been: of the same secretary, or alike."""
    gone = _gone(preview, known)
    if not _is_whole(gone, known):
        return {}
    there = {match_key(n) for n in known.secretaries}
    new = [u for u in preview.units if match_key(u.name) not in there]
    found: dict[str, list[str]] = {}
    for unit in new if gone else ():
        names = [n for n in gone if unit.secretary and known.secretaries[n] == unit.secretary]
        if len(new) <= _FEW:
            close = get_close_matches(unit.name, gone, n=2, cutoff=_ALIKE)
            names += [n for n in close if n not in names]
        if names:
            found[unit.name] = names
    return found
