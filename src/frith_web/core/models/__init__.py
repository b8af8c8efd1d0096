"""The room's models, one file per noun."""

from __future__ import annotations

from frith_web.core.models.access import (
    Admission,
    Compartment,
    Role,
    RoleHeld,
    RolePermission,
    TeamMember,
    Vetting,
)
from frith_web.core.models.accounts import DEMONSTRATION_PREFIX, User, UserManager
from frith_web.core.models.audit import AuditEntry, AuditHead, AuditPolicy, EntryKind, LogRoot
from frith_web.core.models.consents import OriginatorConsent
from frith_web.core.models.gated import GatedQuerySet, UngatedRead, opened
from frith_web.core.models.jobs import (
    TRANSITIONS,
    UNFINISHED,
    DueTime,
    ItemState,
    Job,
    JobCancellation,
    JobItem,
    JobState,
)
from frith_web.core.models.local_numbers import LocalNumber, NumberSort
from frith_web.core.models.notifications import Notification, NotificationChoice
from frith_web.core.models.partners import Agreement, Area, Partner, Signature, Team
from frith_web.core.models.protection import (
    ProtectedRecord,
    Protection,
    ProtectionCompartment,
    ProtectionReader,
    ProtectionShare,
    WhenHidden,
)
from frith_web.core.models.registers import (
    Decision,
    Finding,
    Flow,
    FoiRequest,
    Identity,
    RequestSort,
    RightsRequest,
)
from frith_web.core.models.reminders import Reminder
from frith_web.core.models.retention import (
    Certificate,
    Choice,
    DisposalSwitch,
    Grouping,
    Hold,
    HoldLine,
    HoldSort,
    Reach,
    Review,
    ReviewDecision,
    Schedule,
)
from frith_web.core.models.sessions import Draft, SignedIn, Submission
from frith_web.core.models.tokens import ApiToken
from frith_web.core.models.uploads import Upload

__all__ = [
    "DEMONSTRATION_PREFIX",
    "TRANSITIONS",
    "UNFINISHED",
    "Admission",
    "Agreement",
    "ApiToken",
    "Area",
    "AuditEntry",
    "AuditHead",
    "AuditPolicy",
    "Certificate",
    "Choice",
    "Compartment",
    "Decision",
    "DisposalSwitch",
    "Draft",
    "DueTime",
    "EntryKind",
    "Finding",
    "Flow",
    "FoiRequest",
    "GatedQuerySet",
    "Grouping",
    "Hold",
    "HoldLine",
    "HoldSort",
    "Identity",
    "ItemState",
    "Job",
    "JobCancellation",
    "JobItem",
    "JobState",
    "LocalNumber",
    "LogRoot",
    "Notification",
    "NotificationChoice",
    "NumberSort",
    "OriginatorConsent",
    "Partner",
    "ProtectedRecord",
    "Protection",
    "ProtectionCompartment",
    "ProtectionReader",
    "ProtectionShare",
    "Reach",
    "Reminder",
    "RequestSort",
    "Review",
    "ReviewDecision",
    "RightsRequest",
    "Role",
    "RoleHeld",
    "RolePermission",
    "Schedule",
    "Signature",
    "SignedIn",
    "Submission",
    "Team",
    "TeamMember",
    "UngatedRead",
    "Upload",
    "User",
    "UserManager",
    "Vetting",
    "WhenHidden",
    "opened",
]
