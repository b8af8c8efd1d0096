"""The reasons why an installation may not be opened to readers."""

from __future__ import annotations

import stat
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from frith_web.core.selectors import has_administrator, has_demonstration_accounts
from frith_web.core.services.audit_roots import KEY_FILE as LOG_KEY_FILE
from frith_web.core.services.data_folder import SECRET_KEY_FILE
from frith_web.core.services.row_security import owns_its_tables, tables_without_row_security
from frith_web.core.services.search_index import kinds_without_index

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def reasons_not_to_serve(*, own_certificate: bool) -> list[str]:
    """Why this installation may not be opened to readers; empty where it may."""
    reasons = [*_settings_reasons(), *_database_reasons()]
    if not own_certificate and not settings.TRUSTED_PROXIES:
        reasons.append(
            "Readers would come without TLS. Give --certificate and --key, or put a proxy in front "
            "and say so in FRITH_WEB_TRUSTED_PROXIES."
        )
    reasons += [
        f"Check {found.id}: {found.msg}"
        for found in checks.run_checks(include_deployment_checks=True)
        if found.level >= checks.WARNING and not found.is_silenced()
    ]
    return reasons


def _settings_reasons() -> list[str]:
    reasons = []
    if settings.DEBUG:
        reasons.append("FRITH_WEB_DEBUG is on; it shows the inside of the site. Unset it.")
    if settings.DEMONSTRATION:
        reasons.append("FRITH_WEB_DEMONSTRATION is set; only `frith-web demo` may set it.")
    if not settings.SECRET_KEY_KEPT:
        reasons.append(
            "There is no secret key. Run frith-web prepare, or set FRITH_WEB_SECRET_KEY."
        )
    for name in (SECRET_KEY_FILE, LOG_KEY_FILE):
        key = Path(settings.DATA) / name
        if key.is_file() and key.stat().st_mode & OTHERS:
            reasons.append(f"Others on this machine can read {key}. Run chmod 600 on it.")
    if not settings.ALLOWED_HOSTS:
        reasons.append("FRITH_WEB_ALLOWED_HOSTS is unset; name the hosts readers will ask for.")
    return reasons


def _database_reasons() -> list[str]:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return ["The database is not up to date. Run frith-web migrate."]
    if has_demonstration_accounts():
        return [
            "The database holds demonstration accounts. Use another data folder (FRITH_WEB_DATA)."
        ]
    reasons = []
    bare = tables_without_row_security()
    if bare:
        reasons.append(
            f"PostgreSQL shows {len(bare)} tables of records to anybody, {bare[0]} among them. "
            "Run frith-web prepare as their owner."
        )
    unfollowed = kinds_without_index()
    if unfollowed:
        reasons.append(
            f"The search has no index of {len(unfollowed)} kinds of record, {unfollowed[0]} among "
            "them. Run frith-web prepare."
        )
    if owns_its_tables():
        reasons.append(
            "The site's database account owns the tables, and could lift what guards the log. "
            "Serve with an account of its own: frith-web prepare --serve-as."
        )
    if not has_administrator():
        reasons.append(
            "Nobody is an administrator. Run frith-web add-account with --role administrator."
        )
    return reasons
