"""Lists an office put its units on, against those they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kaohe.comparing.model import Cause
from kaohe.comparing.office import OfficeFigure
from kaohe.workbooks import match_key

if TYPE_CHECKING:
    from kaohe.comparing.bench import Line
    from kaohe.comparing.outcomes import Outcomes
    from kaohe.scoring.derivation import SubjectResult


class ListDifference(NamedTuple):
    """A cell with the wrong lists."""

    figure: OfficeFigure
    ours: str
    causes: list[Cause]
    sentences: tuple[str, ...]


def list_difference(
    outcomes: Outcomes, line: Line, figure: OfficeFigure | None, blank: str
) -> ListDifference | None:
    """Compare a cell that names lists; None: it is right."""
    titles = {key: rule.title for key, rule in outcomes.bench.scheme.lists.items()}
    ours = _members(line.result)
    text = figure.text if figure else ""
    written = {key for key, title in titles.items() if _names(text, title)}
    if written == ours & set(titles):
        return None
    wanted = "、".join(titles[k] for k in titles if k in ours) or "（不在榜上）"
    cell = figure or OfficeFigure(blank, "（空）")
    causes = []
    office = outcomes.office().get(line.facts.subject.id)
    wrong = tuple(
        one.wrong[n].ref for one in outcomes.bench.lines for n in one.wrong
        if n == outcomes.bench.scheme.total
    )  # fmt: skip
    if office is not None and wrong and _members(office) & set(titles) == written:
        text = "按单位的总分列的榜，总分改正后随之改正"
        causes.append(Cause("consequence", text, 0, upstream=wrong))
    else:
        causes.append(Cause("list", f"按名次和条件应为：{wanted}", 50))
    told = tuple(
        line.result.lists[k].sentence for k in sorted(written ^ ours) if k in line.result.lists
    )
    return ListDifference(cell, wanted, causes, told)


def _members(result: SubjectResult) -> set[str]:
    return {key for key, one in result.lists.items() if one.member}


def _names(text: str, title: str) -> bool:
    key, word = match_key(text), match_key(title)
    return bool(key) and (word in key or word.removesuffix("榜") == key)
