"""The committee: adopt, change with a reason, waive a flag, everything on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from kaohe.audit.models import JournalEntry
from kaohe.campaigns.models import Campaign, RulingRecord
from kaohe.results import services
from kaohe.results.errors import Refused
from kaohe.results.models import Decision, Proposal, ProposalRow
from kaohe.results.queries import progress_of, rows_of, today, waivers
from kaohe.results.services import Choice
from tests.results.township import ACTOR, A, B, C, make_campaign

pytestmark = pytest.mark.django_db
SMALL = replace(
    C, name="戊总支", group="general_branch", tally={"*": (20, 15, 4, 1)},
    turnout={"issued": 45, "returned": 40},
)  # fmt: skip


def proposed(*units: object) -> Proposal:
    return services.compute_proposal(make_campaign(units or (A, B)), actor=ACTOR)  # type: ignore[arg-type]


def row_of(proposal: Proposal, title: str) -> ProposalRow:
    return proposal.rows.get(subject__title=title)


def decide(proposal: Proposal, *choices: Choice, minutes: str = "纪要1号") -> list[Decision]:
    return services.decide(
        proposal, choices=choices, minutes=minutes, decided_on=today(), actor="党委"
    )


def test_adopting_everything_decides_the_campaign() -> None:
    proposal = proposed()

    taken = services.adopt_unflagged(proposal, minutes="纪要1号", decided_on=today(), actor="党委")

    assert [(d.kind, d.proposed == d.decided) for d in taken] == [("adopted", True)] * 4
    assert Campaign.objects.get().state == Campaign.State.DECIDED


def test_change_without_reason_is_refused() -> None:
    proposal = proposed()

    with pytest.raises(Refused, match="由“优秀”调整为“良好”没有写理由"):
        decide(proposal, Choice(row_of(proposal, "甲村党支部").pk, "branch", "良好", "  "))

    assert not Decision.objects.exists()


def test_change_without_reason_is_refused_by_the_database_too() -> None:
    row = row_of(proposed(), "甲村党支部")

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            row=row, grade="branch", kind="changed", proposed="优秀", decided="良好",
            minutes="1", decided_on=today(), by="x", at=row.proposal.at,
        )  # fmt: skip


def test_proposal_and_decision_stand_side_by_side() -> None:
    proposal = proposed()
    row = row_of(proposal, "甲村党支部")

    (decision,) = decide(proposal, Choice(row.pk, "branch", "良好", "有未了结的信访"))

    row.refresh_from_db()
    assert row.result["grades"]["branch"]["label"] == "优秀"
    assert (decision.proposed, decision.decided, decision.kind) == ("优秀", "良好", "changed")
    entry = JournalEntry.objects.get(action="decision.recorded")
    assert entry.payload.data["decisions"][0]["reason"] == "有未了结的信访"
    assert entry.payload.data["minutes"] == "纪要1号"


def test_every_fault_is_reported_at_once_and_nothing_is_written() -> None:
    proposal = proposed()
    one, two = row_of(proposal, "甲村党支部").pk, row_of(proposal, "乙村党支部").pk

    with pytest.raises(Refused) as caught:
        services.decide(
            proposal,
            choices=[
                Choice(one, "branch", "良好"),
                Choice(two, "branch", "卓越", "好"),
                Choice(two, "secretary", "良好"),
                Choice(9999, "branch", "优秀"),
            ],
            minutes=" ",
            decided_on=today() + timedelta(days=1),
            actor="党委",
        )

    assert len(caught.value.problems) == 5
    assert not Decision.objects.exists()


def test_deciding_again_keeps_the_earlier_decision_on_record() -> None:
    proposal = proposed()
    row = row_of(proposal, "甲村党支部")
    decide(proposal, Choice(row.pk, "branch", "优秀"))

    decide(proposal, Choice(row.pk, "branch", "良好", "复议"), minutes="纪要2号")

    found = Decision.objects.filter(row=row).order_by("pk")
    assert [(d.decided, d.superseded_at is None) for d in found] == [
        ("优秀", False), ("良好", True),
    ]  # fmt: skip


def test_decisions_go_on_the_latest_proposal_only() -> None:
    old = proposed()
    services.compute_proposal(old.campaign, actor=ACTOR)

    with pytest.raises(Refused, match="测算结果已经更新"):
        decide(old, Choice(row_of(old, "甲村党支部").pk, "branch", "优秀"))


def test_campaign_under_way_is_not_decided() -> None:
    campaign = make_campaign((A,), closed=False)
    proposal = services.compute_proposal(campaign, actor=ACTOR)

    with pytest.raises(Refused, match="考核还在进行"):
        services.adopt_unflagged(proposal, minutes="1", decided_on=today(), actor="党委")


def test_raised_flag_blocks_until_a_reason_is_on_record() -> None:
    proposal = proposed(A, SMALL)
    row = row_of(proposal, "戊总支")
    assert [f["id"] for f in row.result["flags"]] == ["turnout"]
    with pytest.raises(Refused, match="先记录理由"):
        decide(proposal, Choice(row.pk, "branch", "良好"))

    services.waive_flag(row.subject, flag="turnout", reason="分两场进行，均有效", actor="党委")

    assert len(decide(proposal, Choice(row.pk, "branch", "良好"))) == 1
    assert RulingRecord.objects.get().reason == "分两场进行，均有效"


def test_adopting_all_leaves_flagged_units_open() -> None:
    proposal = proposed(A, SMALL)

    services.adopt_unflagged(proposal, minutes="1", decided_on=today(), actor="党委")

    progress = progress_of(rows_of(proposal), waivers(proposal.campaign))
    assert (progress.decided, progress.grades, progress.flagged) == (2, 4, 1)
    assert Campaign.objects.get().state == Campaign.State.CLOSED


@pytest.mark.parametrize(("flag", "reason"), [("turnout", "  "), ("other", "因为")])
def test_waiver_takes_a_raised_flag_and_a_reason(flag: str, reason: str) -> None:
    row = row_of(proposed(SMALL), "戊总支")

    with pytest.raises(Refused):
        services.waive_flag(row.subject, flag=flag, reason=reason, actor="党委")

    assert not RulingRecord.objects.exists()


def test_unit_without_total_is_decided_only_by_exempting_it() -> None:
    proposal = proposed(A, replace(B, tally={}))
    row = row_of(proposal, "乙村党支部")
    with pytest.raises(Refused, match="还没有得分"):
        decide(proposal, Choice(row.pk, "branch", "优秀", "照顾"))

    services.waive_flag(row.subject, flag="missing", reason="年中撤并", actor="党委")
    services.adopt_unflagged(proposal, minutes="1", decided_on=today(), actor="党委")

    assert not Decision.objects.filter(row=row).exists()
    assert Campaign.objects.get().state == Campaign.State.DECIDED
