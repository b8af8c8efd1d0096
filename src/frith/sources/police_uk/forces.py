"""Forces: the short name in police.uk file names, the full name, and the police force area code.

Names: https://data.police.uk/api/forces. Codes: ONS police force areas, 2020. British Transport
Police has no area of its own; the Police Service of Northern Ireland has no ONS code here.
"""

from __future__ import annotations

import csv
import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from frith.errors import UnknownName

TRANSPORT_POLICE = "British Transport Police"


@dataclass(frozen=True, slots=True, kw_only=True)
class Force:
    """One force. `pfa_code` is blank where it has no police force area."""

    slug: str
    name: str
    pfa_code: str
    pfa_name: str


@cache
def forces() -> tuple[Force, ...]:
    """Every force that police.uk publishes for."""
    with (Path(__file__).parent / "forces.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(Force(**row) for row in csv.DictReader(handle))


def find_force(asked: str) -> Force:
    """The force of that short, full or area name; raises `UnknownName` with the nearest names."""
    wanted = _plain(asked)
    for force in forces():
        if wanted in {force.slug, _plain(force.name), _plain(force.pfa_name)} - {""}:
            return force
    known = {force.slug: force for force in forces()}
    near = difflib.get_close_matches(wanted, list(known), n=3, cutoff=0.5)
    advice = (
        f"Did you mean {' or '.join(near)}?"
        if near
        else "Use the short name in file names, such as south-yorkshire."
    )
    raise UnknownName(f"no force is called {asked!r}", where="--force", mend=advice)


def _plain(name: str) -> str:
    return name.strip().lower().replace(" & ", " and ").replace(",", "").replace(" ", "-")
