"""Official holidays, swapped workdays and an office's overrides."""

from kaohe.workdays.arrangements import Arrangement, day_ranges, read_arrangement
from kaohe.workdays.calendar import PeriodEnd, WorkCalendar, published_years

__all__ = [
    "Arrangement",
    "PeriodEnd",
    "WorkCalendar",
    "day_ranges",
    "published_years",
    "read_arrangement",
]
