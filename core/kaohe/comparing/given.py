"""Scores an office only hands over: nothing is on record from which they could be computed.

They become figures of the record, so that everything above them is computed by the plan as usual.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.comparing.item_columns import ITEM_POINTS
from kaohe.comparing.tree import closure, direct_scores, walk
from kaohe.scheme.entries import EntryRule
from kaohe.scheme.operators import Entries, ItemScore, Node
from kaohe.scoring.facts import Entry, Facts

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

_MOST = Decimal(1_000_000)
_PREFIX = "given_"


@dataclass(frozen=True, slots=True)
class GivenScores:
    """Scores taken over from the office, and the schemes in which they are facts."""

    names: frozenset[str] = frozenset()

    def adapt(self, scheme: Scheme) -> Scheme:
        """A scheme in which the scores are read instead of computed."""
        if not self.names:
            return scheme
        scores, entries = dict(scheme.scores), dict(scheme.entries)
        for name in self.names & set(scores):
            node = scores[name]
            rules = {f"{_PREFIX}{name}": "+", f"{_PREFIX}{name}_less": "-"}
            for key, sign in rules.items():
                told = {"title": node.title or name, "sign": sign}
                entries[key] = _BLANK.model_copy(update=told)
            # Unchecked: a part or an item has a name no file can give a score.
            args = Entries.model_construct(rules=tuple(rules))
            scores[name] = node.model_copy(update={"operator": "entries", "args": args})
        return scheme.model_copy(update={"scores": scores, "entries": entries})

    def add(self, facts: Facts, figures: Mapping[tuple[str, str], Decimal]) -> Facts:
        """Facts with the office's figures, by (subject, score)."""
        rows = []
        for (subject, name), value in figures.items():
            if name in self.names and value:
                rule = f"{_PREFIX}{name}" + ("_less" if value < 0 else "")
                rows.append(Entry(subject, "", rule, abs(value), reason=name))
        return replace(facts, entries=(*facts.entries, *rows)) if rows else facts


_BLANK = EntryRule.model_validate({"title": "-", "sign": "+", "most": str(_MOST)})


def sources_of(scheme: Scheme, name: str) -> set[str]:
    """Instruments, entry rules and earlier scores a score rests on."""
    found: set[str] = set()
    for one in closure(scheme, name):
        for _, node in walk(scheme.scores[one], one):
            found |= node_sources(node)
    return found


def node_sources(node: Node) -> set[str]:
    """What a node itself reads."""
    args: Any = node.args
    found: set[str] = set()
    for key in ("instrument", "poll", "form", "sheet"):
        if isinstance(value := getattr(args, key, None), str):
            found.add(value)
    for value in (getattr(args, "rules", ()), getattr(args, "entries", None)):
        found |= set((value,) if isinstance(value, str) else value or ())
    if node.operator in ("carried", "periods"):
        found.add("standing")
    return found


def unsupported_scores(scheme: Scheme, *, shown: Iterable[str], known: set[str]) -> GivenScores:
    """The shown scores that cannot be computed: no column holds anything they rest on.

    Beside some inputs a source without a column is nothing that happened; in a table of results alone
    nobody can tell, so what rests on it is taken over too.
    """
    wanted = [name for name in shown if name in scheme.scores]
    given: set[str] = set()
    for name in wanted:
        sources = sources_of(scheme, name)
        below = set(closure(scheme, name)[1:]) & set(wanted)
        covered = {one for inner in below for one in sources_of(scheme, inner)}
        if sources - covered if not known else sources and not sources & known and not below:
            given.add(name)
    return GivenScores(frozenset(given))


def without_columns(scheme: Scheme, given: Iterable[str], *, shown: Iterable[str]) -> list[str]:
    """Why scores some parts of which are shown are taken over all the same, in words."""
    wanted, told = set(shown), []
    for name in (n for n in scheme.scores if n in set(given)):
        parts = direct_scores(scheme, name)
        missing = [p for p in parts if p not in wanted and not set(closure(scheme, p)) & wanted]
        if missing and len(missing) < len(parts):
            titles = "、".join(f"“{scheme.scores[one].title or one}”" for one in missing)
            told.append(
                f"“{scheme.scores[name].title or name}”没有重算：没有{titles}的列；表里有的，请指明是哪一列"
            )
    return told


def with_item_scores(scheme: Scheme, names: Iterable[str]) -> Scheme:
    """The scheme with the items whose points an office shows as scores of their own."""
    added = {}
    for name in names:
        sheet, _, item = name.removeprefix(ITEM_POINTS).partition("/")
        instrument: Any = scheme.instruments[sheet]
        title = next(i.title for i in scheme.items[instrument.items].items if i.id == item)
        added[name] = Node(
            operator="item", args=ItemScore(sheet=sheet, item=item), title=f"{title}得分"
        )
    return scheme.model_copy(update={"scores": {**added, **scheme.scores}}) if added else scheme
