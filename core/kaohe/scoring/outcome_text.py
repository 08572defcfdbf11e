"""Lists, streaks and quotas of everybody together, as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kaohe.scoring.derivation import ListAccount, QuotaAccount
from kaohe.scoring.wording import clauses


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


def names(subjects: Iterable[str], titles: Mapping[str, str]) -> str:
    """Titles of subjects in one text."""
    return "、".join(titles.get(key, key) for key in subjects)
