"""The office's own calendar: what it entered of the yearly notices, over what is built in."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from kaohe.audit.services import record
from kaohe.register.models import WorkdayYear
from kaohe.register.services.seen import State, require_unchanged
from kaohe.workdays import Arrangement, WorkCalendar, day_ranges, read_arrangement

_NONE = "（无）"


class ArrangementRefused(Exception):
    """The text has mistakes; nothing was written."""

    def __init__(self, arrangement: Arrangement) -> None:
        super().__init__("；".join(str(p) for p in arrangement.problems))
        self.arrangement = arrangement


def office_calendar() -> WorkCalendar:
    """The calendar deadlines are counted with."""
    rows = list(WorkdayYear.objects.all())
    days = {date.fromisoformat(day): worked for row in rows for day, worked in row.days.items()}
    return WorkCalendar(days, complete_years=[row.year for row in rows if row.complete])


def workday_state(year: int) -> State:
    """What is entered for a year."""
    row = WorkdayYear.objects.filter(year=year).first()
    if row is None:
        return {"text": "", "complete": ""}
    return {"text": row.text, "complete": "是" if row.complete else ""}


@transaction.atomic
def save_workdays(
    year: int, *, text: str, complete: bool, actor: str, seen: str | None = None
) -> Arrangement:
    """Keep the arrangement of a year; an empty text takes it away.

    Dates already announced stay as they are: they were frozen with the notice.

    Raises:
        ArrangementRefused: the text has mistakes.
        ChangedMeanwhile: somebody else saved in between.
    """
    text = text.replace("\r\n", "\n").strip()
    found = read_arrangement(text, year=year)
    if found.problems:
        raise ArrangementRefused(found)
    before = WorkdayYear.objects.select_for_update().filter(year=year).first()
    old = {date.fromisoformat(d): w for d, w in before.days.items()} if before else {}
    was_complete = bool(before and before.complete)
    if (old, was_complete, before.text if before else "") == (found.days, complete, text):
        return found
    require_unchanged(workday_state(year), seen=seen)
    if not text and not complete:
        WorkdayYear.objects.filter(year=year).delete()
    else:
        WorkdayYear.objects.update_or_create(
            year=year,
            defaults={
                "text": text,
                "days": {d.isoformat(): worked for d, worked in found.days.items()},
                "complete": complete,
                "changed_by": actor[:100],
            },
        )
    changes = {"days": [_in_words(old), _in_words(found.days)]}
    changes |= (
        {"complete": [_yes(was_complete), _yes(complete)]} if was_complete != complete else {}
    )
    record("workdays.change", actor=actor, subject=f"{year} 年", data={"changes": changes})
    return found


def _yes(value: bool) -> str:
    return "是" if value else "否"


def _in_words(days: dict[date, bool]) -> str:
    parts = [
        (f"{a:%m-%d}" if a == b else f"{a:%m-%d} 至 {b:%m-%d}") + (" 上班" if worked else " 放假")
        for a, b, worked in day_ranges(days)
    ]
    return "；".join(parts) or _NONE
