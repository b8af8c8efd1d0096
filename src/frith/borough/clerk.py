"""How one system writes people down: names, births, addresses and numbers, with its own errors."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from frith.borough.draws import Ints, Texts, kept_or_none, labels
from frith.borough.misspell import misspelt, slipped_dates
from frith.borough.names import FEMALE, nicknames
from frith.borough.people import People
from frith.borough.setting import Setting

Mask = NDArray[np.bool_]

SEX_WORDS = {
    "police": ("F", "M"),
    "council": ("Female", "Male"),
    "housing": ("F", "M"),
    "probation": ("Female", "Male"),
}
SHORT = {
    "Street": "St",
    "Road": "Rd",
    "Avenue": "Ave",
    "Lane": "La",
    "Close": "Cl",
    "Drive": "Dr",
}
SHORT_SHARE, NO_POSTCODE_SHARE, LANDLINE_SHARE = 0.15, 0.06, 0.20
EARLIER_NAME_SHARE = 0.40
ELSEWHERE, NO_FIXED, NO_FIXED_SHARE = "an address outside the borough", "no fixed abode", 0.3
KEEPS_POLICE_ID = {"police": 0.35, "probation": 0.85}
HAS_POLICE_ID = 0.6
SPREAD = 2_654_435_761  # Knuth's multiplier: the same people have an identifier in every system


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One system's habits, as chances for each record. Orders of magnitude as reviews of linked
    administrative data report them (Harron et al. 2017); chosen, not measured."""

    name: str
    prefix: str
    again: float  # further records of the same person, on average
    wrong_given: float = 0.03
    wrong_family: float = 0.03
    nickname: float = 0.08
    swapped: float = 0.006
    middle: float = 0.35
    alias: float = 0.0
    no_birth: float = 0.02
    wrong_birth: float = 0.02
    year_only: float = 0.005
    first_january: float = 0.01
    no_sex: float = 0.02
    no_phone: float = 0.5
    no_address: float = 0.05
    old_address: float = 0.15
    no_address_id: float = 0.3
    email: float = 0.0


@dataclass
class Slips:
    """Draws which records suffer which error, and remembers it for the truth."""

    rng: np.random.Generator
    size: int
    said: Texts = field(init=False)

    def __post_init__(self) -> None:
        self.said = np.full(self.size, "", dtype=object)

    def draw(self, share: float, name: str, among: Mask | None = None) -> Mask:
        """The records hit; `name` is noted for each."""
        hit = self.rng.random(self.size) < share
        if among is not None:
            hit &= among
        self.said[hit] = self.said[hit] + f"{name};"
        return hit


def write_records(
    rng: np.random.Generator, setting: Setting, system: System, person: Ints
) -> pl.DataFrame:
    """A record for each of `person`, in that order, with a column naming its errors."""
    slips = Slips(rng, person.size)
    people = setting.people
    given, family, aliases = _names(slips, people, system, person)
    birth = _birth(slips, setting, system, person)
    address, address_id, postcode = _address(slips, setting, system, person)
    emailed = (rng.random(person.size) < system.email) & (people.email[person] != "")
    columns = {
        "nominal_id": labels(f"{system.prefix}-", rng.permutation(person.size) + 1, width=6),
        "given_names": given,
        "family_name": family,
        "aliases": aliases,
        "date_of_birth": birth,
        "sex": _sex(slips, people, system, person),
        "phone": _phone(slips, people, system, person),
        "email": kept_or_none(people.email[person], emailed),
        "address": address,
        "address_id": address_id,
        "postcode": postcode,
        "police_id": _police_id(rng, system, person),
        "errors": np.array([said.rstrip(";") for said in slips.said.tolist()], dtype=object),
    }
    frame = pl.DataFrame(
        {name: pl.Series(values.tolist(), dtype=pl.String) for name, values in columns.items()}
    )
    return frame.insert_column(1, pl.repeat(system.name, person.size, eager=True).alias("source"))


def _names(
    slips: Slips, people: People, system: System, person: Ints
) -> tuple[Texts, Texts, Texts]:
    """Given and family names and aliases."""
    rng, short = slips.rng, nicknames()
    given, family = people.given[person].copy(), people.family[person].copy()
    nick = np.array([short.get(name, "") for name in given.tolist()], dtype=object)
    called = slips.draw(system.nickname, "nickname", nick != "")
    aliases = kept_or_none(nick, (rng.random(person.size) < system.alias) & (nick != ""))
    given[called] = nick[called]
    earlier = people.earlier_family[person]
    before = slips.draw(EARLIER_NAME_SHARE, "earlier_family_name", earlier != "")
    family[before] = earlier[before]
    hit = slips.draw(system.wrong_given, "wrong_given")
    given[hit] = misspelt(rng, given[hit])
    hit = slips.draw(system.wrong_family, "wrong_family")
    family[hit] = misspelt(rng, family[hit])
    middle = people.middle[person]
    full = (rng.random(person.size) < system.middle) & (middle != "") & ~called
    given[full] = given[full] + " " + middle[full]
    swap = slips.draw(system.swapped, "swapped")
    given[swap], family[swap] = family[swap], given[swap].copy()
    return given, family, aliases


def _birth(slips: Slips, setting: Setting, system: System, person: Ints) -> Texts:
    """Dates of birth as recorded; 1 January often means that only the year was known."""
    true = np.datetime64(setting.period.start, "D") + setting.people.birth_day[person]
    text = true.astype(str).astype(object)
    month = true.astype("datetime64[M]")
    year = true.astype("datetime64[Y]").astype(np.int64) + 1970
    of_year = month.astype(np.int64) % 12 + 1
    of_month = (true - month.astype("datetime64[D]")).astype(np.int64) + 1
    hit = slips.draw(system.wrong_birth, "wrong_birth")
    text[hit] = slipped_dates(slips.rng, year[hit], of_year[hit], of_month[hit])
    hit = slips.draw(system.first_january, "first_january")
    text[hit] = np.array([f"{y}-01-01" for y in year[hit].tolist()], dtype=object)
    hit = slips.draw(system.year_only, "year_only")
    text[hit] = np.array([str(y) for y in year[hit].tolist()], dtype=object)
    return kept_or_none(text, ~slips.draw(system.no_birth, "no_birth"))


def _sex(slips: Slips, people: People, system: System, person: Ints) -> Texts:
    words = np.array(SEX_WORDS[system.name], dtype=object)
    said = words[np.where(people.sex[person] == FEMALE, 0, 1)]
    return kept_or_none(said, ~slips.draw(system.no_sex, "no_sex"))


def _phone(slips: Slips, people: People, system: System, person: Ints) -> Texts:
    """The mobile, or for a fifth of those who have one the landline."""
    line = people.landline[person]
    by_line = (slips.rng.random(person.size) < LANDLINE_SHARE) & (line != "")
    phone = np.where(by_line, line, people.mobile[person])
    return kept_or_none(phone, ~slips.draw(system.no_phone, "no_phone") & (phone != ""))


def _police_id(rng: np.random.Generator, system: System, person: Ints) -> Texts:
    """An identifier that follows some people from police to probation."""
    has = (person * SPREAD % 1000) / 1000 < HAS_POLICE_ID
    kept = rng.random(person.size) < KEEPS_POLICE_ID.get(system.name, 0.0)
    return kept_or_none(labels("SYN/", person + 1, width=7), has & kept)


def _address(
    slips: Slips, setting: Setting, system: System, person: Ints
) -> tuple[Texts, Texts, Texts]:
    """Address, identifier and postcode: where they lived when the record was made, or before."""
    rng, people, streets = slips.rng, setting.people, setting.streets
    n = person.size
    moved = people.moved_on[person]
    stale = slips.draw(system.old_address, "old_address", moved >= 0)
    before = (moved >= 0) & (stale | (rng.integers(0, setting.period.days, n) < moved))
    at = np.where(before, people.earlier_address[person], people.address[person])
    known, rows = at >= 0, np.maximum(at, 0)
    text = streets.address_text[rows].copy()
    brief = rng.random(n) < SHORT_SHARE
    text[brief] = np.array([_shortened(line) for line in text[brief].tolist()], dtype=object)
    away = np.where(rng.random(n) < NO_FIXED_SHARE, NO_FIXED, ELSEWHERE).astype(object)
    there = ~slips.draw(system.no_address, "no_address")
    has_id = known & there & (rng.random(n) >= system.no_address_id)
    has_code = known & there & (rng.random(n) >= NO_POSTCODE_SHARE)
    return (
        kept_or_none(np.where(known, text, away), there),
        kept_or_none(streets.address_id[rows], has_id),
        kept_or_none(streets.address_postcode[rows], has_code),
    )


def _shortened(line: str) -> str:
    """`12 Hobfield Street, Ward` as `12 Hobfield St`."""
    street, _, _ = line.partition(",")
    name, _, kind = street.rpartition(" ")
    return f"{name} {SHORT.get(kind, kind)}"
