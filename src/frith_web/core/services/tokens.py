"""Issuing, collecting, using and ending API tokens.

Two people make a token. Somebody who holds `core.token:manage` says for whom it acts, for what and
until when, and never sees it; the account it acts for collects it, once. So nobody reads through
another's account, and an administrator, who sees no record, cannot issue themselves a way to them.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Case, F, Q, When
from django.http import HttpRequest
from django.utils import timezone

from frith.errors import BadInput
from frith_web.core import registry
from frith_web.core.models import ApiToken, EntryKind, User
from frith_web.core.models.dated import today
from frith_web.core.models.standing import Narrowing, narrow, standing
from frith_web.core.permissions import check_may, declared_permissions
from frith_web.core.policies import can_sign_in, is_overdue
from frith_web.core.purposes import Purpose
from frith_web.core.services.audit import append

MANAGE = "core.token:manage"
LONGEST = timedelta(days=366)
REQUESTS_A_MINUTE = 300
MINUTE = timedelta(minutes=1)
SHAPE = re.compile(r"frith_([0-9a-f]{16})_[A-Za-z0-9_-]{43}\Z")
ACTS = ("read", "read-own", "export", "import")


class TokenRefused(Exception):
    """No token, or none that works; whoever asks is not told which."""


class TooMany(Exception):
    """More requests than a token may make in a minute."""


def offered_permissions() -> list[str]:
    """What a token may be given: reading, copying and bringing in the declared kinds of record."""
    of = {kind.model.permission_kind or kind.kind for kind in registry.kinds()}
    names = {f"{kind}:{act}" for kind in of for act in ACTS}
    return [name for name in declared_permissions() if name in names]


@transaction.atomic
def issue(
    *,
    by: User,
    account: User,
    title: str,
    purpose: Purpose,
    permissions: Iterable[str],
    ends_on: date,
) -> ApiToken:
    """A token that its account has yet to collect.

    Raises `Refused` where `by` may not issue, `BadInput` where they would issue one to themselves,
    where the account does not hold a permission for the purpose, or for a day that is too far.
    """
    check_may(by, MANAGE)
    wanted = frozenset(permissions)
    if by.pk == account.pk:
        raise BadInput("nobody issues a token to themselves", mend="Ask another administrator.")
    if not account.is_active or account.partner_id is None:
        raise BadInput(f"{account} has no open account with a partner")
    if not title.strip() or not wanted:
        raise BadInput("say which system uses the token, and what it may do")
    if not today() <= ends_on <= today() + LONGEST:
        raise BadInput("a token ends within a year", mend="Choose an earlier day.")
    _check_held(account, wanted, purpose)
    made = ApiToken.objects.create(
        user=account,
        partner_id=account.partner_id,
        title=title.strip(),
        purpose=purpose.value,
        permissions=sorted(wanted),
        issued_by=by,
        ends_on=ends_on,
    )
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.token.issue",
        actor=by,
        purpose=purpose.value,
        detail={
            "token": str(made.reference),
            "account": account.username,
            "permissions": made.permissions,
            "until": ends_on.isoformat(),
        },
    )
    return made


def _check_held(account: User, wanted: frozenset[str], purpose: Purpose) -> None:
    strange = wanted - set(offered_permissions())
    if strange:
        raise BadInput(f"a token is never given: {', '.join(sorted(strange))}")
    to = Narrowing(permissions=wanted, purposes=frozenset({purpose.value}))
    missing = wanted - standing(account).narrowed(to).permissions()
    if missing:
        raise BadInput(
            f"{account} holds no role that serves this purpose with: {', '.join(sorted(missing))}",
            mend="Leave it out, choose another purpose, or give them the role first.",
        )


@transaction.atomic
def collect(*, token: ApiToken, by: User) -> str:
    """The token itself, made now and shown this once. Only to the account it acts for.

    Raises `BadInput` where it was collected before or has ended.
    """
    held = ApiToken.objects.select_for_update().get(pk=token.pk, user=by)
    if held.collected_at is not None:
        raise BadInput("this token was collected before", mend="Ask for a new one.")
    if not held.is_live:
        raise BadInput("this token has ended", mend="Ask for a new one.")
    held.prefix = secrets.token_hex(8)
    text = f"frith_{held.prefix}_{secrets.token_urlsafe(32)}"
    held.digest = _digest(text)
    held.collected_at = timezone.now()
    held.save(update_fields=["prefix", "digest", "collected_at"])
    append(
        kind=EntryKind.ACCESS,
        act="core.token.collect",
        actor=by,
        detail={"token": str(held.reference)},
    )
    return text


@transaction.atomic
def revoke(*, token: ApiToken, by: User) -> None:
    """End a token at once: by whoever it acts for, or who holds `core.token:manage`."""
    if token.user_id != by.pk:
        check_may(by, MANAGE)
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_at=timezone.now(), revoked_by=by
    ):
        return
    append(
        kind=EntryKind.ADMINISTRATION,
        act="core.token.revoke",
        actor=by,
        detail={"token": str(token.reference)},
    )


def end_tokens(account: User) -> int:
    """End every token of an account that is being closed; its row in the log says how many."""
    live = ApiToken.objects.filter(user=account, revoked_at=None)
    return int(live.update(revoked_at=timezone.now()))


def token_of(text: str, *, request: HttpRequest | None) -> ApiToken:
    """The working token of that text, its account narrowed to it. Raises `TokenRefused`."""
    shape = SHAPE.match(text)
    found = (
        ApiToken.objects.select_related("user", "partner").filter(prefix=shape[1]).first()
        if shape
        else None
    )
    if found is None or not secrets.compare_digest(found.digest, _digest(text)):
        raise TokenRefused("unknown")
    user = found.user
    if not found.is_live:
        raise TokenRefused("ended")
    if not can_sign_in(user, request=request) or is_overdue(user):
        raise TokenRefused("its account is closed or suspended")
    if user.partner_id != found.partner_id:
        raise TokenRefused("its account moved to another partner")
    narrow(user, to=found.narrowing)
    return found


def count_request(token: ApiToken, *, now: datetime | None = None) -> None:
    """Count one request of a token, in the database and so over every process of the site.

    Raises `TooMany` past `REQUESTS_A_MINUTE`; the minute begins with the first request after the
    last one ended.
    """
    now = now or timezone.now()
    within = Q(minute_at__gt=now - MINUTE)
    may = ~within | Q(minute_at=None) | Q(minute_used__lt=REQUESTS_A_MINUTE)
    counted = ApiToken.objects.filter(may, pk=token.pk).update(
        minute_used=Case(When(within, then=F("minute_used") + 1), default=1),
        minute_at=Case(When(within, then=F("minute_at")), default=now),
        last_used_at=now,
    )
    if not counted:
        raise TooMany


def _digest(text: str) -> str:
    # Random beyond guessing, so that no slow hash is called for.
    return sha256(text.encode()).hexdigest()
