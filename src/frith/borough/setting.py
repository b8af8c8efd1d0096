"""The stage before anything happens: place, need, streets, homes, people, premises, period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from frith.borough.deprivation import latent
from frith.borough.draws import Floats, Ints, Streams
from frith.borough.households import Households, make_households
from frith.borough.people import People, make_people
from frith.borough.period import Period
from frith.borough.place import Place, make_place
from frith.borough.premises import Premises, make_premises
from frith.borough.streets import Streets, make_streets


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Everything that is there before the first event."""

    period: Period
    place: Place
    need: Floats
    households: Households
    streets: Streets
    people: People
    premises: Premises

    @property
    def residents(self) -> Floats:
        """Residents of each area."""
        area = self.people.area[: self.people.residents]
        return np.bincount(area, minlength=self.place.areas).astype(float)

    def address_points(self, rng: np.random.Generator, area: Ints) -> tuple[Floats, Ints]:
        """A point at an address of each area, and the address."""
        starts = np.searchsorted(self.streets.address_area, np.arange(self.place.areas + 1))
        count = np.diff(starts)[area]
        address = starts[area] + (rng.random(area.size) * count).astype(np.int64)
        return self.streets.address_point[address], address


def set_stage(streams: Streams, *, people: int, period: Period) -> Setting:
    """Place, households, streets, people and premises, each from its own stream."""
    place = make_place(streams.of("place"), people=people)
    need = latent(streams.of("need"), place)
    households = make_households(
        streams.of("households"), place, need, people=people, period=period
    )
    homes = np.bincount(households.area, minlength=place.areas)
    streets = make_streets(streams.of("streets"), place, homes=homes)
    return Setting(
        period=period,
        place=place,
        need=need,
        households=households,
        streets=streets,
        people=make_people(streams.of("people"), households, streets, areas=place.areas),
        premises=make_premises(streams.of("premises"), place, streets, people=people),
    )
