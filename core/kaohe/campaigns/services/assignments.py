"""Who fills in which sheet: made from the register, repeatable, nothing is taken away."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction

from kaohe.audit.services import record
from kaohe.campaigns.errors import IllegalTransition
from kaohe.campaigns.facts import campaign_scheme
from kaohe.campaigns.kinds import is_for
from kaohe.campaigns.models import Campaign, CampaignSubject, Sheet
from kaohe.campaigns.services.actors import Actor, clean_reason, label_of
from kaohe.campaigns.services.reports import make_reports
from kaohe.register.models import Account, Group, GroupMember, Role
from kaohe.scheme.model import SheetInstrument


@dataclass(slots=True)
class Assignment:
    """What `assign_from_groups` did, and what the organiser still has to see to."""

    created: int = 0
    without_respondent: list[str] = field(default_factory=list)
    """Units nobody fills in for."""
    without_group: list[str] = field(default_factory=list)
    """Units no assessment group is responsible for."""
    without_account: list[str] = field(default_factory=list)
    """Members of groups who cannot log in as assessors."""
    recused: list[str] = field(default_factory=list)
    """Members left out for a unit they belong to."""

    @property
    def notes(self) -> list[str]:
        """The same as sentences."""
        texts = (
            ("没有填报账号的考核对象", self.without_respondent),
            ("没有考核组负责的考核对象", self.without_group),
            ("还没有考核组账号的成员", self.without_account),
            ("因是本单位人员而回避的成员", self.recused),
        )
        return [f"{title}：{'、'.join(dict.fromkeys(names))}" for title, names in texts if names]


@transaction.atomic
def assign_from_groups(campaign: Campaign, *, actor: Actor = "") -> Assignment:
    """Give each subject its own sheets and reports, and each member of its group a sheet.

    Running it again adds what is missing, for people who joined later.
    """
    instruments = {
        k: i
        for k, i in campaign_scheme(campaign).instruments.items()
        if isinstance(i, SheetInstrument)
    }
    subjects = list(campaign.subjects.select_related("unit", "holder"))
    respondents = _Respondents(subjects)
    assessors = _Assessors(subjects)
    there = set(
        Sheet.objects.filter(subject__campaign=campaign).values_list(
            "subject_id", "instrument", "respondent_id"
        )
    )
    filled_in = {(s, i) for s, i, _ in there}
    out, rows = Assignment(), []
    for subject in subjects:
        people = respondents.of(subject)
        mine = {k: i for k, i in instruments.items() if is_for(i.classes, subject)}
        by = {i.by for i in mine.values()}
        if "subject" in by and not people:
            out.without_respondent.append(subject.title)
        members = assessors.of(subject, out) if "assessors" in by else []
        for key, spec in mine.items():
            if spec.by == "subject":
                if people and (subject.pk, key) not in filled_in:
                    rows.append((subject, key, people[0], subject.title))
                continue
            for account in members:
                if (subject.pk, key, account.pk) not in there:
                    rows.append((subject, key, account, str(account)))
    sheets = Sheet.objects.bulk_create(
        Sheet(subject=s, instrument=k, respondent=a, label=label[:60]) for s, k, a, label in rows
    )
    out.created = len(sheets)
    if sheets:
        record(
            "sheets.assign",
            actor=label_of(actor),
            subject=f"campaign:{campaign.pk}",
            data={"sheets": [[s.title, k, str(a)] for s, k, a, _ in rows]},
        )
    make_reports(campaign, actor=actor)
    return out


class _Respondents:
    """Accounts that fill in: those of the unit, or the assessed person's own."""

    def __init__(self, subjects: list[CampaignSubject]) -> None:
        roles = Role.objects.filter(kind=Role.Kind.RESPONDENT, account__is_active=True)
        units = {s.unit_id for s in subjects if not s.is_person}
        holders = {s.holder_id for s in subjects if s.is_person}
        self._units: dict[int, list[Account]] = {}
        for role in roles.filter(unit__in=units).select_related("account__person").order_by("id"):
            if role.unit_id is not None:
                self._units.setdefault(role.unit_id, []).append(role.account)
        mine = roles.filter(account__person__in=holders).select_related("account__person")
        self._holders = {r.account.person_id: r.account for r in mine.order_by("-id")}

    def of(self, subject: CampaignSubject) -> list[Account]:
        """Who may fill in for a subject, the first of them gets the sheet."""
        if not subject.is_person:
            return self._units.get(subject.unit_id, [])
        account = self._holders.get(subject.holder_id)
        return [account] if account else []


class _Assessors:
    """Groups, members and accounts, read once."""

    def __init__(self, subjects: list[CampaignSubject]) -> None:
        units = [s.unit_id for s in subjects]
        self.groups: dict[int, list[int]] = {}
        pairs = Group.units.through.objects.filter(unit_id__in=units)
        for unit, group in pairs.values_list("unit_id", "group_id"):
            self.groups.setdefault(unit, []).append(group)
        self.members: dict[int, list[GroupMember]] = {}
        for member in GroupMember.objects.select_related("person").order_by("-leads", "id"):
            self.members.setdefault(member.group_id, []).append(member)
        accounts = Account.objects.filter(
            is_active=True, person__isnull=False, roles__kind=Role.Kind.ASSESSOR
        ).select_related("person")
        self.accounts = {a.person_id: a for a in accounts.distinct()}
        self.own_units = set(
            Role.objects.filter(kind=Role.Kind.RESPONDENT).values_list("account_id", "unit_id")
        )

    def of(self, subject: CampaignSubject, out: Assignment) -> list[Account]:
        """The assessors of one subject, those of its own unit left out."""
        groups = self.groups.get(subject.unit_id, [])
        if not groups:
            out.without_group.append(subject.title)
        found: dict[int, Account] = {}
        for member in (m for g in groups for m in self.members.get(g, [])):
            account = self.accounts.get(member.person_id)
            if account is None:
                out.without_account.append(member.person.name)
            elif self._is_own(account, subject):
                out.recused.append(f"{account}（{subject.title}）")
            else:
                found[account.pk] = account
        return list(found.values())

    def _is_own(self, account: Account, subject: CampaignSubject) -> bool:
        """Nobody scores himself or his unit; colleagues of a person may."""
        if subject.is_person:
            return account.person_id == subject.holder_id
        return (account.pk, subject.unit_id) in self.own_units


@transaction.atomic
def assign_sheet(
    subject: CampaignSubject, *, instrument: str, account: Account, actor: Actor
) -> Sheet:
    """Give one person one sheet, beside the groups.

    Raises:
        IllegalTransition: the sheet is not for the class of the subject.
    """
    spec = campaign_scheme(subject.campaign).instruments.get(instrument)
    if isinstance(spec, SheetInstrument) and not is_for(spec.classes, subject):
        raise IllegalTransition(f"“{spec.title}”不用于{subject.title}这一类考核对象。")
    sheet, made = Sheet.objects.get_or_create(
        subject=subject,
        instrument=instrument,
        respondent=account,
        defaults={"label": str(account)[:60]},
    )
    if made:
        record(
            "sheets.assign",
            actor=label_of(actor),
            subject=f"campaign:{subject.campaign_id}",
            data={"sheets": [[subject.title, instrument, str(account)]]},
        )
    return sheet


@transaction.atomic
def drop_sheet(sheet: Sheet, *, reason: str, actor: Actor) -> None:
    """Take a sheet that was never handed in away from whoever it was given to.

    Raises:
        IllegalTransition: it was handed in at least once, or carries files.
    """
    row = Sheet.objects.select_for_update().get(pk=sheet.pk)
    if row.revisions.exists() or row.state != Sheet.State.DRAFT:
        raise IllegalTransition("这张表提交过，不能取消；可以退回。")
    if row.evidence.exists():
        raise IllegalTransition("这张表已有上传的材料，请先移除材料。")
    data = {"instrument": row.instrument, "label": row.label, "reason": clean_reason(reason)}
    subject = row.subject_id
    row.delete()
    record("sheet.drop", actor=label_of(actor), subject=f"subject:{subject}", data=data)
