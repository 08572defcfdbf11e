"""Who may see and fill in what.  Somebody else's object does not exist: 404, never 403."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from kaohe.campaigns.claims import recordable_rules
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.models import CampaignSubject, Claim, Evidence, Report, Sheet
from kaohe.campaigns.reports import report_spec
from kaohe.register.access import roles_in
from kaohe.register.models import Account, Group, Role
from kaohe.scheme.model import EntryRule, SheetInstrument

OVERSEERS = frozenset({Role.Kind.ORGANISER, Role.Kind.DECIDER, Role.Kind.AUDITOR})
_WITH_SCHEME = "subject__campaign__scheme"
SCHEME_TREE = "subject__campaign__scheme__data"
"""Left out of queries: once bound it is in memory, and it is larger than everything else."""


class Person:
    """An account with its roles, read once per request."""

    def __init__(self, account: Account, rows: list[Role]) -> None:
        self.account = account
        self.kinds = {r.kind for r in rows}
        self.units = {r.unit_id for r in rows if r.kind == Role.Kind.RESPONDENT and r.unit_id}

    @property
    def is_organiser(self) -> bool:
        """Whether they run campaigns."""
        return Role.Kind.ORGANISER in self.kinds

    @property
    def is_assessor(self) -> bool:
        """Whether they score units."""
        return Role.Kind.ASSESSOR in self.kinds

    @property
    def is_overseer(self) -> bool:
        """Whether they may read every sheet and file."""
        return bool(self.kinds & OVERSEERS)

    @property
    def is_respondent(self) -> bool:
        """Whether they fill in for a unit, or for themselves."""
        return Role.Kind.RESPONDENT in self.kinds

    def fills_for(self, subject: CampaignSubject) -> bool:
        """Whether they fill in for a subject: their unit, or themselves, never a colleague."""
        if subject.holder_id is not None:
            return self.is_respondent and subject.holder_id == self.account.person_id
        return subject.unit_id in self.units

    def is_himself(self, subject: CampaignSubject | None) -> bool:
        """Whether a subject is this very person, whatever the roles."""
        mine = self.account.person_id
        return subject is not None and mine is not None and subject.holder_id == mine

    def is_concerned(self, claim: Claim) -> bool:
        """Whether an entry is about their unit or themselves: they never judge it."""
        subject = claim.subject
        return self.fills_for(subject) or self.is_himself(subject) or self.is_himself(claim.about)

    @cached_property
    def group_units(self) -> set[int]:
        """Units of the assessment groups they belong to."""
        if not self.is_assessor or self.account.person_id is None:
            return set()
        pairs = Group.units.through.objects.filter(
            group__memberships__person=self.account.person_id
        )
        return set(pairs.values_list("unit_id", flat=True))

    def rules_for(self, subject: CampaignSubject) -> dict[str, EntryRule]:
        """The rules under which they record something about a subject; never about their own."""
        if self.fills_for(subject) or self.is_himself(subject):
            return {}
        kinds = set(self.kinds)
        if subject.unit_id not in self.group_units:
            kinds.discard(Role.Kind.ASSESSOR)
        return recordable_rules(campaign_scheme(subject.campaign), kinds, subject)

    def own(self, prefix: str = "") -> Q:
        """`fills_for` as a condition on subjects.

        Args:
            prefix: the way to the subject: ``subject__``.
        """
        mine = Q(**{f"{prefix}unit__in": self.units, f"{prefix}holder": None})
        if self.is_respondent and self.account.person_id is not None:
            mine |= Q(**{f"{prefix}holder": self.account.person_id})
        return mine

    def assesses(self, subject: CampaignSubject) -> bool:
        """Whether they have a group sheet for a subject."""
        if not self.is_assessor or self.fills_for(subject):
            return False
        return any(
            spec_of(s).by == "assessors"
            for s in Sheet.objects.select_related(_WITH_SCHEME).filter(
                subject=subject, respondent=self.account
            )
        )


def spec_of(sheet: Sheet) -> SheetInstrument:
    """The instrument a sheet belongs to."""
    spec = campaign_scheme(sheet.subject.campaign).instruments[sheet.instrument]
    assert isinstance(spec, SheetInstrument)
    return spec


def person_of(request: HttpRequest) -> Person:
    """The person behind a request, roles as they are now."""
    known = getattr(request, "_kaohe_person", None)
    if known is None:
        known = Person(request.user, roles_in(request))  # type: ignore[arg-type]
        request._kaohe_person = known  # type: ignore[attr-defined]
    return known


def _sheet(pk: int) -> Sheet:
    rows = Sheet.objects.select_related(_WITH_SCHEME, "subject__unit").defer(SCHEME_TREE)
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def may_fill(person: Person, sheet: Sheet) -> bool:
    """Whether a sheet is theirs to fill in: their unit's, or the one they score on."""
    if spec_of(sheet).by == "subject":
        return person.fills_for(sheet.subject)
    return person.is_assessor and sheet.respondent_id == person.account.pk


def may_read(person: Person, sheet: Sheet) -> bool:
    """Whether they may read a sheet: their own, or one of a unit they assess, or as overseer.

    An assessor reads a unit's own sheet once it was handed in, never a colleague's.
    """
    if may_fill(person, sheet) or person.is_overseer:
        return True
    return (
        spec_of(sheet).by == "subject"
        and bool(sheet.submitted_at)
        and person.assesses(sheet.subject)
    )


def fillable_sheet(request: HttpRequest, pk: int) -> Sheet:
    """The sheet if it is theirs to fill in.

    Raises:
        Http404: it is not, or does not exist.
    """
    sheet = _sheet(pk)
    if not may_fill(person_of(request), sheet):
        raise Http404
    return sheet


def readable_sheet(request: HttpRequest, pk: int) -> Sheet:
    """The sheet if they may read it.

    Raises:
        Http404: they may not.
    """
    sheet = _sheet(pk)
    if not may_read(person_of(request), sheet):
        raise Http404
    return sheet


def returnable_sheet(request: HttpRequest, pk: int) -> Sheet:
    """The sheet if they may return it: organisers any, assessors a unit's own sheet.

    Raises:
        Http404: they may not.
    """
    sheet, person = _sheet(pk), person_of(request)
    by_subject = spec_of(sheet).by == "subject"
    if person.is_organiser and not may_fill(person, sheet):
        return sheet
    if by_subject and person.assesses(sheet.subject):
        return sheet
    raise Http404


def own_subject(request: HttpRequest, pk: int) -> CampaignSubject:
    """The campaign subject if they fill in for it.

    Raises:
        Http404: they do not.
    """
    row = CampaignSubject.objects.select_related("campaign__scheme", "unit").filter(pk=pk).first()
    if row is None or not person_of(request).fills_for(row):
        raise Http404
    return row


def visible_claims(person: Person) -> QuerySet[Claim]:
    """Entries a person may see: their unit's and those about themselves, those of units they
    assess, all as overseer.  What is recorded about them they see once it was handed in."""
    rows = Claim.objects.select_related(
        _WITH_SCHEME, "subject__unit", "claimed_by__person", "about"
    )
    if person.is_overseer:
        return rows
    mine = person.own("subject__") | person.own("about__") & Q(about__isnull=False)
    unfinished = Q(recorded=True, state__in=[Claim.State.DRAFT, Claim.State.REFUSED])
    mine &= ~unfinished & ~Q(recorded=True, state=Claim.State.WITHDRAWN)
    if person.is_assessor:
        mine |= Q(subject__in=assessed_subjects(person))
        mine |= Q(recorded=True, subject__unit__in=person.group_units) & ~person.own("subject__")
    return rows.filter(mine)


def visible_finding(request: HttpRequest, pk: int) -> Claim:
    """The recorded entry if they may see it.

    Raises:
        Http404: they may not, or it is a claim.
    """
    row = visible_claims(person_of(request)).filter(pk=pk, recorded=True).first()
    if row is None:
        raise Http404
    return row


def assessed_subjects(person: Person) -> list[int]:
    """Ids of the subjects on whose group sheets they stand."""
    sheets = Sheet.objects.filter(respondent=person.account).select_related(_WITH_SCHEME)
    return [
        s.subject_id
        for s in sheets
        if spec_of(s).by == "assessors" and not person.fills_for(s.subject)
    ]


def readable_evidence(request: HttpRequest, pk: Any) -> Evidence:
    """The file if they may download it.

    Raises:
        Http404: they may not.
    """
    row = (
        Evidence.objects.select_related(
            "sheet__subject__campaign__scheme",
            "claim__subject__campaign__scheme",
            "report__subject__campaign__scheme",
        )
        .filter(pk=pk)
        .first()
    )
    if row is None:
        raise Http404
    person = person_of(request)
    if row.sheet is not None:
        allowed = may_read(person, row.sheet)
    elif row.report is not None:
        allowed = may_read_report(person, row.report)
    else:
        assert row.claim is not None
        allowed = visible_claims(person).filter(pk=row.claim_id).exists()
    if not allowed:
        raise Http404
    return row


def may_read_report(person: Person, report: Report) -> bool:
    """Whether they may read a report: their own, or one handed in that they examine or oversee."""
    if person.fills_for(report.subject):
        return True
    if not report.submitted_at:
        return False
    return person.is_overseer or bool(reviews_of(person, report))


def reviews_of(person: Person, report: Report) -> set[str]:
    """The reviews of a report they may speak for: by role, the writer's unit, or its group.

    What the unit itself examines, the organiser may enter for it.
    """
    spec = report_spec(campaign_scheme(report.subject.campaign), report.instrument)
    subject, kinds = report.subject, set(person.kinds)
    if subject.unit_id not in person.group_units:
        kinds.discard(Role.Kind.ASSESSOR)
    if subject.unit_id not in person.units:
        kinds.discard(Role.Kind.RESPONDENT)
    if person.is_organiser:
        kinds.add(Role.Kind.RESPONDENT)
    return {r.id for r in spec.reviews if r.who in kinds}


def readable_report(request: HttpRequest, pk: int) -> Report:
    """The report if they may read it.

    Raises:
        Http404: they may not.
    """
    rows = Report.objects.select_related(_WITH_SCHEME, "subject__unit")
    row = rows.filter(pk=pk).first()
    if row is None or not may_read_report(person_of(request), row):
        raise Http404
    return row


View = Callable[..., HttpResponseBase]
_SECRET = frozenset({"csrfmiddlewaretoken"})
_KEPT_FIELDS = 2000


def keeps_answers(view: View) -> View:
    """Show what was typed instead of losing it when the log-in has run out.

    Stands outside `requires`, which would send a POST to the log-in page and drop its body.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.headers.get("x-requested-with") == "kaohe":
            return JsonResponse({"login": reverse("login")}, status=401)
        return _expired(request)

    guarded.required_roles = getattr(view, "required_roles", ())  # type: ignore[attr-defined]
    return guarded


def _expired(request: HttpRequest) -> HttpResponse:
    kept = [(k, v) for k, vs in request.POST.lists() if k not in _SECRET for v in vs]
    context = {"kept": kept[:_KEPT_FIELDS], "path": request.get_full_path()}
    return render(request, "campaigns/expired.html", context, status=401)
