"""Occasions, local chance, validated ties, confirmed groups, disruption; tables in, results out."""

from frith.networks.disruption import Disruption, disrupt
from frith.networks.gates import Gates
from frith.networks.groups import Groups, find_groups
from frith.networks.overtime import over_time
from frith.networks.protection import protected_people

__all__ = [
    "Disruption",
    "Gates",
    "Groups",
    "disrupt",
    "find_groups",
    "over_time",
    "protected_people",
]
