"""Opening a form as a browser does before it saves."""

from __future__ import annotations

from typing import Any

from django.test import Client


def opened(client: Client, url: str) -> dict[str, Any]:
    """The hidden field that says which state the form was filled in from."""
    context = client.get(url).context
    meanwhile = context.get("meanwhile")
    return {"seen": meanwhile.seen if meanwhile else context["seen"]}
