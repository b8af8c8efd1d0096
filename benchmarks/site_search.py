"""How much processor time does a search cost? One reader, a full site, the index behind it.

    python benchmarks/site_search.py [--events 100000] [--rounds 20]
    python tools/with_postgres.py python benchmarks/site_search.py

The site is that of `site_load.py`: 100,000 events and 20,000 nominals on twenty sets of terms, in a
temporary folder or the PostgreSQL that FRITH_WEB_DATABASE_URL names. The processor time of this
process is measured, and that of PostgreSQL's process where it runs on this machine; other work on
the machine does not count in it. The target is 20 ms a search.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import site_load

TARGET_MS = 20
ASKED = {
    "one person": "Alder512",
    "a surname of many": "Alder",
    "two words": "Made Birch12",
    "a crime type of many": "Burglary",
    "a phone": "07700 912345",
    "the end of a phone": "12345",
    "a postcode": "S12 3AA",
    "a date of birth": "04/03/1962",
    "a short form": "Bob Alder12",
    "nobody": "Zzyzx Nobody",
}


def backend() -> Callable[[], float]:
    """Processor seconds that PostgreSQL's process for this connection has used; none on SQLite."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return lambda: 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return lambda: float("nan")
    ticks = os.sysconf("SC_CLK_TCK")

    def used() -> float:
        fields = stat.read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / ticks

    return used


def measure(user: Any, words: str, *, rounds: int, search: Callable[..., Any]) -> tuple[float, int]:
    """Milliseconds of processor time of a search, and how many records it found."""
    from frith_web.core.database import reader
    from frith_web.core.models import User
    from frith_web.core.reading import reading

    used = backend()
    total = 0
    with reader(user.pk):
        here, there = time.process_time(), used()
        for _ in range(rounds):
            fresh = User.objects.get(pk=user.pk)  # its standing is read anew, as for each page
            with reading(actor=fresh, act="products:search"):
                total = sum(one.total for one in search(user=fresh, words=words))
        took = time.process_time() - here + used() - there
    return took / rounds * 1000, total


def main() -> None:
    """Fill a site, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site_load.prepare(Path(folder))
        begun = time.process_time()
        site_load.fill(events=arguments.events, rng=random.Random(1))
        from django.db import connection

        from frith_web.core.models import Partner
        from frith_web.products.search_selectors import search

        print(f"{connection.vendor}: filled in {time.process_time() - begun:.0f} s of this process")
        user = site_load.analyst("searcher", Partner.objects.get(key="council"))
        met = True
        for name, words in ASKED.items():
            measure(user, words, rounds=2, search=search)
            took, found = measure(user, words, rounds=arguments.rounds, search=search)
            met &= took < TARGET_MS
            print(f"{name:22} {took:7.1f} ms  {found:5} found")
        connection.close()
    print("target met" if met else "not shown to meet the target")
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
