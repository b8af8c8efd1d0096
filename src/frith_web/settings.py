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
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from frith_web.core.services.data_folder import SECRET_KEY_FILE
from frith_web.core.uploads.scanner import scanner_of

PREFIX = "FRITH_WEB_"
SHORTEST_SECRET = 50
SQLITE_CACHE_KIB = 16 * 1024
"""How much of the database each thread may hold in memory; SQLite's own default is 2,000 KiB."""


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


def _scanner(value: str) -> str:
    """Refuse a scanner that could not be asked; see `core/uploads/scanner.py`."""
    scanner_of(value)
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
    session_idle_minutes: int = Field(default=15, ge=5, le=60)
    """How long a session lasts while nobody does anything."""
    oidc_server: str = ""
    """Single sign-on: the https address of a partner's identity provider; off where unset."""
    oidc_name: str = "your organisation"
    """Whose account it is, as the button on the sign-in page says it."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_trusts_email: Switch = False
    """True where the provider hands out checked email addresses but does not say so."""
    oidc_two_factor_acr: Names = []
    """Values of the claim `acr` that mean two factors, beside `mfa` in the claim `amr`."""
    email_host: str = ""
    """The server that sends email, by TLS unless it is this machine; none where unset."""
    email_port: int = Field(default=587, ge=1, le=65535)
    email_user: str = ""
    email_password: SecretStr | None = None
    email_from: str = "frith@localhost"
    backups: Path | None = None
    """The folder for the daily backup, on another disk; none is made where unset."""
    backup_recipient: Path | None = None
    """The public key to which the daily backup is sealed; `frith-web backup-key` makes the pair."""
    scanner: Annotated[str, AfterValidator(_scanner)] = ""
    """The virus scanner that is asked about each uploaded file; none where unset."""
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
            "ENGINE": "frith_web.core.sqlite",
            "NAME": folder / "site.sqlite3",
            "TEST": {"NAME": ":memory:"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    f"PRAGMA secure_delete=ON; PRAGMA cache_size=-{SQLITE_CACHE_KIB};"
                ),
            },
            # Opened anew for each page, each close would copy the log into the file and flush it.
            "CONN_MAX_AGE": 60,
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
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _single_sign_on(given: Readings) -> dict[str, Any]:
    """What allauth needs to know of the identity provider; empty where there is none."""
    secret = given.oidc_client_secret
    needed = {
        "OIDC_SERVER": given.oidc_server,
        "OIDC_CLIENT_ID": given.oidc_client_id,
        "OIDC_CLIENT_SECRET": secret.get_secret_value() if secret else "",
    }
    missing = [f"{PREFIX}{name}" for name, value in needed.items() if not value]
    if len(missing) == len(needed):
        return {}
    if missing:
        raise ImproperlyConfigured(f"Single sign-on also needs {', '.join(missing)}.")
    parts = urlsplit(given.oidc_server)
    if parts.scheme != "https" or not parts.hostname:
        raise ImproperlyConfigured(f"{PREFIX}OIDC_SERVER: write https:// and the server's name.")
    return {
        "provider_id": "partner",
        "name": given.oidc_name,
        "client_id": needed["OIDC_CLIENT_ID"],
        "secret": needed["OIDC_CLIENT_SECRET"],
        "settings": {"server_url": given.oidc_server, "oauth_pkce_enabled": True},
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
    "frith_web.pole",
    "frith_web.objective",
    "frith_web.products",
    "frith_web.jobs",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
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
    "frith_web.api.frame.WithoutCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "frith_web.core.middleware.DemonstrationStaysHome",
    "frith_web.core.session_limits.SessionLimits",
    "allauth.account.middleware.AccountMiddleware",
    "frith_web.core.middleware.DatabaseKnowsReader",
    "frith_web.core.consultation.Consultation",
    "frith_web.core.kept_forms.KeptForms",
    "frith_web.api.frame.TokensOnly",
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
# allauth is the engine alone: none of its pages is routed, and axes counts what is wrong.
ACCOUNT_ADAPTER = "frith_web.core.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_LOGIN_TIMEOUT = int(timedelta(minutes=15).total_seconds())
ACCOUNT_RATE_LIMITS = False
MFA_ADAPTER = "frith_web.core.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
MFA_TOTP_TOLERANCE = 1  # half a minute either way: clocks of phones and servers differ
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODE_DIGITS = 10
SOCIALACCOUNT_ADAPTER = "frith_web.core.adapters.PartnerAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
# By a link: the policy for content lets no form lead to another host, not even by way of ours.
SOCIALACCOUNT_LOGIN_ON_GET = True
OIDC = _single_sign_on(READ)
OIDC_TRUSTS_EMAIL = READ.oidc_trusts_email
OIDC_TWO_FACTOR_ACR = tuple(READ.oidc_two_factor_acr)
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [OIDC] if OIDC else []}}
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
SESSION_IDLE_S = int(timedelta(minutes=READ.session_idle_minutes).total_seconds())
SESSION_WARNING_S = int(timedelta(minutes=2).total_seconds())  # WCAG 2.2.1 asks for 20 s or more
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
FILE_UPLOAD_HANDLERS = [
    "frith_web.core.uploads.arriving.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "frith_web.core.uploads.arriving.Aside",
]

# Email says only that something waits; without a server there is none.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if READ.email_host else 'dummy'}.EmailBackend"
EMAIL_HOST = READ.email_host
EMAIL_PORT = READ.email_port
EMAIL_HOST_USER = READ.email_user
EMAIL_HOST_PASSWORD = READ.email_password.get_secret_value() if READ.email_password else ""
EMAIL_USE_TLS = bool(READ.email_host) and READ.email_host not in LOOPBACK
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = READ.email_from

BACKUPS = READ.backups
BACKUP_RECIPIENT = READ.backup_recipient
SCANNER = READ.scanner

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
