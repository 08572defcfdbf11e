"""What the headings of rolls and group lists are called, in the words offices use."""

from __future__ import annotations

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

_ROLL = {
    "order": ("序号", "编号", "号"),
    "name": (
        "党组织名称",
        "党组织",
        "党组织全称",
        "支部名称",
        "党支部名称",
        "党支部",
        "基层党组织",
        "基层党组织名称",
        "单位名称",
        "单位",
        "名称",
        "单位全称",
        "组织名称",
        "机构名称",
        "部门",
        "部门名称",
        "支部",
        "所属党组织",
        "所属党支部",
        "所属支部",
        "所在党组织",
        "所在党支部",
        "所在支部",
        "党总支",
        "站所",
        "站所名称",
        "科室",
        "科室名称",
        "处室",
        "股室",
        "机构",
        "村（社区）",
        "村社区",
        "村名",
        "社区名称",
        "学校名称",
        "企业名称",
        "公司名称",
    ),
    "kind": (
        "类别",
        "类型",
        "单位类别",
        "单位类型",
        "组织类别",
        "组织类型",
        "党组织类别",
        "党组织类型",
        "单位性质",
        "性质",
        "领域",
        "所属领域",
    ),
    "parent": (
        "隶属",
        "隶属关系",
        "上级",
        "上级党组织",
        "上级党组织名称",
        "上级单位",
        "上级组织",
        "隶属党组织",
        "隶属单位",
        "主管单位",
        "主管部门",
        "所属党委",
        "隶属党委",
        "上级党委",
    ),
    "secretary": (
        "书记姓名",
        "书记",
        "党组织书记",
        "党组织书记姓名",
        "支部书记",
        "支部书记姓名",
        "党支部书记",
        "负责人",
        "负责人姓名",
        "主要负责人",
        "单位负责人",
    ),
    "members": ("党员数", "党员人数", "党员总数", "党员数量", "正式党员数", "人数", "总人数"),
    "founded": (
        "成立时间",
        "成立日期",
        "成立年月",
        "组建时间",
        "建立时间",
        "设立时间",
        "批准成立时间",
    ),
    "note": ("备注", "说明", "备考", "附注"),
    "person": ("姓名", "成员姓名", "班子成员", "班子成员姓名", "委员姓名", "人员姓名"),
    "post": ("职务", "党内职务", "党组织职务", "班子职务", "现任职务", "担任职务"),
}
_ABOVE = {
    "parent": ("所属党组织", "所属党支部", "所属支部", "所在党组织", "所属单位", "党总支"),
}
"""Headings that name the unit itself where no other column does, else the one above it."""
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
_NEVER = (
    "电话",
    "手机",
    "联系方式",
    "身份证",
    "性别",
    "年龄",
    "学历",
    "民族",
    "住址",
    "地址",
    "邮箱",
    "任职",
    "出生",
    "入党",
    "预备",
    "发展",
    "申请",
    "积极分子",
    "流动",
    "副",
    "代码",
    "换届",
)

match_roll = synonym_matcher(_ROLL, never=_NEVER, otherwise=_ABOVE)
match_groups = synonym_matcher(_GROUP, never=_NEVER)
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
