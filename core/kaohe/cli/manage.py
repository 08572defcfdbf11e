"""``kaohe manage``: Django's own commands under the site's settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def setup() -> None:
    """Start Django with the site's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaohe.site.settings")
    import django

    django.setup()


def manage(argv: Sequence[str]) -> int:
    """Run a Django command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaohe.site.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["kaohe manage", *(argv or ["help"])])
    except SystemExit as leaving:
        if leaving.code is None or isinstance(leaving.code, int):
            return leaving.code or 0
        print(leaving.code, file=sys.stderr)
        return 2
    return 0
