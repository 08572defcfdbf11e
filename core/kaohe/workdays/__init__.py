"""Official holidays, swapped workdays and an office's overrides."""

from kaohe.workdays.calendar import PeriodEnd, WorkCalendar

__all__ = ["PeriodEnd", "WorkCalendar"]
