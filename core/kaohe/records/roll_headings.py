"""What the headings of a roll (花名册) are called, in the words offices use."""

from __future__ import annotations

import re

from kaohe.workbooks import Heading, match_key, synonym_matcher

ROLL_WORDS: dict[str, tuple[str, ...]] = {
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
        "考核对象",
        "被考核单位",
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
NO_ROLL_WORDS = (
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
"""In a heading they tell that it is about something else: 书记电话 is no 书记."""

match_roll = synonym_matcher(ROLL_WORDS, never=NO_ROLL_WORDS, otherwise=_ABOVE)


def lists_people(heading: Heading) -> bool:
    """Whether rows are people: a name and a post, and no column of secretaries."""
    fields = heading.fields.keys()
    return {"person", "post"} <= fields and "secretary" not in fields


def is_secretary(post: str) -> bool:
    """Whether a post is the head's: 书记、主任（兼） is, 副书记 is not."""
    words = re.split(r"[、，,;；/\s]+", match_key(post))
    return any("书记" in word and "副书记" not in word for word in words)
