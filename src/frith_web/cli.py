"""The `frith-web` command: set up, demonstrate, publish, serve; and Django's own commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date, datetime
from getpass import getpass
from pathlib import Path
from typing import Annotated, Any

import typer

from frith.cli.frame import guard
from frith.errors import EXIT_DONE, EXIT_PARTLY_REFUSED, BadInput, Mendable
from frith_web.jobs import commands

DEMONSTRATION_FOLDER = "var/demonstration"
OURS = (
    *("demo", "serve", "prepare", "publish", "add-account", "first-password"),
    *("verify-log", "log-root", "index"),
    *commands.NAMES,
    *("--help", "-h"),
)

app = typer.Typer(
    name="frith-web",
    help="The partnership's site. Django's own commands work too: frith-web migrate, check, shell.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]


@app.command()
def demo(
    port: Port = 8000,
    people: Annotated[int, typer.Option(help="People of the borough.")] = 25_000,
) -> None:
    """Build a synthetic borough and its profile, and show the site at this machine only.

    Example: frith-web demo --port 8000
    """
    os.environ["FRITH_WEB_DEMONSTRATION"] = "true"
    os.environ.setdefault("FRITH_WEB_DATA", DEMONSTRATION_FOLDER)
    _prepare()
    from frith_web.core.selectors import has_real_accounts
    from frith_web.core.services.accounts import renew_demonstration_accounts
    from frith_web.products.services.demonstration import prepare_demonstration

    if has_real_accounts():
        raise Mendable(
            "this data folder holds real accounts",
            where=os.environ["FRITH_WEB_DATA"],
            mend="The demonstration wants a folder of its own: unset FRITH_WEB_DATA.",
        )
    prepare_demonstration(on=_today(), people=people, step=_say)
    passwords = renew_demonstration_accounts()
    _say("")
    _say(f"The demonstration is at http://localhost:{port}. Stop it with Ctrl+C. Sign in as:")
    for username, password in passwords.items():
        _say(f"  {username:29} password {password}")
    _say("Everything in it is made up. These passwords work at this machine, until the next start.")
    commands.begin_worker()
    _serve_afresh(bind=f"127.0.0.1:{port}")


@app.command()
def serve(
    bind: Annotated[str, typer.Option(help="Address and port to listen on.")] = "127.0.0.1:8000",
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    certificate: Annotated[Path | None, typer.Option(help="TLS certificate file.")] = None,
    key: Annotated[Path | None, typer.Option(help="TLS key file.")] = None,
) -> None:
    """Serve the site to its readers, by TLS or behind a proxy that adds it.

    Refuses where anything about the installation is unsafe, and says what.

    Example: frith-web serve --bind 127.0.0.1:8000 --workers 2
    """
    _django()
    from frith_web.core.services.installation import reasons_not_to_serve

    reasons = reasons_not_to_serve(own_certificate=certificate is not None)
    if reasons:
        raise Mendable("the site may not be served. " + " ".join(reasons))
    _collect_static()
    files = {"certfile": certificate, "keyfile": key}
    _gunicorn(bind=bind, workers=workers, **{k: str(v) for k, v in files.items() if v})


@app.command()
def prepare(
    serve_as: Annotated[
        str, typer.Option(help="PostgreSQL account that will serve; this one owns the tables.")
    ] = "",
) -> None:
    """Make the data folder, the secret key and the database, and gather the browser files.

    Run it again after each new release: it brings the database up to date.

    Example: FRITH_WEB_DATA=data frith-web prepare
    """
    _prepare()
    if serve_as:
        from frith_web.core.services.row_security import grant_to

        grant_to(serve_as)
    _say("Ready. Next: frith-web add-account, then frith-web serve.")


@app.command()
def publish(
    dataset: Annotated[Path, typer.Argument(help="Folder of the data set.")],
    on: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Date it bears.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of every random draw.")] = 1,
) -> None:
    """Build the local profile of a data set and publish it on the site.

    Example: frith-web publish rotherham --date 2026-11-21
    """
    _django()
    from frith_web.products.services.profile import publish_profile

    kept = publish_profile(dataset=dataset, on=on.date() if on else _today(), seed=seed, step=_say)
    _say(f"Published: {kept}")


@app.command("add-account")
def add_account(  # noqa: PLR0917 - Typer reads options from positional parameters
    username: Annotated[str, typer.Argument(help="Small letters, numbers, . - _")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    email: Annotated[str, typer.Option(help="Their email address.")] = "",
    partner: Annotated[str, typer.Option(help="Short name of whom they work for.")] = "",
    partner_name: Annotated[
        str, typer.Option(help="Its full name, where the site does not know it yet.")
    ] = "",
    role: Annotated[
        list[str] | None, typer.Option(help="Short name of a role; once for each.")
    ] = None,
) -> None:
    """Open an account for one person; asks for its first password.

    The first administrators come this way; they open everybody else's accounts on the site. At the
    first sign-in, within seven days, its holder chooses their own.

    Example: frith-web add-account a.khan --name "Amina Khan" --partner council
    --partner-name "Example Council" --role administrator
    """
    _django()
    from django.core.exceptions import ValidationError

    from frith_web.core.services.first_accounts import open_first_account

    password = getpass("First password: ")
    if password != getpass("The same again: "):
        raise BadInput("the two passwords are not the same")
    try:
        open_first_account(
            username=username,
            full_name=name,
            email=email,
            password=password,
            partner=partner,
            partner_name=partner_name,
            roles=role or [],
        )
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from None
    _say(f"{username} can sign in, and chooses a password of their own there.")


@app.command("first-password")
def first_password(
    username: Annotated[str, typer.Argument(help="The account.")],
    reason: Annotated[str, typer.Option(help="Why they need one; it stays in the log.")],
) -> None:
    """Give an account a new first password, where no administrator can do it on the site.

    It is printed once. Its holder is signed out and chooses their own within seven days.

    Example: frith-web first-password a.khan --reason "Forgot it; known in person"
    """
    _django()
    from frith_web.core.services.first_accounts import renew_first_password

    sys.stdout.write(f"{renew_first_password(username=username, reason=reason)}\n")


@app.command("verify-log")
def verify_log(
    roots: Annotated[
        list[Path] | None, typer.Option(help="A root that was kept outside; once for each file.")
    ] = None,
) -> None:
    """Check every row of the audit log, and the roots; one line says what is wrong where.

    Exit 0: whole. Exit 1: broken.

    Example: frith-web verify-log --roots root-november.txt --roots root-december.txt
    """
    _django()
    from frith_web.core.services.audit_statements import read_letter_file
    from frith_web.core.services.audit_verify import verify

    verdict = verify(outside=[one for path in roots or [] for one in read_letter_file(path)])
    sys.stdout.write(f"{verdict.line}\n")
    raise typer.Exit(EXIT_PARTLY_REFUSED if verdict.faults else EXIT_DONE)


@app.command("log-root")
def log_root(
    out: Annotated[Path | None, typer.Option(help="File for the signed text.")] = None,
    to: Annotated[str, typer.Option(help="Who receives it, outside this host.")] = "",
) -> None:
    """Sign the root of the audit log, hourly, and write it as a text to hand outside.

    Example: frith-web log-root --out root.txt --to "Data protection officer"
    """
    _django()
    from frith_web.core.services.audit_roots import hand_over, letter, sign_root

    root = sign_root()
    text = letter(root)
    if out is not None:
        out.write_text(text, "utf-8")
    if to:
        hand_over(root=root, to=to, actor=None)
    sys.stdout.write(text)


@app.command("index")
def index_command(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; name the records that differ.")
    ] = False,
) -> None:
    """Make the index of the search anew from the records, or check it against them.

    Run it as the account that owns the tables. The site may go on serving; changes wait meanwhile.

    Exit 0: in step. Exit 1: some records differ; each is named by kind and reference.

    Example: frith-web index --check
    """
    _django()
    from frith_web.core.services.search_index import check_search_index, rebuild_search_index

    if not check:
        rebuild_search_index(_say)
        return
    differs = check_search_index()
    for one in differs:
        named = one.reference or f"number {one.number}, which is no record any more"
        sys.stdout.write(f"{one.kind.name} {named}\n")
    _say(f"{len(differs):,} records differ." if differs else "The index and the records agree.")
    raise typer.Exit(EXIT_PARTLY_REFUSED if differs else EXIT_DONE)


def _prepare() -> None:
    """What `demo` and `prepare` share. The secret key comes before the settings are read."""
    from frith_web.core.services.data_folder import prepare_data_folder

    prepare_data_folder(Path(os.environ.get("FRITH_WEB_DATA", "var")))
    _django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    from frith_web.core.services.roles import install_roles
    from frith_web.core.services.row_security import install_row_security

    install_row_security()
    install_roles()
    _collect_static()


def _django() -> None:
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise Mendable(str(error)) from None


def _collect_static() -> None:
    """Our files and those of node_modules, under names that hold their hash."""
    from django.conf import settings
    from django.core.management import call_command

    from frith_web.ui.vendored import gather

    vendored = settings.PACKAGE / "static" / "vendor"
    installed = settings.PACKAGE.parent.parent / "node_modules"
    if installed.is_dir() or not vendored.is_dir():
        gather(installed, into=vendored)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)


def _serve_afresh(*, bind: str) -> None:
    """Serve as this same process with nothing loaded.

    What made the borough has threads. They do not survive the fork of a server's worker, and
    whatever in it asks them for something would wait for ever.
    """
    served = "import sys; from frith_web import cli; cli._gunicorn(bind=sys.argv[1], workers=1)"
    os.execv(sys.executable, [sys.executable, "-c", served, bind])  # noqa: S606  # nosec B606


def _gunicorn(*, bind: str, workers: int, **more: str) -> None:
    from django.db import connections
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

    from frith_web.wsgi import application

    class Server(BaseApplication):
        def load_config(self) -> None:
            options: dict[str, Any] = {
                "bind": bind,
                "workers": workers,
                "threads": 4,
                "worker_class": "gthread",
                "loglevel": "warning",
                "proc_name": "frith-web",
                "control_socket_disable": True,
                **more,
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Callable[..., Any]:
            return application

    connections.close_all()  # what a process holds open, its children must not share
    Server().run()


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the reader's own day


commands.register(app, django=_django, say=_say)


def _run() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frith_web.settings")
    if len(sys.argv) > 1 and sys.argv[1] not in OURS:
        from django.core.management import execute_from_command_line

        _django()
        execute_from_command_line(sys.argv)
    else:
        app()


def main() -> None:
    """The `frith-web` command."""
    guard(_run)
