"""What of a sealed poll may be shown: no published number rests on fewer than k ballots.

Classes of voters with fewer than k ballots are merged, not dropped; if all small ones together
still hold fewer than k, the next smallest class joins them, so that the total minus the published
classes never leaves a small remainder.  The same groups carry turnout and marks.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from kaohe.ballots.definition import Definition
from kaohe.ballots.models import Poll
from kaohe.ballots.queries import Counts, add_counts, definition_of, stratum_counts
from kaohe.ballots.services.polls import TEXT_THRESHOLD
from kaohe.scoring.facts import TOTAL

MODE = "一票一码：票由参加人自己抽取，服务器不知道哪张票给了谁"


@dataclass(frozen=True, slots=True)
class Line:
    """One question in one group: how often each option was marked."""

    aspect: str
    title: str
    counts: tuple[tuple[str, int], ...]
    """Option and count, best first."""
    unmarked: int
    unanimous: bool

    @property
    def valid(self) -> int:
        """How many marks the line rests on."""
        return sum(number for _, number in self.counts)


@dataclass(frozen=True, slots=True)
class GroupTally:
    """Classes of voters published together."""

    title: str
    strata: tuple[str, ...]
    counts: Counts
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ScoreMean:
    """A score of a form: mean and number only, never the single marks."""

    score: str
    title: str
    mean: Decimal | None
    """None if too few forms carry it."""
    count: int | None
    unanimous: bool


@dataclass(frozen=True, slots=True)
class PublishedTally:
    """Everything that may leave the poll."""

    threshold: int
    counts: Counts
    """Totals over all classes."""
    groups: tuple[GroupTally, ...] = ()
    overall: GroupTally | None = None
    scores: tuple[ScoreMean, ...] = ()
    texts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    notes: tuple[str, ...] = ()
    mode: str = MODE


def merge_small(sizes: dict[str, int], threshold: int) -> list[tuple[str, ...]]:
    """Group classes of voters so that every group has `threshold` ballots; [] if all have fewer.

    Classes keep their order; the merged group stands last.
    """
    if sum(sizes.values()) < threshold:
        return []
    small = [key for key, size in sizes.items() if size < threshold]
    kept = [key for key, size in sizes.items() if size >= threshold]
    if small and sum(sizes[key] for key in small) < threshold:
        joins = min(kept, key=lambda key: (sizes[key], key))
        kept.remove(joins)
        small.append(joins)
    groups = [(key,) for key in kept]
    return groups + ([tuple(key for key in sizes if key in small)] if small else [])


def published_tally(poll: Poll) -> PublishedTally:
    """Return what may be published of a sealed poll.

    Raises:
        ValueError: the poll is not sealed.
    """
    if poll.state != Poll.State.SEALED:
        raise ValueError("nothing is published before sealing")
    definition = definition_of(poll)
    by_stratum = stratum_counts(poll)
    total = add_counts(list(by_stratum.values()), "合计")
    k = poll.threshold
    if definition.kind == "form":
        return _published_form(poll, definition, total)
    # A ballot without any mark tells nothing, so only those with marks protect one another.
    # A class that handed in nothing has nobody to protect.
    groups = merge_small({key: c.valid for key, c in by_stratum.items() if c.returned}, k)
    if not groups:
        note = f"有效票不足 {k} 张，为保护投票人只公布收发数，不公布各档票数。"
        return PublishedTally(k, total, notes=(note,))
    rows = _pooled(poll)
    titles = dict(definition.strata)
    tallies = tuple(
        GroupTally(
            title="、".join(titles[key] for key in group),
            strata=group,
            counts=add_counts([by_stratum[key] for key in group], ""),
            lines=_lines(definition, rows, group),
        )
        for group in groups
    )
    everyone = tuple(by_stratum)
    overall = GroupTally("全体", everyone, total, _lines(definition, rows, everyone))
    notes = []
    if any(len(group.strata) > 1 for group in tallies):
        notes.append(f"票数不足 {k} 张的类别合并公布。")
    if any(line.unanimous for group in (*tallies, overall) for line in group.lines):
        notes.append("有的项目意见完全一致：从结果可以知道参加的每一个人选了什么。")
    return PublishedTally(
        k, total, groups=tallies if len(tallies) > 1 else (), overall=overall, notes=tuple(notes)
    )


def _pooled(poll: Poll) -> dict[tuple[str, str, str], int]:
    """Counts over both channels: the split into paper and electronic ballots is not published."""
    rows: dict[tuple[str, str, str], int] = {}
    for *key, count in poll.tallies.values_list("stratum", "aspect", "option", "count"):
        rows[tuple(key)] = rows.get(tuple(key), 0) + count  # type: ignore[index]
    return rows


def _lines(
    definition: Definition, rows: dict[tuple[str, str, str], int], group: tuple[str, ...]
) -> tuple[Line, ...]:
    questions = [(a.id, a.title) for a in definition.aspects]
    if any(aspect == TOTAL for _, aspect, _ in rows):
        questions = [(TOTAL, "总计票")]
    lines = []
    for aspect, title in questions:
        counts = tuple(
            (label, sum(rows.get((s, aspect, label), 0) for s in group))
            for label in definition.labels
        )
        unmarked = sum(rows.get((s, aspect, ""), 0) for s in group)
        marked = [number for _, number in counts if number]
        lines.append(Line(aspect, title, counts, unmarked, len(marked) == 1 and not unmarked))
    return tuple(lines)


def _published_form(poll: Poll, definition: Definition, total: Counts) -> PublishedTally:
    rows, scores = _pooled(poll), []
    for score in definition.scores:
        marks = [(Decimal(o), n) for (_, a, o), n in rows.items() if a == score.id and o]
        count = sum(number for _, number in marks)
        if count < poll.threshold:
            scores.append(ScoreMean(score.id, score.title, None, None, False))
            continue
        mean = sum((mark * number for mark, number in marks), Decimal(0)) / count
        scores.append(
            ScoreMean(
                score.id,
                score.title,
                mean.quantize(Decimal("0.01"), ROUND_HALF_UP),
                count,
                len({mark for mark, _ in marks}) == 1,
            )
        )
    notes = []
    if any(score.count is None for score in scores):
        notes.append(f"不足 {poll.threshold} 份的评分不公布。")
    if any(score.unanimous for score in scores):
        notes.append("有的评分完全一致：从结果可以知道参加的每一个人给了多少分。")
    released = poll.comments.filter(state="released")
    texts = tuple(
        (text.title, tuple(released.filter(field=text.id).values_list("text", flat=True)))
        for text in definition.texts
    )
    if definition.texts and total.returned < TEXT_THRESHOLD:
        notes.append(f"收回不足 {TEXT_THRESHOLD} 份，文字意见未经阅读即已销毁。")
    return PublishedTally(
        poll.threshold, total, scores=tuple(scores), texts=texts, notes=tuple(notes)
    )
