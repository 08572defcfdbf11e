"""One change of the calculation, with the words for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kaohe.comparing.arithmetic import STANDARD, Habits
from kaohe.comparing.subject_facts import SubjectFacts

if TYPE_CHECKING:
    from kaohe.scheme.model import Scheme

Change = Callable[[SubjectFacts], SubjectFacts | None]
"""None: there is nothing to change for this subject."""

EVERYWHERE = "*"
"""In place of a score: all of them."""

CAUSES = {
    "consequence": "由上一步的错误带来",
    "float": "二进制浮点误差",
    "rounding": "舍入点或舍入方式不对",
    "cap": "忘记封顶",
    "floor": "忘记保底",
    "weights": "权重用错",
    "parameter": "参数取值不同",
    "denominator": "分母用错（无效票计入）",
    "options": "票数或选项分值用错",
    "entries": "加减分漏计或重计",
    "respondents": "评分表漏计",
    "scale": "没有折算",
    "gate": "条件条款没有执行",
    "formula": "算法不同",
    "row": "填串了行",
    "column": "填串了列",
    "digits": "录入笔误",
    "input": "计算时录错了数据",
    "edge": "等次界限用错",
    "limit": "等次限制没有执行",
    "quota": "名额比例没有执行",
    "stale": "等次没有更新",
    "ranking": "名次排法不同",
    "label": "没有这一等次",
    "list": "榜单不对",
    "record": "与记录不一致",
    "blank": "没有填写",
    "two": "两处错误叠加",
    "unknown": "原因不明",
}
"""Code of a cause -> what it is called."""


@dataclass(frozen=True, eq=False)
class Variation:
    """A change: of the scheme, of the way of calculating, or of the subject's facts."""

    code: str
    at: str
    """The score in which it takes place."""
    text: str
    rank: int
    """How particular it is: the lower, the more it says if it reproduces a figure."""
    scheme: Scheme | None = None
    habits: Habits = STANDARD
    change: Change | None = None
    tell: Callable[[SubjectFacts], str] | None = field(default=None, repr=False)
    """Words with the subject's figures in them, instead of `text`."""
    is_habit: bool = False
    """Something that a sheet does in all its rows or in none."""

    def words(self, facts: SubjectFacts) -> str:
        """What was changed, for one subject."""
        return self.tell(facts) if self.tell else self.text
