"""From stored results to what documents are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from kaohe.campaigns.models import Campaign
from kaohe.documents.inputs import (
    Column,
    GradeCell,
    Imprint,
    ListLine,
    Method,
    NoticeInput,
    SheetInput,
    TableInput,
    TableRow,
)
from kaohe.results import engine
from kaohe.results.explanation.page import Explanation
from kaohe.results.models import Notice, Proposal, ProposalRow
from kaohe.results.posting import notice_content
from kaohe.results.queries import flags_of, rows_of, waivers

DECIDED = (Campaign.State.DECIDED, Campaign.State.PUBLISHED, Campaign.State.FINAL)


def imprint_of(proposal: Proposal, *, anchor: str = "", institution: str = "") -> Imprint:
    """Where figures of a proposal come from."""
    scheme = proposal.campaign.scheme
    return Imprint(
        campaign=proposal.campaign.title,
        period=proposal.campaign.period,
        scheme=scheme.title,
        version=scheme.version,
        fingerprint=proposal.fingerprint,
        digest=proposal.digest,
        anchor=anchor,
        proposal=proposal.number,
        institution=institution,
    )


def sheet_of(
    row: ProposalRow, page: Explanation, *, anchor: str = "", institution: str = ""
) -> SheetInput:
    """A unit's sheet, as far as `page` shows it."""
    return SheetInput(page, imprint_of(row.proposal, anchor=anchor, institution=institution))


def table_of_proposal(proposal: Proposal, *, anchor: str = "", institution: str = "") -> TableInput:
    """All units of a computation: decided grades where there are some, else proposals."""
    scheme = engine.scheme_of_proposal(proposal)
    rows = rows_of(proposal)
    content = notice_content(proposal, rows, scheme, reasons=False)
    waived = waivers(proposal.campaign)
    remarks: dict[int, str] = {}
    open_grades = 0
    for posted, row in zip(content["rows"], rows, strict=True):
        for key, grade in row.result["grades"].items():
            if key not in posted["grades"]:
                open_grades += 1
                posted["grades"][key] = {
                    "holder": grade["holder"], "proposed": grade["label"] or "",
                    "decided": "", "changed": False,
                }  # fmt: skip
        remarks[row.subject_id] = "；".join(
            f"{f.title}（{'已说明理由' if f.waived else '待说明理由' if f.blocks else '提示'}）"
            for f in flags_of(row, waived)
        )
    is_decided = not open_grades if scheme.grades else proposal.campaign.state in DECIDED
    state = "已审定" if is_decided else "系统建议，尚未全部审定"
    imprint = imprint_of(proposal, anchor=anchor, institution=institution)
    return table_of_content(content, imprint=imprint, state=state, remarks=remarks)


def table_of_content(
    content: Mapping[str, Any],
    *,
    imprint: Imprint,
    state: str,
    remarks: Mapping[int, str] | None = None,
) -> TableInput:
    """The table of a notice's frozen content (`kaohe.results.posting`)."""
    columns = tuple(Column(key, title, weight) for key, title, weight in content["columns"])
    bands = content.get("bands", {})
    return TableInput(
        imprint=imprint,
        columns=columns,
        total=content["total"],
        grades=tuple((key, title) for key, title in content["grades"]),
        rows=tuple(
            _row(r, (remarks or {}).get(r["subject"], "")) for r in content["rows"]
        ),
        method=_method(content, columns),
        labels={key: tuple(label for label, _ in bands.get(key, ())) for key in bands},
        decimals=_decimals(content["rows"]),
        lists=tuple(_list(one) for one in content.get("lists", ())),
        state=state,
    )  # fmt: skip


def notice_of(notice: Notice, *, institution: str = "", address: str = "") -> NoticeInput:
    """A notice exactly as it was frozen."""
    content = notice.content
    frozen = content["scheme"]
    imprint = Imprint(
        campaign=notice.campaign.title,
        period=content["period"],
        scheme=frozen["title"],
        version=frozen["version"],
        fingerprint=frozen["fingerprint"],
        digest=content["digest"],
        anchor=notice.journal_head,
        proposal=content["proposal"],
        institution=institution,
    )
    unit = "个工作日" if notice.unit == "working" else "天"
    return NoticeInput(
        title=notice.title,
        table=table_of_content(content, imprint=imprint, state="公示"),
        starts=notice.starts,
        ends=notice.ends,
        days=f"{notice.days} {unit}",
        contact=notice.contact,
        note=notice.period_note,
        digest=notice.digest,
        address=address,
        final=bool(notice.final_at),
    )


def _row(data: Mapping[str, Any], remark: str) -> TableRow:
    grades = {
        key: GradeCell(
            holder=grade["holder"],
            label=grade["decided"] or grade["proposed"] or "",
            proposed=grade["proposed"] or "",
            changed=bool(grade["changed"]),
        )
        for key, grade in data["grades"].items()
    }
    return TableRow(
        title=data["title"],
        group=data["group_title"],
        person=data["person"],
        scores={key: _decimal(value) for key, value in data["scores"].items()},
        total=_decimal(data["total"]),
        rank=data["rank"],
        group_rank=data["group_rank"],
        grades=grades,
        remark=remark,
    )


def _list(data: Mapping[str, Any]) -> ListLine:
    scope = f"（{data['scope']}）" if data["scope"] else ""
    cites = f"［{'、'.join(data['cites'])}］" if data["cites"] else ""
    return ListLine(f"{data['title']}{scope}", tuple(data["members"]), f"{data['sentence']}{cites}")


def _decimal(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))


def _decimals(rows: Sequence[Mapping[str, Any]]) -> int:
    """Decimals of the totals: they are stored as shown."""
    exponents = [
        exponent
        for row in rows
        if (total := _decimal(row["total"])) is not None
        and isinstance(exponent := total.as_tuple().exponent, int)
    ]
    return max((-e for e in exponents), default=2)


def _method(content: Mapping[str, Any], columns: Sequence[Column]) -> Method:
    parts = " + ".join(f"{c.title} × {c.weight}" for c in columns if c.weight)
    return Method(
        rounding=content.get("rounding", "四舍五入"),
        sums=tuple(
            line
            for line in (f"{content['total']} = {parts}" if parts else "", content.get("ties", ""))
            if line
        ),
        bands=tuple(
            f"{title}：" + "，".join(f"{label} {low} 分及以上" for label, low in bands)
            for (key, title), bands in (
                (pair, content.get("bands", {}).get(pair[0], ())) for pair in content["grades"]
            )
            if bands
        ),
        scores=tuple((title, clause) for title, clause, _ in content.get("method", ())),
        parameters=tuple((title, value) for title, value in content.get("parameters", ())),
        gaps=tuple((gap["about"], gap["resolution"]) for gap in content.get("gaps", ())),
    )
