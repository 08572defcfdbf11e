"""A derivation as text and as data, from the same tree as the page."""

from __future__ import annotations

from typing import Any

from kaohe.results import engine
from kaohe.results.explanation.page import Explanation
from kaohe.results.explanation.steps import StepView
from kaohe.results.models import ProposalRow
from kaohe.scoring.wording import BESIDE


def derivation_data(row: ProposalRow, page: Explanation, *, public: bool) -> dict[str, Any]:
    """The stored result with its fingerprints; for the public without what is kept back."""
    data = engine.to_json(page.result)
    if public:
        columns = {page.scheme.total, *(s.id for s in page.tree.shares)}
        data["scores"] = {k: v for k, v in data["scores"].items() if k in columns}
    proposal = row.proposal
    return {
        "scheme": {"id": page.scheme.id, "version": page.scheme.version},
        "period": proposal.campaign.period,
        "fingerprint": proposal.fingerprint,
        "digest": proposal.digest,
        "proposal": proposal.number,
        "result": data,
    }


def derivation_lines(row: ProposalRow, page: Explanation) -> str:
    """The page as plain text: tree, grades, sums for a calculator, fingerprints."""
    out = [
        f"{page.result.title}　{row.proposal.campaign.title}　{page.total or '没有总分'}",
        *page.result.ties,
        "",
    ]
    _tree(page.tree, 0, out)
    if page.beside:
        out += ["", BESIDE]
    for tree in page.beside:
        _tree(tree, 0, out)
    out += ["", "等次"]
    for grade in page.grades:
        decided = f"；审定：{grade.decided}" if grade.decided else ""
        out.append(f"  {grade.title}（{grade.holder}）建议：{grade.proposed or '—'}{decided}")
        out += [f"    {t}" for t in (grade.sentence, *grade.applied) if t]
        out += [f"    未触发：{t}" for t in grade.not_applied]
    if page.lists:
        out += ["", "名单"]
    for one in page.lists:
        out += [f"  {one.title}：{one.word}", f"    {one.sentence}"]
    out += ["", "用计算器复核"]
    out += [f"  {line.number}. {line.text}" for line in page.lines]
    out += [
        "", f"考核办法 {page.scheme.title} {page.scheme.version}",
        f"办法指纹 {row.proposal.fingerprint}", f"结果指纹 {row.proposal.digest}", "",
    ]  # fmt: skip
    return "\n".join(out)


def _tree(step: StepView, depth: int, out: list[str]) -> None:
    pad = "  " * depth
    cites = "".join(f" [{c}]" for c in step.cites)
    value = step.value or step.inner or ("缺" if step.missing else "")
    out.append(f"{pad}{step.number} {step.title} = {value}{cites}")
    pad += "    "
    if step.missing:
        out.append(f"{pad}{step.missing}")
    if step.sentence:
        out.append(f"{pad}{step.sentence}")
    if step.formula:
        out.append(f"{pad}{step.formula}")
    if step.exact and step.exact.changed:
        out.append(f"{pad}{step.exact.text} → {step.exact.rounded}（{step.exact.verdict}）")
    out += [f"{pad}已触发：{t}" for t in step.applied] + [
        f"{pad}未触发：{t}" for t in step.not_applied
    ]
    out += [f"{pad}· {f.label} {f.value} {f.note}".rstrip() for f in step.facts]
    if step.ballot:
        for row in step.ballot.rows:
            counts = " ".join(f"{label} {count}" for label, count in row.counts if count)
            exact = f" = {row.exact.text}" if row.exact and row.exact.changed else ""
            out.append(
                f"{pad}· {row.title}：{counts}；{row.formula}{exact} → {row.value or '不公布'}"
            )
    if step.sheets:
        for item in step.sheets.rows:
            cells = "，".join(f"{c.head} {c.value}" for c in item.cells)
            out.append(f"{pad}· {item.title}（满分 {item.points}）：{cells}")
        out.append(f"{pad}· 合计：" + "，".join(f"{head} {t}" for head, t in step.sheets.totals))
    out += [f"{pad}参数：{name}（{value}）" for name, value in step.parameters]
    if step.gap:
        ours = "；是本系统的约定" if step.gap.ours else ""
        out.append(f"{pad}文件未写明：{step.gap.about}；采用：{step.gap.resolution}{ours}")
    for child in step.children:
        _tree(child, depth + 1, out)
