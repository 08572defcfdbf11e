"""Lists, streaks and quotas of everybody together, as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from kaohe.scoring.derivation import ListAccount, QuotaAccount, Result
from kaohe.scoring.ties import order_of
from kaohe.scoring.wording import clauses

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme


def outcome_lines(
    lists: Iterable[ListAccount], quotas: Iterable[QuotaAccount], titles: Mapping[str, str]
) -> Iterator[str]:
    """One line for each quota and list, members named.

    Args:
        titles: subject -> what it is called.
    """
    for quota in quotas:
        moved = names(quota.moved, titles)
        yield quota.sentence + (f"：{moved}" if moved else "") + clauses(quota.cite)
    for one in lists:
        where = f"（{one.scope}）" if one.scope else ""
        yield f"{one.title}{where}：{names(one.members, titles) or '无'}"
        yield f"    {one.sentence}{clauses(one.cite)}"


def tie_lines(result: Result, scheme: Scheme) -> Iterator[str]:
    """How equal totals are put in order, and what decided it for whom."""
    if words := order_of(scheme, scheme.total).words:
        yield f"排名次时，{words}；仍相同的并列"
        yield from (
            f"    {one.title}：{'；'.join(one.ties)}" for one in result.subjects if one.ties
        )


def names(subjects: Iterable[str], titles: Mapping[str, str]) -> str:
    """Titles of subjects in one text."""
    return "、".join(titles.get(key, key) for key in subjects)
