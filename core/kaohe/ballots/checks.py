"""System checks of what the guarantees of ballots rest on."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register("database")
def check_ballot_settings(**_: Any) -> list[CheckMessage]:
    """Name every setting that would lose, double or reveal ballots."""
    found: list[CheckMessage] = []
    database = settings.DATABASES["default"]
    options = database.get("OPTIONS", {})
    if len(getattr(settings, "BALLOT_PEPPER", "")) < 32:
        found.append(
            Error(
                "票码密钥（BALLOT_PEPPER）缺失或太短",
                hint="删除空的密钥文件后重新启动，程序会生成新的；已印的票随之失效。",
                id="kaohe.E040",
            )
        )
    if database.get("ATOMIC_REQUESTS"):
        found.append(
            Error(
                "ATOMIC_REQUESTS 不能打开：投票只在写入时占用数据库",
                hint="从数据库设置中去掉 ATOMIC_REQUESTS。",
                id="kaohe.E041",
            )
        )
    if database["ENGINE"].endswith("sqlite3"):
        if options.get("transaction_mode") != "IMMEDIATE":
            found.append(
                Error(
                    "SQLite 须用 IMMEDIATE 事务，否则同时投票会报错",
                    hint='在 OPTIONS 中写 "transaction_mode": "IMMEDIATE"。',
                    id="kaohe.E042",
                )
            )
        pragmas = str(options.get("init_command", "")).replace(" ", "").lower()
        for pragma, why in (
            ("journal_mode=wal", "读写互不阻塞"),
            ("synchronous=full", "断电不丢已确认的票"),
            ("secure_delete=on", "删除的票不留在文件里"),
        ):
            if pragma not in pragmas:
                found.append(
                    Error(
                        f"SQLite 缺少设置 {pragma}（{why}）",
                        hint="在 OPTIONS 的 init_command 中补上。",
                        id="kaohe.E043",
                    )
                )
    elif not database.get("CONN_MAX_AGE") and "pool" not in options:
        found.append(
            Warning(
                "每个请求都重新连接数据库，集中投票时会慢好几倍",
                hint="在 OPTIONS 中设置 pool，或设置 CONN_MAX_AGE=600。",
                id="kaohe.W044",
            )
        )
    return found
