"""Backup and restore on a real installation of each kind: under load, sealed, verified, refused."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from frith.errors import BadInput
from frith_web.core.sealed_files import PIECE, Lock, Opener, Sealer, new_pair, read_key
from frith_web.core.services.data_folder import prepare_data_folder
from support import ROOT

PASSPHRASE = Lock(passphrase="correct horse battery staple")
FILL = """
from pathlib import Path
from django.conf import settings
from django.db import transaction
from frith_web.core.models import EntryKind, User
from frith_web.core.services.audit import append
from frith_web.core.services.audit_roots import sign_root
user = User.objects.create(username="a.khan", full_name="Amina Khan")
for n in range(50):
    with transaction.atomic():
        append(kind=EntryKind.ACCESS, act=f"core.test{n}", actor=user)
sign_root()
for name in ("profiles/2026/profile.html", "uploads/ab/" + "ab" * 32, "static/x.css", ".aside/y"):
    path = Path(settings.DATA) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("made up " * 1000)
"""
WRITE = """
import sys
from django.db import transaction
from frith_web.core.models import EntryKind, Notification, User
from frith_web.core.services.audit import append
user = User.objects.get()
for n in range(100000):
    with transaction.atomic():
        Notification.objects.create(to=user, kind="x", text=str(n), link="/")
        append(kind=EntryKind.ALTERATION, act="core.test", actor=user)
    print(n, flush=True)
"""
CONTENT = """
import json
from frith_web.core.services import dumps
print(json.dumps(dumps.content()))
"""
PAIRED = """
from frith_web.core.models import AuditEntry, Notification
from frith_web.core.services.audit_verify import verify
print(Notification.objects.count(), AuditEntry.objects.filter(act="core.test").count(),
      len(verify().faults))
"""


class Installation:
    """A data folder and, on PostgreSQL, a database of its own."""

    def __init__(self, folder: Path, address: str = "") -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if "FRITH_WEB" not in name}
        self.environment = {**kept, "FRITH_WEB_DATA": str(folder)}
        if address:
            self.environment["FRITH_WEB_DATABASE_URL"] = address

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """The command, running."""
        return subprocess.Popen(
            [sys.executable, "-c", "from frith_web.cli import main; main()", *arguments],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        """What the command said, after it ended as it should."""
        process = self.begin(*arguments)
        out, err = process.communicate(timeout=180)
        assert process.returncode == code, (arguments, out, err)
        return out, err

    def python(self, code: str) -> str:
        """What a piece of Python says inside the site."""
        return self.run("shell", "--no-imports", "-c", code)[0]


Make = Callable[[str], Installation]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes an installation of the kind that the tests run on."""
    address = os.environ.get("FRITH_WEB_DATABASE_URL", "")
    made: list[str] = []

    def one(name: str) -> Installation:
        folder = tmp_path / name
        folder.mkdir()
        if not address:
            return Installation(folder)
        import psycopg

        database = f"backup_{uuid4().hex}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"')  # type: ignore[arg-type]
        made.append(database)
        return Installation(folder, address.rsplit("/", 1)[0] + f"/{database}")

    yield one
    for database in made:
        import psycopg

        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')  # type: ignore[arg-type]


@pytest.fixture
def filled(make: Make) -> Installation:
    """An installation with an account, a log and files."""
    site = make("site")
    prepare_data_folder(site.folder)
    site.run("migrate", "--verbosity", "0")
    site.python(FILL)
    return site


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    """A private and a public key, by the command."""
    private, public = tmp_path / "private.key", tmp_path / "public.key"
    out, _ = Installation(tmp_path).run("backup-key", str(private))
    public.write_text(out, "ascii")
    assert private.stat().st_mode & 0o077 == 0
    return private, public


def test_a_backup_under_load_comes_back_whole(
    filled: Installation, make: Make, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    private, public = keys
    file = tmp_path / "site.backup"
    load = filled.begin("shell", "--no-imports", "-c", WRITE)
    assert load.stdout is not None
    for _ in range(20):
        assert load.stdout.readline().strip().isdigit()
    _, said = filled.run("backup", str(file), "--to", str(public))
    assert load.poll() is None, "the load ended before the backup"
    load.kill()
    load.communicate()
    assert "Keys in it: secret_key, log_key" in said
    assert file.stat().st_mode & 0o077 == 0
    assert b"Amina" not in file.read_bytes()

    restored = make("restored")
    out, said = restored.run("restore", str(file), "--key", str(private))
    assert out.startswith("The log is whole")
    told, logged, faults = map(int, restored.python(PAIRED).split())
    assert told == logged >= 20
    assert faults == 0
    for name in ("profiles/2026/profile.html", "uploads/ab/" + "ab" * 32, "secret_key", "log_key"):
        assert (restored.folder / name).read_bytes() == (filled.folder / name).read_bytes()
        assert (restored.folder / name).stat().st_mode & 0o077 == 0
    assert not (restored.folder / "static" / "x.css").exists()
    assert not list(restored.folder.glob(".restoring*"))
    assert restored.run("verify-log")[0].startswith("The log is whole")

    _, said = restored.run("restore", str(file), "--key", str(private), code=2)
    assert "not empty" in said


def test_what_comes_back_has_the_same_hashes(
    filled: Installation, make: Make, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    private, public = keys
    file = tmp_path / "site.backup"
    filled.run("backup", str(file), "--to", str(public))
    there = json.loads(filled.python(CONTENT))
    restored = make("restored")
    restored.run("restore", str(file), "--key", str(private))
    here = json.loads(restored.python(CONTENT))
    # What a restore itself adds: its row of the log, and what comes with each migration.
    own = {"core_auditentry", "core_audithead", "sqlite_sequence"}
    assert {name for name in there if there[name] != here[name]} <= own
    # The one has the row of its restore, the other the row that its backup was made.
    assert here["core_auditentry"]["rows"] == there["core_auditentry"]["rows"]
    assert there["core_user"]["rows"] == 1


def test_another_key_a_changed_byte_and_a_cut_end_restore_nothing(
    filled: Installation, make: Make, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    private, public = keys
    file = tmp_path / "site.backup"
    filled.run("backup", str(file), "--to", str(public))
    whole = file.read_bytes()
    other = tmp_path / "other.key"
    other.write_text(new_pair()[0], "ascii")
    empty = make("empty")
    for content, key in (
        (whole, other),
        (whole[: len(whole) // 2] + b"\x00" + whole[len(whole) // 2 + 1 :], private),
        (whole[:-1], private),
        (b"something else", private),
    ):
        file.write_bytes(content)
        _, said = empty.run("restore", str(file), "--key", str(key), code=2)
        assert said.strip().count("\n") <= 1
        assert not [one for one in empty.folder.rglob("*") if one.name not in {"site.sqlite3"}]
    file.write_bytes(whole)
    empty.run("restore", str(file), "--key", str(private))


def test_a_daily_backup_is_written_by_the_worker(
    filled: Installation, keys: tuple[Path, Path], tmp_path: Path
) -> None:
    _, public = keys
    folder = tmp_path / "backups"
    folder.mkdir()
    filled.environment["FRITH_WEB_BACKUPS"] = str(folder)
    filled.environment["FRITH_WEB_BACKUP_RECIPIENT"] = str(public)
    filled.run("work", "--once")
    (made,) = folder.iterdir()
    assert made.name.endswith(".backup")
    said = filled.python(
        "from frith_web.core.models import Job\n"
        "print(*Job.objects.values_list('name', 'state'), sep='\\n')"
    )
    assert "('core.back_up', 'done')" in said
    assert "('core.sign_root', 'done')" in said


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7])
def test_what_is_sealed_opens_and_nothing_less(size: int) -> None:
    private, public = map(read_key, new_pair())
    plain = os.urandom(size)
    out = io.BytesIO()
    sealer = Sealer(out, lock=public)
    for at in range(0, size, 300_000):
        sealer.write(plain[at : at + 300_000])
    sealer.close()
    sealed = out.getvalue()
    assert Opener(io.BytesIO(sealed), lock=private).read() == plain
    pieces = max(1, -(-size // PIECE))
    for broken in (sealed[:-1], sealed[: -(16 + (size - (pieces - 1) * PIECE))], sealed + b"x"):
        with pytest.raises(BadInput):
            Opener(io.BytesIO(broken), lock=private).read()


def test_a_passphrase_opens_and_a_short_one_is_refused() -> None:
    out = io.BytesIO()
    sealer = Sealer(out, lock=PASSPHRASE)
    sealer.write(b"something")
    sealer.close()
    assert Opener(io.BytesIO(out.getvalue()), lock=PASSPHRASE).read() == b"something"
    with pytest.raises(BadInput):
        Opener(io.BytesIO(out.getvalue()), lock=Lock(passphrase="wrong horse battery")).read()
    with pytest.raises(BadInput, match="shorter"):
        Sealer(io.BytesIO(), lock=Lock(passphrase="short"))


def test_a_word_of_the_head_changed_is_noticed() -> None:
    private, public = map(read_key, new_pair())
    out = io.BytesIO()
    sealer = Sealer(out, lock=public)
    sealer.write(b"something")
    sealer.close()
    changed = out.getvalue().replace(b'"to": "', b'"to": "0')
    with pytest.raises(BadInput):
        Opener(io.BytesIO(changed), lock=private).read()


@pytest.mark.parametrize(
    "name", ["../outside", "files/../../outside", "/absolute", "other/x", "files/.hidden"]
)
def test_a_backup_with_a_strange_name_in_it_is_refused(tmp_path: Path, name: str) -> None:
    from frith_web.core.services.restore import _opened

    private, public = map(read_key, new_pair())
    file = tmp_path / "strange.backup"
    with file.open("wb") as out:
        sealer = Sealer(out, lock=public)
        with tarfile.open(mode="w|", fileobj=sealer) as tar:  # type: ignore[call-overload]
            tar.addfile(tarfile.TarInfo(name), io.BytesIO())
        sealer.close()
    with pytest.raises(BadInput, match="strange"):
        _opened(file, private, into=tmp_path / "into")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("command", ["work", "backup", "backup-key", "restore", "import"])
def test_help_has_an_example(tmp_path: Path, command: str) -> None:
    out, _ = Installation(tmp_path).run(command, "--help")
    assert f"frith-web {command}" in out.split("Example:")[1]
