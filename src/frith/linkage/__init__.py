"""Which records are one person: clean → block → compare → score → cluster → review queue."""

from frith.linkage.decisions import LINK_DECISIONS, Judgements, judgements
from frith.linkage.flow import require_flow
from frith.linkage.linking import DEFAULT_THRESHOLD, Linkage, link
from frith.linkage.review import REVIEW_QUEUE

__all__ = [
    "DEFAULT_THRESHOLD",
    "LINK_DECISIONS",
    "REVIEW_QUEUE",
    "Judgements",
    "Linkage",
    "judgements",
    "link",
    "require_flow",
]
