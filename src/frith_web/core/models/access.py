"""Who holds which role, clearance and compartment. Roles are data; see `core/roles.toml`."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from frith.reference.regimes import Marking
from frith_web.core.models.dated import Dated
from frith_web.core.models.partners import KEY, Partner, Team
from frith_web.core.sensitivity import Personal, Retention, declared

_STRUCTURE = declared(Personal.NO, Retention.STRUCTURE)
_STAFF = declared(Personal.YES, Retention.ACCOUNT)
MARKINGS = [(marking.value, marking.value) for marking in Marking]


class Role(models.Model):
    """A role in plain English: what it may do, for which purposes, up to which marking."""

    key = models.CharField(max_length=64, unique=True, validators=[KEY])
    name = models.CharField(max_length=100)
    description = models.TextField()
    ceiling = models.CharField(max_length=24, choices=MARKINGS)
    purposes = models.JSONField(default=list)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["order"]

    class Sensitivity:
        id = key = name = description = ceiling = purposes = order = _STRUCTURE

    def __str__(self) -> str:
        return self.name


class RolePermission(models.Model):
    """One thing a role may do, such as `pole.nominal:read`."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="permissions")
    permission = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["role", "permission"], name="one_row_a_permission")
        ]

    class Sensitivity:
        id = role = permission = _STRUCTURE


class RoleHeld(Dated):
    """A role that a person holds, who gave it, and why."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="roles_held"
    )
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="held")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Null where the installation's own set-up gave it."""
    reason = models.CharField(max_length=300)

    class Sensitivity:
        id = user = role = starts_on = ends_on = given_by = reason = _STAFF


class TeamMember(Dated):
    """A person's place in a team."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="teams"
    )

    class Sensitivity:
        id = team = user = starts_on = ends_on = _STAFF


class Vetting(Dated):
    """A person's vetting, as its owner confirmed it; `ends_on` is the day it expires."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="vetting"
    )
    level = models.CharField(max_length=64)
    confirmed_by = models.CharField(max_length=200)

    class Sensitivity:
        id = user = level = starts_on = ends_on = confirmed_by = _STAFF


class Compartment(Dated):
    """A need-to-know label. A record that bears several is read by who is inside all of them."""

    key = models.CharField(max_length=64, unique=True, validators=[KEY])
    name = models.CharField(max_length=200)
    owner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="compartments")
    reason = models.TextField()

    class Meta(Dated.Meta):
        ordering: ClassVar[list[str]] = ["name"]

    class Sensitivity:
        id = starts_on = ends_on = key = name = owner = reason = declared(
            Personal.NO, Retention.STRUCTURE, marking=Marking.OFFICIAL_SENSITIVE
        )

    def __str__(self) -> str:
        return self.name


class Admission(Dated):
    """A person's place inside a compartment, who let them in, and why."""

    compartment = models.ForeignKey(
        Compartment, on_delete=models.PROTECT, related_name="admissions"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="admissions"
    )
    admitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=300)

    class Sensitivity:
        id = compartment = user = starts_on = ends_on = admitted_by = reason = declared(
            Personal.YES, Retention.ACCOUNT, marking=Marking.OFFICIAL_SENSITIVE
        )
