"""What the headings of group lists are called and classes of units, in the words offices use."""

from __future__ import annotations

from kaohe.records.roll_headings import NO_ROLL_WORDS
from kaohe.register.importing.preview import UnitRow
from kaohe.workbooks import synonym_matcher

ROLL_TITLES: dict[str, str] = {
    "order": "序号",
    "name": "单位名称",
    "kind": "类别",
    "parent": "隶属",
    "secretary": "书记姓名",
    "members": "党员数",
    "founded": "成立时间",
    "note": "备注",
}
PERSON_TITLES: dict[str, str] = {"person": "姓名", "post": "职务"}
"""Columns of a roll that lists a unit's people one below the other."""
GROUP_TITLES: dict[str, str] = {
    "order": "序号",
    "group": "组别",
    "lead": "组长",
    "people": "成员",
    "units": "负责单位",
}

_GROUP = {
    "order": ("序号", "编号"),
    "group": ("组别", "考核组", "考核小组", "考核组别", "小组", "组名", "组", "考核组名称"),
    "lead": ("组长", "组长姓名", "牵头人", "牵头领导", "带队领导"),
    "people": (
        "成员",
        "组员",
        "考核组成员",
        "组成人员",
        "成员姓名",
        "组员姓名",
        "姓名",
        "考核人员",
    ),
    "units": (
        "负责单位",
        "考核单位",
        "被考核单位",
        "考核对象",
        "联系单位",
        "包联单位",
        "所负责单位",
        "负责党组织",
        "考核党组织",
        "被考核党组织",
        "分管单位",
    ),
}
match_groups = synonym_matcher(_GROUP, never=NO_ROLL_WORDS)
ROLL_ACCEPTED = "党组织名称（或 单位名称、名称），以及 类别、隶属、书记姓名、党员数 中的至少一列"
GROUP_ACCEPTED = "组别、组长、成员、负责单位"

KIND_VARIANTS: dict[str, str] = {
    "农村": "村",
    "行政村": "村",
    "村级": "村",
    "村党支部": "村",
    "村（社区）": "村",
    "党总支": "总支",
    "总支部": "总支",
    "机关单位": "机关",
    "机关事业": "机关",
    "机关事业单位": "机关",
    "机关支部": "机关",
    "两新": "两新组织",
    "非公": "非公企业",
    "社区居委会": "社区",
}
"""Other words for a class; one is suggested when both occur."""
KIND_IN_NAME: tuple[tuple[str, str], ...] = (
    ("总支", "总支"),
    ("党委", "党委"),
    ("社区", "社区"),
    ("村", "村"),
    ("公司", "企业"),
    ("机关", "机关"),
)
"""What a name tells about the class, first hit."""


def is_kind_word(text: str) -> bool:
    """Whether a text is a word for a class as offices use them."""
    usual = {kind for _, kind in KIND_IN_NAME}
    return text in KIND_VARIANTS or text in usual or text in KIND_VARIANTS.values()


def suggested_kind(unit: UnitRow) -> str:
    """The class a unit's place in the file or its name suggests, or an empty text."""
    section = unit.section.removesuffix("名册").removesuffix("组织").removesuffix("党")
    for end in ("党支部", "支部", "类", "单位"):
        section = section.removesuffix(end) or section
    return section or kind_from_name(unit.name)


def kind_from_name(name: str) -> str:
    """The class a name suggests, or an empty text."""
    return next((kind for word, kind in KIND_IN_NAME if word in name), "")
