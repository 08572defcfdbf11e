"""Findings and the list of their codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

from kaohe.scheme.model import Scheme
from kaohe.scheme.tree import Path

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on a scheme."""

    code: str
    severity: Severity
    place: str
    path: str
    what: str
    why: str
    remedy: str

    def __str__(self) -> str:
        words = {"error": "错误", "warning": "警告", "info": "提示"}
        return f"{self.place}: {self.code} {words[self.severity]} {self.what}\n    {self.why}{self.remedy}"

    def as_dict(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


class Code(NamedTuple):
    """A kind of finding."""

    severity: Severity
    why: str
    remedy: str
    everywhere: bool = False
    """Only worth a word if it holds under every choice that uses the place."""


class Remark(NamedTuple):
    """What a rule found: the code, where in the bound tree, and the words."""

    code: str
    path: Path
    what: str


Rule: TypeAlias = Callable[[Scheme], Iterator[Remark]]

CODES: dict[str, Code] = {
    "L001": Code("error", "权重不合计，综合得分就不是百分制。", "请核对各部分的占比。"),
    "L002": Code("error", "各项分值与宣布的总分不符，评分表印出来自相矛盾。", "请核对分值或总分。"),
    "L003": Code("error", "宣布的项数与列出的不符，可能漏抄了指标。", "请核对原文，或在 gaps 里写明处理。"),
    "L004": Code("warning", "满分不是算分时所用的满分，封顶或折算可能不对。", "请核对 at、source 与各项之和。"),
    "L005": Code("error", "同一权重在文件里有两个说法。", "请在 gaps 里写明采用哪一个，并在此处引用。"),
    "L006": Code("error", "条文里各部分的占比加起来不是一个整体，至少有一处写错。",
                 "请核对各条；采用哪个数，写进 gaps 并在此处引用。"),
    "L007": Code("error", "同一条款不会有两个数，至少有一处抄错。", "请核对条款，改正其中一处。"),
    "L008": Code("warning", "折算的基数不是真正的满分，折算后到不了或会超过目标分。", "请核对 source 与各项之和。"),
    "L009": Code("warning", "权重为 0 的部分不起作用，负数会把好的算成坏的。", "请核对权重，或删去这一部分。"),
    "L010": Code("error", "有的得分落不进任何等次。", "请把最低一档的下限写成可能的最低分。"),
    "L011": Code("warning", "没有得分能达到这一档，它永远不会用到。", "请核对下限与满分。"),
    "L012": Code("error", "按整数写的区间之间有空档，带小数的得分没有归属。",
                 "请写明以哪个数为界，并引用一条 gap。"),
    "L013": Code("error", "两个区间重叠，同一得分有两个等次。", "请核对区间。"),
    "L014": Code("error", "同一档有两个下限。", "请核对；采用哪一个，写进 gaps 并在此处引用。"),
    "L015": Code("error", "没有分值就无法打分和合计。", "请写 points；原文没有给出的，作为参数并记入 gaps。"),
    "L016": Code("warning", "0 分的指标不影响结果，白填了。", "请核对分值，或删去这一项。"),
    "L017": Code("warning", "填表的人永远打不出这一项的满分。", "请改分值，或把 step 改细。"),
    "L018": Code("warning", "选项应从最好到最差排列，分值一个比一个低，否则票面容易看错。", "请调整顺序或分值。"),
    "L019": Code("error", "选项或档次的分值高于该项满分，多出的部分得不到。", "请核对分值或满分。"),
    "L020": Code("warning", "收上来的内容不计分，白填了。", "请在 scores 里使用它，或改为 note。", everywhere=True),
    "L021": Code("warning", "没有表格填写这些指标，它们不会有分数。", "请加一张表，或删去指标。", everywhere=True),
    "L022": Code("warning", "这个得分没有用到总分或等次上。", "请核对公式是否漏了一项。", everywhere=True),
    "L023": Code("warning", "这条加减分规则没有得分使用。", "请在 scores 里用 entries 引用。", everywhere=True),
    "L024": Code("warning", "这个参数改了也没有作用。", "请引用它，或删去。", everywhere=True),
    "L025": Code("warning", "参数没有默认值，每次考核都必须先填。", "如有惯例，请写 default。"),
    "L026": Code("warning", "记录了也没有任何后果，文件没有写怎么办。", "请写 measures，或引用一条 gap。"),
    "L027": Code("warning", "编号重新开始，同一条款号指着不同的项，容易引错。",
                 "请核对条款号；确实如此的，引用一条 gap。"),
    "L028": Code("warning", "同一名称出现两次，表上分不清，也可能重复计分。", "请改名，或引用一条 gap。"),
    "L030": Code("error", "文件的缺口还没有决定怎样处理。", "请填写 resolution。"),
    "L031": Code("info", "文件在此处沉默或矛盾，已按写明的做法处理。", "请确认处理办法仍然合适。"),
    "L032": Code("warning", "写了缺口，却没有一处说明它影响哪里。", "请在相关处写 gap: 它的编号。", everywhere=True),
    "L033": Code("warning", "数字没有条款依据，推导页无法说明来历。", "请写 cite，或引用一条 gap。"),
    "L034": Code("error", "分值在文件里没有依据，也没有作为缺口记录。", "请写 cite、参数或 gap。"),
    "L035": Code("warning", "封顶、保底和限制是例外，推导页要写出它的依据。", "请在它自己那里写 cite。"),
    "L040": Code("warning", "封顶高于可能的最高分，永远不起作用。", "请核对封顶数。"),
    "L041": Code("warning", "保底低于可能的最低分，永远不起作用。", "请核对保底数。"),
    "L042": Code("warning", "封顶低于或等于可能的最低分，人人一样。", "请核对封顶数。"),
    "L043": Code("info", "只有一项的平均、求和或相乘，可以直接引用。", "请核对是否漏了一项。"),
    "L044": Code("error", "数值可能超出能精确计算的范围。", "请减小分值、次数上限或权重的位数。"),
    "L045": Code("warning", "满分超过 100，又没有写明，别人会当百分制看。",
                 "请写 announced: {maximum: 满分}，或折算，或引用一条 gap。"),
    "L046": Code("warning", "达不到最低一档得几分，文件没有写。", "请写 otherwise，或引用一条 gap。"),
    "L047": Code("warning", "小过失扣得不比严重情形少，轻重倒置。", "请核对分值，或引用一条 gap。"),
    "L048": Code("error", "一行扣分大于该项满分，多出的扣不到。", "请核对扣分或满分。"),
    "L050": Code("error", "没有规定达不到最低人数时怎么办。", "请引用一条 gap 写明处理。"),
    "L051": Code("warning", "名额算出来常带小数，名次常有并列，没有规定就会争执。",
                 "请写 rounding 和 ties_by（名单也可以写 ties），或引用一条 gap 写明处理。"),
    "L060": Code("warning", "没有一个环节填写它，没人知道什么时候填。", "请在 stages 里写 does。"),
    "L061": Code("warning", "限制所依据的得分永远不会低于（或达到）这个数。", "请核对条件。"),
    "L062": Code("warning", "同一名称用在两个得分上，表上分不清。", "请改成不同的名称。"),
    "L063": Code("warning", "轮到的人打开后无事可做。", "请写 does，或删去这个环节。"),
    "L064": Code("warning", "轮到的人看不到这张表。", "请改 who，或把这张表移到合适的环节。"),
    "L065": Code("warning", "没有公示期，被考核的人来不及看到和提出意见。", "请写天数，或删去 notice。"),
    "L066": Code("warning", "限制没有作用。", "请核对 at_most。"),
    "L067": Code("warning", "列为考核对象却没有任何结果。", "请在 grades 里给出等次，或删去。"),
    "L068": Code("warning", "对象少时两个名单会重叠。", "请写 gives_way_to，或引用一条 gap。"),
    "L069": Code("warning", "这一类对象没有人考核，结果里总是空的。", "请核对 classes，或引用一条 gap。"),
    "L070": Code("warning", "周期短于一年，年度结果从何而来没有写。", "请写 rollups，或引用一条 gap。"),
    "L071": Code("warning", "条件合在一起没有人满足，名单总是空的。", "请核对分数线、等次和名额。"),
    "L072": Code("warning", "名单不区分好坏，等于全体名册。", "请核对分数线或比例，或删去名单。"),
    "L073": Code("warning", "这个名额不起作用。", "请核对各档的比例。"),
    "L074": Code("warning", "要五年以上的连续记录才可能满足。", "请核对 times 与考核周期。"),
    "L075": Code("warning", "两种连续情形总是同时出现。", "请核对 times，或删去一个。"),
    "L076": Code("warning", "同分的在这一项上也相同，永远分不出先后。", "请改为别的得分，或删去这一项。"),
}  # fmt: skip
"""Every kind of finding; docs/lint.md explains each with an example."""
