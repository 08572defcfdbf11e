"""Logging in, and who is behind a session."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from kaohe.register.models import Account


class AccountBackend(ModelBackend):
    """Django's own, reading the person with the account: every page prints the name."""

    def get_user(self, user_id: Any) -> Account | None:
        """The account of a session; none once it is deactivated."""
        account = Account.objects.select_related("person").filter(pk=user_id).first()
        return account if account is not None and self.user_can_authenticate(account) else None
