"""Computing a proposal: what it stores, what it reports, what it refuses."""

from __future__ import annotations

import pytest

from kaohe.audit.models import JournalEntry
from kaohe.audit.services import verify
from kaohe.ballots.models import Poll, Stratum, Tally
from kaohe.campaigns.models import Campaign, CampaignSubject, Claim, Sheet
from kaohe.results import services
from kaohe.results.errors import Refused
from kaohe.results.facts import facts_for, poll_reference
from kaohe.results.models import Proposal, RecordedVote
from kaohe.results.queries import rows_of, today
from kaohe.results.stored_facts import digest_of, facts_from_json, facts_json
from tests.results.township import ACTOR, EXPECTED, make_campaign

pytestmark = pytest.mark.django_db


def figures(proposal: Proposal) -> dict[str, tuple[str, ...]]:
    out = {}
    for row in proposal.rows.select_related("subject"):
        scores, grades = row.result["scores"], row.result["grades"]
        out[row.subject.title] = (
            *(scores[k] for k in ("target", "ballot", "debrief", "total")),
            *(g["label"] for g in grades.values()),
        )
    return out


def test_worked_examples_come_out_digit_for_digit() -> None:
    proposal = services.compute_proposal(make_campaign(), actor=ACTOR)

    assert figures(proposal) == EXPECTED
    assert {r.subject.title: r.group_rank for r in rows_of(proposal)} == {
        "甲村党支部": 2, "乙村党支部": 1, "丙机关党支部": 1, "丁村党支部": 3,
    }  # fmt: skip


def test_proposal_computes_again_to_the_same_bytes() -> None:
    proposal = services.compute_proposal(make_campaign(), actor=ACTOR)

    assert services.recompute(Proposal.objects.get(pk=proposal.pk)) == []


def test_recomputation_names_a_row_that_was_changed() -> None:
    """The control of the test above: it must be able to fail."""
    proposal = services.compute_proposal(make_campaign(), actor=ACTOR)
    row = proposal.rows.first()
    assert row is not None
    row.result["scores"]["total"] = "99.99"
    row.save()

    problems = services.recompute(Proposal.objects.get(pk=proposal.pk))

    assert [p.place for p in problems] == [row.subject.title]


def test_recomputation_names_facts_that_were_changed() -> None:
    proposal = services.compute_proposal(make_campaign(), actor=ACTOR)
    proposal.facts["marks"][0][4] = "1"
    proposal.save()

    places = [p.place for p in services.recompute(Proposal.objects.get(pk=proposal.pk))]

    assert places[:2] == ["事实数据", "全部结果"]


def test_stored_facts_read_back_as_they_were() -> None:
    facts = facts_for(make_campaign())

    back = facts_from_json(facts_json(facts))

    assert facts_json(back) == facts_json(facts)
    assert digest_of(facts_json(back)) == digest_of(facts_json(facts))


def test_order_of_rows_does_not_reach_the_digest() -> None:
    from dataclasses import replace

    facts = facts_for(make_campaign())
    turned = replace(facts, marks=facts.marks[::-1], votes=facts.votes[::-1])

    assert facts.marks != turned.marks
    assert facts_json(facts) == facts_json(turned)


def test_computation_is_in_the_journal_with_its_digests() -> None:
    proposal = services.compute_proposal(make_campaign(), actor=ACTOR)

    entry = JournalEntry.objects.get(action="proposal.computed")

    assert entry.actor == ACTOR
    assert entry.payload.data["digest"] == proposal.digest
    assert entry.payload.data["facts"] == proposal.facts_digest
    assert verify() is None


def test_new_facts_make_the_proposal_stale() -> None:
    campaign = make_campaign()
    proposal = services.compute_proposal(campaign, actor=ACTOR)
    assert not services.is_stale(proposal)

    RecordedVote.objects.filter(subject__title="甲村党支部", option="优秀").update(count=40)

    assert services.is_stale(proposal)


def decide_all(proposal: Proposal) -> None:
    services.adopt_unflagged(proposal, minutes="纪要1号", decided_on=today(), actor="党委")


def test_recomputation_reports_changes_and_carries_decisions_over() -> None:
    campaign = make_campaign()
    first = services.compute_proposal(campaign, actor=ACTOR)
    decide_all(first)
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DECIDED
    Sheet.objects.filter(subject__title="甲村党支部", instrument="self_sheet").update(
        data={"total": "80"}
    )

    second = services.compute_proposal(campaign, actor=ACTOR)

    rows = {r.subject.title: r for r in rows_of(second)}
    assert second.number == 2
    assert rows["甲村党支部"].changes == [
        ["自评得分", "96.00", "80.00"],
        ["目标考核", "94.75", "86.75"],
        ["综合得分", "94.53", "89.73"],
        ["党组织等次", "优秀", "良好"],
        ["书记等次", "优秀", "良好"],
    ]
    assert [t for t, r in rows.items() if r.changes] == ["甲村党支部"]
    assert rows["甲村党支部"].standing == []  # type: ignore[attr-defined]
    carried = rows["乙村党支部"].standing  # type: ignore[attr-defined]
    assert [d.minutes for d in carried] == ["纪要1号", "纪要1号"]
    assert all(d.carried_from is not None for d in carried)
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.CLOSED


def test_first_proposal_is_never_changed_by_the_second() -> None:
    campaign = make_campaign()
    first = services.compute_proposal(campaign, actor=ACTOR)
    before = figures(first)
    Sheet.objects.filter(subject__title="甲村党支部").update(data={"total": "80"})

    services.compute_proposal(campaign, actor=ACTOR)

    assert figures(Proposal.objects.get(pk=first.pk)) == before


def test_unchanged_facts_carry_every_decision_and_keep_the_state() -> None:
    campaign = make_campaign()
    decide_all(services.compute_proposal(campaign, actor=ACTOR))

    second = services.compute_proposal(campaign, actor=ACTOR)

    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.DECIDED
    assert all(len(r.standing) == 2 for r in rows_of(second))  # type: ignore[attr-defined]


def test_only_verified_bonuses_count() -> None:
    campaign = make_campaign()
    before = figures(services.compute_proposal(campaign, actor=ACTOR))
    Claim.objects.filter(state="claimed").update(quantity=30)

    assert figures(services.compute_proposal(campaign, actor=ACTOR)) == before


def test_missing_part_gives_no_total_and_never_zero() -> None:
    campaign = make_campaign()
    RecordedVote.objects.filter(subject__title="甲村党支部", poll="vote").delete()

    proposal = services.compute_proposal(campaign, actor=ACTOR)

    row = proposal.rows.get(subject__title="甲村党支部")
    assert row.total is None
    assert row.result["scores"]["ballot"] is None
    assert row.result["scores"]["target"] == "94.75"


def test_reweighting_takes_a_recorded_decision() -> None:
    campaign = make_campaign()
    subject = campaign.subjects.get(title="甲村党支部")
    RecordedVote.objects.filter(subject=subject, poll="debrief_form").delete()
    assert services.compute_proposal(campaign, actor=ACTOR).rows.get(subject=subject).total is None

    services.reweight(subject, score="debrief", reason="当年未述职，党委决定", actor="党委")

    row = services.compute_proposal(campaign, actor=ACTOR).rows.get(subject=subject)
    assert row.result["scores"]["total"] == "94.83"  # (94.75 × 60 + 95.00 × 30) ÷ 90


def test_scores_without_such_a_rule_cannot_be_reweighted() -> None:
    campaign = make_campaign()

    with pytest.raises(Refused, match="不允许"):
        services.reweight(campaign.subjects.first(), score="ballot", reason="x", actor="党委")  # type: ignore[arg-type]


@pytest.mark.parametrize("state", ["draft", "published", "final"])
def test_computation_is_refused_in_states_without_one(state: str) -> None:
    campaign = make_campaign()
    Campaign.objects.filter(pk=campaign.pk).update(state=state)

    with pytest.raises(Refused):
        services.compute_proposal(campaign, actor=ACTOR)

    assert not Proposal.objects.exists()


def sealed_poll(subject: CampaignSubject) -> Poll:
    """A poll held here: two classes of voters, electronic and paper ballots."""
    poll = Poll.objects.create(
        reference=poll_reference(subject.campaign_id, subject.pk, "vote"),
        title="测评", definition={}, state=Poll.State.SEALED,
    )  # fmt: skip
    for order, key in enumerate(("member", "resident")):
        Stratum.objects.create(
            poll=poll, key=key, title=key, order=order, printed=30, spent=20, unused=10, blank=0
        )
        for channel, count in (("electronic", 15), ("paper", 5)):
            Tally.objects.create(
                poll=poll, channel=channel, stratum=key, aspect="duty", option="优秀", count=count
            )
    return poll


def test_sealed_poll_counts_and_takes_precedence_over_a_record() -> None:
    campaign = make_campaign()
    subject = campaign.subjects.get(title="丙机关党支部")
    poll = sealed_poll(subject)

    row = services.compute_proposal(campaign, actor=ACTOR).rows.get(subject=subject)

    assert row.result["scores"]["ballot"] == "100.00"
    assert row.result["papers"]["threshold"] == poll.threshold


@pytest.mark.parametrize("state", ["prepared", "open", "closed", "annulled"])
def test_poll_counts_only_once_sealed(state: str) -> None:
    campaign = make_campaign()
    subject = campaign.subjects.get(title="丙机关党支部")
    poll = sealed_poll(subject)
    Poll.objects.filter(pk=poll.pk).update(state=state)

    row = services.compute_proposal(campaign, actor=ACTOR).rows.get(subject=subject)

    assert row.result["scores"]["ballot"] == "81.11"
