"""Made-up ballots and anonymous forms, with an accounting that adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from kaohe.kit.chance import FULL, Chance, part_of
from kaohe.scoring.facts import TOTAL, TURNOUT, Mark, Subject, Vote

if TYPE_CHECKING:
    from kaohe.scheme.model import BallotInstrument, FormInstrument, Scheme


def ballot_rows(
    scheme: Scheme, subject: Subject, key: str, one: BallotInstrument, chance: Chance,
    ability: int, shape: str, has_holes: bool,
) -> Iterator[Vote]:  # fmt: skip
    """Tallies by aspect (or overall), and what was issued and returned, per stratum."""
    aspects = [item.id for item in scheme.items[one.aspects].items]
    overall = "aspect" not in one.hand_count
    if shape == "wild" and "overall" in one.hand_count:
        overall = chance.once_in(3)
    kept = [
        o
        for o in ("due", "present", "valid", "invalid")
        if shape == "plausible" or chance.once_in(2)
    ]
    for stratum in one.strata or ("",):
        if has_holes and chance.once_in(5):
            continue
        voters = chance.whole(8, 24) if shape == "plausible" else chance.whole(0, 60)
        issued = voters + chance.whole(0, 3)
        invalid = min(voters, chance.whole(0, 1))
        valid = voters - invalid
        accounts = {
            "due": issued + chance.whole(0, 6), "present": issued, "issued": issued,
            "returned": voters, "valid": valid, "invalid": invalid,
        }  # fmt: skip
        accounts["due"] = max(accounts.values())
        for option, count in accounts.items():
            if option in ("issued", "returned", *kept):
                yield Vote(subject.id, key, stratum, TURNOUT, option, count)
        for aspect in [TOTAL] if overall else aspects:
            if has_holes and chance.once_in(6):
                continue
            blank = chance.whole(0, 2) if one.blank == "allowed" else 0
            counts = _cast(list(one.options), max(0, valid - blank), chance, ability)
            for option, count in counts.items():
                yield Vote(subject.id, key, stratum, aspect, option, count)


def _cast(options: list[str], voters: int, chance: Chance, ability: int) -> Counter[str]:
    """How the voters mark one aspect: the better the subject, the better the options."""
    found = Counter(dict.fromkeys(options, 0))
    last = len(options) - 1
    for _ in range(voters):
        well = chance.bell(ability, 260)
        found[options[min(last, (FULL - well) * len(options) * 3 // (2 * FULL))]] += 1
    return found


def form_rows(
    scheme: Scheme, subject: Subject, key: str, one: FormInstrument, chance: Chance,
    ability: int, shape: str,
) -> Iterator[Vote | Mark]:  # fmt: skip
    """Marks of anonymous forms, counted; now and then a typed mean."""
    fine = Decimal(1).scaleb(-min(scheme.decimals, 1))
    for name, field in one.scores.items():
        if shape == "wild" and chance.once_in(3):
            value = part_of(Decimal(), field.maximum, chance.whole(0, FULL), step=fine)
            yield Mark(subject.id, key, "", name, value)
            continue
        forms = chance.whole(5, 12) if shape == "plausible" else chance.whole(0, 12)
        marks = Counter(
            part_of(Decimal(), field.maximum, chance.bell(ability, 110), step=fine)
            for _ in range(forms)
        )
        for mark, count in marks.items():
            yield Vote(subject.id, key, "", name, f"{mark:f}", count)
