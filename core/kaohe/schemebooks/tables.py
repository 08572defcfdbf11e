"""The sheets of a scheme workbook and their columns, from the model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel

from kaohe.scheme import model
from kaohe.scheme.dictionary import Word, keys_of, part_text, word_of
from kaohe.scheme.operators import Node
from kaohe.scheme.rules import Deduction
from kaohe.schemebooks.cells import ANY, TEXT, Kind, kind_of

ABOUT = "说明"
TOP = "办法"
ROLLUPS = "周期汇总"

ID = "@id"
OTHER = "@other"
ORDER = "@order"
OPERATOR, CONTENT = "@operator", "@content"
GROUP, ITEM = "@group", "@item"
KEY, VALUE, ROLLUP = "@key", "@value", "@rollup"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in the second row, its heading and its comment."""

    key: str
    heading: str
    text: str
    kind: Kind = TEXT
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet that holds one collection of the scheme, one part per row."""

    sheet: str
    key: str
    """The key it stands under: at the top, or in the rows of `parent`."""
    parts: tuple[type[BaseModel], ...]
    parent: str = ""
    """Sheet of the rows it belongs to."""
    is_list: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, the last one hidden."""
        return _columns(self)

    @property
    def owners(self) -> tuple[str, ...]:
        """Columns that say which row above a row belongs to."""
        return {"指标表": (GROUP,), "评分项": (GROUP, ITEM)}.get(self.parent, ())


_INSTRUMENTS = (
    model.SheetInstrument, model.BallotInstrument, model.FormInstrument,
    model.ReportInstrument, model.NoteInstrument,
)  # fmt: skip

TABLES = (
    Table("考核对象", "subjects", (model.SubjectKind,)),
    Table("参数", "parameters", (model.Parameter,)),
    Table("存疑与处理", "gaps", (model.Gap,)),
    Table("指标表", "items", (model.ItemGroup,)),
    Table("分区", "sections", (model.Section,), parent="指标表"),
    Table("评分项", "items", (model.Item,), parent="指标表", is_list=True),
    Table("扣分细则", "deduct", (Deduction,), parent="评分项", is_list=True),
    Table("表和测评", "instruments", _INSTRUMENTS),
    Table("加减分", "entries", (model.EntryRule,)),
    Table("得分公式", "scores", (Node,)),
    Table("等次", "grades", (model.Grade,)),
    Table("名单", "lists", (model.ListRule,)),
    Table("连续", "streaks", (model.StreakRule,)),
    Table("环节", "stages", (model.Stage,), is_list=True),
    Table("结果运用", "measures", (model.Measure,), is_list=True),
)
BY_SHEET = {table.sheet: table for table in TABLES}
_OWNER_WORDS = {
    GROUP: Word("所属指标表", "“指标表”里的编号"),
    ITEM: Word("所属评分项", "“评分项”里的编号"),
}


def children_of(table: Table) -> tuple[Table, ...]:
    """Tables whose rows belong to the rows of another."""
    return tuple(one for one in TABLES if one.parent == table.sheet)


def top_kind(key: str) -> Kind:
    """What the cell of a key at the top holds."""
    return kind_of(model.Scheme, key) if key in model.Scheme.model_fields else ANY


@cache
def _columns(table: Table) -> tuple[Column, ...]:
    found = {key: Column(key, *_OWNER_WORDS[key]) for key in table.owners}
    if not table.is_list:
        found[ID] = Column(ID, "编号", "小写英文字母、数字和下划线，在本表里不重复")
    below = {child.key for child in children_of(table)}
    for part in table.parts:
        for key in keys_of(part):
            if key not in found and (key not in below or key == "deduct"):
                word = word_of(part, key)
                found[key] = Column(key, word.heading, word.text, kind_of(part, key))
        if part is Node:
            found[OPERATOR] = Column(OPERATOR, "算子", "怎样算：从下拉表里选，括号里是算子的名字")
            text = "算子后面写的内容：一个名称，或每行一条“名称：内容”，或 {名称: 内容}、[列表]"
            found[CONTENT] = Column(CONTENT, "内容", text, ANY)
            first = ("title", OPERATOR, CONTENT)
            rest = [key for key in found if key not in first and key != ID]
            found = {key: found[key] for key in (ID, *first, *rest)}
    text = "其他的键：{键: 内容, …}，如 {choose: …}"
    found[OTHER] = Column(OTHER, "其他", text, ANY)
    found[ORDER] = Column(ORDER, "键序", "程序用：各键的先后；新加的行空着", TEXT, hidden=True)
    return tuple(found.values())


def table_text(table: Table) -> str:
    """What a sheet holds."""
    if len(table.parts) > 1:
        return "；".join(part_text(part) for part in table.parts)
    return part_text(table.parts[0])
