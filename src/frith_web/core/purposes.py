"""For what a record may be used. A share names one; a role serves some; both must agree."""

from __future__ import annotations

from django.db.models import TextChoices


class Purpose(TextChoices):
    """Purposes of the partnership, in its own words."""

    DISRUPTION = "disruption", "Preventing, detecting and disrupting serious and organised crime"
    SAFEGUARDING = "safeguarding", "Protecting children and adults at risk"
    PLANNING = "planning", "Planning and measuring community safety"
    SCRUTINY = "scrutiny", "Democratic scrutiny"
    GOVERNANCE = "governance", "Data protection, rights and retention"
    AUDIT = "audit", "Checking that use was lawful"
    ADMINISTRATION = "administration", "Running the site"
