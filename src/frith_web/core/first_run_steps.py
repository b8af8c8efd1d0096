"""This room's steps of the first-run list, each read from the data."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from frith_web.core.first_run import HowFar, State, Step
from frith_web.core.models import (
    Agreement,
    Area,
    AuditEntry,
    LogRoot,
    Partner,
    RoleHeld,
)
from frith_web.core.models.dated import in_force, today
from frith_web.core.models.local_numbers import LocalNumber, NumberSort
from frith_web.core.models.retention import Schedule
from frith_web.core.services.backup import MADE
from frith_web.core.uploads.scanner import scanner_of

NEEDED_ROLES = {
    "administrator": 2,
    "partner-lead": 1,
    "intelligence-desk": 1,
    "information-governance": 1,
    "auditor": 1,
}
"""Who must be there before records are. Two administrators: nobody gives a role to themselves."""
OUTSIDE_FOR = timedelta(days=7)
"""A root older than this protects little: what came after it could be rewritten."""
BACKUP_FOR = timedelta(days=7)


def _begun_by(*acts: str) -> str:
    """Who did the first of these acts, as the log names them; empty where nobody did."""
    first = AuditEntry.objects.filter(act__in=acts).order_by("n").first()
    return first.actor_name if first else ""


def _how_far(*, missing: list[str], started: bool, acts: tuple[str, ...]) -> HowFar:
    if not missing:
        return HowFar(state=State.DONE)
    words = "; ".join(missing)
    if not started:
        return HowFar(state=State.NOT_STARTED, missing=words)
    return HowFar(state=State.STARTED, missing=words, begun_by=_begun_by(*acts))


def partners() -> HowFar:
    """At least two, the police among them, each with whom to contact."""
    held = list(Partner.objects.in_force())
    missing = []
    if len(held) < 2:
        missing.append("at least two partners")
    if not any(one.is_police for one in held):
        missing.append("the police")
    bare = [str(one) for one in held if not one.contact]
    if bare:
        missing.append(f"whom to contact at {', '.join(bare)}")
    return _how_far(missing=missing, started=bool(held), acts=("core.partner.open",))


def roles() -> HowFar:
    """Somebody with an open account in each role that must be there."""
    held = RoleHeld.objects.in_force().filter(user__is_active=True)
    counted = dict(held.values_list("role__key").annotate(n=Count("user", distinct=True)))
    missing = [
        f"{key.replace('-', ' ')} ({counted.get(key, 0)} of {wanted})"
        for key, wanted in NEEDED_ROLES.items()
        if counted.get(key, 0) < wanted
    ]
    return _how_far(missing=missing, started=bool(counted), acts=("core.role.give",))


def areas() -> HowFar:
    """At least one area in force."""
    any_area = Area.objects.in_force().exists()
    return _how_far(missing=[] if any_area else ["an area"], started=False, acts=())


def agreements() -> HowFar:
    """At least one agreement in force that two partners signed."""
    held = list(Agreement.objects.in_force())
    signed = [
        one
        for one in held
        if one.signatures.filter(in_force(today())).values("partner").distinct().count() > 1
    ]
    missing = [] if signed else ["an agreement that two partners signed"]
    return _how_far(
        missing=missing, started=bool(held), acts=("core.agreement.write", "core.agreement.open")
    )


def retention() -> HowFar:
    """A schedule of each partner."""
    with_one = set(Schedule.objects.in_force().values_list("partner", flat=True))
    without = [str(one) for one in Partner.objects.in_force() if one.pk not in with_one]
    missing = [f"a schedule of {', '.join(without)}"] if without else []
    if not with_one and not without:
        missing = ["a schedule of each partner"]
    return _how_far(missing=missing, started=bool(with_one), acts=("core.retention.schedule",))


def local_numbers() -> HowFar:
    """Each number, checked in the last ninety days."""
    held = {one.sort: one for one in LocalNumber.objects.in_force()}
    unset = sum(sort.value not in held for sort in NumberSort)
    missing = [f"{unset} of {len(NumberSort)} numbers"] if unset else []
    missing += [
        f"not checked since {one.checked_on:%-d %B %Y}: {one.get_sort_display()}"
        for one in held.values()
        if one.is_stale
    ]
    return _how_far(missing=missing, started=bool(held), acts=("core.local_number.set",))


def log_root() -> HowFar:
    """A root of the log that stands outside this host, not too old."""
    handed = LogRoot.objects.exclude(handed_at=None).order_by("-handed_at").first()
    missing = []
    if handed is None or handed.handed_at is None:
        missing = ["a signed root of the log, kept by somebody outside"]
    elif timezone.now() - handed.handed_at > OUTSIDE_FOR:
        missing = [f"a newer root: the last was handed over on {handed.handed_at:%-d %B %Y}"]
    return _how_far(
        missing=missing, started=LogRoot.objects.exists(), acts=("core.log_root.hand_over",)
    )


def backup() -> HowFar:
    """A backup in the last week, by its row in the log."""
    last = AuditEntry.objects.filter(act=MADE).order_by("-n").first()
    missing = []
    if last is None:
        missing = ["a first backup"]
    elif timezone.now() - last.at > BACKUP_FOR:
        missing = [f"a newer backup: the last was on {last.at:%-d %B %Y}"]
    return _how_far(missing=missing, started=last is not None, acts=())


def virus_scanner() -> HowFar:
    """A scanner of uploaded files that is set and answers at this moment."""
    scanner = scanner_of(settings.SCANNER)
    if scanner is None:
        missing = ["a virus scanner: uploaded files are read unscanned (FRITH_WEB_SCANNER)"]
    elif not scanner.answers():
        missing = ["an answer of the virus scanner: uploaded files are held, unread"]
    else:
        missing = []
    return _how_far(missing=missing, started=scanner is not None, acts=())


STEPS = (
    Step(key="partners", title="Partners", page="core:partners", order=10, look=partners),
    Step(key="roles", title="People and their roles", page="core:accounts", order=20, look=roles),
    Step(key="areas", title="Areas", page="core:areas", order=30, look=areas),
    Step(
        key="agreements",
        title="Sharing agreements",
        page="core:agreements",
        order=40,
        look=agreements,
    ),
    Step(
        key="retention",
        title="Retention schedules",
        page="core:retention-schedules",
        order=50,
        look=retention,
    ),
    Step(
        key="numbers",
        title="Local numbers",
        page="core:local-numbers",
        order=60,
        look=local_numbers,
    ),
    Step(key="log-root", title="The log's root, handed outside", page="", order=70, look=log_root),
    Step(key="backup", title="A backup", page="", order=80, look=backup),
    Step(
        key="scanner",
        title="A virus scanner for uploads",
        page="",
        order=90,
        look=virus_scanner,
    ),
)
