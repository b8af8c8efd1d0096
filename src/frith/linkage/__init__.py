"""Which records are one person: clean → block → compare → score → cluster → review queue."""

from frith.linkage.decisions import LINK_DECISIONS, Judgements, judgements
from frith.linkage.flow import require_flow
from frith.linkage.linking import DEFAULT_THRESHOLD, Linkage, link
from frith.linkage.pair import Evidence, Stands, explain_pair
from frith.linkage.review import REVIEW_QUEUE

__all__ = [
    "DEFAULT_THRESHOLD",
    "LINK_DECISIONS",
    "REVIEW_QUEUE",
    "Evidence",
    "Judgements",
    "Linkage",
    "Stands",
    "explain_pair",
    "judgements",
    "link",
    "require_flow",
]
