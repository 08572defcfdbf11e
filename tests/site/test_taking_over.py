"""A year's record becomes sheets, recorded votes, claims and rulings of a campaign."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kaohe.audit.models import JournalEntry
from kaohe.campaigns import services
from kaohe.campaigns.models import Campaign, Claim, RulingRecord, Sheet
from kaohe.register.models import Unit
from kaohe.results.facts import facts_for, votes_of
from kaohe.results.models import RecordedVote
from kaohe.scoring.facts import TOTAL, Entry, Facts, Mark, Ruling, Standing, Subject, Vote
from kaohe.site.taking_over import take_over
from tests.results.township import ACTOR, frozen_scheme

pytestmark = pytest.mark.django_db
EAST = Subject("east", "东村党支部", "village")
WEST = Subject("west", "西村党支部", "village")


@pytest.fixture
def campaign() -> Campaign:
    """Two villages; the record calls them by other keys."""
    units = [
        Unit.objects.create(name=s.title, kind="村", order=n) for n, s in enumerate((EAST, WEST))
    ]
    row = services.create_campaign(
        title="2025 年度考核",
        scheme=frozen_scheme(),
        period="2025",
        subjects=[(u, "village") for u in units],
        actor=ACTOR,
    )
    services.open_campaign(row, actor=ACTOR)
    return row


def _facts(*subjects: Subject, **more: object) -> Facts:
    return Facts(subjects=subjects or (EAST, WEST), period="2025", **more)  # type: ignore[arg-type]


def test_everything_of_a_record_is_stored(campaign: Campaign) -> None:
    facts = _facts(
        marks=(
            Mark("east", "self_sheet", "", TOTAL, Decimal("96.5")),
            Mark("east", "group_sheet", "甲", "duty", Decimal("14.50")),
            Mark("east", "group_sheet", "甲", "team", Decimal(15)),
            Mark("east", "group_sheet", "乙", "duty", Decimal(13)),
            Mark("west", "debrief_form", "", "team", Decimal("88.25")),
        ),
        votes=(Vote("east", "vote", "member", "duty", "优秀", 7),),
        entries=(
            Entry("east", "", "honour", Decimal(2), reason="县级先进"),
            Entry("west", "", "honour", Decimal(1), state="pending"),
        ),
        rulings=(Ruling("west", "reweight", "debrief", "没有召开"),),
        notes={"west": {"opinion": "满意"}},
        standing=(Standing("west", "2024", "total", Decimal("88.50"), "", ("red",)),),
    )

    done = take_over(campaign, facts, actor="考核办")

    assert done == {"sheets": 3, "votes": 1, "claims": 2, "standing": 1}
    sheets = {(s.subject.title, s.instrument, s.label): s.data for s in Sheet.objects.all()}
    assert sheets == {
        ("东村党支部", "self_sheet", "东村党支部"): {"marks": {}, "reasons": {}, "total": "96.5"},
        ("东村党支部", "group_sheet", "甲"): {
            "marks": {"duty": "14.50", "team": "15"}, "reasons": {},
        },
        ("东村党支部", "group_sheet", "乙"): {"marks": {"duty": "13"}, "reasons": {}},
    }  # fmt: skip
    assert all(s.respondent is None and s.state == "submitted" for s in Sheet.objects.all())
    votes = sorted(RecordedVote.objects.values_list("poll", "stratum", "aspect", "option", "count"))
    assert votes == [
        ("debrief_form", "=", "team", "88.25", 1), ("vote", "member", "duty", "优秀", 7),
    ]  # fmt: skip
    claims = sorted(Claim.objects.values_list("reason", "quantity", "state"))
    assert claims == [
        ("县级先进", Decimal("2.0000"), "verified"), ("按原始记录录入", Decimal("1.0000"), "claimed"),
    ]  # fmt: skip
    assert RulingRecord.objects.get().by == "考核办"
    assert campaign.subjects.get(title="西村党支部").notes == {"opinion": "满意"}
    entry = JournalEntry.objects.order_by("-pk").first()
    assert entry
    assert (entry.action, entry.actor) == ("record.taken_over", "考核办")


def test_earlier_results_of_a_record_are_facts_of_the_campaign(campaign: Campaign) -> None:
    earlier = Standing("west", "2024", "total", Decimal("88.50"), "", ("red",))

    take_over(campaign, _facts(standing=(earlier,)), actor="考核办")

    (found,) = facts_for(campaign).standing
    assert found[1:] == earlier[1:]


def test_typed_means_and_votes_are_facts_of_the_campaign(campaign: Campaign) -> None:
    facts = _facts(
        marks=(Mark("east", "debrief_form", "", "team", Decimal("88.25")),),
        votes=(Vote("east", "vote", "member", "duty", "优秀", 7),),
    )

    take_over(campaign, facts, actor=ACTOR)

    assert [v.count for v in votes_of(campaign) if v.poll == "vote"] == [7]


def test_record_with_unknown_units_stores_nothing(campaign: Campaign) -> None:
    stranger = Subject("north", "北村党支部", "village")
    facts = _facts(EAST, stranger, marks=(Mark("east", "self_sheet", "", TOTAL, Decimal(96)),))

    with pytest.raises(LookupError, match="这些单位不在考核里：北村党支部"):
        take_over(campaign, facts, actor=ACTOR)

    assert not Sheet.objects.exists()
    assert not JournalEntry.objects.filter(action="record.taken_over").exists()


def test_failure_half_way_stores_nothing(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("kaohe.site.taking_over.RulingRecord.objects.create", fail)
    facts = _facts(
        marks=(Mark("east", "self_sheet", "", TOTAL, Decimal(96)),),
        rulings=(Ruling("west", "reweight", "debrief", "没有召开"),),
    )

    with pytest.raises(RuntimeError):
        take_over(campaign, facts, actor=ACTOR)

    assert not Sheet.objects.exists()
