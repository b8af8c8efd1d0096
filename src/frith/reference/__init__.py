"""Fixed lists, each row with its source and its dates."""

from frith.reference.regimes import Marking, Regime

__all__ = ["Marking", "Regime"]
