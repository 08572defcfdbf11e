"""System checks of what an office's installation rests on, beside Django's own."""

from __future__ import annotations

import sqlite3
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

LIMITER = "kaohe.campaigns.files.limit.LimitUploadHandler"
RESET_BUG = ((3, 7, 0), (3, 51, 3))
"""SQLite from, up to but without: two writers may damage a database in WAL mode, very rarely."""


@register(Tags.security)
def check_uploads(**_: Any) -> list[CheckMessage]:
    """Name what would let uploaded files in unmeasured, or show them inline."""
    found: list[CheckMessage] = []
    if find_spec("defusedxml") is None:
        found.append(
            Error(
                "没有安装 defusedxml，恶意的 Excel 文件可以耗尽内存",
                hint="pip install defusedxml",
                id="kaohe.E045",
            )
        )
    if next(iter(settings.FILE_UPLOAD_HANDLERS), "") != LIMITER:
        found.append(
            Error(
                "上传大小没有在读取时限制",
                hint=f"FILE_UPLOAD_HANDLERS 的第一项应为 {LIMITER}。",
                id="kaohe.E046",
            )
        )
    if settings.MEDIA_URL not in ("", "/"):
        found.append(
            Error(
                "上传的材料不能由网址直接打开：那样不经过权限检查，也可能在网页里运行",
                hint="去掉 MEDIA_URL，也不要在前置服务器上公开上传文件夹。",
                id="kaohe.E047",
            )
        )
    return found


@register(Tags.database, deploy=True)
def check_sqlite_version(**_: Any) -> list[CheckMessage]:
    """Recommend PostgreSQL, or a newer SQLite, where many write at once."""
    first, fixed = RESET_BUG
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if not on_sqlite or not first <= sqlite3.sqlite_version_info < fixed:
        return []
    return [
        Warning(
            f"SQLite {sqlite3.sqlite_version} 在多个进程同时写入时，极少数情况下可能损坏数据库",
            hint="升级到 3.51.3 以上，或改用 PostgreSQL；并每天备份。",
            id="kaohe.W048",
        )
    ]
