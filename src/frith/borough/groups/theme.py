"""What a theme says of its groups: how many, what, where, whom they exploit, what they share."""

from __future__ import annotations

from dataclasses import dataclass

from frith.borough.happenings import POLICE

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """One kind of record that a theme's occasions leave, and its share of them."""

    share: float
    crime_type: str | None
    code: str | None
    kind: str = "crime"
    source: str = POLICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploited:
    """People a theme exploits. `seen` is the chance that one is recorded on an occasion; of those
    records `as_suspect` are wrong: the person stands as a suspect. `found` is the share who are
    one day recorded as possible victims."""

    number: Span
    age: Span
    seen: float
    as_suspect: float
    found: float
    role: str = "possible_victim"
    at_home: bool = False  # the address they live at is where it happens, as in cuckooing


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One theme. Members are drawn from one area, whatever their names; ages bound the draw."""

    key: str
    theme: str
    label: str
    members: Span
    occasions: Span
    offences: tuple[Offence, ...]
    age: Span = (18, 50)
    away: float = 0.15  # share of occasions outside the home area and its neighbours
    sites: Span = (0, 0)  # fixed addresses that serve all occasions; none: anywhere
    premises: str = ""  # kind of premises where occasions happen
    premises_type: str = ""  # what the record says of the place
    led: float = 0.1
    found_by: str = POLICE  # whose record one day says possible victim
    exploited: Exploited | None = None
    phones: Span = (1, 3)
    vehicles: Span = (0, 2)
    adverts: Span = (0, 0)
    accounts: Span = (0, 0)
    handles: Span = (0, 0)
    loss: tuple[float, float] | None = None  # median pounds, spread of the log
    victims: float = 0.0  # chance of an ordinary victim on an occasion
