"""A scheme with lists, a quota, a streak and a yearly roll-up, run quarter after quarter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from kaohe.campaigns.models import Campaign, SchemeVersion, Sheet
from kaohe.campaigns.services import close_campaign, create_campaign, freeze_scheme, open_campaign
from kaohe.register.models import Unit
from kaohe.results import queries, services
from kaohe.results.models import Proposal
from kaohe.scheme.reading import SchemeSource

ACTOR = "考核办（kaohe）"
SCHEME: dict[str, Any] = {
    "id": "test.quarterly", "version": "2026.1", "title": "季度评比",
    "source": {"document": "甲"}, "period": "quarter", "decimals": "2",
    "subjects": {
        "branch": {
            "title": "支部", "kind": "organization", "classes": {"x": "甲类", "y": "乙类"}
        }
    },
    "gaps": {"ties": {"about": "并列怎样办", "resolution": "一并列入", "ours": "true"}},
    "items": {"all": {"title": "项目", "items": [{"id": "a", "title": "甲", "points": "100"}]}},
    "instruments": {"sheet": {"type": "sheet", "title": "评分表", "by": "assessors", "items": "all"}},
    "scores": {"total": {"title": "季度得分", "sheet": "sheet"}},
    "grades": {
        "grade": {
            "title": "类别", "subject": "branch", "of": "total", "bands": {"好": "90", "中": "0"},
            "quotas": [{"label": "好", "share": "50", "moves_to": "中", "cite": "三"}],
        }
    },
    "lists": {
        "red": {
            "title": "红榜", "first": "1", "gives_way_to": ["grey"], "kind": "praise", "cite": "六2"
        },
        "grey": {"title": "灰榜", "last": "1", "kind": "warning", "cite": "六3", "gap": "ties"},
    },
    "streaks": {"again": {"title": "连续两次灰榜", "list": "grey", "times": "2", "cite": "六4"}},
    "rollups": {
        "year": {
            "title": "年度评比", "period": "year", "items": {}, "instruments": {},
            "scores": {
                "total": {
                    "title": "年度得分",
                    "periods": {
                        "score": "total", "each": "quarter", "how": "mean", "expected": "2",
                        "low": "0", "high": "100",
                    },
                }
            },
            "lists": {"last": {"title": "末位", "last": "1"}},
            "streaks": {"years": {"title": "连续末位", "list": "last", "times": "2"}},
        }
    },
}  # fmt: skip


def source(*, rollup: str = "") -> SchemeSource:
    """The scheme, or its roll-up."""
    whole = SchemeSource.from_data(SCHEME)
    return whole.rollups()[f"{whole.id}.{rollup}"] if rollup else whole


def frozen(*, rollup: str = "") -> SchemeVersion:
    """The same, frozen."""
    return freeze_scheme(source(rollup=rollup), plugin="", actor=ACTOR)


def run(
    period: str,
    scores: Mapping[str, str],
    *,
    rollup: str = "",
    groups: Mapping[str, str] | None = None,
) -> Campaign:
    """A closed campaign with one sheet for each unit."""
    chosen = [
        (Unit.objects.get_or_create(name=name)[0], (groups or {}).get(name, "x")) for name in scores
    ]
    campaign = create_campaign(
        title=f"{period}评比", scheme=frozen(rollup=rollup), period=period, subjects=chosen,
        actor=ACTOR,
    )  # fmt: skip
    open_campaign(campaign, actor=ACTOR)
    for subject in campaign.subjects.all():
        if not rollup:
            Sheet.objects.create(
                subject=subject, instrument="sheet", label="考核员", state=Sheet.State.SUBMITTED,
                data={"total": scores[subject.unit.name]}, submitted_at=timezone.now(),
            )  # fmt: skip
    close_campaign(campaign, actor=ACTOR)
    campaign.refresh_from_db()
    return campaign


def computed(campaign: Campaign) -> Proposal:
    """The latest computation of a campaign, made now."""
    return services.compute_proposal(campaign, actor=ACTOR)


def published(campaign: Campaign) -> Proposal:
    """Computed, adopted and posted."""
    proposal = computed(campaign)
    services.adopt_unflagged(proposal, minutes="纪要1号", decided_on=queries.today(), actor="甲")
    campaign.refresh_from_db()
    services.publish(campaign, title="公示", starts=queries.today(), actor=ACTOR)
    return proposal


def lists_of(proposal: Proposal, name: str) -> dict[str, Any]:
    """Unit -> what a list says of it."""
    return {row.subject.title: row.result["lists"][name] for row in queries.rows_of(proposal)}
