"""``kaohe serve`` and ``kaohe demo``."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path

from kaohe.cli.manage import setup
from kaohe.cli.output import complain, refuse
from kaohe.cli.sources import report_problems

SHOWN_FIRST = "township.responsibility"
"""The scheme the demo shows where nothing else was asked for and its plugin is there."""


def serve(args: Namespace) -> int:
    """Bring the database up to date, then serve; the process becomes gunicorn."""
    _allow_host(args.host)
    try:
        prepare()
    except Exception as error:  # whatever it is, the office has to read it in plain words
        return refuse([f"启动不了：{type(error).__name__}: {error}。用 kaohe check 查看原因。"])
    report_problems()
    print(f"网站地址：http://{_shown(args.host)}:{args.port}/　（按 Ctrl+C 停止）", flush=True)
    return _gunicorn(args.host, args.port, getattr(args, "workers", None))


def demo(args: Namespace) -> int:
    """Fill a folder with the sample campaign and serve it."""
    folder = Path(args.data).resolve()
    os.environ["KAOHE_DATA"] = str(folder)
    os.environ["KAOHE_DEMO"] = "true"
    os.environ.pop("KAOHE_SECRETS", None)
    # Never into an office's own database.
    os.environ["KAOHE_DATABASE_URL"] = f"sqlite:///{folder / 'kaohe.sqlite3'}"
    _allow_host(args.host)
    from kaohe import catalogue

    samples = {one.scheme: one for one in catalogue.samples().values()}
    if args.scheme and args.scheme not in samples:
        report_problems()
        known = "、".join(samples) or "无"
        return refuse([f"“{args.scheme}”没有样例。有样例的考核办法：{known}。"])
    sample = samples.get(args.scheme or SHOWN_FIRST) or next(iter(samples.values()), None)
    if sample is None:
        report_problems()
        return refuse(["没有可演示的考核。安装：pip install kaohe-township kaohe-fonts。"])
    _say(f"数据放在 {folder}")
    _say("建立数据库")
    prepare()
    from kaohe.site.demo import DEMO_ACCOUNTS, DEMO_PASSWORD, seed

    seed(sample, progress=_say)
    report_problems()
    print(f"\n{sample.title}　（全部数据均为虚构）\n")
    print(f"所有账号的密码：{DEMO_PASSWORD}\n")
    from kaohe.cli.output import table

    rows = [[one.username, one.role, one.look] for one in DEMO_ACCOUNTS]
    print("\n".join(table(["用户名", "角色", "看什么"], rows, right=set())))
    if args.no_serve:
        print(f"\n启动：kaohe demo --data {args.data}")
        return 0
    address = f"http://{_shown(args.host)}:{args.port}/"
    print(f"\n网站地址：{address}　（按 Ctrl+C 停止）", flush=True)
    return _gunicorn(args.host, args.port, None)


def prepare() -> None:
    """Migrate the database and collect the static files."""
    setup()
    from django.core.management import call_command

    # A broken plugin is reported, not fatal: the site serves the others.
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)


def _allow_host(host: str) -> None:
    """A site on another address must be reachable under it."""
    if "KAOHE_HOSTS" not in os.environ and host not in ("127.0.0.1", "localhost", "::1"):
        names = "*" if host in ("0.0.0.0", "::") else f"localhost,127.0.0.1,{host}"
        os.environ["KAOHE_HOSTS"] = names


def _shown(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host


def _gunicorn(host: str, port: int, workers: int | None) -> int:
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "python:kaohe.site.gunicorn_conf",
        "-b",
        bind,
    ]
    if workers:
        command += ["-w", str(workers)]
    sys.stdout.flush()
    try:
        os.execv(sys.executable, command)
    except OSError as error:
        complain(f"gunicorn 启动不了：{error}")
    return 2


def _say(text: str) -> None:
    print(f"… {text}", flush=True)
