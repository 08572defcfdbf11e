"""What the journal's words are called on the page; an unknown one is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ACTIONS: dict[str, str] = {
    "register.import": "导入花名册",
    "register.discard": "放弃导入",
    "unit.create": "新建单位",
    "unit.change": "修改单位",
    "person.change": "修改人员",
    "group.create": "新建考核组",
    "group.change": "修改考核组",
    "group.delete": "解散考核组",
    "workdays.change": "修改放假安排",
    "account.create": "建立账号",
    "account.roles": "调整角色",
    "account.activate": "启用账号",
    "account.deactivate": "停用账号",
    "account.password": "重置密码",
    "scheme.freeze": "固定考核办法",
    "campaign.create": "新建考核",
    "campaign.change": "修改考核",
    "campaign.subjects": "确定考核对象",
    "campaign.open": "开启考核",
    "stage.open": "开启阶段",
    "stage.close": "结束阶段",
    "sheets.assign": "分配评分表",
    "sheet.submit": "提交评分表",
    "sheet.return": "退回评分表",
    "sheet.drop": "撤下评分表",
    "claim.create": "申报加分",
    "claim.update": "修改加分申报",
    "claim.hand_in": "提交加分申报",
    "claim.reopen": "重开加分申报",
    "claim.withdraw": "撤回加分申报",
    "evidence.add": "上传佐证",
    "evidence.remove": "删除佐证",
    "evidence.reuse": "共用佐证",
    "stage.due": "调整阶段期限",
    "campaign.closed": "收齐材料",
    "campaign.decided": "考核审定",
    "campaign.published": "考核公示",
    "campaign.final": "考核定稿",
    "claim.verified": "核实加分",
    "claim.refused": "不予加分",
    "claim.verify": "核验加分",
    "claim.refuse": "不予加分",
    "finding.create": "登记事项",
    "finding.update": "修改登记",
    "finding.hand_in": "提交登记",
    "finding.verified": "核实登记",
    "finding.refused": "登记未通过",
    "finding.reopen": "重开核验",
    "finding.withdraw": "撤回登记",
    "finding.statement": "记录本人陈述",
    "finding.measure": "作出处理决定",
    "reports.assign": "分配报告",
    "report.submit": "提交报告",
    "report.passed": "报告审核通过",
    "report.returned": "退回报告",
    "report.remind": "提醒交报告",
    "ruling.record": "作出裁量",
    "ruling.withdraw": "撤回裁量",
    "subject.note": "记录对象说明",
    "record.taken_over": "接入既有数据",
    "ballots.created": "建立测评",
    "ballots.redefined": "修改测评",
    "ballots.issued": "印发票",
    "ballots.voided": "作废退回的票",
    "ballots.revoked": "收回票码",
    "ballots.opened": "开始测评",
    "ballots.head_counts": "登记到会人数",
    "ballots.closed": "截止测评",
    "ballots.sealed": "封存测评",
    "ballots.annulled": "测评作废重来",
    "ballots.paper_typed": "录入纸质票",
    "ballots.paper_restarted": "重新录入纸质票",
    "ballots.text_reviewed": "审阅意见",
    "ballots.guessing": "发现试错票码",
    "proposal.computed": "计算建议",
    "decision.recorded": "记录审定",
    "notice.published": "发布公示",
    "notice.withdrawn": "撤下公示",
    "result.finalised": "结果定稿",
    "journal.erase": "删除日志内容",
}
KEYS: dict[str, str] = {
    "changes": "变动",
    "source": "来源",
    "answers": "回答",
    "file": "文件",
    "new_units": "新增单位",
    "new_groups": "新增考核组",
    "altered": "修改",
    "sha256": "文件校验值",
    "accounts": "账号",
    "given": "新给",
    "taken": "取消",
    "reason": "理由",
    "before": "原为",
    "after": "改为",
    "name": "名称",
    "kind": "类别",
    "parent": "隶属",
    "secretary": "书记",
    "members": "党员数",
    "people": "成员",
    "leads": "组长",
    "lead": "组长",
    "units": "负责单位",
    "founded": "成立时间",
    "note": "备注",
    "order": "序号",
    "active": "在册",
    "title": "标题",
    "period": "周期",
    "parameters": "参数",
    "subject": "对象",
    "subjects": "对象",
    "minutes": "会议纪要",
    "fingerprint": "校验码",
    "scheme": "办法",
    "version": "版本",
    "grade": "等次",
    "score": "得分",
    "count": "数量",
    "counts": "数量",
    "stage": "阶段",
    "unit": "单位",
    "value": "值",
    "text": "内容",
    "days": "放假和调休",
    "complete": "全年已录齐",
    "roles": "角色",
    "of": "填报单位",
}
_LONGEST = 4000


def action_label(action: str) -> str:
    """The Chinese name of an action."""
    return ACTIONS.get(action, action)


def describe(data: Any) -> list[tuple[str, str]]:
    """A payload as lines of label and text."""
    if not isinstance(data, Mapping):
        return [("", _text(data))]
    return [(KEYS.get(str(k), str(k)), _text(v)) for k, v in data.items() if v not in ("", [], {})]


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = [
            f"{KEYS.get(str(k), k)}：{_text(v)}" for k, v in value.items() if v not in ("", None)
        ]
        text = "；".join(parts)
    elif isinstance(value, list):
        pair = len(value) == 2 and not any(isinstance(v, list | Mapping) for v in value)
        text = f"{value[0] or '（空）'} → {value[1] or '（空）'}" if pair else _lines(value)
    elif isinstance(value, bool):
        text = "是" if value else "否"
    else:
        text = "" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _lines(values: list[Any]) -> str:
    nested = any(isinstance(v, Mapping | list) for v in values)
    shown = [
        ("，".join(_text(x) for x in v if x) if isinstance(v, list) else _text(v)) for v in values
    ]
    return "\n".join(shown) if nested else "、".join(shown)
