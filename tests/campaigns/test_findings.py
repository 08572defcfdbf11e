"""Findings: recorded by whoever is responsible, answered, checked by another, decided by people."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from kaohe.audit.models import JournalEntry
from kaohe.campaigns import services
from kaohe.campaigns.claims import claimable_rules, points_of, recorders
from kaohe.campaigns.errors import IllegalTransition, Incomplete, NotAllowed
from kaohe.campaigns.facts import campaign_facts, campaign_scheme
from kaohe.campaigns.models import Campaign, Claim
from kaohe.register.models import Account, Role
from tests.campaigns.conftest import make_account, pdf_file
from tests.campaigns.test_persons import Town


@pytest.fixture
def town(db: None, media: Any) -> Town:
    """A half-year under way."""
    return Town()


@pytest.fixture
def decider(town: Town) -> Account:
    """Somebody who may decide on measures."""
    return make_account("committee", "周委", Role.Kind.DECIDER)


def misconduct(town: Town, **kw: Any) -> Claim:
    """A finding about the first village's deputy, with a file."""
    wanted: dict[str, Any] = {
        "rule": "misconduct", "reason": "未到现场处置", "event": "三月的事", "person": "孙中",
        "actor": town.checker, "files": [pdf_file("材料.pdf")],
    }  # fmt: skip
    return services.record_finding(town.unit(), **(wanted | kw))


def sanction(town: Town, **kw: Any) -> Claim:
    """A deduction, evidence optional, to be checked by another."""
    wanted: dict[str, Any] = {
        "rule": "sanction", "reason": "处分决定书", "event": "某案", "person": "外聘职工甲",
        "label": "警告", "actor": town.checker,
    }  # fmt: skip
    return services.record_finding(town.unit(), **(wanted | kw))


# Who records what --------------------------------------------------------------------------------


def test_roles_of_the_stage_record_and_the_organiser_beside_them(town: Town) -> None:
    scheme = campaign_scheme(town.campaign)

    assert {"rate"} == set(claimable_rules(scheme))
    assert frozenset() == recorders(scheme, "rate")
    assert {"assessor", "organiser"} == recorders(scheme, "misconduct")


def test_finding_waits_for_another_and_then_stands(town: Town) -> None:
    row = misconduct(town)
    assert (Claim.State.CLAIMED, True) == (row.state, row.recorded)
    assert town.of(town.deputy) == row.about

    with pytest.raises(NotAllowed, match="自己登记的事项"):
        services.verify_claim(row, actor=town.checker)
    services.verify_claim(row, actor=town.organiser)

    (entry,) = campaign_facts(town.campaign).entries
    assert ("孙中", "三月的事", "verified", Decimal(1)) == (
        entry.person, entry.event, entry.state, entry.quantity,
    )  # fmt: skip


def test_finding_without_the_evidence_it_needs_is_a_draft(town: Town) -> None:
    row = misconduct(town, files=())

    assert Claim.State.DRAFT == row.state
    assert () == campaign_facts(town.campaign).entries
    with pytest.raises(Incomplete, match="材料"):
        services.hand_in_finding(row, actor=town.checker)


def test_rule_that_anyone_verifies_stands_at_once(town: Town) -> None:
    row = services.record_finding(
        town.unit(), rule="order", reason="限期补齐记录", actor=town.checker
    )

    assert Claim.State.VERIFIED == row.state


@pytest.mark.parametrize("name", ["外聘职工甲", "王西", "不存在的人"])
def test_person_who_is_not_assessed_is_refused_in_words(town: Town, name: str) -> None:
    """王西 is assessed, but in another branch."""
    with pytest.raises(Incomplete) as caught:
        misconduct(town, person=name)

    (problem,) = caught.value.problems
    assert ("有关人员", f"“{name}”不是本次考核的对象，不能登记") == (problem.place, problem.what)
    assert not Claim.objects.exists()


def test_rule_that_names_nobody_refuses_a_name(town: Town) -> None:
    with pytest.raises(Incomplete, match="这一项不登记个人"):
        services.record_finding(
            town.unit(), rule="order", reason="补齐", person="孙中", actor=town.checker
        )


def test_rule_that_counts_by_person_keeps_the_name(town: Town) -> None:
    assert "外聘职工甲" == sanction(town).person


def test_names_of_others_do_not_reach_facts_and_results(town: Town) -> None:
    for name, event in (("外聘职工甲", "某案"), ("外聘职工乙", "某案"), ("外聘职工甲", "另案")):
        services.verify_claim(sanction(town, person=name, event=event), actor=town.organiser)
    services.verify_claim(misconduct(town), actor=town.organiser)

    facts = campaign_facts(town.campaign)

    assert ["第 1 人", "第 2 人", "第 1 人", "孙中"] == [e.person for e in facts.entries]
    assert "外聘职工" not in repr(facts)


def test_person_himself_may_be_the_subject(town: Town) -> None:
    row = services.record_finding(
        town.of(town.deputy), rule="lapse", reason="迟报", quantity=Decimal("0.5"),
        actor=town.checker,
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="与本人有关"):
        services.verify_claim(row, actor=town.deputy)


def test_classes_of_a_rule_are_kept(town: Town) -> None:
    with pytest.raises(Incomplete, match="不用于"):
        services.record_finding(
            town.of(town.deputy), rule="misconduct", reason="x", event="y", actor=town.checker
        )


def test_missing_event_and_reason_are_said_at_once(town: Town) -> None:
    with pytest.raises(Incomplete) as caught:
        sanction(town, event=" ", reason="", quantity=Decimal(100))

    assert ["quantity", "reason", "event"] == [p.field for p in caught.value.problems]


@pytest.mark.parametrize(
    ("share", "points"), [("62.5", "6.25"), ("0", "0"), ("100", "10"), ("33.33", "3.333")]
)
def test_percent_of_a_row_is_claimed(town: Town, share: str, points: str) -> None:
    row = services.claim(
        town.unit(), rule="rate", label="团队活动", quantity=Decimal(share), reason="活动记录",
        actor=town.head,
    )  # fmt: skip
    rule = campaign_scheme(town.campaign).entries["rate"]

    row.refresh_from_db()
    assert Decimal(points) == points_of(rule, label=row.label, quantity=row.quantity)


@pytest.mark.parametrize("share", ["100.5", "-1", "12.345"])
def test_wrong_percent_is_refused(town: Town, share: str) -> None:
    with pytest.raises(Incomplete):
        services.claim(
            town.unit(), rule="rate", label="团队活动", quantity=Decimal(share), reason="记录",
            actor=town.head,
        )  # fmt: skip


def test_same_form_twice_is_one_finding(town: Town) -> None:
    key = uuid4()

    first, second = misconduct(town, key=key), misconduct(town, key=key)

    assert first.pk == second.pk
    assert 1 == Claim.objects.count()


def test_closed_stage_takes_no_finding(town: Town) -> None:
    services.close_stage(town.campaign.stages.get(key="check"), actor=town.organiser)

    with pytest.raises(IllegalTransition, match="已经结束"):
        misconduct(town)


# Deadlines, statement, measure -------------------------------------------------------------------


def test_statement_is_due_in_working_days(town: Town) -> None:
    due = services.reply_due(town.campaign, "misconduct", received=date(2026, 9, 29))

    # National Day holiday 1–7 October; 10 October is a worked Saturday.
    assert (date(2026, 10, 12), "5 个工作日内", "") == (due.day, due.words, due.note)
    assert misconduct(town).due is not None
    assert None is services.reply_due(town.campaign, "rate", received=date(2026, 9, 29)).day


def test_year_without_published_holidays_is_said(town: Town) -> None:
    due = services.reply_due(town.campaign, "misconduct", received=date(2031, 3, 3))

    assert "2031 年放假安排未录入" in due.note


def test_statement_is_kept_until_a_measure_is_decided(town: Town, decider: Account) -> None:
    row = misconduct(town)
    with pytest.raises(NotAllowed, match="本人表示不作陈述"):
        services.record_statement(row, text=" ", actor=town.deputy)
    services.record_statement(row, text="当时在外地开会", actor=town.deputy)
    services.verify_claim(row, actor=town.organiser)
    row = services.decide_measure(row, measure="reminder", reason="第 3 次党委会", actor=decider)

    assert ("当时在外地开会", "reminder") == (row.statement, row.measure)
    assert "周委" in row.measure_by
    with pytest.raises(IllegalTransition, match="不能再改陈述"):
        services.record_statement(row, text="补充", actor=town.deputy)
    actions = list(JournalEntry.objects.values_list("action", flat=True))
    assert ["finding.create", "finding.hand_in", "finding.statement", "finding.verified",
            "finding.measure"] == [a for a in actions if a.startswith("finding.")]  # fmt: skip


def test_no_measure_before_verification_or_statement(town: Town, decider: Account) -> None:
    row = misconduct(town)
    decide = {"measure": "written", "reason": "党委会", "actor": decider}
    with pytest.raises(IllegalTransition, match="核验"):
        services.decide_measure(row, **decide)
    services.verify_claim(row, actor=town.organiser)
    with pytest.raises(IllegalTransition, match="陈述还没有记录"):
        services.decide_measure(row, **decide)
    Claim.objects.update(due=timezone.localdate() - timedelta(days=1))
    assert "written" == services.decide_measure(row, **decide).measure


@pytest.mark.parametrize("wrong", [{"measure": "expulsion"}, {"reason": ""}])
def test_measure_comes_from_the_scheme_with_a_reason(
    town: Town, decider: Account, wrong: dict[str, Any]
) -> None:
    row = misconduct(town)
    services.record_statement(row, text="无异议", actor=town.deputy)
    services.verify_claim(row, actor=town.organiser)

    with pytest.raises(NotAllowed):
        services.decide_measure(
            row, **({"measure": "written", "reason": "党委会", "actor": decider} | wrong)
        )
    row.refresh_from_db()
    assert "" == row.measure


def test_recorder_does_not_decide(town: Town) -> None:
    Role.objects.create(account=town.checker, kind=Role.Kind.DECIDER)
    row = misconduct(town)
    services.record_statement(row, text="无异议", actor=town.deputy)
    services.verify_claim(row, actor=town.organiser)

    with pytest.raises(NotAllowed, match="登记人"):
        services.decide_measure(row, measure="written", reason="会", actor=town.checker)


def test_settled_result_takes_no_new_measure(town: Town, decider: Account) -> None:
    row = misconduct(town)
    services.record_statement(row, text="无异议", actor=town.deputy)
    services.verify_claim(row, actor=town.organiser)
    Campaign.objects.update(state=Campaign.State.PUBLISHED)

    with pytest.raises(IllegalTransition, match="公示"):
        services.decide_measure(row, measure="written", reason="会", actor=decider)


def test_verified_finding_is_not_withdrawn(town: Town) -> None:
    row = misconduct(town)
    services.withdraw_finding(row, reason="登错单位", actor=town.checker)
    assert () == campaign_facts(town.campaign).entries
    other = misconduct(town)
    services.verify_claim(other, actor=town.organiser)
    with pytest.raises(IllegalTransition):
        services.withdraw_finding(other, reason="登错", actor=town.checker)
