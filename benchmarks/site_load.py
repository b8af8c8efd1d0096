"""How long do pages take while fifty people work? Lists, records and searches over a full site.

    python benchmarks/site_load.py [--seconds 30] [--users 50] [--events 100000]
    python tools/with_postgres.py python benchmarks/site_load.py

A site of its own in a temporary folder (SQLite in a file, or the PostgreSQL that
FRITH_WEB_DATABASE_URL names) holds 100,000 events, 20,000 nominals and 150,000 roles on twenty sets
of terms. gunicorn serves it on this machine with two processes of four threads. Fifty signed-in
analysts each open a page, read for one to three seconds, and open the next; every page leaves its
row in the log before it is sent. The target is 300 ms at the 95th percentile, 500 ms for searches.
Client and server share the machine's cores; the load that the machine bore beside is printed.

Before that, one reader opens forty pages of each kind in turn: the processor's time that a page of
the kind costs the server, and on PostgreSQL its database, which waiting does not stretch.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import defaultdict
from pathlib import Path
from typing import Any

TARGETS_MS = {"list": 300, "filtered list": 300, "record": 300, "search": 500, "api": 300}
TERMS = 20
MIX = ("list", "list", "filtered list", "record", "record", "record", "search", "api")
SURNAMES = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper")
ACCOUNTS = "frith_web.core.authentication.Accounts"
IN_TURN = 40
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def prepare(folder: Path) -> None:
    """A site of its own, empty."""
    from frith_web.core.services.data_folder import prepare_data_folder

    os.environ["FRITH_WEB_DATA"] = str(folder)
    os.environ["FRITH_WEB_DEMONSTRATION"] = "true"  # plain HTTP on this machine
    os.environ["DJANGO_SETTINGS_MODULE"] = "frith_web.settings"
    prepare_data_folder(folder)
    import django

    django.setup()
    from django.core.management import call_command

    from frith_web.core.services.roles import install_roles
    from frith_web.core.services.row_security import install_row_security

    call_command("migrate", verbosity=0, interactive=False)
    install_row_security()
    install_roles()
    call_command("collectstatic", verbosity=0, interactive=False)


def fill(*, events: int, rng: random.Random) -> dict[str, list[str]]:
    """The records, made up; the references of some to open, by page."""
    from django.db import transaction

    from frith.reference.regimes import Regime
    from frith_web.core.models import Compartment, Partner, opened
    from frith_web.core.services.protections import Terms, terms
    from frith_web.pole.models import Batch, Event, EventRole, Location, Nominal

    owner = Partner.objects.create(key="council", name="Council", body="council")
    maker = analyst("maker", owner)
    held = [
        terms(
            of=Terms(
                owner=owner,
                regime=Regime.SYNTHETIC,
                compartments=[
                    Compartment.objects.create(key=f"c-{n}", name=f"C{n}", owner=owner, reason="-")
                ]
                if n % 4 == 3
                else [],
                conditions=["no_action"] if n % 2 else [],
                restricted=n % 8 == 5,
            )
        )
        for n in range(TERMS)
    ]
    shared = {"created_by": maker, "source": "made up"}
    with transaction.atomic(), opened("a made-up site"):
        batch = Batch.objects.create(
            protection=held[0], created_by=maker, title="Made up", digest="0" * 64
        )

        def rows(model: Any, count: int, values: Any) -> list[Any]:
            made = [
                model(
                    **shared,
                    protection=held[n % TERMS],
                    batch=batch,
                    source_id=f"{model.__name__}-{n}",
                    **values(n),
                )
                for n in range(count)
            ]
            return list(model.objects.bulk_create(made, batch_size=2000))

        nominals = rows(
            Nominal,
            events // 5,
            lambda n: {
                "given_names": f"Made {rng.choice(SURNAMES)}",
                "family_name": f"{rng.choice(SURNAMES)}{n % 997}",
                "date_of_birth": f"{1950 + n % 60}-03-04",
                "phone": f"07700 9{n:05}",
                "postcode": f"S{n % 80} {n % 9}AA",
            },
        )
        places = rows(
            Location,
            events // 20,
            lambda n: {"label": f"{n} Made Up Road", "postcode": f"S{n % 80} 1AA"},
        )
        happened = rows(
            Event,
            events,
            lambda n: {
                "sort": "crime",
                "crime_type": rng.choice(("Burglary", "Drugs", "Shoplifting", "Violence")),
                "occurred_from": f"20{20 + n % 6}-{n % 12 + 1:02}-{n % 28 + 1:02}",
                "area": f"E0100{n % 150:04}",
                "location": rng.choice(places),
                "occasion_ref": f"O-{n // 2}",
            },
        )
        roles = [
            EventRole(
                protection=event.protection,
                created_by=maker,
                event=event,
                nominal=nominals[int(len(nominals) * rng.random() ** 2)],
                role=role,
                batch=batch,
            )
            for n, event in enumerate(happened)
            for role in (("suspect", "victim") if n % 2 else ("suspect",))
        ]
        EventRole.objects.bulk_create(roles, batch_size=2000)
    open_ones = [n for n in range(events) if n % TERMS in (0, 1, 2, 4, 6, 8, 9, 10, 12)]
    return {
        "people-recorded": [
            str(nominals[n].reference) for n in open_ones[:400] if n < len(nominals)
        ],
        "events": [str(happened[n].reference) for n in open_ones[:400]],
    }


def analyst(username: str, owner: Any) -> Any:
    """An account with the analyst's role."""
    from frith_web.core.models import Role, RoleHeld, User

    user = User.objects.create(username=username, full_name=username.title(), partner=owner)
    RoleHeld.objects.create(user=user, role=Role.objects.get(key="analyst"), reason="load")
    return user


def sign_in(users: int) -> list[tuple[dict[str, str], str]]:
    """Each user's cookies, as their browser holds them, and their token."""
    from datetime import timedelta

    from django.test import Client

    from frith_web.core.models import Partner, Role, RoleHeld
    from frith_web.core.models.dated import today
    from frith_web.core.purposes import Purpose
    from frith_web.core.services import tokens

    owner = Partner.objects.get(key="council")
    admin = analyst("token-admin", owner)
    RoleHeld.objects.create(user=admin, role=Role.objects.get(key="administrator"), reason="load")
    held = []
    for n in range(users):
        user = analyst(f"reader-{n:02}", owner)
        client = Client(HTTP_HOST="localhost")
        client.force_login(user, backend=ACCOUNTS)
        assert client.get("/search/", {"words": "Made", "purpose": "planning"}).status_code == 200
        issued = tokens.issue(
            by=admin,
            account=user,
            title="Load",
            purpose=Purpose.PLANNING,
            permissions=["pole.event:read", "pole.event:export"],
            ends_on=today() + timedelta(days=1),
        )
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        held.append((cookies, tokens.collect(token=issued, by=user)))
    return held


def address(kind: str, known: dict[str, list[str]], rng: random.Random) -> str:
    """One page of that kind."""
    if kind == "list":
        return f"/{rng.choice(['people-recorded', 'events'])}/?page={rng.randint(1, 5)}"
    if kind == "filtered list":
        return rng.choice(
            [f"/people-recorded/?words={rng.choice(SURNAMES)}", "/events/?words=Burglary"]
        )
    if kind == "record":
        page = rng.choice(list(known))
        return f"/{page}/{rng.choice(known[page])}"
    if kind == "search":
        return f"/search/?words={rng.choice(SURNAMES)}{rng.randint(1, 997)}"
    return "/api/v1/events?limit=50"


class Browser:
    """One reader's connection, kept open between pages as long as the server keeps it."""

    def __init__(self, port: int, session: tuple[dict[str, str], str]) -> None:
        cookies, self._token = session
        self._cookies = "; ".join(f"{name}={value}" for name, value in cookies.items())
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, kind: str, path: str) -> int | str:
        """The status of a page, all of it read; the name of what went wrong on the way."""
        headers = {"Host": "localhost"}
        if kind == "api":
            headers["Authorization"] = f"Bearer {self._token}"
        else:
            headers["Cookie"] = self._cookies
        for _ in range(2):  # the server may have hung up while the reader read
            try:
                self._line.request("GET", path, headers=headers)
                answer = self._line.getresponse()
                answer.read()
            except (http.client.RemoteDisconnected, ConnectionError):
                self._line.close()
            except (OSError, http.client.HTTPException) as error:
                self._line.close()
                return type(error).__name__
            else:
                return answer.status
        return "no answer"


def work(
    browser: Browser,
    *,
    known: dict[str, list[str]],
    until: float,
    think: tuple[float, float],
    took: dict[str, list[float]],
    seed: int,
) -> None:
    """One user: a page, a pause, the next."""
    rng = random.Random(seed)
    time.sleep(rng.random() * think[1])
    while time.monotonic() < until:
        kind = rng.choice(MIX)
        path = address(kind, known, rng)
        start = time.perf_counter()
        status = browser.get(kind, path)
        said = kind if status == 200 else f"failed: {status}"
        took[said].append((time.perf_counter() - start) * 1000)
        time.sleep(rng.uniform(*think))


def busy_ms(processes: list[int]) -> float:
    """Milliseconds that the processor has worked for these processes since they began."""
    ticks = 0
    for pid in processes:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])  # in user code, and in the kernel
    return 1000 * ticks / TICKS_A_SECOND


def with_children(pid: int) -> list[int]:
    """A process and those that it began."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, listed)]


def in_turn(
    browser: Browser, known: dict[str, list[str]], server: int
) -> dict[str, tuple[float, float]]:
    """Processor's milliseconds a page of each kind costs: of the server, of the database."""
    rng = random.Random(0)
    found = {}
    for kind in TARGETS_MS:
        for count in (8, IN_TURN):  # the first warm both processes up
            before = busy_ms(with_children(server)), busy_ms(backends())
            for _ in range(count):
                status = browser.get(kind, address(kind, known, rng))
                if status != 200:
                    raise SystemExit(f"{kind}: {status}")
            after = busy_ms(with_children(server)), busy_ms(backends())
        found[kind] = ((after[0] - before[0]) / IN_TURN, (after[1] - before[1]) / IN_TURN)
    return found


def backends() -> list[int]:
    """The database's own processes that answer the server; none where it is SQLite."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def serve(port: int) -> subprocess.Popen[bytes]:
    """gunicorn as `frith-web serve` runs it: two processes of four threads."""
    command = [sys.executable, "-m", "gunicorn", "frith_web.wsgi", "--no-control-socket"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"]
    return subprocess.Popen([*command, "--worker-class", "gthread", "--log-level", "error"])


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def measure(
    arguments: argparse.Namespace, known: dict[str, list[str]]
) -> tuple[dict[str, list[float]], dict[str, tuple[float, float]], float]:
    """Serve, let everybody work, and stop.

    Returns milliseconds by kind of page; the processor's by kind, in turn; and of them the
    server's by page while everybody worked.
    """
    sessions = sign_in(arguments.users)
    port = free_port()
    server = serve(port)
    browsers = [Browser(port, session) for session in sessions]
    took: dict[str, list[float]] = defaultdict(list)
    try:
        for _ in range(100):
            if browsers[0].get("list", "/health") == 200:
                break
            time.sleep(0.3)
        costs = in_turn(browsers[0], known, server.pid)
        before = busy_ms(with_children(server.pid))
        until = time.monotonic() + arguments.seconds
        threads = [
            threading.Thread(
                target=work,
                args=(browser,),
                kwargs={
                    "known": known,
                    "until": until,
                    "think": (arguments.think / 2, arguments.think * 1.5),
                    "took": took,
                    "seed": n,
                },
            )
            for n, browser in enumerate(browsers)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        busy = busy_ms(with_children(server.pid)) - before
    finally:
        server.terminate()
        server.wait(timeout=20)
    return took, costs, busy / max(1, sum(map(len, took.values())))


def main() -> None:
    """Fill, measure, say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--think", type=float, default=2.0, help="Seconds between pages, mean.")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        from django.db import connection

        start = time.perf_counter()
        known = fill(events=arguments.events, rng=random.Random(1))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"{connection.vendor}: filled in {time.perf_counter() - start:.0f} s")
        beside = os.getloadavg()[0]
        took, costs, busy = measure(arguments, known)
        connection.close()
    total = sum(map(len, took.values()))
    print(
        f"{arguments.users} users, {total} pages in {arguments.seconds} s, "
        f"{os.cpu_count()} cores, load before {beside:.1f}; the server worked {busy:.1f} ms a page"
    )
    met = True
    for kind, values in sorted(took.items()):
        if len(values) < 2 or kind.startswith("failed"):
            print(f"{kind}: {len(values)}")
            met = False
            continue
        cuts = statistics.quantiles(values, n=20)
        target = TARGETS_MS.get(kind, 0)
        met &= cuts[18] < target
        print(
            f"{kind:14} {len(values):5} pages: p50 {statistics.median(values):7.1f} ms, "
            f"p95 {cuts[18]:7.1f} ms (target {target}); alone, processor {costs[kind][0]:.1f} ms "
            f"and the database's {costs[kind][1]:.1f}"
        )
    print("targets met" if met else "not shown to meet the targets")


if __name__ == "__main__":
    main()
