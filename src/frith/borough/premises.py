"""Premises by type, where they stand, and the denominators of each area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.borough.draws import Floats, Ints, Pools, Texts, kept_or_none
from frith.borough.households import HMO, Households
from frith.borough.outline import to_degrees
from frith.borough.people import People
from frith.borough.period import Period
from frith.borough.place import Place
from frith.borough.streets import Streets
from frith.borough.words import table

RESIDENTS_PER_RATE = 10_000
CENTRE_REACH = 0.12
"""How far the pull of the town centre reaches, as a share of the borough's radius."""
RETAILERS = (
    "Synthetic Superstore",
    "Vorrin Foods",
    "Ozzel & Daughter",
    "Krindle Chemist",
    "Tazzle Fashion",
    "Hubbix Hardware",
)
RETAILER_SHARES = (0.34, 0.24, 0.14, 0.12, 0.10, 0.06)
AGE_BANDS = (
    ("0_9", 0, 10),
    ("10_17", 10, 18),
    ("18_24", 18, 25),
    ("25_64", 25, 65),
    ("65_over", 65, 200),
)


@dataclass(frozen=True, kw_only=True)
class Premises:
    """A row a building; `by_kind` draws a building of a kind in an area."""

    kinds: tuple[str, ...]
    kind: Ints
    area: Ints
    point: Floats
    name: Texts
    retailer: Texts
    by_kind: dict[str, Pools]


def make_premises(
    rng: np.random.Generator, place: Place, streets: Streets, *, people: int
) -> Premises:
    """Buildings of every kind, thick in the town centre as far as each kind is drawn there."""
    rows = table("places.toml")["premises"]
    gap = np.hypot(*(place.ground.centres - place.ground.towns[0]).T)
    pull = np.exp(-0.5 * (gap / (CENTRE_REACH * place.ground.radius_m)) ** 2) + 1e-9
    kind_parts, area_parts = [], []
    for at, (per_10000, centre, _) in enumerate(rows.values()):
        size = max(2, round(per_10000 * people / RESIDENTS_PER_RATE))
        share = (1 - centre) / place.areas + centre * pull / pull.sum()
        kind_parts.append(np.full(size, at))
        area_parts.append(rng.choice(place.areas, size=size, p=share / share.sum()))
    kind, area = np.concatenate(kind_parts), np.concatenate(area_parts).astype(np.int64)
    first = np.searchsorted(streets.area, area)
    count = np.bincount(streets.area, minlength=place.areas)[area]
    street = first + rng.integers(0, count)
    along = rng.random((kind.size, 1))
    point = streets.ends[street, 0] * (1 - along) + streets.ends[street, 1] * along
    retailer = np.array(RETAILERS, object)[rng.choice(len(RETAILERS), kind.size, p=RETAILER_SHARES)]
    kinds = tuple(rows)
    return Premises(
        kinds=kinds,
        kind=kind,
        area=area,
        point=point,
        name=_names(rng, kind, retailer),
        retailer=kept_or_none(retailer, kind == kinds.index("shop")),
        by_kind={
            name: Pools.of(area, (kind == at).astype(float), groups=place.areas)
            for at, name in enumerate(kinds)
        },
    )


def _names(rng: np.random.Generator, kind: Ints, retailer: Texts) -> Texts:
    words = table("places.toml")
    first = rng.choice(np.array(words["shop_words"], dtype=object), kind.size)
    last = [row[2] for row in words["premises"].values()]
    shop = list(words["premises"]).index("shop")
    return np.array(
        [
            shop_name if k == shop else f"{word} {last[k]}"
            for k, word, shop_name in zip(
                kind.tolist(), first.tolist(), retailer.tolist(), strict=True
            )
        ],
        dtype=object,
    )


def premises_by_area(premises: Premises, areas: int) -> Floats:
    """Shops, takeaways, licensed premises and hotels in each area: where trade brings people."""
    trade = np.isin(
        premises.kind, [premises.kinds.index(k) for k in ("shop", "takeaway", "licensed", "hotel")]
    )
    return np.bincount(premises.area[trade], minlength=areas).astype(float)


def premises_features(premises: Premises) -> list[dict[str, object]]:
    """GeoJSON features of the premises, with kind."""
    degrees = to_degrees(premises.point)
    return [
        {
            "type": "Feature",
            "properties": {"name": name, "kind": premises.kinds[kind]},
            "geometry": {"type": "Point", "coordinates": point},
        }
        for name, kind, point in zip(
            premises.name.tolist(), premises.kind.tolist(), degrees.tolist(), strict=True
        )
    ]


def population(
    place: Place, people: People, households: Households, premises: Premises, period: Period
) -> pl.DataFrame:
    """The `population` table: residents, by age too; households; premises, by kind too; workday."""
    areas = place.areas
    area = people.area[: people.residents]
    age = people.age_on(0)[: people.residents]
    residents = np.bincount(area, minlength=areas)
    trade = premises_by_area(premises, areas)
    counts: dict[str, Floats | Ints] = {
        "residents": residents,
        "households": np.bincount(households.area, minlength=areas),
        "premises": np.bincount(premises.area, minlength=areas),
        "workday": np.round(residents * 0.62 + trade * 9.0),
        "hmo": np.bincount(households.area[households.kind == HMO], minlength=areas),
    }
    for name, lo, hi in AGE_BANDS:
        inside = (age >= lo) & (age < hi) if lo else age < hi
        counts[f"residents_{name}"] = np.bincount(area[inside], minlength=areas)
    for at, name in enumerate(premises.kinds):
        counts[name] = np.bincount(premises.area[premises.kind == at], minlength=areas)
    return pl.concat(
        pl.DataFrame(
            {
                "code": list(place.codes),
                "n": n.astype(np.float64),
                "denominator": name,
                "as_of": str(period.start),
            }
        )
        for name, n in counts.items()
    )
