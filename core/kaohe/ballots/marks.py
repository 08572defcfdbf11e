"""A filled-in ballot: checked as a whole before a code is spent, then stored as one payload."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kaohe.ballots.definition import Definition

LONGEST_TEXT = 2000
_MARK = re.compile(r"^\d{1,6}(\.\d{1,2})?$")


@dataclass(slots=True)
class Ballot:
    """What a voter marked, and what is wrong with it."""

    options: dict[str, int] = field(default_factory=dict)
    """Aspect -> place of the option."""
    scores: dict[str, str] = field(default_factory=dict)
    """Score -> mark in its normal form."""
    texts: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    """Scores as typed, to show them again."""
    errors: dict[str, str] = field(default_factory=dict)
    """Question -> what to do, in Chinese."""
    unmarked: list[str] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        """True if nothing at all was marked or written."""
        return not (self.options or self.scores or self.texts)

    def payload(self) -> str:
        """The JSON stored in the urn.  Free texts are not in it: they have their own urn."""
        body: dict[str, object] = {"m": self.options, "s": self.scores}
        if self.is_blank:
            body["b"] = 1
        return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def plain_text(value: str) -> str:
    """Free text without control characters, lone surrogates and direction marks."""
    text = value.replace("\r\n", "\n")[: LONGEST_TEXT * 2]
    kept = (
        c
        for c in text
        if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    return "".join(kept).strip()


def normal_mark(value: str, maximum: Decimal) -> str | None:
    """Return a mark in its normal form ("91.5"), or None if it is none."""
    text = unicodedata.normalize("NFKC", value[:40]).strip().replace("。", ".").removesuffix("分")
    text = text.strip()
    if not _MARK.match(text):
        return None
    mark = Decimal(text)
    if mark > maximum:
        return None
    plain = format(mark, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain


def read_ballot(
    definition: Definition,
    data: Mapping[str, Sequence[str]],
    *,
    texts_offered: bool,
    confirmed: bool,
) -> Ballot:
    """Read a posted ballot: ``m.<aspect>``, ``s.<score>``, ``t.<text>``; every fault at once."""
    ballot = Ballot()
    known = {f"m.{a.id}" for a in definition.aspects} | {f"s.{s.id}" for s in definition.scores}
    known |= {f"t.{t.id}" for t in definition.texts}
    if any(name[:2] in ("m.", "s.", "t.") and name not in known for name in data):
        ballot.errors[""] = "票面与本次投票不符，请重新打开本页再填"
    for aspect in definition.aspects:
        values = [v for v in data.get(f"m.{aspect.id}", ()) if v]
        if not values:
            ballot.unmarked.append(aspect.id)
        elif len(values) > 1:
            ballot.errors[aspect.id] = "这一项只能选一个档次"
        elif (
            values[0].isascii()
            and values[0].isdecimal()
            and int(values[0][:4]) < len(definition.options)
        ):
            ballot.options[aspect.id] = int(values[0])
        else:
            ballot.errors[aspect.id] = "这一项的选择无法识别，请重新选择"
    for score in definition.scores:
        values = [v for v in data.get(f"s.{score.id}", ()) if v.strip()]
        if not values:
            ballot.unmarked.append(score.id)
            continue
        ballot.typed[score.id] = plain_text(values[0])[:20]
        mark = normal_mark(values[0], score.maximum) if len(values) == 1 else None
        if mark is None:
            ballot.errors[score.id] = f"请填 0～{score.maximum} 之间的数，最多两位小数，如 91.5"
        else:
            ballot.scores[score.id] = mark
    if texts_offered:
        for text in definition.texts:
            written = plain_text("\n".join(data.get(f"t.{text.id}", ())))
            if len(written) > LONGEST_TEXT:
                ballot.errors[text.id] = f"最多 {LONGEST_TEXT} 字，现在有 {len(written)} 字"
            if written:
                ballot.texts[text.id] = written
    if ballot.unmarked and definition.blank == "refused":
        for name in ballot.unmarked:
            ballot.errors[name] = "这一项还没有填"
    elif ballot.unmarked and not confirmed and not ballot.errors:
        ballot.errors["unmarked"] = f"还有 {len(ballot.unmarked)} 项没有填"
    return ballot
