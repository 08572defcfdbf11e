"""``kaohe manage sweep_evidence``: clear away uploaded files that no record knows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kaohe.campaigns.services import sweep_orphans


class Command(BaseCommand):
    """A crash between file and commit leaves a file behind; so does a restored older database."""

    help = "清除没有记录的证明材料文件（默认只清除一天以前的）。用 --list 先看有哪些，不删除。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Age and rehearsal."""
        parser.add_argument(
            "--older-than",
            type=int,
            default=24,
            metavar="小时",
            help="只清除这么多小时以前的文件，默认 24；正在上传的文件还没有记录，不要设得太短。",
        )
        parser.add_argument("--list", action="store_true", help="只列出，不删除。")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep and say what was found."""
        hours = options["older_than"]
        if not 1 <= hours <= 24 * 3650:
            raise CommandError("--older-than 应为 1 到 87600 的整数（小时）。")
        gone = sweep_orphans(older_than=timedelta(hours=hours), delete=not options["list"])
        for name in gone:
            self.stdout.write(name)
        word = "可以清除" if options["list"] else "已清除"
        self.stdout.write(f"{word} {len(gone)} 个没有记录的文件。")
