"""Facts that were counted wrongly: votes, entries, sheets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kaohe.comparing.arithmetic import Habits
from kaohe.comparing.subject_facts import VERIFIED, SubjectFacts
from kaohe.comparing.tree import walk
from kaohe.comparing.variations.base import Change, Variation
from kaohe.scoring.facts import TURNOUT
from kaohe.scoring.operators.votes import TURNOUT_WORDS
from kaohe.scoring.wording import plain

if TYPE_CHECKING:
    from kaohe.scheme.model import BallotInstrument, Scheme

_SEVERAL = {
    "mean": "取平均", "median": "取中位数", "trimmed": "去掉最高和最低分后平均", "sum": "直接相加",
    "highest": "取最高分", "lowest": "取最低分", "one more": "相加后多除了一份",
    "one less": "相加后少除了一份",
}  # fmt: skip


def counting_variations(scheme: Scheme) -> Iterator[Variation]:
    """Changes in what is counted."""
    for name, node in scheme.scores.items():
        for _, inner in walk(node, name):
            args: Any = inner.args
            if inner.operator == "votes":
                poll: Any = scheme.instruments[args.poll]
                yield from _divisors(name, args.poll, poll)
                yield from _options(name, args.poll, poll, scheme)
            elif inner.operator == "entries":
                yield from _entries(name, args.rules, scheme)
            elif inner.operator == "sheet":
                yield from _sheets(name, args.instrument, scheme)


def _divisors(name: str, key: str, poll: BallotInstrument) -> Iterator[Variation]:
    accounts = ("returned", "valid+invalid", "issued", "present", "due")
    for place, account in enumerate(accounts):
        word = TURNOUT_WORDS.get(account, "有效加无效")

        def tell(facts: SubjectFacts, account: str = account, word: str = word) -> str:
            valid = _valid(facts, key, poll)
            if account == "valid+invalid":
                count = valid + (facts.account(key, "invalid") or 0)
            else:
                count = facts.account(key, account) or 0
            return f"“{poll.title}”除以{word}的 {count} 张，应除以有效票 {valid} 张"

        yield Variation(
            "denominator", name, f"“{poll.title}”除以{word}票数", 8 + place,
            habits=Habits(divisors={key: account}), tell=tell,
        )  # fmt: skip
    yield Variation(
        "formula", name, f"“{poll.title}”把各项的票合在一起计算，没有逐项计算再平均", 15,
        habits=Habits(pooled=frozenset({key})),
    )  # fmt: skip


def _valid(facts: SubjectFacts, key: str, poll: BallotInstrument) -> int:
    by_aspect: dict[str, int] = {}
    for vote in facts.votes:
        if vote.poll == key and vote.aspect != TURNOUT and vote.option in poll.options:
            by_aspect[vote.aspect] = by_aspect.get(vote.aspect, 0) + vote.count
    return max(by_aspect.values(), default=0)


def _options(name: str, key: str, poll: BallotInstrument, scheme: Scheme) -> Iterator[Variation]:
    labels = list(poll.options)

    def recounted(new: dict[str, str | None]) -> Change:
        """Votes given to other options; None: left out."""

        def change(facts: SubjectFacts) -> SubjectFacts | None:
            rows = []
            for vote in facts.votes:
                if vote.poll == key and vote.option in new and vote.aspect != TURNOUT:
                    target = new[vote.option]
                    if target is None:
                        continue
                    vote = vote._replace(option=target)
                rows.append(vote)
            return replace(facts, votes=tuple(rows), tag=f"{key}:{new}")

        return change

    for place, label in enumerate(labels):
        yield Variation(
            "options", name, f"“{poll.title}”漏计了“{label}”的票", 17,
            change=recounted({label: None}),
        )  # fmt: skip
        if place + 1 < len(labels):
            other = labels[place + 1]
            yield Variation(
                "options", name, f"“{poll.title}”的“{label}”和“{other}”票数填反", 17,
                change=recounted({label: other, other: label}),
            )  # fmt: skip
    yield from _points(name, key, poll, scheme)


def _points(name: str, key: str, poll: BallotInstrument, scheme: Scheme) -> Iterator[Variation]:
    """An option worth what its neighbour is worth, or nothing although it is in the divisor."""
    labels, points = list(poll.options), list(poll.options.values())
    for place, label in enumerate(labels):
        tried = {points[place]}
        near = [points[i] for i in (place - 1, place + 1) if 0 <= i < len(points)]
        for other in (*near, Decimal(0), points[place] + 5, points[place] - 5):
            if other in tried or other < 0:
                continue
            tried.add(other)
            changed = poll.model_copy(update={"options": {**poll.options, label: other}})
            text = (
                f"“{poll.title}”的“{label}”每票按 {plain(other)} 分，应为 {plain(points[place])} 分"
            )
            instruments = {**scheme.instruments, key: changed}
            yield Variation(
                "options", name, text, 18 if other in near or not other else 27,
                scheme=scheme.model_copy(update={"instruments": instruments}),
            )  # fmt: skip


def _entries(name: str, rules: tuple[str, ...], scheme: Scheme) -> Iterator[Variation]:
    title = "、".join(scheme.entries[r].title for r in rules)

    def keep(count: int, words: str) -> Change:
        def change(facts: SubjectFacts) -> SubjectFacts | None:
            ours = [e for e in facts.entries if e.rule in rules and e.state == VERIFIED]
            if not ours:
                return None
            rest = [e for e in facts.entries if e.rule not in rules]
            return replace(facts, entries=(*rest, *ours * count), tag=f"{words}:{rules}")

        return change

    yield Variation("entries", name, f"漏了“{title}”", 12, change=keep(0, "none"))
    yield Variation("entries", name, f"“{title}”计了两次", 14, change=keep(2, "twice"))

    def one_only(which: int) -> Change:
        def change(facts: SubjectFacts) -> SubjectFacts | None:
            ours = [e for e in facts.entries if e.rule in rules and e.state == VERIFIED]
            if len(ours) < 2 or which >= len(ours):
                return None
            dropped = ours[which]
            rest = [e for e in facts.entries if e is not dropped]
            return replace(facts, entries=tuple(rest), tag=f"without {which}:{rules}")

        return change

    def told(which: int) -> Any:
        def tell(facts: SubjectFacts) -> str:
            ours = [e for e in facts.entries if e.rule in rules and e.state == VERIFIED]
            entry = ours[which]
            return f"“{title}”漏了其中一项（{entry.label or plain(entry.quantity)}）"

        return tell

    for which in range(6):
        yield Variation(
            "entries", name, f"“{title}”漏了一项", 15, change=one_only(which), tell=told(which)
        )

    def turned(facts: SubjectFacts) -> SubjectFacts | None:
        ours = [e for e in facts.entries if e.rule in rules and e.state == VERIFIED]
        if not ours or any(isinstance(scheme.entries[e.rule].points, dict) for e in ours):
            return None
        rest = [e for e in facts.entries if e.rule not in rules]
        negative = [e._replace(quantity=-e.quantity) for e in ours]
        return replace(facts, entries=(*rest, *negative), tag=f"turned:{rules}")

    yield Variation("entries", name, f"“{title}”加减号弄反", 16, change=turned)

    def unchecked(facts: SubjectFacts) -> SubjectFacts | None:
        if all(e.state == VERIFIED for e in facts.entries if e.rule in rules):
            return None
        every = tuple(e._replace(state=VERIFIED) if e.rule in rules else e for e in facts.entries)
        return replace(facts, entries=every, tag=f"unchecked:{rules}")

    yield Variation("entries", name, f"“{title}”计入了没有核验的项目", 11, change=unchecked)


def _sheets(name: str, key: str, scheme: Scheme) -> Iterator[Variation]:
    instrument: Any = scheme.instruments[key]

    def respondents(facts: SubjectFacts) -> list[str]:
        return list(dict.fromkeys(m.respondent for m in facts.marks if m.instrument == key))

    def without(which: int) -> Change:
        def change(facts: SubjectFacts) -> SubjectFacts | None:
            found = respondents(facts)
            if len(found) < 2 or which >= len(found):
                return None
            rows = tuple(
                m for m in facts.marks if not (m.instrument == key and m.respondent == found[which])
            )
            return replace(facts, marks=rows, tag=f"{key} without {which}")

        return change

    def only(which: int) -> Change:
        def change(facts: SubjectFacts) -> SubjectFacts | None:
            found = respondents(facts)
            if len(found) < 3 or which >= len(found):
                return None
            rows = tuple(
                m for m in facts.marks if m.instrument != key or m.respondent == found[which]
            )
            return replace(facts, marks=rows, tag=f"{key} only {which}")

        return change

    def told(which: int, words: str) -> Any:
        return lambda facts: f"“{instrument.title}”{words}“{respondents(facts)[which]}”这一份"

    if instrument.by == "subject":
        return
    for which in range(9):
        yield Variation(
            "respondents", name, f"“{instrument.title}”漏计一份", 16,
            change=without(which), tell=told(which, "漏计了"),
        )  # fmt: skip
        yield Variation(
            "respondents", name, f"“{instrument.title}”只计一份", 17,
            change=only(which), tell=told(which, "只计了"),
        )  # fmt: skip
    for how, word in _SEVERAL.items():
        if how != instrument.several:
            yield Variation(
                "respondents", name, f"几份“{instrument.title}”{word}", 19,
                habits=Habits(several={key: how}),
            )  # fmt: skip
