"""Suppress, round, and try to undo it: tables made safe to publish, and the attempt on them."""

from frith.disclosure.attack import Attack, Found, attack
from frith.disclosure.editions import Edition, Place, check_edition, edition, editions
from frith.disclosure.growth import Correction
from frith.disclosure.information import Loss
from frith.disclosure.layout import TOTAL
from frith.disclosure.nested import InEdition, in_editions
from frith.disclosure.puzzle import Share
from frith.disclosure.reading import count_table
from frith.disclosure.release import LEAST_THRESHOLD, THRESHOLD, Protected, protect
from frith.disclosure.table import MASK, Cell, CountTable

__all__ = [
    "LEAST_THRESHOLD",
    "MASK",
    "THRESHOLD",
    "TOTAL",
    "Attack",
    "Cell",
    "Correction",
    "CountTable",
    "Edition",
    "Found",
    "InEdition",
    "Loss",
    "Place",
    "Protected",
    "Share",
    "attack",
    "check_edition",
    "count_table",
    "edition",
    "editions",
    "in_editions",
    "protect",
]
