"""A borough that does not exist, with planted truths: to train on, to test against, to show."""

from frith.borough.build import BoroughSummary, build
from frith.borough.plain_files import PlainSummary, build_plain

__all__ = ["BoroughSummary", "PlainSummary", "build", "build_plain"]
