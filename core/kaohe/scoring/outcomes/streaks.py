"""Streaks: being on a list, or holding a grade, in consecutive periods, this one included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from kaohe.scoring.derivation import ListAccount, ListResult
from kaohe.scoring.facts import Standing
from kaohe.scoring.outcomes.lists import Verdicts
from kaohe.scoring.outcomes.roster import Member, Roster
from kaohe.scoring.periods import Period, read_period
from kaohe.scoring.wording import clauses

if TYPE_CHECKING:
    from kaohe.scheme.model import StreakRule

Past = dict[tuple[str, str], list[Standing]]
"""(subject, period) -> its rows of this scheme."""


def count_streaks(
    roster: Roster, lists: Verdicts, standing: Iterable[Standing], period: str
) -> tuple[Verdicts, tuple[ListAccount, ...]]:
    """Every streak: what it says of each subject, and one account each."""
    past: Past = {}
    own = f"{roster.scheme.id}/"
    for row in standing:
        if "/" not in row.score or row.score.startswith(own):
            past.setdefault((row.subject, row.period), []).append(row)
    now = read_period(period)
    verdicts: Verdicts = {}
    accounts = []
    for key, rule in roster.scheme.streaks.items():
        found = {}
        for member in roster.members:
            name = member.subject.id
            if rule.list is not None:
                is_now = lists[rule.list][name].member
            else:
                is_now = member.labels.get(rule.grade or "") in rule.labels
            found[name] = _result(key, rule, roster, is_now, now, member, past)
        verdicts[key] = found
        members = tuple(name for name, one in found.items() if one.member)
        text = f"{_what(rule, roster)}连续 {rule.times} 期及以上（含本期）"
        if now is None:
            text += f"；考核周期“{period}”无法识别，只看本期"
        accounts.append(
            ListAccount(
                key, rule.title, rule.kind, "", len(roster.members), None, "", members, text,
                rule.cite, rule.gap or "", True,
            )
        )  # fmt: skip
    return verdicts, tuple(accounts)


def _what(rule: StreakRule, roster: Roster) -> str:
    if rule.list is not None:
        return f"列入“{roster.scheme.lists[rule.list].title}”"
    grade = roster.scheme.grades[rule.grade or ""].title
    return f"{grade}为“{'、'.join(rule.labels)}”"


def _result(
    key: str,
    rule: StreakRule,
    roster: Roster,
    is_now: bool,
    now: Period | None,
    member: Member,
    past: Mapping[tuple[str, str], list[Standing]],
) -> ListResult:
    what, count, text = _what(rule, roster), 0, ""
    if key in member.exempt:
        is_now, text = False, f"按记录的决定不参加：{member.exempt[key]}"
    elif not is_now:
        text = f"本期没有{what}"
    else:
        count, ended = _length(rule, now, member.subject.id, past)
        text = f"{what}连续 {count} 期（含本期）；{ended}"
    is_member = count >= rule.times
    if is_now and not is_member:
        text += f"，不足 {rule.times} 期"
    return ListResult(
        key, rule.title, rule.kind, is_member, text + clauses(rule.cite), rule.cite,
        rule.gap or "", count or None, True,
    )  # fmt: skip


def _length(
    rule: StreakRule,
    now: Period | None,
    subject: str,
    past: Mapping[tuple[str, str], list[Standing]],
) -> tuple[int, str]:
    """How many periods in a row, and where it ended."""
    if now is None:
        return 1, "考核周期无法识别"
    count = 1
    while True:
        before = now.moved(-count)
        rows = past.get((subject, str(before)))
        if not rows:
            return count, f"{before.words}没有记录"
        if not any(holds(rule, row) for row in rows):
            return count, f"{before.words}没有"
        count += 1


def holds(rule: StreakRule, row: Standing) -> bool:
    """Whether a row of the past fulfils the rule.

    A row's grade is a label, or ``<grade>:<label>`` where a scheme has several grades.
    """
    if rule.list is not None:
        return rule.list in row.lists
    grade, colon, label = row.grade.rpartition(":")
    return label in rule.labels and (not colon or grade == rule.grade)
