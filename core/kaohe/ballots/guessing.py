"""Guessed codes: counted by prefix, slowed down, reported; never blocked by address.

A hall sits behind one address, so a limit by address would lock out honest voters.  Only wrong
*typed* codes are slowed, within their own prefix (the first 10 of 50 bits): QR codes have 128 bits
and cannot be guessed, and a page that was reached with a right code carries a pass.  A right code
never uses up anything.  The counters live in each worker's memory: they are an alarm and a brake,
not a record of anybody.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, transaction

from kaohe.audit.services import record

logger = logging.getLogger("kaohe.ballots")

BURST = 40
"""Wrong codes per prefix before it is slowed; a class of typing slips stays far below."""
REFILL = 0.5
"""Wrong codes per second and prefix once slowed."""
ALARM_AFTER = 300
"""Wrong codes within `WINDOW` seconds that raise the alarm."""
WINDOW = 300.0
ALARM_EVERY = 600.0


class FailureWatch:
    """Token buckets by prefix, and one counter for the alarm."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}
        self._window_start = clock()
        self._failures = 0
        self._last_alarm = -ALARM_EVERY

    def is_slowed(self, prefix: str) -> bool:
        """Whether codes with this prefix have to wait before they are looked up."""
        with self._lock:
            return self._tokens(prefix) < 1

    def fail(self, prefix: str) -> int:
        """Count a wrong code; return the number of failures if the alarm is due, else 0."""
        now = self._clock()
        with self._lock:
            if prefix:
                self._buckets[prefix] = (max(self._tokens(prefix) - 1, 0.0), now)
            if now - self._window_start > WINDOW:
                self._window_start, self._failures = now, 0
            self._failures += 1
            if self._failures < ALARM_AFTER or now - self._last_alarm < ALARM_EVERY:
                return 0
            self._last_alarm = now
            return self._failures

    def _tokens(self, prefix: str) -> float:
        tokens, since = self._buckets.get(prefix, (float(BURST), self._clock()))
        return min(BURST, tokens + (self._clock() - since) * REFILL)


watch = FailureWatch()


def count_failure(prefix: str) -> None:
    """Count a wrong code, and raise the alarm when there are many."""
    failures = watch.fail(prefix)
    if not failures:
        return
    logger.warning("many wrong ballot codes: %d within %d s", failures, int(WINDOW))
    try:
        with transaction.atomic():
            record("ballots.guessing", data={"failures": failures, "seconds": int(WINDOW)})
    except DatabaseError:
        logger.warning("the alarm about wrong ballot codes could not be journalled")
