"""How active people are: few do much, most do nothing; and who suffers, again unevenly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from frith.borough.draws import Floats, Ints, Pools
from frith.borough.names import MALE
from frith.borough.people import People

PARETO_SHAPE, PARETO_SHIFT, ACTIVITY_CAP = 1.8, 0.2, 60.0
"""Activity is Pareto(1.8) + 0.2, at most 60: the law of the plain generator as well."""
AGE_PEAK, AGE_RISE, AGE_FALL = 19.0, 4.0, 14.0
"""The age-crime curve rises to 19 and falls slowly (Farrington 1986 describes the shape)."""
LEAST_AGE = 10  # the age of criminal responsibility in England and Wales
FEMALE_FACTOR = 0.28
TRAVEL_SHARE = 0.10
"""Share of suspects drawn from anywhere in the borough rather than from the event's own area."""
OUTSIDER_FACTOR = 1.6
CO_SUSPECTS = (0.80, 0.14, 0.04, 0.012, 0.005, 0.003)
"""Chance that an event with suspects has 1, 2 … 6 of them."""
VICTIM_SHAPE = 0.7
VICTIM_AWAY_SHARE = 0.18


def pareto_activity(rng: np.random.Generator, size: int) -> Floats:
    """Heavy-tailed activity: Pareto(1.8) from 0, plus 0.2, at most 60."""
    activity: Floats = np.minimum(rng.pareto(PARETO_SHAPE, size) + PARETO_SHIFT, ACTIVITY_CAP)
    return activity


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Pools to draw suspects and victims from, by area."""

    activity: Floats
    suspects: Pools
    victims: Pools

    def draw_suspects(self, rng: np.random.Generator, area: Ints) -> Ints:
        """A suspect for each event's area; a tenth of them from anywhere."""
        drawn = self.suspects.draw(rng, area)
        away = (rng.random(area.size) < TRAVEL_SHARE) | (drawn < 0)
        drawn[away] = self.suspects.draw_any(rng, size=int(away.sum()))
        return drawn

    def draw_victims(self, rng: np.random.Generator, area: Ints) -> Ints:
        """A victim or witness for each event's area; a share of them from anywhere."""
        drawn = self.victims.draw(rng, area)
        away = (rng.random(area.size) < VICTIM_AWAY_SHARE) | (drawn < 0)
        drawn[away] = self.victims.draw_any(rng, size=int(away.sum()))
        return drawn


def make_crowd(rng: np.random.Generator, people: People, *, middle_day: int, areas: int) -> Crowd:
    """Activity by chance, age and sex; victims by a gamma spread."""
    age = people.age_on(middle_day)
    width = np.where(age < AGE_PEAK, AGE_RISE, AGE_FALL)
    shape = np.exp(-0.5 * ((age - AGE_PEAK) / width) ** 2) + 0.04 * (age < 70)
    sex = np.where(people.sex == MALE, 1.0, FEMALE_FACTOR)
    activity = pareto_activity(rng, people.count) * shape * sex
    outsider = np.arange(people.count) >= people.residents
    activity[outsider] *= OUTSIDER_FACTOR
    activity[age < LEAST_AGE] = 0.0
    exposure = rng.gamma(VICTIM_SHAPE, 1.0, people.count) * np.where(age < 16, 0.35, 1.0)
    exposure[outsider | (age < 0.1)] = 0.0
    return Crowd(
        activity=activity,
        suspects=Pools.of(people.area, activity, groups=areas),
        victims=Pools.of(people.area, exposure, groups=areas),
    )
