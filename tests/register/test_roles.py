"""A role is held once, on every database."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from kaohe.register.models import Account, Role, Unit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("with_unit", [True, False])
def test_a_role_is_held_once(with_unit: bool) -> None:
    account = Account.objects.create(username="a")
    unit = Unit.objects.create(name="一村") if with_unit else None
    Role.objects.create(account=account, kind=Role.Kind.ORGANISER, unit=unit)

    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.create(account=account, kind=Role.Kind.ORGANISER, unit=unit)
