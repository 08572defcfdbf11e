"""G9: from everything that is published nobody can compute what a small group marked."""

from __future__ import annotations

import uuid
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaohe.ballots import publication
from kaohe.ballots.models import Poll, Stratum, Tally
from kaohe.ballots.publication import PublishedTally, published_tally
from tests.ballots.live import OPTIONS, ballot_definition

pytestmark = pytest.mark.django_db
K = 5
MARKS = (*OPTIONS, "")
Electorate = dict[str, list[int]]
"""Stratum -> how many ballots marked each of MARKS."""

electorates = st.lists(
    st.lists(st.integers(0, 4), min_size=5, max_size=5), min_size=1, max_size=5
).map(lambda rows: {f"s{n}": row for n, row in enumerate(rows)})


def _sealed(electorate: Electorate) -> Poll:
    strata = {key: key for key in electorate}
    poll = Poll.objects.create(
        reference=uuid.uuid4().hex,
        title="测评",
        state=Poll.State.SEALED,
        threshold=K,
        definition=ballot_definition(aspects=[{"id": "duty", "title": "履行"}], strata=strata),
    )
    for order, (key, counts) in enumerate(electorate.items()):
        size = sum(counts)
        Stratum.objects.create(
            poll=poll, key=key, title=key, order=order, due=size, present=size, printed=size,
            spent=size, unused=0, blank=0,
        )  # fmt: skip
        for option, count in zip(MARKS, counts, strict=True):
            if count:
                Tally.objects.create(
                    poll=poll, channel="electronic", stratum=key, aspect="duty", option=option,
                    count=count,
                )  # fmt: skip
    return poll


def _equations(published: PublishedTally, strata: list[str]) -> list[list[Fraction]]:
    """Coefficients of every published number over the unknown cells (stratum × mark)."""
    rows = []
    groups = [*published.groups, *([published.overall] if published.overall else [])]
    for group in groups:
        for place, _ in enumerate(MARKS):
            rows.append(
                [Fraction(s in group.strata and m == place) for s in strata for m in range(5)]
            )
    # Turnout: published for all together, and for each group.
    for members in [tuple(strata), *(group.strata for group in groups)]:
        rows.append([Fraction(s in members) for s in strata for _ in range(5)])
    return rows


def _rank(rows: list[list[Fraction]]) -> int:
    rows, rank = [row[:] for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for r in range(rank + 1, len(rows)):
            factor = rows[r][column] / rows[rank][column]
            if factor:
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[rank], strict=True)]
        rank += 1
    return rank


def determined(published: PublishedTally, electorate: Electorate) -> list[str]:
    """Sets of classes with fewer than K ballots whose marks follow from what is published."""
    strata = list(electorate)
    rows = _equations(published, strata)
    base = _rank(rows)
    sizes = {key: sum(counts) for key, counts in electorate.items()}
    found = []
    for number in range(1, len(strata) + 1):
        for members in combinations(strata, number):
            if not 0 < sum(sizes[s] for s in members) < K:
                continue
            for place, mark in enumerate(MARKS):
                target = [Fraction(s in members and m == place) for s in strata for m in range(5)]
                empty = all(sizes[s] == 0 for s in set(strata) - set(members))
                if _rank([*rows, target]) == base and not empty:
                    found.append(f"{'+'.join(members)} {mark}")
    return found


def _without_known_zeros(electorate: Electorate) -> Electorate:
    """Classes nobody voted in are known to be zero: leave them out of the unknowns."""
    return {key: counts for key, counts in electorate.items() if sum(counts)}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(electorate=electorates)
def test_no_small_group_is_determined(electorate: Electorate) -> None:
    published = published_tally(_sealed(electorate))

    assert determined(published, _without_known_zeros(electorate)) == []


def test_dropping_small_classes_instead_of_merging_reveals_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: without the remainder rule, total minus the shown classes is the hidden one."""
    electorate = {"s0": [4, 4, 0, 0, 0], "s1": [1, 1, 0, 0, 0]}
    poll = _sealed(electorate)

    assert determined(published_tally(poll), electorate) == []
    monkeypatch.setattr(
        publication, "merge_small", lambda sizes, k: [(s,) for s, n in sizes.items() if n >= k] * 2
    )
    assert "s1 优秀" in determined(published_tally(poll), electorate)


def test_fewer_ballots_than_the_threshold_publish_turnout_only() -> None:
    published = published_tally(_sealed({"s0": [4, 0, 0, 0, 0]}))

    assert published.overall is None
    assert published.groups == ()
    assert published.counts.returned == 4


def test_a_remainder_below_the_threshold_takes_the_next_smallest_class_in() -> None:
    electorate = {"s0": [9, 0, 0, 0, 1], "s1": [3, 3, 0, 0, 0], "s2": [1, 1, 0, 0, 0]}

    published = published_tally(_sealed(electorate))

    assert [group.strata for group in published.groups] == [("s0",), ("s1", "s2")]


def test_a_unanimous_result_says_so() -> None:
    published = published_tally(_sealed({"s0": [8, 0, 0, 0, 0]}))

    assert any("完全一致" in note for note in published.notes)
