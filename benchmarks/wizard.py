"""How fast a step of the self-assessment answers while ten people fill in at once.

Method: a throw-away SQLite database (the product's settings: WAL, IMMEDIATE, FULL), gunicorn with
2 workers × 4 threads, ten clients with one unit each.  A client loops: open a step, post it (a save, then
the next step), autosave.  Every request is timed at the client, connections are kept open; the first
tenth is warm-up.  Printed: requests per second and percentiles per kind of request.

    python benchmarks/wizard.py [--people 10] [--rounds 40] [--pause 0.0]

With `--pause 0` the clients do not think: the machine is saturated, and the figures are worse than any
real evening.  People who pause a second between steps are `--pause 1`.

Two figures do not depend on who else uses the machine: the ratio to the smallest page the site has
(``/health/``, one query; asked once a round in the same run), and the processor time of the server per
request, which is what ten people cost.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
GOAL = 0.100
TRIVIAL = "/health/"


def prepare(people: int) -> list[tuple[str, int]]:
    """Make the database; return (session cookie, sheet id) per person."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from kaohe.campaigns import services
    from kaohe.campaigns.models import Sheet
    from kaohe.register.models import Account, Role, Unit
    from kaohe.scheme.reading import read_source

    path = ROOT / "tests" / "campaigns" / "scheme.yaml"
    version = services.freeze_scheme(read_source(path.read_bytes(), name=path.name), actor="bench")
    units = [Unit.objects.create(name=f"村{n}") for n in range(people)]
    accounts = []
    for n, unit in enumerate(units):
        account = Account.objects.create(username=f"u{n}")
        Role.objects.create(account=account, kind=Role.Kind.RESPONDENT, unit=unit)
        accounts.append(account)
    campaign = services.create_campaign(
        title="bench",
        scheme=version,
        period="2025",
        subjects=[(u, "village") for u in units],
        actor="bench",
    )
    services.open_campaign(campaign, actor="bench")
    services.assign_from_groups(campaign, actor="bench")
    out = []
    for account in accounts:
        client = Client()
        client.force_login(account)
        sheet = Sheet.objects.get(respondent=account)
        out.append((client.cookies[settings.SESSION_COOKIE_NAME].value, sheet.pk))
    return out


class Person(threading.Thread):
    """One respondent with one connection."""

    def __init__(self, port: int, cookie: str, sheet: int, rounds: int, pause: float) -> None:
        super().__init__()
        self.port, self.cookie, self.sheet = port, cookie, sheet
        self.rounds, self.pause = rounds, pause
        self.times: list[tuple[str, float]] = []
        self.errors: list[str] = []

    def ask(self, kind: str, method: str, path: str, fields: dict[str, str] | None = None) -> str:
        headers = {"Cookie": f"sessionid={self.cookie}; csrftoken={'a' * 32}"}
        body = None
        if fields is not None:
            body = urlencode(fields | {"csrfmiddlewaretoken": "a" * 32})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.perf_counter()
        self.link.request(method, path, body, headers)
        reply = self.link.getresponse()
        text = reply.read().decode()
        self.times.append((kind, time.perf_counter() - start))
        if reply.status not in (200, 302):
            self.errors.append(f"{kind}: {reply.status}")
        return text

    def run(self) -> None:
        """Fill in the sheet over and over."""
        self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for n in range(self.rounds):
            step, item = (("1", "duty"), ("2", "rules"))[n % 2]
            path = f"/sheets/{self.sheet}/steps/{step}/"
            self.ask("trivial", "GET", TRIVIAL)
            page = self.ask("open", "GET", path)
            version = re.search(r'name="version" value="(\d+)"', page)
            assert version, page[:500]
            fields = {"version": version[1], f"{step}-mark_{item}": str(n % 10)}
            self.ask("save", "POST", path, fields | {f"{step}-reason_{item}": "说明" * (n % 30)})
            time.sleep(self.pause)
            latest = self.ask("open", "GET", path)
            version = re.search(r'name="version" value="(\d+)"', latest)
            assert version
            fields = {"version": version[1], f"{step}-mark_{item}": str((n + 1) % 10)}
            self.ask("autosave", "POST", f"/sheets/{self.sheet}/autosave/", fields)
            time.sleep(self.pause)


def percentile(values: list[float], share: float) -> float:
    """The value below which a share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def main() -> int:
    """Run it and say whether the goal was met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--pause", type=float, default=0.0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kaohe-bench-") as folder:
        os.environ.update(KAOHE_DATA=folder, DJANGO_SETTINGS_MODULE="kaohe.site.settings")
        sys.path.insert(0, str(ROOT / "core"))
        os.environ["PYTHONPATH"] = str(ROOT / "core")
        people = prepare(chosen.people)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "kaohe.site.wsgi", "-b", f"127.0.0.1:{port}",
             "-w", "2", "--threads", "4", "-k", "gthread", "--log-level", "warning"],
        )  # fmt: skip
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            return measure(
                port, people, rounds=chosen.rounds, pause=chosen.pause, server=server.pid
            )
        finally:
            server.terminate()
            server.wait(10)


def processor_seconds(server: int) -> float:
    """Processor time the server's workers have used so far."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    ticks = 0
    for pid in children:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(
    port: int, people: list[tuple[str, int]], *, rounds: int, pause: float, server: int
) -> int:
    """Let everybody loose and print what they met."""
    before = processor_seconds(server)
    threads = [Person(port, cookie, sheet, rounds, pause) for cookie, sheet in people]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - start
    times = [t for p in threads for t in p.times[len(p.times) // 10 :]]
    errors = [e for p in threads for e in p.errors]
    print(f"{len(people)} people, pause {pause} s, load {os.getloadavg()[0]:.1f}: "
          f"{sum(len(p.times) for p in threads) / wall:.0f} requests/s, {len(errors)} errors")  # fmt: skip
    asked = sum(len(p.times) for p in threads)
    print(f"  processor time of the server: {(processor_seconds(server) - before) / asked * 1000:.1f} ms"
          f" per request")  # fmt: skip
    for kind in ("trivial", "open", "save", "autosave"):
        values = [t for k, t in times if k == kind]
        shown = "  ".join(f"p{s * 100:.0f} {percentile(values, s) * 1000:.0f} ms"
                          for s in (0.5, 0.95, 0.99))  # fmt: skip
        print(f"  {kind:9} {len(values):5}  {shown}")
    steps = [t for k, t in times if k in ("open", "save")]
    least = [t for k, t in times if k == "trivial"]
    print("  a step against the trivial page: "
          + "  ".join(f"p{s * 100:.0f} ×{percentile(steps, s) / percentile(least, s):.1f}"
                      for s in (0.5, 0.95)))  # fmt: skip
    met = percentile(steps, 0.95) < GOAL and not errors
    print(f"goal p95 < {GOAL * 1000:.0f} ms: {'met' if met else 'MISSED'}"
          f" ({percentile(steps, 0.95) * 1000:.0f} ms)")  # fmt: skip
    for error in sorted(set(errors))[:5]:
        print("  error", error)
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
