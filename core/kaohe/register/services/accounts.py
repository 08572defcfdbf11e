"""Accounts: made for all who need one, with passwords shown once; roles given and taken."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.contrib.auth.hashers import get_hasher
from django.db import transaction

from kaohe.audit.services import record
from kaohe.register.models import Account, Group, Person, Role, Unit
from kaohe.register.pinyin import account_name
from kaohe.register.queries import SECRETARY, present_offices
from kaohe.register.services.seen import State, require_unchanged

Grant = tuple[str, Unit | None]
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else on paper
_ROUNDS = 30_000


class AccountRefused(Exception):
    """A change of an account that would lock somebody out or make no sense; Chinese text."""


@dataclass(frozen=True, slots=True)
class Need:
    """A person who needs an account or roles for it."""

    person: Person
    account: Account | None
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """What goes on the printed list; the password is known to nobody afterwards."""

    name: str
    username: str
    password: str
    """Empty when the person had an account already."""
    roles: str


def new_password() -> str:
    """Twelve characters, 59 bits, in groups one can type from paper."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


def _hash(password: str) -> str:
    """Hash a one-time password with fewer rounds than one that people think up.

    Its 59 random bits cannot be guessed anyway; a hundred accounts must not take a minute.
    The first log-in stores it with all rounds.
    """
    hasher = get_hasher()
    rounds = {"iterations": _ROUNDS} if hasher.algorithm.startswith("pbkdf2") else {}
    return str(hasher.encode(password, hasher.salt(), **rounds))


def missing_accounts() -> list[Need]:
    """Secretaries and group members without an account or without the role for their work."""
    wanted: dict[int, list[Grant]] = defaultdict(list)
    people: dict[int, Person] = {}
    offices = present_offices().filter(title=SECRETARY, unit__active=True)
    for office in offices.order_by("unit__order", "unit__pk"):
        people[office.person_id] = office.person
        wanted[office.person_id].append((Role.Kind.RESPONDENT.value, office.unit))
    for group in Group.objects.prefetch_related("memberships__person"):
        for member in sorted(group.memberships.all(), key=lambda m: (not m.leads, m.pk)):
            people[member.person_id] = member.person
            if (Role.Kind.ASSESSOR.value, None) not in wanted[member.person_id]:
                wanted[member.person_id].append((Role.Kind.ASSESSOR.value, None))
    accounts = {a.person_id: a for a in Account.objects.filter(person__in=people)}
    held: dict[int, set[tuple[str, int | None]]] = defaultdict(set)
    for role in Role.objects.filter(account__person__in=people).select_related("account"):
        held[role.account.person_id or 0].add((role.kind, role.unit_id))
    needs = []
    for key, person in people.items():
        open_grants = tuple(
            (kind, unit)
            for kind, unit in wanted[key]
            if (kind, unit.pk if unit else None) not in held[key]
        )
        if open_grants:
            needs.append(Need(person, accounts.get(key), open_grants))
    return needs


def grants_text(grants: Iterable[Grant]) -> str:
    """Roles in words: 填报人（青石村党支部）."""
    return "、".join(
        f"{Role.Kind(kind).label}（{unit}）" if unit else str(Role.Kind(kind).label)
        for kind, unit in grants
    )


def create_missing_accounts(*, actor: str) -> list[Slip]:
    """Create all that is missing in one step; the passwords are in the answer and nowhere else."""
    needs = missing_accounts()
    taken = set(Account.objects.values_list("username", flat=True))
    slips = []
    for need in needs:
        username = need.account.username if need.account else _free(need.person.name, taken)
        password = "" if need.account else new_password()
        slips.append(Slip(need.person.name, username, password, grants_text(need.grants)))
    hashes = [_hash(s.password) if s.password else "" for s in slips]
    if not needs:
        return []
    with transaction.atomic():
        for need, slip, password_hash in zip(needs, slips, hashes, strict=True):
            account = need.account or Account.objects.create(
                username=slip.username,
                password=password_hash,
                person=need.person,
                must_change_password=True,
            )
            for kind, unit in need.grants:
                Role.objects.get_or_create(account=account, kind=kind, unit=unit)
        created = [[s.username, s.name, s.roles] for s in slips]
        record(
            "account.create", actor=actor, subject=f"{len(slips)} 人", data={"accounts": created}
        )
    return slips


def _free(name: str, taken: set[str]) -> str:
    base = account_name(name) or "user"
    number, username = 1, base
    while username in taken:
        number += 1
        username = f"{base}{number}"
    taken.add(username)
    return username


@transaction.atomic
def create_account(
    *, username: str, name: str, kinds: Collection[str], units: Collection[Unit], actor: str
) -> tuple[Account, str]:
    """Create one account; returns it and its one-time password."""
    password = new_password()
    free = Person.objects.filter(name=name, account__isnull=True).order_by("pk").first()
    person = free or Person.objects.create(name=name)
    account = Account(username=username, person=person)
    account.set_password(password)
    account.must_change_password = True
    account.save()
    grants = _grants(kinds, units)
    for kind, of in grants:
        Role.objects.create(account=account, kind=kind, unit=of)
    created = [[username, name, grants_text(grants)]]
    record("account.create", actor=actor, subject=name, data={"accounts": created})
    return account, password


def _grants(kinds: Collection[str], units: Collection[Unit]) -> list[Grant]:
    respondent = Role.Kind.RESPONDENT.value
    grants: list[Grant] = [(k, None) for k in kinds if k != respondent]
    if respondent in kinds:
        grants += [(respondent, unit) for unit in units]
    return grants


def roles_state(account: Account) -> State:
    """The roles of an account as its form shows them."""
    rows = list(Role.objects.filter(account=account).select_related("unit"))
    return roles_as_text((r.kind for r in rows), (r.unit for r in rows if r.unit))


def roles_as_text(kinds: Iterable[str], units: Iterable[Unit]) -> State:
    """Roles and units as a state."""
    return {
        "roles": "、".join(sorted({str(Role.Kind(kind).label) for kind in kinds})),
        "of": "、".join(sorted(unit.name for unit in units)),
    }


@transaction.atomic
def set_roles(
    account: Account,
    *,
    kinds: Collection[str],
    units: Collection[Unit],
    actor: str,
    own: bool,
    seen: str | None = None,
) -> None:
    """Give an account exactly these roles; effective at its next request.

    Args:
        own: whether somebody changes his own account; he may not drop the right to do so.
        seen: fingerprint of the roles the form was filled in from.

    Raises:
        AccountRefused: somebody would lock himself out.
        ChangedMeanwhile: the account has other roles by now.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    managing = {Role.Kind.TECHNICIAN.value, Role.Kind.ORGANISER.value}
    rows = list(Role.objects.filter(account=account).select_related("unit"))
    held = {(r.kind, r.unit_id): r for r in rows}
    if own and managing & {r.kind for r in rows} and not managing & set(kinds):
        raise AccountRefused("不能取消自己管理账号的角色，请由另一位管理人员操作。")
    wanted = {
        (kind, unit.pk if unit else None): (kind, unit) for kind, unit in _grants(kinds, units)
    }
    gone = [held[key] for key in held.keys() - wanted.keys()]
    new = [wanted[key] for key in wanted.keys() - held.keys()]
    if gone or new:
        require_unchanged(roles_state(account), seen=seen)
    for role in gone:
        role.delete()
    for kind, unit in new:
        Role.objects.create(account=account, kind=kind, unit=unit)
    if gone or new:
        data = {"given": grants_text(new), "taken": grants_text((r.kind, r.unit) for r in gone)}
        record("account.roles", actor=actor, subject=f"{account}（{account.username}）", data=data)


@transaction.atomic
def set_active(account: Account, *, active: bool, actor: str, own: bool) -> None:
    """Let somebody in again, or no longer; a session ends at its next request."""
    if own and not active:
        raise AccountRefused("不能停用自己的账号，请由另一位管理人员操作。")
    if account.is_active != active:
        account.is_active = active
        account.save(update_fields=["is_active"])
        action = "account.activate" if active else "account.deactivate"
        record(action, actor=actor, subject=f"{account}（{account.username}）")


@transaction.atomic
def reset_password(account: Account, *, actor: str) -> str:
    """Give an account a new one-time password and return it; sessions end."""
    password = new_password()
    account.set_password(password)
    account.must_change_password = True
    account.save(update_fields=["password", "must_change_password"])
    record("account.password", actor=actor, subject=f"{account}（{account.username}）")
    return password
