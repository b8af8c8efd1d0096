"""The commands of long work: the worker, backup and restore, and bringing a data set in."""

from __future__ import annotations

import os
import subprocess  # nosec B404
import sys
from collections.abc import Callable
from datetime import timedelta
from getpass import getpass
from pathlib import Path
from typing import Annotated, Any

import typer

from frith.errors import EXIT_PARTLY_REFUSED, BadInput

NAMES = ("work", "backup", "backup-key", "restore", "import")
"""What `cli.py` lists among its own, so that Django is not asked for them."""
Prepare = Callable[[], None]
Say = Callable[[str], None]
Recipient = Annotated[
    Path | None, typer.Option("--to", help="Public key to seal it to, of backup-key.")
]
PassphraseFile = Annotated[
    Path | None, typer.Option(help="File whose first line is the passphrase; asked where unset.")
]


def register(app: typer.Typer, *, django: Prepare, say: Say) -> None:
    """Put the commands on the command line; `django` sets the site up before one begins."""
    _register_work(app, django=django, say=say)
    _register_backup(app, django=django, say=say)


def _register_work(app: typer.Typer, *, django: Prepare, say: Say) -> None:
    """The worker, and bringing a data set in."""

    @app.command()
    def work(
        once: Annotated[bool, typer.Option(help="Stop when no job waits.")] = False,
        lease: Annotated[float, typer.Option(min=1, help="Seconds of a lease.")] = 60,
        parent: Annotated[int, typer.Option(hidden=True)] = 0,
    ) -> None:
        """Do the jobs that people and the site ask for; run one or more beside `serve`.

        Example: frith-web work
        """
        django()
        from frith_web.jobs.worker import Worker

        worker = Worker(lease=timedelta(seconds=lease), wanted=lambda: parent in (0, os.getppid()))
        worker.listen()
        worker.work(once=once)

    @app.command("import")
    def import_folder(
        folder: Annotated[Path, typer.Argument(help="Folder of the data set.")],
        by: Annotated[str, typer.Option(help="User name of who brings it.")],
        owner: Annotated[str, typer.Option(help="Key of the partner whose data it is.")],
        share: Annotated[bool, typer.Option(help="Share it as its flow's agreement says.")] = False,
    ) -> None:
        """Bring the person-level tables of a data set in, whole or not at all.

        Exit 0: all rows. Exit 1: some rows were refused; frith check --rejects hands them back.

        Example: frith-web import rotherham --by a.khan --owner council
        """
        django()
        from frith_web.pole.services.bringing_in import import_by_command

        made = import_by_command(folder=folder, by=by, owner=owner, share=share, say=say)
        added = ", ".join(
            f"{count:,} {name.replace('_', ' ')}" for name, count in made.added.items()
        )
        say(f"Added: {added}. Refused: {made.refused:,} rows.")
        if made.refused:
            raise typer.Exit(EXIT_PARTLY_REFUSED)


def _register_backup(app: typer.Typer, *, django: Prepare, say: Say) -> None:
    """Backup, its keys, and restore."""

    @app.command("backup-key")
    def backup_key(
        file: Annotated[Path, typer.Argument(help="New file for the private key.")],
    ) -> None:
        """Make a pair of keys for backups; the private one opens them and stays off this host.

        Example: frith-web backup-key private.key > /srv/frith-backup.pub
        """
        from frith_web.core.sealed_files import new_pair

        private, public = new_pair()
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise BadInput("there is a file of that name", where=str(file)) from None
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(private)
        sys.stdout.write(public)
        say(f"Keep {file} away from this host: without it, no backup opens.")

    @app.command()
    def backup(
        file: Annotated[Path, typer.Argument(help="New file.")],
        to: Recipient = None,
        passphrase_file: PassphraseFile = None,
    ) -> None:
        """Write a sealed backup of the whole installation, while it works.

        Example: frith-web backup /mnt/other/frith.backup --to /srv/frith-backup.pub
        """
        django()
        from frith_web.core.sealed_files import read_key
        from frith_web.core.services.backup import write

        lock = read_key(_text(to)) if to else _passphrase(passphrase_file, twice=True)
        made = write(file=file, lock=lock, say=say)
        rows = sum(one["rows"] for one in made.tables.values())
        say(f"{file}: {len(made.tables)} tables, {rows:,} rows, {len(made.files):,} files.")
        say(f"Keys in it: {', '.join(made.keys) or 'none; keep them yourself'}.")

    @app.command()
    def restore(
        file: Annotated[Path, typer.Argument(help="The backup.")],
        key: Annotated[Path | None, typer.Option(help="Private key it opens with.")] = None,
        passphrase_file: PassphraseFile = None,
    ) -> None:
        """Bring a backup back into an empty installation, verified.

        Exit 0: whole. Exit 1: restored, but the log in it is broken.

        Example: FRITH_WEB_DATA=/srv/new frith-web restore frith.backup --key private.key
        """
        _empty_folder()
        django()
        from frith_web.core.sealed_files import read_key
        from frith_web.core.services.restore import restore as bring_back

        lock = read_key(_text(key)) if key else _passphrase(passphrase_file, twice=False)
        if not file.is_file():
            raise BadInput("there is no such file", where=str(file))
        done = bring_back(file=file, lock=lock, say=say)
        say(f"Restored: as at {done.manifest.made_at}, {len(done.manifest.files):,} files.")
        sys.stdout.write(f"{done.verdict.line}\n")
        if done.verdict.faults:
            raise typer.Exit(EXIT_PARTLY_REFUSED)


def begin_worker() -> subprocess.Popen[bytes]:
    """A worker in a process of its own, which goes when this one does."""
    command = "from frith_web.cli import main; main()"
    return subprocess.Popen(  # noqa: S603 - our own words  # nosec B603
        [sys.executable, "-c", command, "work", "--parent", str(os.getpid())]
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        raise BadInput("there is no key in that file", where=str(path)) from None


def _passphrase(file: Path | None, *, twice: bool) -> Any:
    from frith_web.core.sealed_files import Lock

    if file is not None:
        try:
            return Lock(passphrase=file.read_text("utf-8").split("\n", 1)[0])
        except OSError:
            raise BadInput("there is no such file", where=str(file)) from None
    given = getpass("Passphrase: ")
    if twice and given != getpass("The same again: "):
        raise BadInput("the two passphrases are not the same")
    return Lock(passphrase=given)


def _empty_folder() -> None:
    """The data folder, before the settings are read: a backup brings its own secret key."""
    folder = Path(os.environ.get("FRITH_WEB_DATA", "var"))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
