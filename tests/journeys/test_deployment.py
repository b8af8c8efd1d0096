"""The page that sets a deployment up, followed word for word: its commands, its first people.

Its first step alone, which fetches packages, is left out: `make install` is part of `make test`.
"""

from __future__ import annotations

import http.client
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest

import site_demo
from authenticators import code_now
from killed_site import run_sql
from support import ROOT

PAGE = ROOT / "docs" / "how-to" / "set-up-a-deployment.md"
BLOCK = re.compile(r"^```(bash|sql) ?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FIRST, OWN = "three random words", "staple battery horse correct"
HOST = "srp.example.org"
LIMIT_S = 240


@dataclass(frozen=True)
class Block:
    """Commands of the page: the language, the mark after it, and the text."""

    language: str
    mark: str
    text: str


def blocks() -> list[Block]:
    return [Block(*one) for one in BLOCK.findall(PAGE.read_text("utf-8"))]


@dataclass
class Deployment:
    """Where the page's words lead on this machine."""

    folder: Path
    postgres: str
    """The address of a cluster's own administrator; empty for SQLite."""
    port: int = 0
    tag: str = field(default_factory=lambda: uuid4().hex[:8])

    def here(self, text: str) -> str:
        """The page's words, with this machine's folder, port and names of databases."""
        text = text.replace("/srv/frith", str(self.folder))
        text = text.replace("127.0.0.1:8000", f"127.0.0.1:{self.port}")
        if not self.postgres:
            return text
        text = re.sub(r"\bfrith_(owner|site)\b", rf"frith_\1_{self.tag}", text)
        text = re.sub(r"(DATABASE |/)(frith(?:_restored)?)(?=\s)", rf"\1\2_{self.tag}", text)
        cluster = urlsplit(self.postgres)
        return re.sub(r"@localhost/", f"@{cluster.netloc.split('@')[1]}/", text)

    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("FRITH", "DJANGO"))}
        return {**inherited, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def run(self, text: str, *, answers: str = "") -> str:
        """Run commands in a shell at a terminal, typing the same answer to every question."""
        return _at_a_terminal(self.here(text), answer=answers, environment=self.environment())

    def sql(self, text: str) -> None:
        for statement in self.here(text).strip().split("\n"):
            owner = re.search(r"DATABASE .* OWNER (\w+)", statement)
            if owner:  # PostgreSQL's own administrator may; this test's role must be let
                run_sql(self.postgres, f"GRANT {owner[1]} TO CURRENT_USER")
            run_sql(self.postgres, statement)

    @contextmanager
    def running(self, block: Block) -> Iterator[subprocess.Popen[bytes]]:
        """A command of the page that goes on until it is stopped."""
        log = self.folder / f"{block.mark}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                ["bash", "-ec", self.here(block.text).replace("frith-web ", "exec frith-web ")],
                env=self.environment(),
                cwd=self.folder,
                stdout=out,
                stderr=out,
            )
            try:
                yield process
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)


def _at_a_terminal(text: str, *, answer: str, environment: dict[str, str]) -> str:
    """What a shell prints; passwords are asked at a terminal, and taken from nowhere else."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe("bash", ["bash", "-ec", text], environment)
    shown, asked, until = b"", 0, time.monotonic() + LIMIT_S
    while time.monotonic() < until:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        questions = len(re.findall(rb"(?:password|again): ", shown))
        if questions > asked:
            asked = questions
            time.sleep(0.2)  # until its echo is off
            os.write(terminal, f"{answer}\n".encode())
    else:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    said = shown.decode("utf-8", "replace").replace("\r\n", "\n")
    assert os.waitstatus_to_exitcode(status) == 0, f"{text}\n{said}"
    return said


class Reader:
    """A browser without a picture, behind a proxy that adds TLS."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.page = ""

    def ask(self, method: str, where: str, **form: str) -> str:
        """Ask once and follow where it leads; the address that it ended at."""
        for _ in range(8):
            status, leads = self._once(method, where, form)
            if status not in {301, 302, 303}:
                break
            parts = urlsplit(leads)
            method, form = "GET", {}
            where = parts.path + (f"?{parts.query}" if parts.query else "")
        assert status == 200, (where, status, self.page[:2000])
        return where

    def get(self, where: str) -> str:
        return self.ask("GET", where)

    def send(self, where: str, **form: str) -> str:
        """Fill the form of the page that is open, and send it."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)
        number = re.search(r'name="_submission" value="([^"]+)"', self.page)
        hidden = {"_submission": unescape(number[1])} if number else {}
        assert token is not None, where
        return self.ask("POST", where, csrfmiddlewaretoken=token[1], **hidden, **form)

    def _once(self, method: str, where: str, form: dict[str, str]) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "192.0.2.7",
            "Referer": f"https://{HOST}{where}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, where, urlencode(form) if form else None, headers)
        answer = line.getresponse()
        self.page = answer.read().decode("utf-8")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        line.close()
        return answer.status, answer.getheader("Location") or ""

    def first_sign_in(self, username: str, password: str) -> None:
        """A password of one's own, an authenticator app, and the recovery codes."""
        self.get("/sign-in")
        assert (
            self.send("/sign-in", username=username, password=password) == "/sign-in/own-password"
        )
        assert self.send("/sign-in/own-password", new_password1=OWN, new_password2=OWN) == (
            "/sign-in/set-up"
        )
        self.get("/sign-in/set-up/app")
        secret = re.search(r"<code>([^<]+)</code>", self.page)
        assert secret is not None
        reached = self.send("/sign-in/set-up/app", code=code_now(secret[1]))
        assert reached == "/sign-in/set-up/recovery-codes"
        self.send(reached)
        self.get("/account")


def _wait_until_up(port: int, process: subprocess.Popen[bytes], log: Path) -> float:
    begun = time.monotonic()
    while time.monotonic() < begun + LIMIT_S and process.poll() is None:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/health", headers={"Host": HOST})
            if line.getresponse().status == 200:
                return time.monotonic() - begun
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"the site did not start: {log.read_text('utf-8')}")


def set_up_on_its_pages(port: int) -> None:
    """The first partner, and the first user with a role and a second factor of their own."""
    admin = Reader(port)
    admin.first_sign_in("a.khan", FIRST)
    admin.get("/settings/set-up")
    assert "the police" in admin.page
    assert "whom to contact at Example Council" in unescape(admin.page)
    admin.get("/partners/new")
    given = {"key": "force", "name": "Example Police", "body": "police", "contact": "The desk"}
    police = {"starts_on": "01/04/2025", "is_police": "on", "is_competent_authority": "on"}
    admin.send("/partners/new", **given, **police)
    admin.get("/partners/of/council/change")
    council = {"name": "Example Council", "body": "council", "contact": "Community safety"}
    admin.send("/partners/of/council/change", **council)
    admin.get("/settings/set-up")
    assert "whom to contact" not in admin.page
    admin.get("/accounts/new")
    number = re.search(r'<option value="(\d+)"[^>]*>\s*Example Council', admin.page)
    assert number is not None, admin.page
    admin.send(
        "/accounts/new", partner=number[1], username="c.lee", full_name="Chris Lee", email=""
    )
    password = re.search(r"First password: <code>([^<]+)</code>", admin.page)
    assert password is not None, admin.page
    admin.get("/accounts/of/c.lee/role")
    role = re.search(r'<option value="(\d+)"[^>]*>\s*Analyst', admin.page)
    assert role is not None
    reached = admin.send("/accounts/of/c.lee/role", role=role[1], reason="Sets the site up")
    assert reached == "/accounts/of/c.lee"
    analyst = Reader(port)
    analyst.first_sign_in("c.lee", password[1])
    analyst.get("/people-recorded/")


def test_every_block_of_the_page_is_one_that_is_followed() -> None:
    found = blocks()
    marks = {"", "install", "sqlite", "postgresql", "serve", "work", "import"}
    assert {one.mark for one in found} == marks
    assert [one.language for one in found if one.language == "sql"] == ["sql", "sql"]
    fences = PAGE.read_text("utf-8").count("\n```")
    assert fences == 2 * len(found)
    (install,) = [one for one in found if one.mark == "install"]
    assert "make install" in install.text
    assert re.search(r"^install: ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.skipif(shutil.which("bash") is None, reason="the page's commands are for bash")
def test_a_deployment_is_set_up_by_following_the_page(tmp_path: Path, node_modules: Path) -> None:
    address = os.environ.get("FRITH_WEB_DATABASE_URL", "")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    of = Deployment(tmp_path / "frith", address, port)
    of.folder.mkdir()
    # The page's own environment is where this test runs already.
    (of.folder / "release").mkdir()
    (of.folder / "release" / ".venv").symlink_to(Path(sys.executable).parent.parent)
    other = "sqlite" if address else "postgresql"
    said: list[str] = []
    started: dict[str, Block] = {}
    try:
        for one in blocks():
            if one.mark in {"install", other} or (one.language == "sql" and not address):
                continue
            if one.language == "sql":
                of.sql(one.text)
            elif one.mark in {"serve", "work"}:
                started[one.mark] = one
            elif one.mark == "import":
                with of.running(started["serve"]) as site, of.running(started["work"]) as worker:
                    _wait_until_up(port, site, of.folder / "serve.log")
                    set_up_on_its_pages(port)
                    site_demo.write_tiny_borough(of.folder / "dataset")
                    said.append(of.run(one.text))
                    assert worker.poll() is None, (of.folder / "work.log").read_text("utf-8")
            else:
                said.append(of.run(one.text, answers=FIRST))
    finally:
        if address:
            for name in ("frith", "frith_restored"):
                run_sql(address, f'DROP DATABASE IF EXISTS "{name}_{of.tag}" WITH (FORCE)')
            for name in ("owner", "site"):
                run_sql(address, f'DROP ROLE IF EXISTS "frith_{name}_{of.tag}"')
    whole = "\n".join(said)
    assert "a.khan can sign in" in whole
    assert re.search(r"Added: 16 nominals|Added: .*16 nominals", whole), whole
    assert whole.count("whole") >= 2, whole
    assert "Restored: as at" in whole
    assert (of.folder / "settings").stat().st_mode & 0o077 == 0
    roots = json.dumps((of.folder / "root.txt").read_text("utf-8"))
    assert "frith log root" in roots
