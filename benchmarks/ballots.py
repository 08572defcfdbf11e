"""How fast a hall is served: ballots a second, waiting times, weight of the voter's page.

    python benchmarks/ballots.py [--ballots 500] [--connections 60]

Starts gunicorn as the site does (2 workers × 4 threads) on a fresh database: a SQLite file, or a
PostgreSQL database if KAOHE_DATABASE_URL names a cluster.  Voters sit on the same machine and
compete for its cores, so figures are low; only loopback addresses are used.

Two rounds: everybody casts at once (goal: 500 within 10 s, p95 ≤ 1 s, p99 ≤ 3 s), and a room in
which each voter opens the ballot, then casts, spread over ten seconds (goal: p95 < 1 s).  The
control does the work of a log-in for each ballot and must be several times slower.
"""

from __future__ import annotations

import argparse
import gzip
import random
import secrets
import sys
import time
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from tests.ballots.live import ROOT, Place, Voter, cast_fields, in_parallel, place  # noqa: E402

STATIC = ROOT / "core/kaohe/site/static/kaohe"


def _report(name: str, statuses: Counter[int], seconds: list[float], elapsed: float) -> None:
    seconds.sort()

    def at(share: float) -> str:
        return f"{seconds[min(int(len(seconds) * share), len(seconds) - 1)] * 1000:6.0f} ms"

    rate = len(seconds) / elapsed
    print(
        f"{name:<28} {elapsed:6.1f} s {rate:6.0f}/s  median {at(0.5)}  p95 {at(0.95)}  "
        f"p99 {at(0.99)}  {dict(statuses)}"
    )


def storm(hall: Place, ballots: int, connections: int) -> None:
    """Everybody casts at once."""
    poll, codes = hall.open_poll(ballots)

    def cast(voter: Voter, code: str) -> tuple[int, float]:
        choices = [random.randrange(4) for _ in range(8)]
        started = time.perf_counter()
        status = voter.post(
            "/v", cast_fields(code, poll, nonce=secrets.token_hex(16), choices=choices)
        )
        return status, time.perf_counter() - started

    begun = time.perf_counter()
    results = in_parallel(hall.port, codes, cast, connections=connections)
    elapsed = time.perf_counter() - begun
    _report("all at once", Counter(s for s, _ in results), [t for _, t in results], elapsed)


def room(hall: Place, ballots: int, connections: int) -> None:
    """Open the ballot, then cast, within ten seconds."""
    poll, codes = hall.open_poll(ballots)
    begun = time.perf_counter()

    def vote(voter: Voter, job: tuple[int, str]) -> tuple[int, float]:
        number, code = job
        time.sleep(max(0.0, begun + 10 * number / ballots - time.perf_counter()))
        started = time.perf_counter()
        voter.post("/v", {"code": code})
        status = voter.post("/v", cast_fields(code, poll, nonce=secrets.token_hex(16)))
        return status, (time.perf_counter() - started) / 2

    results = in_parallel(hall.port, list(enumerate(codes)), vote, connections=connections)
    elapsed = time.perf_counter() - begun
    _report(
        "open and cast within 10 s",
        Counter(s for s, _ in results),
        [t for _, t in results],
        elapsed,
    )


def control(hall: Place) -> None:
    """A few people at once, with and without the work of a log-in."""

    def median(path: str) -> float:
        poll, codes = hall.open_poll(16)

        def cast(voter: Voter, code: str) -> float:
            started = time.perf_counter()
            voter.post(path, cast_fields(code, poll, nonce=secrets.token_hex(16)))
            return time.perf_counter() - started

        return sorted(in_parallel(hall.port, codes, cast, connections=16))[8]

    plain = median("/v")
    print(f"control: with a log-in each  {median('/test/with-password') / plain:.1f} times slower")


def weight(hall: Place) -> None:
    """The voter's page with all it loads, compressed."""
    _, codes = hall.open_poll(5)
    voter = Voter(hall.port)
    voter.link.request(
        "POST", "/v", f"code={codes[0]}", {"Content-Type": "application/x-www-form-urlencoded"}
    )
    page = len(gzip.compress(voter.link.getresponse().read()))
    files = {n: len(gzip.compress((STATIC / n).read_bytes())) for n in ("ballot.css", "ballot.js")}
    total = page + sum(files.values())
    print(f"voter's page                 {total / 1000:.1f} kB compressed (page {page}, {files})")


def main() -> None:
    """Run the rounds and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ballots", type=int, default=500)
    parser.add_argument("--connections", type=int, default=60)
    options = parser.parse_args()
    with place() as hall:
        hall.serve()
        print("PostgreSQL" if hall.url else "SQLite")
        storm(hall, options.ballots, options.connections)
        room(hall, options.ballots, options.connections)
        control(hall)
        weight(hall)


if __name__ == "__main__":
    main()
