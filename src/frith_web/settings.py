"""Every setting of the site, in one file. What differs between installations is read, strictly,
from `FRITH_WEB_…` variables or from files; what is the same everywhere is stated below."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from frith_web.core.services.data_folder import SECRET_KEY_FILE

PREFIX = "FRITH_WEB_"
SHORTEST_SECRET = 50


def _yes_or_no(value: object) -> object:
    """Only `true` and `false`: a setting that opens a door may not be half understood."""
    if isinstance(value, str) and value not in {"true", "false"}:
        raise ValueError("write true or false")
    return value


def _listed(value: object) -> object:
    """`a.example, b.example` as a list; a star would switch the check off and is refused."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, list) and any("*" in str(part) for part in value):
        raise ValueError("name each host; a star is not accepted")
    return value


Switch = Annotated[bool, BeforeValidator(_yes_or_no)]
Names = Annotated[list[str], NoDecode, BeforeValidator(_listed)]


class Readings(BaseSettings):
    """What an installation may set; each is `FRITH_WEB_` and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        secrets_dir=os.environ.get(f"{PREFIX}SECRETS") or None,
        extra="ignore",
        hide_input_in_errors=True,
    )

    data: Path = Path("var")
    """The folder that holds the database, the secret key and published documents."""
    secret_key: SecretStr | None = Field(default=None, min_length=SHORTEST_SECRET)
    allowed_hosts: Names = []
    database_url: SecretStr | None = None
    """`postgresql://user:password@host:port/name`; SQLite in the data folder where unset."""
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """How many proxies of ours stand between a reader and gunicorn."""
    partnership: str = "Safer partnership"
    """The name in the bar at the top of each page."""
    marking: Literal["OFFICIAL", "OFFICIAL-SENSITIVE"] = "OFFICIAL-SENSITIVE"
    """The marking of a page that holds no document with a marking of its own."""
    debug: Switch = False
    demonstration: Switch = False
    """Set by `frith-web demo` alone."""


def read() -> Readings:
    """The readings of this process; a value or name that is not understood is refused."""
    known = {f"{PREFIX}{name}".upper() for name in Readings.model_fields} | {f"{PREFIX}SECRETS"}
    strange = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if strange:
        raise ImproperlyConfigured(
            f"{', '.join(strange)}: no such setting. There are {', '.join(sorted(known))}."
        )
    try:
        return Readings()
    except ValidationError as error:
        lines = [f"{PREFIX}{str(one['loc'][0]).upper()}: {one['msg']}." for one in error.errors()]
        raise ImproperlyConfigured(" ".join(lines)) from None


def _secret_key(given: SecretStr | None, kept: Path) -> tuple[str, bool]:
    """The secret key, and whether it will still be known after this process ends."""
    if given is not None:
        return given.get_secret_value(), True
    if kept.is_file():
        return kept.read_text("ascii").strip(), True
    return secrets.token_urlsafe(64), False


def _database(url: SecretStr | None, folder: Path) -> dict[str, Any]:
    if url is None:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "site.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                ),
            },
        }
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{PREFIX}DATABASE_URL: write postgresql://user:password@host:port/name."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


READ = read()
PACKAGE = Path(__file__).resolve().parent
DATA = READ.data.resolve()
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]

DEBUG = READ.debug
DEMONSTRATION = READ.demonstration
PARTNERSHIP = "Demonstration partnership" if DEMONSTRATION else READ.partnership
MARKING = "OFFICIAL" if DEMONSTRATION else READ.marking
TRUSTED_PROXIES = READ.trusted_proxies
SECRET_KEY, SECRET_KEY_KEPT = _secret_key(READ.secret_key, DATA / SECRET_KEY_FILE)
ALLOWED_HOSTS = LOOPBACK if DEMONSTRATION else READ.allowed_hosts

INSTALLED_APPS = [
    "frith_web.ui",
    "frith_web.core",
    "frith_web.products",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "frith_web.core.middleware.GuardedHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "frith_web.core.middleware.DemonstrationStaysHome",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "frith_web.urls"
WSGI_APPLICATION = "frith_web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["frith_web.ui.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frith_web.core.context.page",
            ],
        },
    }
]
FORM_RENDERER = "frith_web.ui.renderer.Renderer"

DATABASES = {"default": _database(READ.database_url, DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Signing in: deny by default (LoginRequiredMiddleware), lock out after five failures.
AUTH_USER_MODEL = "core.User"
LOGIN_URL = "core:sign-in"
LOGIN_REDIRECT_URL = "products:home"
LOGOUT_REDIRECT_URL = "core:signed-out"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "frith_web.core.authentication.Accounts",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "email", "full_name")},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5  # OWASP ASVS 5.0, V6.3: after five, per account and per address
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = (
    False  # or one attempt every 14 minutes locks for good
)
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "frith_web.core.authentication.account_key"
AXES_CLIENT_IP_CALLABLE = "frith_web.core.address.client_address"
AXES_LOCKOUT_CALLABLE = "frith_web.core.views.errors.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # sign-ins belong in the audit log, not in a second place
AXES_ENABLE_ADMIN = False
AXES_ALLOWED_CORS_ORIGINS = ""
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS: list[str] = []

# Sessions and cookies: by TLS, but for the demonstration, which never leaves this host.
_TLS = not (DEMONSTRATION or DEBUG)
_HOST = "__Host-" if _TLS else ""
SESSION_COOKIE_NAME = f"{_HOST}frith-session"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _TLS
CSRF_COOKIE_NAME = f"{_HOST}frith-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = _TLS
CSRF_FAILURE_VIEW = "frith_web.core.views.errors.stale_form"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = _TLS
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if _TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _TLS
SECURE_HSTS_PRELOAD = _TLS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Nothing from outside, nothing inline: what is not named here does not load.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "frith_web.ui.storage.HashedFiles"},
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
            ],
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        },
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json" if _TLS else "line"}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
