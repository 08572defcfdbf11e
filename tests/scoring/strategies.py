"""Random schemes over the small scheme's instruments, and random facts for them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from kaohe.scoring.facts import TOTAL, Entry, Facts, Mark, Ruling, Subject, Vote

LEAVES: list[Any] = [
    {"sheet": "sheet"}, {"sheet": "other"}, {"votes": "vote"}, {"rating": "form.team"},
    {"entries": ["plus", "minus"]}, {"entries": "table"}, {"number": "12.34"},
]  # fmt: skip
FACTORS = st.sampled_from(["0.95", "1.2", "-0.5", "0"])
WEIGHTS = ["10", "25", "33.3", "60", "7"]


@st.composite
def nodes(draw: st.DrawFn, names: list[str], depth: int = 2) -> Any:
    """A node: a leaf, a reference, or an operator over smaller nodes."""
    simple = st.sampled_from(LEAVES + names) if names else st.sampled_from(LEAVES)
    kinds = [
        "simple",
        "sum",
        "mean",
        "product",
        "highest",
        "lowest",
        "weighted",
        "cap",
        "floor",
        "scale",
    ]
    kind = draw(st.sampled_from(kinds)) if depth else "simple"
    if kind == "simple":
        return draw(simple)
    part = nodes(names, depth - 1)
    missing = draw(st.sampled_from(["stop", "stop", "skip"]))

    def tolerant(node: Any) -> Any:
        node = {"score": node} if isinstance(node, str) else dict(node)
        return {**node, "missing": missing}

    if kind in ("cap", "floor"):
        return {kind: {"of": draw(simple), "at": draw(st.sampled_from(["20", "55.5", "100"]))}}
    if kind == "scale":
        return {"scale": {"of": draw(part), "source": draw(st.sampled_from(["3", "60", "170"]))}}
    if kind == "product":  # of what is written inline, two factors leave 2^53
        factors = [tolerant(draw(part)), *draw(st.lists(FACTORS, max_size=2))]
        factors += [tolerant(draw(st.sampled_from(names)))] if names else []
        out_of = draw(st.sampled_from(["1", "100", "0.5"]))
        return {"product": {"of": draw(st.permutations(factors)), "out_of": out_of}}
    parts = [tolerant(n) for n in draw(st.lists(part, min_size=1, max_size=3))]
    if kind == "weighted":
        weighed = [{"of": n, "weight": draw(st.sampled_from(WEIGHTS))} for n in parts]
        return {"weighted": {"parts": weighed}}
    return {kind: parts}


@st.composite
def score_tables(draw: st.DrawFn) -> dict[str, Any]:
    """Named scores, each built on the ones before it."""
    scores: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 4))):
        node = draw(nodes(list(scores)))
        node = {"score": node} if isinstance(node, str) else dict(node)
        if draw(st.booleans()):
            node["missing"] = draw(st.sampled_from(["skip", "reweight"]))
        if draw(st.integers(0, 3)) == 0:
            node["decimals"] = draw(st.sampled_from(["0", "1", "3"]))
        scores[f"s{number}"] = {"title": f"得分{number}", **node}
    last = f"s{len(scores) - 1}"
    mix = {"parts": [{"of": name, "weight": "40"} for name in scores]}
    scores["total"] = draw(
        st.sampled_from([{"title": "总分", "score": last}, {"title": "总分", "weighted": mix}])
    )
    return scores


def _figure(most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(0, most * 100).map(lambda n: Decimal(n) / 100)


@st.composite
def subject_rows(draw: st.DrawFn, key: str) -> list[Any]:
    """The rows of one subject; anything may be absent."""
    rows: list[Any] = []
    for sheet, most in (("sheet", 3), ("other", 1)):
        for respondent in range(draw(st.integers(0, most))):
            if draw(st.booleans()):
                rows.append(Mark(key, sheet, f"r{respondent}", TOTAL, draw(_figure(100))))
                continue
            for item, top in (("a", 60), ("b", 40)):
                if draw(st.integers(0, 9)):
                    rows.append(Mark(key, sheet, f"r{respondent}", item, draw(_figure(top))))
    aspects = draw(st.sampled_from([[], ["a"], ["a", "b"], [TOTAL]]))
    for aspect in aspects:
        for option in ("好", "中", "差"):
            rows.append(Vote(key, "vote", "", aspect, option, draw(st.integers(0, 300))))
    if draw(st.booleans()):
        rows.append(Mark(key, "form", "", "team", draw(_figure(100))))
    else:
        marks = draw(st.lists(_figure(100), max_size=4, unique=True))
        rows += [Vote(key, "form", "", "team", f"{m}", draw(st.integers(1, 9))) for m in marks]
    for number in range(draw(st.integers(0, 3))):
        rule = draw(st.sampled_from(["plus", "minus", "table"]))
        label = draw(st.sampled_from(["省级", "县级"])) if rule == "table" else ""
        quantity = Decimal(draw(st.integers(0, 5))) if label else draw(_figure(20))
        state = draw(st.sampled_from(["verified", "verified", "claimed", "refused"]))
        rows.append(Entry(key, "", rule, quantity, label, f"事{number}", None, state))
    return rows


@st.composite
def fact_tables(draw: st.DrawFn, names: list[str], most: int = 3) -> Facts:
    """Facts of some subjects."""
    keys = [f"k{n}" for n in range(draw(st.integers(1, most)))]
    rows = [row for key in keys for row in draw(subject_rows(key))]
    ruled = [(key, name) for key in keys for name in names if draw(st.booleans())]
    rulings = [Ruling(key, "reweight", name, "会议决定") for key, name in ruled]
    order = draw(st.permutations(rows))

    def only(kind: type) -> tuple[Any, ...]:
        return tuple(row for row in order if type(row) is kind)

    return Facts(
        tuple(Subject(key, key.upper(), "") for key in keys),
        only(Mark), only(Vote), only(Entry), (), tuple(rulings),
    )  # fmt: skip
