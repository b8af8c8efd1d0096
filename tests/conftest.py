"""What tests of the site share: a data folder of its own, accounts, static files without hashes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support import NO_SKIPS, ROOT

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoDbBlocker, Settings

    from frith_web.core.models import User

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database with what `frith-web prepare` puts into it: row security and roles."""
    from frith_web.core.services.roles import install_roles
    from frith_web.core.services.row_security import install_row_security

    with django_db_blocker.unblock():
        install_row_security()
        install_roles()


@pytest.fixture
def site(settings: Settings, tmp_path: Path, db: None) -> Settings:
    """The site over plain HTTP with an empty data folder and a quick password hasher."""
    settings.DATA = tmp_path / "data"
    settings.STATIC_ROOT = settings.DATA / "static"
    settings.STATIC_ROOT.mkdir(parents=True)
    settings.SECURE_SSL_REDIRECT = False
    settings.SESSION_COOKIE_SECURE = False
    settings.CSRF_COOKIE_SECURE = False
    settings.SESSION_COOKIE_NAME = "frith-session"
    settings.CSRF_COOKIE_NAME = "frith-csrf"
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    return settings


@pytest.fixture
def analyst(site: Settings) -> User:
    """An analyst of the council."""
    import site_world as world
    from frith_web.core.models import Role, RoleHeld
    from frith_web.core.services.accounts import open_account

    user = open_account(
        username="analyst", full_name="Ann Analyst", email="ann@example.org", password=PASSWORD
    )
    user.partner = world.partner("council")
    user.save()
    RoleHeld.objects.create(user=user, role=Role.objects.get(key="analyst"), reason="test")
    return user


@pytest.fixture
def reader(analyst: User) -> Client:
    """A browser signed in as the ordinary account."""
    from django.test import Client

    client = Client()
    client.force_login(analyst, backend="frith_web.core.authentication.Accounts")
    return client


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The installed browser packages; the test is skipped, saying why, where they are absent."""
    folder = ROOT / "node_modules"
    if not (folder / "govuk-frontend").is_dir():
        message = "needs node_modules, which `make test` installs"
        if NO_SKIPS:
            pytest.fail(f"{message}, and FRITH_NO_SKIPS is set")
        pytest.skip(message)
    return folder


def write_little_borough(folder: Path) -> Path:
    """A data set of a few hundred made-up offences in four neighbourhoods, marked synthetic."""
    folder.mkdir(parents=True)
    kinds = ("Burglary", "Drugs", "Shoplifting", "Violence and sexual offences")
    rows = ["event_id,source,kind,crime_type,occurred_from,area,area_vintage,point_precision"]
    for n in range(480):
        month = f"2025-{n % 12 + 1:02d}"
        area = f"E0100000{n * n % 7 % 4 + 1}"
        rows.append(f"e{n},made up,crime,{kinds[n * 5 % 11 % 4]},{month},{area},lsoa21,area")
    (folder / "events.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "dataset.toml").write_text(
        'name = "Little borough"\narea = "E08000099"\narea_name = "Littleborough-on-Test"\n'
        'area_vintage = "lsoa21"\nperiod = ["2025-01-01", "2025-12-31"]\n\n'
        '[files.events]\npublisher = "nobody"\nlicence = "own work"\nregime = "synthetic"\n',
        "utf-8",
    )
    return folder


@pytest.fixture(scope="session")
def little_borough() -> Callable[[Path], Path]:
    """What writes the little borough into a folder."""
    return write_little_borough


@pytest.fixture
def published(site: Settings, tmp_path: Path) -> Path:
    """A published local profile of the little borough; the folder it is kept in."""
    from frith_web.products.services.profile import publish_profile

    dataset = write_little_borough(tmp_path / "little")
    return publish_profile(dataset=dataset, on=date(2026, 11, 21))
