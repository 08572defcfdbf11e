"""``kaohe manage backup FOLDER``: a copy that restores; ``--check`` looks at one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kaohe.site.backup import BackupRefused, backup_problems, make_backup, read_manifest


class Command(BaseCommand):
    """Database and uploads, without the secrets."""

    help = "把数据库和上传的材料备份到一个新文件夹；可以边用边备份。--check 检查已有的备份。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and what for."""
        parser.add_argument("folder", metavar="文件夹", type=Path)
        parser.add_argument("--check", action="store_true", help="只检查这个文件夹里的备份。")
        parser.add_argument(
            "--with-open-polls",
            action="store_true",
            help="有测评没有封存时也备份（封存后须删除）。",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make or check a backup."""
        folder: Path = options["folder"]
        try:
            if not options["check"]:
                make_backup(folder, with_open_polls=options["with_open_polls"])
            problems = backup_problems(folder)
            manifest = read_manifest(folder)
        except BackupRefused as error:
            raise CommandError(str(error)) from error
        if problems:
            raise CommandError("\n".join(problems[:20]))
        rows = sum(manifest.rows.values())
        self.stdout.write(
            f"备份完好：{folder}（{rows} 行记录，{len(manifest.media)} 个文件，{manifest.made_at}）"
        )
        self.stdout.write("密钥不在备份里，请另行保管（docs/operations.md）。")
