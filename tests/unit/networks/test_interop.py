"""Exports judged by the library of their own format, where frith[interop] is installed."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from frith.networks import exports, find_groups
from unit.networks.test_beside import CREW, crew_world

MADE = datetime(2024, 7, 1, tzinfo=UTC)


def test_stix_bundle_is_valid_without_any_custom_part() -> None:
    stix2 = pytest.importorskip("stix2", reason="needs frith[interop]")
    world = crew_world(theme="cce")
    written = json.dumps(exports.stix(find_groups(world.events, world.roles), made_at=MADE))
    bundle = stix2.parse(written, allow_custom=False)
    people = [one for one in bundle.objects if one["type"] == "identity"]
    assert len(people) >= len(CREW)
