"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

from frith_web.core import asking, navigation

PERMISSIONS = {
    "core.account:certify": "Confirm who of their partner still needs an account",
    "core.account:manage": "Open, suspend and close accounts",
    "core.agreement:manage": "Write agreements and their signatures into the register",
    "core.agreement:read": "Read the register of agreements",
    "core.audit:extract": "Draw from the log everything that concerns one person",
    "core.audit:read": "Read the log of who looked at what",
    "core.compartment:manage": "Open compartments and let people in",
    "core.consent:give": "Answer, for their partner, whether a copy may go to somebody",
    "core.decision:read": "Read the log of decisions",
    "core.decision:record": "Write a decision, its reasons and dissent",
    "core.flow:manage": "Write the register of flows and their legal basis",
    "core.flow:read": "Read the register of flows and their legal basis",
    "core.foi:manage": "Answer requests under the Freedom of Information Act",
    "core.hold:manage": "Place and lift holds that stop disposal",
    "core.job:read": "See everybody's jobs and how far they are",
    "core.partner:manage": "Write partners, teams and areas",
    "core.register:read": "See which registers there are for them",
    "core.retention:decide": "Decide whether a record that is due is kept or disposed of",
    "core.retention:enable": "Turn disposal on or off, as the named officer",
    "core.retention:read": "See what is due for review and what was disposed of",
    "core.rights:manage": "Answer requests and complaints of people about their data",
    "core.role:give": "Give roles to others and take them away",
    "core.settings:manage": "Set the site up: policies, local numbers, the first-run checklist",
    "core.token:manage": "Issue and revoke API tokens",
    "core.upload:read-own": "See the files that they brought themselves, and what was refused",
}

ADMINISTRATION = (
    ("core:consents", "Consents", 60, "core.consent:give"),
    ("core:settings", "Settings", 75, "core.settings:manage"),
)
"""Entries of the service navigation: page, words, place, permission."""


class CoreConfig(AppConfig):
    """Accounts, permission, the log, and what every room stands on."""

    name = "frith_web.core"
    label = "core"

    def ready(self) -> None:
        """Declare this room's permissions and its places in the navigation."""
        from frith_web.core import (
            erasing,
            first_run,
            first_run_steps,
            handover,
            notices,
            permissions,
            registry,
            reminding,
        )
        from frith_web.core.models import Upload
        from frith_web.core.services import (
            endings,
            kept_words,
            retention_daily,
            search_index,
            tokens,
            traces,
        )

        for name, words in PERMISSIONS.items():
            permissions.declare(name, words)
        registry.declare(
            registry.Kind(model=Upload, name="upload", retention_group="group_4", erases=("name",))
        )
        notices.declare("job-ended", "A job of yours has ended")
        notices.declare(
            retention_daily.FELL_DUE, "Records of your partner are due for a retention review"
        )
        for source in endings.SOURCES:
            reminding.declare(source)
        for copies in (*traces.KEPT, search_index.COPIES):
            erasing.declare(copies)
        for kept in kept_words.KEPT:
            erasing.keep(kept)
        handover.declare_way_in("API tokens", tokens.end_tokens)
        asking.declare("core:audit-extract", asks=asking.Asks.EXPORT)
        asking.declare("core:decisions-export", asks=asking.Asks.EXPORT)
        navigation.declare(
            "core:registers", text="Registers", order=75, permission="core.register:read"
        )
        navigation.declare("core:audit", text="Audit log", order=80, permission="core.audit:read")
        navigation.declare(
            "core:tokens", text="API tokens", order=85, permission="core.token:manage"
        )
        navigation.declare("core:jobs", text="Jobs", order=70)
        navigation.declare("core:account", text="Your account", order=90)
        for page, text, order, permission in ADMINISTRATION:
            navigation.declare(page, text=text, order=order, permission=permission)
        for step in first_run_steps.STEPS:
            first_run.declare(step)
