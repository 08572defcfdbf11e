"""Reading the journal."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from kaohe.audit.models import JournalEntry

_YEARS = (1990, 9000)


def _start(day: str) -> datetime | None:
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return None
    if not _YEARS[0] <= found.year <= _YEARS[1]:
        return None  # databases cannot compare times at the edges of the calendar
    return timezone.make_aware(datetime.combine(found, time()))


def find_entries(
    *, text: str = "", action: str = "", since: str = "", until: str = ""
) -> QuerySet[JournalEntry]:
    """Entries, newest first; dates are ISO texts and days of the site's zone."""
    rows = JournalEntry.objects.select_related("payload").order_by("-seq")
    if text:
        rows = rows.filter(Q(actor__icontains=text) | Q(subject__icontains=text))
    if action:
        rows = rows.filter(action=action)
    if start := _start(since):
        rows = rows.filter(at__gte=start)
    if end := _start(until):
        rows = rows.filter(at__lt=end + timedelta(days=1))
    return rows


def used_actions() -> list[str]:
    """The actions that occur."""
    return sorted(JournalEntry.objects.order_by().values_list("action", flat=True).distinct())
