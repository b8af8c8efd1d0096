"""API tokens for tests: issued by an administrator, collected by their account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import site_world as world
from frith_web.core.models import ApiToken, User
from frith_web.core.models.dated import today
from frith_web.core.purposes import Purpose
from frith_web.core.services import tokens

READS_NOMINALS = ("pole.nominal:export", "pole.nominal:read")


def issued(
    account: User,
    *,
    by: User,
    permissions: Sequence[str] = READS_NOMINALS,
    purpose: str = "disruption",
    title: str = "A case system",
    days: int = 30,
) -> ApiToken:
    """A token that waits for its account."""
    return tokens.issue(
        by=by,
        account=account,
        title=title,
        purpose=Purpose(purpose),
        permissions=permissions,
        ends_on=today() + timedelta(days=days),
    )


def token_for(
    account: User,
    *,
    by: User | None = None,
    permissions: Sequence[str] = READS_NOMINALS,
    purpose: str = "disruption",
) -> str:
    """A working token."""
    by = by or world.person("token-admin", of=account.partner, roles=("administrator",))
    made = issued(account, by=by, permissions=permissions, purpose=purpose)
    return tokens.collect(token=made, by=account)


def sent_with(text: str) -> dict[str, str]:
    """The header that sends a token, for Django's test client."""
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}
