"""The demo's accounts: one per role on the log-in page, and those of everybody on the roll."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from kaohe.hookspecs import SampleCampaign
from kaohe.register.models import Account, Group, Office, Person, Role, Unit

DEMO_PASSWORD = "yanshi-2026"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account the log-in page of the demo lists."""

    username: str
    role: str
    look: str


DEMO_ACCOUNTS = (
    DemoAccount("kaoheban", "考核办", "两次考核：一次已公示，一次进行中；单位、测评、核验、结果"),
    DemoAccount(
        "tianbao", "填报人（一个单位的负责人）", "我的任务：填写中的表、加分申报、上一期的推导"
    ),
    DemoAccount("zuzhang", "考核组组长（第一组）", "我的单位：对照自评逐项打分"),
    DemoAccount("dangwei", "党委", "审定：同意或调整建议的等次"),
    DemoAccount("jiandu", "监督", "日志和全部结果"),
    DemoAccount("sheji", "办法设计", "办法：上传、检查、试填，两个版本的不同"),
    DemoAccount("jishu", "系统管理", "账号"),
)


class _Accounts:
    """Creates accounts, one hash for all: hashing 40 passwords would take half a minute."""

    def __init__(self) -> None:
        self.taken = {a.username for a in DEMO_ACCOUNTS}
        self.password = make_password(DEMO_PASSWORD)

    def add(self, username: str, person: Person, *roles: tuple[str, Unit | None]) -> None:
        """Create an account with some roles; a person has one account at most."""
        account = Account.objects.filter(person=person).first()
        if account is None:
            account = Account(username=username, person=person, password=self.password)
            account.save()
        for kind, unit in roles:
            Role.objects.get_or_create(account=account, kind=kind, unit=unit)

    def name_for(self, words: str) -> str:
        """A free user name in pinyin."""
        from pypinyin import lazy_pinyin

        name = "".join(lazy_pinyin(words))
        while name in self.taken:
            name += "2"
        self.taken.add(name)
        return name


def create_accounts(sample: SampleCampaign) -> None:
    """Accounts for the office, for every head of a unit, office holder and assessor."""
    accounts = _Accounts()
    for username, name, role in (
        ("kaoheban", "考核办演示员", Role.Kind.ORGANISER),
        ("kaoheban2", "考核办复核员", Role.Kind.ORGANISER),
        ("dangwei", "党委演示员", Role.Kind.DECIDER),
        ("jiandu", "监督演示员", Role.Kind.AUDITOR),
        ("sheji", "办法设计演示员", Role.Kind.DESIGNER),
        ("jishu", "系统管理演示员", Role.Kind.TECHNICIAN),
    ):
        accounts.add(username, Person.objects.create(name=name), (role, None))
    _respondents(accounts, sample.respondent)
    _assessors(accounts)


def _respondents(accounts: _Accounts, shown: str) -> None:
    """Heads first: the first respondent of a unit is given its sheets."""
    offices = Office.objects.filter(until=None).select_related("person", "unit")
    heads = list(offices.filter(title="书记").order_by("unit__order", "pk"))
    first = next((h for h in heads if h.unit.name == shown), heads[0] if heads else None)
    for office in heads:
        words = office.unit.name.removesuffix("党支部").removesuffix("党总支")
        username = "tianbao" if office is first else accounts.name_for(words)
        accounts.add(username, office.person, (Role.Kind.RESPONDENT, office.unit))
    known = {h.pk for h in heads}
    for office in offices.order_by("unit__order", "pk"):
        if office.pk not in known and not office.person.groups.exists():
            username = accounts.name_for(office.person.name)
            accounts.add(username, office.person, (Role.Kind.RESPONDENT, office.unit))


def _assessors(accounts: _Accounts) -> None:
    first = True
    for group in Group.objects.order_by("order", "id"):
        for member in group.memberships.select_related("person").order_by("-leads", "pk"):
            username = "zuzhang" if first else accounts.name_for(member.person.name)
            accounts.add(username, member.person, (Role.Kind.ASSESSOR, None))
            first = False
