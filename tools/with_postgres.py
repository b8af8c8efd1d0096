"""Run a command beside a PostgreSQL of its own, in a temporary folder, and stop it afterwards.

    python tools/with_postgres.py pytest tests/unit/web

Needs PostgreSQL's own programs (Debian: the package postgresql); FRITH_POSTGRES names their folder
where they lie elsewhere. The cluster listens on a socket in its folder and on no network. The role
the command gets may make databases and is no superuser, so that row-level security binds it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROLE = "frith"
SETTINGS = "-c listen_addresses='' -c fsync={fsync} -c max_connections=60 -k {folder}"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest there is; None where there is none."""
    named = os.environ.get("FRITH_POSTGRES")
    folders = [Path(named)] if named else sorted(Path("/usr/lib/postgresql").glob("*/bin"))[::-1]
    found = shutil.which("initdb")
    if found:
        folders.append(Path(found).parent)
    return next((one for one in folders if (one / "initdb").exists()), None)


@contextmanager
def cluster(*, fsync: bool = False) -> Iterator[str]:
    """A running cluster's address, `postgresql://frith@…`; gone afterwards.

    `fsync` off is quicker and survives the death of processes, though not of the machine.
    """
    where = programs()
    if where is None:
        raise SystemExit("there is no PostgreSQL here: install the package postgresql")
    folder = Path(tempfile.mkdtemp(prefix="frith-postgres-"))
    as_user = _not_root(folder)
    settings = SETTINGS.format(folder=folder, fsync="on" if fsync else "off")
    data = folder / "data"
    try:
        _run([where / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"], as_user)
        control = [where / "pg_ctl", "-D", data, "-l", folder / "log", "-w"]
        _run([*control, "-o", settings, "start"], as_user)
        try:
            for statement in (
                f"CREATE ROLE {ROLE} LOGIN CREATEDB CREATEROLE",
                f"CREATE DATABASE {ROLE} OWNER {ROLE}",
            ):
                _run([where / "psql", "-h", folder, "-U", "postgres", "-qc", statement], as_user)
            yield f"postgresql://{ROLE}@{quote(str(folder), safe='')}/{ROLE}"
        finally:
            _run([*control, "-m", "immediate", "stop"], as_user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _not_root(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: hand the folder to its own account, and run as that."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _run(command: list[object], as_user: dict[str, Any]) -> None:
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        list(map(str, command)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        check=False,
        **as_user,
    )
    if done.returncode:
        raise SystemExit(f"{command[0]} failed: {done.stderr.strip()}")


def main() -> int:
    """Run the command of the command line; its exit code is ours."""
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    with cluster() as address:
        environment = {**os.environ, "FRITH_WEB_DATABASE_URL": address}
        asked = sys.argv[1:]
        return subprocess.run(asked, env=environment, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
