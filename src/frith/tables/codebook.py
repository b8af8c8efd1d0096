"""Which area codes belong to which vintage, as far as a data set's lookups and areas tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

LAST_LSOA_2011: Mapping[str, str] = {"E01": "E01033768", "W01": "W01001958"}
"""The highest code of a 2011 lower-layer super output area in England and in Wales; areas new in
2021 were numbered after it. Source: Office for National Statistics, LSOA (2011) to LSOA (2021)
exact-fit lookup. An area that did not change kept its code, so most codes are of both."""


def new_in_2021(codes: pl.Series) -> list[str]:
    """The distinct codes whose number shows that their area was new in 2021, in order."""
    distinct = codes.drop_nulls().unique().to_list()
    return sorted(c for c in distinct if c > LAST_LSOA_2011.get(c[:3], "~"))


def misplaced(code: str, wrong: Mapping[str, tuple[str, ...]], vintage: str) -> str:
    """Why a code was refused in a place where another vintage is used."""
    others = " and ".join(wrong[code.upper()])
    return f"is a code of {others}, not of {vintage}; convert it, or state its vintage"


def family_of(vintage: str) -> str:
    """The geography a vintage is of: `lsoa` for `lsoa21`; the word itself where it has no year."""
    return re.sub(r"\d+$", "", vintage)


@dataclass(frozen=True)
class Codebook:
    """Known codes by vintage. Two vintages may share most codes: unchanged areas keep theirs."""

    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, *, lookups: pl.DataFrame | None = None, areas: pl.DataFrame | None = None
    ) -> Codebook:
        """A codebook of both sides of the lookups, and of areas that name their vintage."""
        pairs: list[pl.DataFrame] = []
        if lookups is not None:
            pairs += [
                lookups.select(vintage=f"{side}_vintage", code=f"{side}_code")
                for side in ("from", "to")
            ]
        if areas is not None:
            pairs.append(areas.select("vintage", "code"))
        if not pairs:
            return cls()
        known = pl.concat(pairs).drop_nulls().group_by("vintage").agg(pl.col("code").unique())
        return cls({vintage: frozenset(codes) for vintage, codes in known.iter_rows()})

    def vintages_of(self, code: str) -> tuple[str, ...]:
        """Every vintage in which the code is known, in alphabetical order."""
        return tuple(sorted(v for v, known in self.codes.items() if code in known))

    def misplaced(self, codes: pl.Series, vintage: str) -> dict[str, tuple[str, ...]]:
        """Codes that are not `vintage`'s but another vintage's of the same geography.

        Where nothing is known of `vintage`, only codes new in 2021 can be shown to be wrong.
        """
        if vintage == "lsoa11" and "lsoa21" not in self.codes:
            return dict.fromkeys(new_in_2021(codes), ("lsoa21",))
        own = self.codes.get(vintage)
        if not own:
            return {}
        family = family_of(vintage)
        strangers = set(codes.drop_nulls().unique().to_list()) - own
        found = {code: self.vintages_of(code) for code in strangers}
        return {
            code: others
            for code, others in found.items()
            if others and any(family_of(other) == family for other in others)
        }
