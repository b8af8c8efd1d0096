"""`frith-web serve` refuses an unsafe installation and says why."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

import site_world as world
from frith_web.core.models import User
from frith_web.core.services import installation
from frith_web.core.services.accounts import open_account, renew_demonstration_accounts
from frith_web.core.services.installation import reasons_not_to_serve


def reasons() -> list[str]:
    return reasons_not_to_serve(own_certificate=False)


@pytest.fixture
def ready(site: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation that may be served."""
    monkeypatch.setattr(installation, "owns_its_tables", lambda: False)
    world.person("admin", of=world.partner("council"), roles=("administrator",))
    site.SECURE_SSL_REDIRECT = True
    site.SESSION_COOKIE_SECURE = True
    site.CSRF_COOKIE_SECURE = True
    site.SECRET_KEY_KEPT = True
    site.ALLOWED_HOSTS = ["srp.example"]
    site.TRUSTED_PROXIES = 1
    return site


def test_a_sound_installation_may_be_served(ready: Settings) -> None:
    assert reasons() == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DEBUG", True, "FRITH_WEB_DEBUG is on"),
        ("DEMONSTRATION", True, "only `frith-web demo` may set it"),
        ("SECRET_KEY_KEPT", False, "There is no secret key"),
        ("ALLOWED_HOSTS", [], "FRITH_WEB_ALLOWED_HOSTS is unset"),
        ("TRUSTED_PROXIES", 0, "Readers would come without TLS"),
        ("SECURE_SSL_REDIRECT", False, "security.W008"),
        ("SESSION_COOKIE_SECURE", False, "security.W012"),
        ("SECURE_HSTS_SECONDS", 0, "security.W004"),
    ],
)
def test_each_unsafe_setting_is_a_reason(
    ready: Settings, name: str, value: object, said: str
) -> None:
    setattr(ready, name, value)
    assert any(said in reason for reason in reasons())


def test_a_certificate_of_its_own_needs_no_proxy(ready: Settings) -> None:
    ready.TRUSTED_PROXIES = 0
    assert reasons_not_to_serve(own_certificate=True) == []


def test_demonstration_accounts_are_a_reason(ready: Settings) -> None:
    renew_demonstration_accounts()
    (reason,) = reasons()
    assert "holds demonstration accounts" in reason


def test_a_key_that_others_can_read_is_a_reason(ready: Settings) -> None:
    key = Path(ready.DATA) / "secret_key"
    key.write_text("x" * 60, "ascii")
    key.chmod(0o644)
    (reason,) = reasons()
    assert "can read" in reason
    key.chmod(0o600)
    assert reasons() == []


def test_a_log_key_that_others_can_read_is_a_reason(ready: Settings) -> None:
    key = Path(ready.DATA) / "log_key"
    key.write_bytes(b"x")
    key.chmod(0o640)
    (reason,) = reasons()
    assert "log_key" in reason


def test_nobody_to_run_the_site_is_a_reason(ready: Settings) -> None:
    User.objects.update(is_active=False)
    (reason,) = reasons()
    assert "Nobody is an administrator" in reason


def test_a_table_without_row_security_is_a_reason(
    ready: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "tables_without_row_security", lambda: ["pole_nominal"])
    monkeypatch.setattr(installation, "owns_its_tables", lambda: True)
    bare, owner = reasons()
    assert "pole_nominal" in bare
    assert "owns the tables" in owner


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("FRITH_WEB", "DJANGO"))}
    return subprocess.run(
        [sys.executable, "-c", "from frith_web.cli import main; main()", *arguments],
        env={**inherited, "FRITH_WEB_DATA": str(folder / "data"), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_says_in_one_line_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    answer = run(tmp_path, "serve")
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    for part in ("no secret key", "ALLOWED_HOSTS is unset", "Run frith-web migrate"):
        assert part in answer.stderr


def test_a_setting_not_understood_stops_every_command_in_one_line(tmp_path: Path) -> None:
    for command in ("serve", "prepare", "migrate"):
        answer = run(tmp_path, command, FRITH_WEB_DEBUG="perhaps")
        assert answer.returncode == 2, command
        assert re.fullmatch(r"frith: FRITH_WEB_DEBUG: .*write true or false\.\n", answer.stderr)


def test_the_demonstration_stays_out_of_a_real_installation(
    tmp_path: Path, node_modules: Path
) -> None:
    assert run(tmp_path, "prepare").returncode == 0
    code = (
        "from frith_web.core.services.accounts import open_account; "
        "open_account(username='b.khan', full_name='B', email='', password='three random words')"
    )
    opened = run(tmp_path, "shell", "--no-imports", "-c", code)
    assert opened.returncode == 0, opened.stderr
    answer = run(tmp_path, "demo")
    assert answer.returncode == 2
    assert "this data folder holds real accounts" in answer.stderr
    assert not (tmp_path / "data" / "borough").exists()


def test_help_has_an_example_for_each_command(tmp_path: Path) -> None:
    for command in ("demo", "serve", "prepare", "publish", "add-account"):
        answer = run(tmp_path, command, "--help")
        assert answer.returncode == 0
        assert f"frith-web {command}" in answer.stdout.split("Example:")[1]


def test_an_account_is_opened_and_never_twice(site: Settings) -> None:
    given = {"full_name": "B", "password": "three random words"}
    user = open_account(username=" B.Khan ", email="B@Example.org", **given)
    assert (user.username, user.email) == ("b.khan", "b@example.org")
    with pytest.raises(ValidationError):
        open_account(username="b.khan", email="", **given)
    with pytest.raises(ValidationError):
        open_account(username="other", email="b@EXAMPLE.org", **given)
    assert User.objects.count() == 1


@pytest.mark.parametrize("name", ["demo-someone", "a b", "é", "x", "-lead", "semi;colon"])
def test_a_name_that_would_mislead_is_refused(site: Settings, name: str) -> None:
    with pytest.raises(ValidationError):
        open_account(username=name, full_name="C", email="", password="three random words")
