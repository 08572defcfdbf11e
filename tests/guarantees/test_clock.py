"""G16: days end at midnight of the office's zone, whatever the server's clock and zone are."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from kaohe.register.models import WorkdayYear
from kaohe.results import services
from kaohe.results.models import Notice
from kaohe.site.organiser.overview import build_overview
from tests.results.township import ACTOR, A, make_campaign

pytestmark = pytest.mark.django_db
ZONES = ("Asia/Shanghai", "UTC", "Asia/Kathmandu", "Europe/Berlin")
SECOND = timedelta(seconds=1)
DAYS = (date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29), date(2026, 12, 31))
"""Two nights on which Berlin changes its clocks, a leap day, the end of a year."""


def _set_clock(patch: pytest.MonkeyPatch, moment: datetime) -> None:
    patch.setattr("django.utils.timezone.now", lambda: moment.astimezone(UTC))


def _notice(starts: date, ends: date) -> Notice:
    campaign = make_campaign([A])
    proposal = services.compute_proposal(campaign, actor=ACTOR)
    services.adopt_unflagged(proposal, minutes="1号", decided_on=timezone.localdate(), actor="党委")
    notice = services.publish(campaign, title="公示", starts=timezone.localdate(), actor=ACTOR)
    Notice.objects.filter(pk=notice.pk).update(starts=starts, ends=ends)
    notice.refresh_from_db()
    return notice


@pytest.mark.parametrize("zone", ZONES)
def test_notice_opens_and_closes_at_midnight(
    zone: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TIME_ZONE = zone
    here, client = ZoneInfo(zone), Client()
    notice = _notice(DAYS[0], DAYS[0])
    for day in DAYS:
        Notice.objects.filter(pk=notice.pk).update(starts=day, ends=day)
        opens = datetime.combine(day, time(), here)
        closes = datetime.combine(day + timedelta(days=1), time(), here)
        for moment, status in (
            (opens - SECOND, 404), (opens, 200), (opens + SECOND, 200),
            (closes - SECOND, 200), (closes, 410), (closes + SECOND, 410),
        ):  # fmt: skip
            _set_clock(monkeypatch, moment)
            answer = client.get(f"/notices/{notice.slug}/").status_code
            assert answer == status, (zone, day, moment.isoformat())


@pytest.mark.parametrize("zone", ZONES)
def test_unit_is_late_from_the_midnight_after_the_last_day(
    zone: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TIME_ZONE = zone
    campaign = make_campaign([A], closed=False)
    campaign.subjects.get().sheets.filter(instrument="self_sheet").update(state="draft")
    campaign.stages.filter(key="self_assessment").update(due=date(2026, 12, 31))
    midnight = datetime(2027, 1, 1, tzinfo=ZoneInfo(zone))

    late = []
    for moment in (midnight - SECOND, midnight, midnight - timedelta(hours=1)):
        _set_clock(monkeypatch, moment)
        late.append(build_overview(campaign).late)

    assert late == [0, 1, 0]


def test_moments_are_stored_in_utc(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TIME_ZONE = "Asia/Kathmandu"
    moment = datetime(2026, 12, 31, 23, 59, 59, tzinfo=ZoneInfo("Asia/Kathmandu"))
    _set_clock(monkeypatch, moment)

    WorkdayYear.objects.create(year=2031)

    stored = WorkdayYear.objects.get(year=2031).changed_at
    assert stored == moment
    assert stored.utcoffset() == timedelta(0)


def test_naive_moment_is_noticed() -> None:
    """Negative control: the warning that pytest turns into an error, see pyproject.toml."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        with pytest.raises(RuntimeWarning, match="naive datetime"):
            Notice.objects.filter(withdrawn_at=datetime(2026, 1, 1)).exists()
