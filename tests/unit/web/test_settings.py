"""Settings are read strictly: what is half understood is refused, and no secret is in the code."""

from __future__ import annotations

import importlib
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler
from pydantic import SecretStr
from pytest_django import DjangoDbBlocker

from frith_web import settings as module
from frith_web.core.services.data_folder import prepare_data_folder


def read(monkeypatch: pytest.MonkeyPatch, **values: str) -> module.Readings:
    for name, value in values.items():
        monkeypatch.setenv(f"FRITH_WEB_{name}", value)
    return module.read()


def test_what_is_unset_is_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = read(monkeypatch)
    assert (readings.debug, readings.demonstration, readings.allowed_hosts) == (False, False, [])
    assert readings.marking == "OFFICIAL-SENSITIVE"


@pytest.mark.parametrize("value", ["yes", "1", "True", "on", ""])
def test_a_switch_is_true_or_false(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"FRITH_WEB_DEBUG: .*write true or false"):
        read(monkeypatch, DEBUG=value)


def test_hosts_are_named_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, ALLOWED_HOSTS="a.example, b.example").allowed_hosts == [
        "a.example",
        "b.example",
    ]
    with pytest.raises(ImproperlyConfigured, match="a star is not accepted"):
        read(monkeypatch, ALLOWED_HOSTS="*")


def test_a_misspelt_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="FRITH_WEB_ALOWED_HOSTS: no such setting"):
        read(monkeypatch, ALOWED_HOSTS="a.example")


def test_a_marking_that_does_not_exist_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="FRITH_WEB_MARKING"):
        read(monkeypatch, MARKING="SECRET")


def test_a_refused_value_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(monkeypatch, SECRET_KEY="too-short-but-secret")
    assert "too-short-but-secret" not in str(refusal.value)


def test_a_secret_key_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "frith_web_secret_key").write_text("k" * 60, "ascii")
    monkeypatch.setenv("FRITH_WEB_SECRETS", str(tmp_path))
    try:
        reloaded = importlib.reload(module)
        assert (reloaded.SECRET_KEY, reloaded.SECRET_KEY_KEPT) == ("k" * 60, True)
    finally:
        monkeypatch.undo()
        importlib.reload(module)


def test_without_a_key_each_process_makes_its_own_and_says_so(tmp_path: Path) -> None:
    first, kept = module._secret_key(None, tmp_path / "absent")
    second, _ = module._secret_key(None, tmp_path / "absent")
    assert not kept
    assert first != second


def test_the_key_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    prepare_data_folder(folder)
    key = (folder / "secret_key").read_text("ascii")
    prepare_data_folder(folder)
    assert (folder / "secret_key").read_text("ascii") == key
    assert len(key.strip()) >= module.SHORTEST_SECRET
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert module._secret_key(None, folder / "secret_key") == (key.strip(), True)


def test_sqlite_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    options = module._database(None, tmp_path)["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        assert f"PRAGMA {pragma};" in options["init_command"]


def test_sqlite_opened_so_says_the_same(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    connection = ConnectionHandler({"default": module._database(None, tmp_path)})["default"]
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        found = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    connection.close()
    assert found == ["wal", 2, 1]


def test_postgresql_by_address(tmp_path: Path) -> None:
    url = SecretStr("postgresql://frith:p%40ss@db.example:5433/srp")
    found = module._database(url, tmp_path)
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert [found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "srp",
        "frith",
        "p@ss",
        "db.example",
        5433,
    ]
    with pytest.raises(ImproperlyConfigured, match="write postgresql://"):
        module._database(SecretStr("mysql://x/y"), tmp_path)
