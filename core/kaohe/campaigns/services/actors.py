"""Who makes a change: an account, or a label for imports and the demo."""

from __future__ import annotations

from kaohe.campaigns.errors import NotAllowed
from kaohe.register.access import actor_label
from kaohe.register.models import Account

Actor = Account | str


def label_of(actor: Actor) -> str:
    """How the journal names an actor."""
    return actor[:150] if isinstance(actor, str) else actor_label(actor)[:150]


def require_account(actor: Actor) -> Account:
    """The account behind an actor, where a rule depends on who it is.

    Raises:
        NotAllowed: the actor is only a label.
    """
    if isinstance(actor, str):
        raise NotAllowed("这一步须由登录的人员办理。")
    return actor


def clean_reason(text: str, *, what: str = "理由", most: int = 300) -> str:
    """A reason a person typed, trimmed.

    Raises:
        NotAllowed: it is empty or too long.
    """
    reason = " ".join(str(text or "").replace("\x00", "").split())
    if not reason:
        raise NotAllowed(f"请填写{what}。")
    if len(reason) > most:
        raise NotAllowed(f"{what}最多 {most} 字，现有 {len(reason)} 字。")
    return reason
