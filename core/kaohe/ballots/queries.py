"""What may be read of polls: counts while they run, tallies once they are sealed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from kaohe.audit.models import JournalEntry
from kaohe.ballots.definition import Definition, load_definition
from kaohe.ballots.models import Code, PaperEntry, Poll, Stratum, Tally
from kaohe.scoring.facts import TURNOUT

TABLES_LEFT_OUT_OF_BACKUPS = ("ballots_code", "ballots_urn", "ballots_texturn")
"""A backup taken while a poll runs must not hold these: one transaction joins code and choice."""


class TallyRow(NamedTuple):
    """A row of `kaohe.scoring.facts.Vote` without its subject and poll."""

    stratum: str
    aspect: str
    option: str
    count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The turnout of one class of voters, or of all of them."""

    title: str
    due: int
    present: int
    printed: int
    void: int
    spent: int
    unused: int
    paper_issued: int
    paper_returned: int
    paper_invalid: int
    blank: int

    @property
    def issued(self) -> int:
        """发出: slips printed and not voided, and paper ballots handed out."""
        return self.printed - self.void + self.paper_issued

    @property
    def returned(self) -> int:
        """收回: invalid and blank ones included."""
        return self.spent + self.paper_returned

    @property
    def unreturned(self) -> int:
        """未交回."""
        return self.issued - self.returned

    @property
    def valid(self) -> int:
        """有效: marked for at least one question."""
        return self.returned - self.paper_invalid - self.blank

    @property
    def equations(self) -> list[tuple[str, str, bool]]:
        """The public equations, as words, as figures, and whether they hold."""
        return [
            (
                "发出 = 印制 − 作废 + 纸质发出",
                f"{self.issued} = {self.printed} − {self.void} + {self.paper_issued}",
                self.issued == self.spent + self.unused + self.paper_issued,
            ),
            (
                "发出 = 收回 + 未交回",
                f"{self.issued} = {self.returned} + {self.unreturned}",
                self.unreturned >= 0,
            ),
            (
                "收回 = 有效 + 无效 + 空白",
                f"{self.returned} = {self.valid} + {self.paper_invalid} + {self.blank}",
                self.valid >= 0,
            ),
        ]


def definition_of(poll: Poll) -> Definition:
    """The typed definition of a poll."""
    return load_definition(poll.definition)


def _natural(text: str) -> list[tuple[int, str]]:
    return [
        (int(part), "") if part.isdecimal() else (0, part)
        for part in re.split(r"(\d+)", text)
        if part
    ]


def polls(*, prefix: str = "", annulled: bool = False) -> list[Poll]:
    """Polls whose reference starts with `prefix`, c3.s2 before c3.s12."""
    rows = Poll.objects.filter(reference__startswith=prefix)
    if not annulled:
        rows = rows.exclude(state=Poll.State.ANNULLED)
    found = list(rows.prefetch_related("strata"))
    codes = dict(
        Code.objects.filter(poll__in=[p.pk for p in found])
        .values_list("poll")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for poll in found:
        strata = poll.strata.all()
        poll.live_codes = codes.get(poll.pk, 0)  # type: ignore[attr-defined]
        poll.due_total = sum(s.due or 0 for s in strata)  # type: ignore[attr-defined]
        poll.present_total = sum(s.present or 0 for s in strata)  # type: ignore[attr-defined]
    return sorted(found, key=lambda p: _natural(p.reference))


def poll_by_reference(reference: str) -> Poll | None:
    """The poll about something, if there is one."""
    return Poll.objects.filter(reference=reference).first()


def turnout(poll: Poll) -> int:
    """How many electronic ballots were cast: all that is shown while a poll is open."""
    if poll.state == Poll.State.SEALED:
        return sum(s.spent or 0 for s in poll.strata.all())
    return Code.objects.filter(poll=poll, spent=True).count()


def _counts_of(stratum: Stratum, live: dict[str, tuple[int, int]]) -> Counts:
    spent, unused = live.get(stratum.key, (0, 0))
    return Counts(
        title=stratum.title,
        due=stratum.due or 0,
        present=stratum.present or 0,
        printed=stratum.printed,
        void=stratum.void,
        spent=spent if stratum.spent is None else stratum.spent,
        unused=unused if stratum.unused is None else stratum.unused,
        paper_issued=stratum.paper_issued,
        paper_returned=stratum.paper_returned,
        paper_invalid=stratum.paper_invalid,
        blank=(stratum.blank or 0) + stratum.paper_blank,
    )


def stratum_counts(poll: Poll) -> dict[str, Counts]:
    """Counts by class of voters.  Those of ballots cast are shown by total until sealing."""
    live = {
        row["stratum"]: (row["cast"], row["left"])
        for row in Code.objects.filter(poll=poll)
        .values("stratum")
        .annotate(cast=Count("pk", Q(spent=True)), left=Count("pk", Q(spent=False)))
        .order_by()
    }
    return {s.key: _counts_of(s, live) for s in poll.strata.all()}


def total_counts(poll: Poll, title: str = "合计") -> Counts:
    """Counts over all classes of voters."""
    return add_counts(list(stratum_counts(poll).values()), title)


def add_counts(rows: list[Counts], title: str) -> Counts:
    """Add up the counts of several classes."""
    names = [f for f in Counts.__dataclass_fields__ if f != "title"]
    return Counts(title, **{name: sum(getattr(row, name) for row in rows) for name in names})


def batches(poll: Poll) -> list[tuple[str, int]]:
    """Print runs of a poll that is not open yet, with their number of slips."""
    rows = (
        Code.objects.filter(poll=poll, batch__isnull=False)
        .values_list("batch")
        .annotate(n=Count("pk"))
        .order_by("batch")
    )
    return [(str(batch), number) for batch, number in rows]


def tally(poll: Poll) -> list[TallyRow]:
    """The result in the form scoring reads: counts per option, and turnout rows.

    For scoring only: classes of voters smaller than the threshold are not merged here.  What people
    read comes from `kaohe.ballots.publication.published_tally`.

    Raises:
        ValueError: the poll is not sealed.
    """
    return tallies([poll])[poll.pk]


def tallies(polls: Iterable[Poll]) -> dict[UUID, list[TallyRow]]:
    """`tally` of several sealed polls with two queries in all.

    Raises:
        ValueError: one of the polls is not sealed.
    """
    polls = list(polls)
    if any(poll.state != Poll.State.SEALED for poll in polls):
        raise ValueError("a tally exists once the poll is sealed")
    keys = [poll.pk for poll in polls]
    rows: dict[UUID, dict[tuple[str, str, str], int]] = {key: {} for key in keys}
    found = Tally.objects.filter(poll__in=keys).exclude(option="")
    for poll, *parts, count in found.values_list("poll_id", "stratum", "aspect", "option", "count"):
        marks = rows[poll]
        marks[tuple(parts)] = marks.get(tuple(parts), 0) + count  # type: ignore[index,arg-type]
    result = {
        key: [TallyRow(*parts, count) for parts, count in sorted(marks.items())]
        for key, marks in rows.items()
    }
    for stratum in Stratum.objects.filter(poll__in=keys).order_by("poll_id", "order"):
        counts = _counts_of(stratum, {})  # sealing left no codes that could still be counted
        figures = {
            "due": counts.due,
            "present": counts.present,
            "issued": counts.issued,
            "returned": counts.returned,
            "valid": counts.valid,
            "invalid": counts.paper_invalid,
            "blank": counts.blank,
        }
        result[stratum.poll_id] += [
            TallyRow(stratum.key, TURNOUT, option, number) for option, number in figures.items()
        ]
    return result


@dataclass(frozen=True, slots=True)
class PaperState:
    """How far the double entry of a hand count is.  Never carries figures."""

    round: int
    typists: tuple[str, ...]
    typist_ids: tuple[int, ...]
    agreed: bool
    differs: tuple[str, ...]


def paper_state(poll: Poll) -> PaperState:
    """Who typed, whether both agree, and where not."""
    from kaohe.ballots.services.paper import differences

    entries = list(PaperEntry.objects.filter(poll=poll).order_by("round", "id"))
    if not entries:
        return PaperState(1, (), (), False, ())
    last = [e for e in entries if e.round == entries[-1].round]
    agreed = any(e.agreed for e in last)
    differs: tuple[str, ...] = ()
    if len(last) == 2 and not agreed:
        differs = tuple(differences(definition_of(poll), last[0].data, last[1].data))
    return PaperState(
        last[0].round,
        tuple(e.label for e in last),
        tuple(e.typist_id for e in last),
        agreed,
        differs,
    )


def recent_guessing() -> bool:
    """Whether the alarm about wrong codes was raised within the last hour."""
    return JournalEntry.objects.filter(
        action="ballots.guessing", at__gte=timezone.now() - timedelta(hours=1)
    ).exists()
