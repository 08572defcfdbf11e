"""``kaohe check``: is this installation fit for use?"""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict, dataclass
from typing import Any

from kaohe import catalogue
from kaohe.cli.manage import setup
from kaohe.cli.output import UNUSABLE, print_json
from kaohe.plugins import get_plugins


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at."""

    level: str
    """``ok``, ``warning``, ``error`` or ``unusable``."""
    part: str
    what: str
    remedy: str = ""
    id: str = ""


_MARKS = {"ok": "正常", "warning": "警告", "error": "错误", "unusable": "不可用"}
_CODES = {"ok": 0, "warning": 1, "error": 1, "unusable": UNUSABLE}


def check(args: Namespace) -> int:
    """Check plugins, schemes, settings, database and fonts; the worst decides the exit code."""
    lines = [*_plugins(), *_site()]
    if args.format == "json":
        print_json({"checks": [asdict(line) for line in lines]})
    else:
        for line in lines:
            code = f"（{line.id}）" if line.id else ""
            print(f"{_MARKS[line.level]}　{line.part}：{line.what}{code}")
            if line.remedy:
                print(f"　　　　{line.remedy}")
    return max(_CODES[line.level] for line in lines)


def _plugins() -> list[Line]:
    plugins = get_plugins()
    lines = []
    for name in sorted(plugins.loaded):
        distribution, version = plugins.origin(name)
        schemes = [k for k, e in catalogue.schemes().items() if e.plugin == name]
        offers = f"，考核办法 {'、'.join(schemes)}" if schemes else ""
        lines.append(Line("ok", "插件", f"{name}（{distribution} {version}）{offers}"))
    return lines or [Line("warning", "插件", "一个也没有", "pip install kaohe-township")]


def _site() -> list[Line]:
    """What needs Django: settings, database, migrations, fonts."""
    try:
        setup()
        from django.core.checks import ERROR, WARNING, run_checks

        database = _database()
        # Some checks ask the database; without it the rest is still worth knowing.
        reachable = None if database.level == "unusable" else ["default"]
        messages = run_checks(databases=reachable) if reachable else _checks_apart()
    except Exception as error:  # settings or apps that do not load leave nothing to check
        what = f"网站启动不了：{type(error).__name__}: {error}"
        return [Line("unusable", "设置", what, "核对设置和插件")]
    lines = [
        Line(
            "error" if m.level >= ERROR else "warning", "设置", str(m.msg), str(m.hint or ""),
            str(m.id or ""),
        )
        for m in messages
        if m.level >= WARNING
    ]  # fmt: skip
    lines = lines or [Line("ok", "设置", "没有发现问题")]
    return [*lines, database]


def _checks_apart() -> list[Any]:
    """The checks that need no database."""
    from django.core.checks import run_checks

    return list(run_checks(tags=["kaohe", "security", "urls", "templates"]))


def _database() -> Line:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except (DatabaseError, OSError) as error:
        what = f"连不上（{str(error).splitlines()[0]}）"
        return Line("unusable", "数据库", what, "核对 KAOHE_DATABASE_URL 和数据库服务")
    word = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(
        connection.vendor, connection.vendor
    )
    if waiting:
        return Line(
            "warning", "数据库", f"{word}，有 {waiting} 步更新没有做", "kaohe manage migrate"
        )
    return Line("ok", "数据库", word)
