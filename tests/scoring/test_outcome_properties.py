"""Lists, quotas and streaks against a slow, plain reading of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe.scoring.facts import Standing
from tests.scoring.outcome_schemes import facts_of, graded, scored, with_outcomes

Scores = Mapping[str, str | None]
FIGURES = ["50", "60", "79.99", "80", "85.5", "89.99", "90", "90.01", "97"]
TABLES = st.lists(
    st.tuples(st.sampled_from([*FIGURES, None]), st.sampled_from("xy"), st.booleans()),
    min_size=1, max_size=12,
)  # fmt: skip
SHARES = ["0.5", "10", "20", "33.3", "50", "66.67", "100"]


def table(rows: list[tuple[str | None, str, bool]]) -> tuple[Scores, dict[str, str], list[str]]:
    keys = [chr(ord("a") + n) for n in range(len(rows))]
    return (
        {key: row[0] for key, row in zip(keys, rows, strict=True)},
        {key: row[1] for key, row in zip(keys, rows, strict=True)},
        [key for key, row in zip(keys, rows, strict=True) if row[2]],
    )


def floor_share(share: str, count: int) -> int:
    places = 0
    while Fraction(places + 1) * 100 <= Fraction(Decimal(share)) * count:
        places += 1
    return places


def taken(pool: dict[str, Decimal], places: int, *, worst: bool, ties_in: bool) -> set[str]:
    """One value after the other, best (or worst) first, while there is room."""
    inside: set[str] = set()
    for value in sorted(set(pool.values()), reverse=not worst):
        tied = {key for key, one in pool.items() if one == value}
        if len(inside) >= places or (len(inside) + len(tied) > places and not ties_in):
            break
        inside |= tied
    return inside


def on_list(
    rule: Mapping[str, Any], scores: Scores, groups: Mapping[str, str], barred: list[str]
) -> set[str]:
    """Who is on a list."""
    found: set[str] = set()
    scopes = ["x", "y"] if rule.get("within") == "class" else ["xy"]
    for scope in scopes:
        known = {k: Decimal(v) for k, v in scores.items() if v and groups[k] in scope}
        pool = {
            k: v
            for k, v in known.items()
            if not (rule.get("barred_by") and k in barred)
            and v >= Decimal(rule.get("at_least", -1))
            and v < Decimal(rule.get("below", 1000))
        }
        worst = "last" in rule or "worst_share" in rule
        if len(known) <= int(rule.get("more_than", 0)) or (worst and len(known) == 1):
            continue
        plain = next((rule[k] for k in ("first", "last") if k in rule), None)
        share = next((rule[k] for k in ("best_share", "worst_share") if k in rule), None)
        if plain is None and share is None:
            found |= set(pool)
            continue
        places = int(plain) if plain is not None else floor_share(share, len(known))
        ties_in = rule.get("ties", "in" if plain is not None else "out") == "in"
        found |= taken(pool, places, worst=worst, ties_in=ties_in)
    return found


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    rule: dict[str, Any] = {}
    kind = draw(st.sampled_from(["first", "last", "best_share", "worst_share", ""]))
    if kind:
        share = "share" in kind
        rule[kind] = draw(st.sampled_from(SHARES) if share else st.integers(1, 5).map(str))
    if draw(st.booleans()):
        rule["ties"] = draw(st.sampled_from(["in", "out"]))
    if draw(st.booleans()):
        rule["within"] = "class"
    if draw(st.booleans()):
        rule["barred_by"] = ["breach"]
    if draw(st.booleans()) or not kind:
        rule[draw(st.sampled_from(["at_least", "below"]))] = draw(st.sampled_from(FIGURES))
    if draw(st.integers(0, 3)) == 0:
        rule["more_than"] = str(draw(st.integers(1, 6)))
    return rule


@settings(deadline=None, max_examples=150)
@given(rows=TABLES, rule=rules())
def test_list_is_the_plain_reading(
    rows: list[tuple[str | None, str, bool]], rule: dict[str, Any]
) -> None:
    scores, groups, barred = table(rows)
    scheme = with_outcomes(lists={"some": {"title": "名单", **rule}})

    result = scored(scheme, facts_of(scores, groups=groups, breaches=barred))

    found = {one.subject for one in result.subjects if one.lists["some"].member}
    assert found == on_list(rule, scores, groups, barred)
    assert found == {key for account in result.lists for key in account.members}


def quota_labels(
    scores: Scores, groups: Mapping[str, str], quotas: list[dict[str, Any]]
) -> dict[str, str | None]:
    """Grades after quotas: the lowest value moves, until those who are left fit."""
    names = ["好", "较好", "一般"]
    places: dict[str, int | None] = {}
    for key, score in scores.items():
        value = None if score is None else Decimal(score)
        reached = [n for n, low in enumerate((90, 80, 60)) if value is not None and value >= low]
        places[key] = min(reached, default=None)
    for quota in quotas:
        for scope in ["x", "y"] if quota["within"] == "class" else ["xy"]:
            everyone = [k for k in scores if groups[k] in scope]
            counted = [k for k in everyone if quota["of"] == "roll" or scores[k] is not None]
            room = floor_share(quota["share"], len(counted))
            edge = names.index(quota["label"])
            holders = [k for k in everyone if (place := places[k]) is not None and place <= edge]
            while len(holders) > room:
                low = min(Decimal(scores[k] or 0) for k in holders)
                for key in [k for k in holders if Decimal(scores[k] or 0) == low]:
                    places[key] = max(places[key] or 0, names.index(quota["moves_to"]))
                    holders.remove(key)
    return {k: None if (p := places[k]) is None else names[p] for k in scores}


@st.composite
def quota_lists(draw: st.DrawFn) -> list[dict[str, Any]]:
    def one(label: str, to: str) -> dict[str, Any]:
        return {
            "label": label, "moves_to": to, "share": draw(st.sampled_from(SHARES)),
            "of": draw(st.sampled_from(["scored", "roll"])),
            "within": draw(st.sampled_from(["all", "class"])),
        }  # fmt: skip

    return [one("好", "较好"), one("较好", "一般")][: draw(st.integers(1, 2))]


@settings(deadline=None, max_examples=150)
@given(rows=TABLES, quotas=quota_lists())
def test_quota_is_the_plain_reading(
    rows: list[tuple[str | None, str, bool]], quotas: list[dict[str, Any]]
) -> None:
    scores, groups, _ = table(rows)

    result = scored(graded(quotas=quotas), facts_of(scores, groups=groups))

    found = {one.subject: one.grades["grade"].label for one in result.subjects}
    assert found == quota_labels(scores, groups, quotas)


@settings(deadline=None, max_examples=80)
@given(now=st.booleans(), past=st.lists(st.sampled_from(["on", "off", "none"]), max_size=6))
def test_streak_is_the_plain_reading(now: bool, past: list[str]) -> None:
    quarters = ["2025-Q1", "2024-Q4", "2024-Q3", "2024-Q2", "2024-Q1", "2023-Q4"]
    standing = [
        Standing("a", quarter, "", None, "", ("low",) if state == "on" else ())
        for quarter, state in zip(quarters, past, strict=False)
        if state != "none"
    ]
    lists = {"low": {"title": "名单", "below": 60}}
    streaks = {"long": {"title": "连续", "list": "low", "times": 3}}
    scheme = with_outcomes(lists=lists, streaks=streaks)

    result = scored(
        scheme, facts_of({"a": "50" if now else "70"}, standing=standing, period="2025-Q2")
    )

    word = "".join({"on": "1", "off": "0", "none": "0"}[state] for state in past)
    length = 1 + len(word.partition("0")[0]) if now else 0
    found = result.subjects[0].lists["long"]
    assert found.member == (length >= 3)
    assert (found.place or 0) == length
