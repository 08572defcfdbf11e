"""A campaign with the worked examples of the responsibility system, as rows of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from kaohe.campaigns.models import Campaign, CampaignSubject, Claim, SchemeVersion, Sheet
from kaohe.campaigns.services import close_campaign, create_campaign, freeze_scheme, open_campaign
from kaohe.register.models import Account, Office, Person, Role, Unit
from kaohe.results.models import RecordedVote
from kaohe.scheme.reading import read_source

SCHEME = Path(__file__).with_name("scheme.yaml")
LABELS = ("优秀", "良好", "一般", "较差")
ASPECTS = (
    "duty", "organization", "team", "members", "institutions", "innovation", "support", "review",
)  # fmt: skip
ACTOR = "考核办（kaohe）"


@dataclass(frozen=True)
class Unit_:
    """What is on record for one unit."""

    name: str
    group: str = "village"
    person: str = "某某"
    own: str | None = "96"
    sheets: Sequence[str | Mapping[str, str]] = ("93.5",)
    reasons: Mapping[str, str] = field(default_factory=dict)
    bonuses: Sequence[tuple[str, str, str]] = ()
    """Points, reason, state."""
    tally: Mapping[str, Sequence[int]] = field(default_factory=dict)
    team: Mapping[str, int] = field(default_factory=dict)
    secretary: Mapping[str, int] = field(default_factory=dict)
    turnout: Mapping[str, int] = field(default_factory=dict)


A = Unit_(
    "甲村党支部", person="赵一", tally={"*": (41, 9, 2, 0)}, team={"92.4": 6}, secretary={"90": 6}
)
B = Unit_(
    "乙村党支部", person="钱二", own="99", sheets=("98",), tally={"*": (60, 2, 0, 0)},
    team={"78": 6}, secretary={"84": 6},
)  # fmt: skip
C = Unit_(
    "丙机关党支部", "office", person="孙三", own="88.5", sheets=("80",),
    tally={"*": (20, 20, 11, 3)}, team={"83": 6}, secretary={"81.5": 6},
)  # fmt: skip
D = Unit_(
    "丁村党支部", person="李四", own="97", sheets=("96", "97.5", "95"),
    bonuses=(("2", "县级先进", "verified"), ("5", "市级表彰", "verified"), ("1", "镇级表彰", "claimed")),
    tally=dict(zip(ASPECTS, (
        (30, 10, 5, 2), (28, 12, 5, 0), (47, 0, 0, 0), (0, 20, 20, 7),
        (10, 10, 10, 10), (45, 1, 0, 1), (33, 9, 3, 2), (29, 15, 2, 1),
    ), strict=True)),
    team={"91": 1, "88.5": 1, "90": 1}, secretary={"79": 1, "82": 1, "85.5": 1},
    turnout={"issued": 50, "returned": 47},
)  # fmt: skip
EXPECTED = {
    "甲村党支部": ("94.75", "95.00", "91.80", "94.53", "优秀", "优秀"),
    "乙村党支部": ("98.50", "99.35", "79.50", "96.86", "优秀", "良好"),
    "丙机关党支部": ("84.25", "81.11", "82.63", "83.15", "良好", "良好"),
    "丁村党支部": ("98.50", "86.84", "87.92", "93.94", "优秀", "优秀"),
}


def frozen_scheme() -> SchemeVersion:
    """The scheme of these tests."""
    source = read_source(SCHEME.read_bytes(), name=SCHEME.name)
    return freeze_scheme(source, plugin="", actor=ACTOR)


def make_campaign(
    units: Sequence[Unit_] = (A, B, C, D),
    *,
    closed: bool = True,
    version: SchemeVersion | None = None,
) -> Campaign:
    """A campaign with everything handed in."""
    chosen = []
    for order, unit in enumerate(units, start=1):
        row = Unit.objects.create(name=unit.name, order=order)
        person = Person.objects.create(name=unit.person)
        Office.objects.create(person=person, unit=row, title="书记")
        chosen.append((row, unit.group))
    campaign = create_campaign(
        title="2025年度考核", scheme=version or frozen_scheme(), period="2025", subjects=chosen,
        actor=ACTOR,
    )  # fmt: skip
    open_campaign(campaign, actor=ACTOR)
    for unit in units:
        fill(campaign.subjects.get(title=unit.name), unit)
    if closed:
        close_campaign(campaign, actor=ACTOR)
    campaign.refresh_from_db()
    return campaign


def fill(subject: CampaignSubject, unit: Unit_) -> None:
    """Put a unit's sheets, bonuses and votes on record."""
    if unit.own is not None:
        _sheet(subject, "self_sheet", "自评", unit.own, {})
    for number, content in enumerate(unit.sheets, start=1):
        _sheet(subject, "group_sheet", f"考核员{number}", content, unit.reasons)
    for points, reason, state in unit.bonuses:
        Claim.objects.create(
            subject=subject, rule="honour", quantity=Decimal(points), reason=reason, state=state,
            claimed_at=timezone.now(),
        )  # fmt: skip
    for aspect, counts in unit.tally.items():
        for option, count in zip(LABELS, counts, strict=True):
            vote(subject, "vote", aspect, option, count)
    for option, count in unit.turnout.items():
        vote(subject, "vote", "@", option, count)
    for score, marks in (("team", unit.team), ("secretary", unit.secretary)):
        for mark, count in marks.items():
            vote(subject, "debrief_form", score, mark, count)


def vote(subject: CampaignSubject, poll: str, aspect: str, option: str, count: int) -> None:
    """A row of a hand count."""
    RecordedVote.objects.create(
        subject=subject, poll=poll, aspect=aspect, option=option, count=count
    )


def _sheet(
    subject: CampaignSubject,
    instrument: str,
    label: str,
    content: str | Mapping[str, str],
    reasons: Mapping[str, str],
) -> None:
    data: dict[str, object] = (
        {"total": content} if isinstance(content, str) else {"marks": dict(content)}
    )
    if reasons:
        data["reasons"] = dict(reasons)
    Sheet.objects.create(
        subject=subject, instrument=instrument, label=label, state=Sheet.State.SUBMITTED,
        data=data, submitted_at=timezone.now(),
    )  # fmt: skip


def account(name: str, kind: str, unit: Unit | None = None) -> Account:
    """A log-in with one role."""
    user = Account.objects.create_user(username=name, password="x")
    Role.objects.create(account=user, kind=kind, unit=unit)
    return user
