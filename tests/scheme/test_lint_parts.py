"""Lint of item rules, lists, quotas and longer periods: found where wrong, silent where not."""

from __future__ import annotations

from typing import Any

import pytest

from kaohe.scheme.lint import Finding, lint
from kaohe.scheme.reading import SchemeSource
from tests.scheme.test_parts import ITEMS, OF, changed

DEDUCT = f"{ITEMS}.0.deduct"
LATE = {"id": "late", "title": "迟报", "each": "1"}
CASES: list[tuple[str, str, Any, str]] = [
    ("L002", "items.work.sections.base.total", "15", "各项合计 10，宣布的总分是 15"),
    ("L019", f"{ITEMS}.5.choice", {"好": "6", "差": "0"}, "满分 5，“好”却得 6 分"),
    ("L019", f"{ITEMS}.1.bracket.lowest", {"3": "7"}, "满分 5，“3”却得 7 分"),
    ("L019", f"{ITEMS}.4.each.points", "6", "每一个却得 6 分"),
    ("L026", "entries.idle", {"title": "通报", "sign": "none"}, "“通报”记录了也没有后果"),
    ("L028", f"{ITEMS}.1.title", "甲", "“甲”出现两次"),
    ("L028", DEDUCT, [LATE, {**LATE, "id": "again", "each": "2"}], "“迟报”出现两次，扣分不同"),
    ("L045", "scores.total", {"title": "总分", "sum": ["part", "95"]}, "最多 105 分，没有写满分"),
    ("L046", f"{ITEMS}.1.bracket", {"of": OF, "lowest": {"3": "5"}}, "没有写各档之外得几分"),
    ("L048", DEDUCT, [{**LATE, "each": "11"}], "满分 10，“迟报”可扣 11 分"),
    ("L048", DEDUCT, [{**LATE, "at_least": "12"}], "可扣 12 分"),
    ("L051", "lists.red.gap", None, "“红榜”按名次取"),
    ("L051", "grades.grade.quotas.0.gap", None, "“好”不超过 30%"),
    ("L068", "lists.grey.gives_way_to", None, "同时在“红榜”和“灰榜”上"),
    ("L069", "scores.total", {"title": "总分", "by_class": {"v": "100"}}, "“机关”没有“总分”"),
    ("L070", "rollups", None, "没有写怎样由各期得出年度结果"),
]


def quiet(path: str = "version", value: Any = "2026.1") -> dict[str, Any]:
    """The scheme of every part with nothing these rules remark on, one place changed."""
    data = changed("version", "2026.1")
    data["gaps"] = {"edge": {"about": "并列", "resolution": "向下取整"}}
    data["items"]["work"]["items"][1]["bracket"]["otherwise"] = "0"
    data["items"]["work"]["items"][2]["ratio_bracket"]["otherwise"] = "0"
    data["scores"]["total"] = {"title": "总分", "sum": ["item", "part", "80"]}
    for part in (*data["lists"].values(), data["grades"]["grade"]["quotas"][0]):
        part["gap"] = "edge"
    data["lists"]["grey"]["gap"] = "edge"
    data["rollups"] = {
        "year": {"period": "year", "title": "年度", "scores": {
            "total": {"title": "年度", "periods": {"score": "total", "each": "month"}}
        }}
    }  # fmt: skip
    *way, last = path.split(".")
    here: Any = data
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
    if value is None:
        del here[last]
    else:
        here[last] = value
    if path == "lists.grey.gives_way_to":
        for one in data["lists"].values():
            one.pop("gap")
    return data


def found(data: dict[str, Any]) -> list[Finding]:
    return lint(SchemeSource.from_data(data))


@pytest.mark.parametrize(
    ("code", "path", "value", "words"), CASES, ids=[f"{c}-{p}" for c, p, *_ in CASES]
)
def test_each_kind_is_found_and_only_where_wrong(
    code: str, path: str, value: Any, words: str
) -> None:
    before = [f for f in found(quiet()) if f.code == code]
    after = [f.what for f in found(quiet(path, value)) if f.code == code]

    assert not before
    assert any(words in what for what in after), after


def test_slip_as_heavy_as_a_breach_is_found() -> None:
    rules = {
        "breach": {"title": "违纪", "sign": "-", "points": {"警告": "15"}, "evidence": "required"},
        "slip": {"title": "疏忽", "sign": "-", "points": {"缺会": "15", "迟到": "1"}},
    }

    remarks = [f.what for f in found(quiet("entries", {**quiet()["entries"], **rules}))]

    assert any("“缺会”扣 15 分，不轻于“违纪”最轻的 15 分" in what for what in remarks)
    assert not any("迟到" in what for what in remarks)


def test_numbering_that_starts_again_is_found() -> None:
    data = quiet()
    for item, clause in zip(data["items"]["work"]["items"], "1234234", strict=True):
        item["cite"] = [clause]

    (remark,) = [f for f in found(data) if f.code == "L027"]

    assert "2、3、4" in remark.what


def test_points_below_zero_reach_the_lowest_band_and_an_item_of_penalties_is_not_idle() -> None:
    data = quiet()
    data["items"]["work"]["items"][5] |= {"points": "0", "choice": {"好": "0", "差": "-5"}}
    data["scores"]["marks"] = {"title": "评分", "sheet": "sheet"}
    data["scores"]["total"] = {"title": "总分", "sum": ["marks", "80"]}
    data["scores"]["own"] = {"title": "己分", "item": "sheet.f", "announced": {"maximum": "0"}}
    data["grades"]["grade"]["bands"] = {"好": "90", "差": "76"}

    found_here = {f.code: f.what for f in found(data)}

    assert "L016" not in found_here
    assert "最低一档“差”从 76 起，而得分可低到 75" in found_here["L010"]
    assert "L004" not in found_here


def test_an_item_of_no_points_without_penalties_is_idle() -> None:
    data = quiet()
    data["items"]["work"]["items"][5] |= {"points": "0", "choice": {"好": "0", "差": "0"}}

    assert "L016" in {f.code for f in found(data)}
