"""Given and family names as common as in an English borough; no well-known person among them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from frith.borough.draws import Floats, Ints, Texts, pick
from frith.borough.words import table

RANK_OFFSET = 6
"""A name's weight is 1 / (rank + 6): flatter than Zipf's law, as published lists are."""
FEMALE, MALE = 0, 1


@dataclass(frozen=True, kw_only=True)
class NameLists:
    """Every list's names laid end to end; `*_at` holds each list's first and last place."""

    shares: Floats
    given: tuple[Texts, Texts]  # female, male
    given_at: tuple[Ints, Ints]
    family: Texts
    family_at: Ints


@cache
def name_lists() -> NameLists:
    """The lists of `words/names.toml`."""
    lists = list(table("names.toml")["lists"].values())
    return NameLists(
        shares=np.array([one["share"] for one in lists]),
        given=(_joined(lists, "female"), _joined(lists, "male")),
        given_at=(_bounds(lists, "female"), _bounds(lists, "male")),
        family=_joined(lists, "family"),
        family_at=_bounds(lists, "family"),
    )


def _joined(lists: list[dict[str, list[str]]], key: str) -> Texts:
    return np.array([name for one in lists for name in one[key]], dtype=object)


def _bounds(lists: list[dict[str, list[str]]], key: str) -> Ints:
    return np.concatenate([[0], np.cumsum([len(one[key]) for one in lists])]).astype(np.int64)


def draw_lists(rng: np.random.Generator, *, size: int) -> Ints:
    """Which name list each household's names come from."""
    return pick(rng, name_lists().shares, size=size)


def draw_given(rng: np.random.Generator, kind: Ints, sex: Ints) -> Texts:
    """A given name for each person of name list `kind` and sex (0 female, 1 male)."""
    lists = name_lists()
    names = np.empty(kind.size, dtype=object)
    for which in (FEMALE, MALE):
        chosen = sex == which
        at = _ranked(rng, kind[chosen], lists.given_at[which])
        names[chosen] = lists.given[which][at]
    return names


def draw_family(rng: np.random.Generator, kind: Ints) -> Texts:
    """A family name for each household or person of name list `kind`."""
    lists = name_lists()
    return lists.family[_ranked(rng, kind, lists.family_at)]


def _ranked(rng: np.random.Generator, kind: Ints, bounds: Ints) -> Ints:
    """A place in each list, the early ones oftener: density 1 / (rank + offset), inverted."""
    length = np.diff(bounds)[kind]
    spread = np.log((length + RANK_OFFSET) / RANK_OFFSET)
    rank = RANK_OFFSET * (np.exp(rng.random(kind.size) * spread) - 1)
    return bounds[kind] + np.minimum(rank.astype(np.int64), length - 1)


@cache
def famous() -> frozenset[str]:
    """Full names that are never given to anybody."""
    return frozenset(table("names.toml")["famous"]["names"])


def without_famous(
    rng: np.random.Generator, given: Texts, family: Texts, *, kind: Ints, sex: Ints
) -> Texts:
    """`given` with every draw that would name a well-known person drawn again."""
    mended = given.copy()
    at_risk = _spoken(mended, family)
    while at_risk.size:
        mended[at_risk] = draw_given(rng, kind[at_risk], sex[at_risk])
        at_risk = at_risk[_spoken(mended[at_risk], family[at_risk])]
    return mended


def _spoken(given: Texts, family: Texts) -> Ints:
    """Places where the full name, or its short form, is a well-known person's."""
    known, short = famous(), nicknames()
    return np.array(
        [
            at
            for at, (first, last) in enumerate(zip(given.tolist(), family.tolist(), strict=True))
            if f"{first} {last}" in known or f"{short.get(first, first)} {last}" in known
        ],
        dtype=np.int64,
    )


@cache
def nicknames() -> dict[str, str]:
    """Given name to its short form."""
    return dict(table("names.toml")["nicknames"])


@cache
def spellings() -> dict[str, str]:
    """Name to another spelling of the same sound."""
    return dict(table("names.toml")["spellings"])
