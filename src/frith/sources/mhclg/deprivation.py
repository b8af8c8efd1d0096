"""The English Indices of Deprivation, from file 7 of an edition as published or tidied."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from frith.sources.found import Found, read_table
from frith.tables.report import TableReport

DOMAINS = {
    "imd": ("IMD", "Index of Multiple Deprivation (IMD)"),
    "income": ("Income",),
    "employment": ("Employment",),
    "education": ("Education", "Education, Skills and Training"),
    "health": ("Health", "Health Deprivation and Disability"),
    "crime": ("Crime",),
    "housing": (
        "Housing_and_Services",
        "Housing_and_Access",
        "Barriers to Housing and Services",
    ),
    "environment": ("Environment", "Living Environment"),
    "idaci": ("IDACI", "Income Deprivation Affecting Children Index (IDACI)"),
    "idaopi": (
        "IDAOPI",
        "Income Deprivation Affecting Older People (IDAOPI)",
        "Income Deprivation Affecting Older People Index (IDAOPI)",
    ),
}
"""Domain as frith names it, and how headers begin that hold it."""
FIGURES = ("decile", "rank", "score")


def deprivation_rows(
    found: Found, codes: Sequence[str], *, edition: str
) -> tuple[pl.DataFrame, TableReport, tuple[str, ...]]:
    """The `deprivation` table of one edition for the LSOAs `codes` (of that edition's vintage).

    Returns the rows, the report, and the domains left out because the file gives no decile.
    A rank or score that the file does not give is null.
    """
    headers = {domain: _headers(found, names) for domain, names in DOMAINS.items()}
    given = {domain: has for domain, has in headers.items() if "decile" in has}
    left_out = tuple(domain for domain in DOMAINS if domain not in given)
    columns = {"code": found.columns["code"]}
    types: dict[str, type[pl.DataType]] = {"code": pl.String}
    for domain, has in given.items():
        for figure, header in has.items():
            columns[f"{domain} {figure}"] = header
            types[f"{domain} {figure}"] = pl.Float64 if figure == "score" else pl.Int64
    frame, report = read_table(
        Found(path=found.path, source=found.source, columns=columns), types, table="deprivation"
    )
    here = frame.filter(pl.col("code").is_in(list(codes))).sort("code")
    rows = [
        here.select(
            "code",
            pl.lit(edition).alias("edition"),
            pl.lit(domain).alias("domain"),
            *(
                _figure(domain, figure, has)
                for figure, has in ((f, given[domain]) for f in FIGURES)
            ),
            pl.lit(found.source.vintage).alias("area_vintage"),
        )
        for domain in given
    ]
    return pl.concat(rows), report, left_out


def _figure(domain: str, figure: str, has: dict[str, str]) -> pl.Expr:
    kind = pl.Float64 if figure == "score" else pl.Int64
    held = pl.col(f"{domain} {figure}") if figure in has else pl.lit(None)
    return held.cast(kind).alias(figure)


def _headers(found: Found, names: Sequence[str]) -> dict[str, str]:
    """Header of each figure: "IMD_rank", or "Income Rank (where 1 is most deprived)"."""
    here: dict[str, str] = {}
    for figure in FIGURES:
        begins = tuple(f"{name}{join}{figure}".lower() for name in names for join in ("_", " "))
        for header in found.all_columns:
            plain = header.lower()
            if plain in begins or plain.startswith(tuple(f"{one} (" for one in begins)):
                here.setdefault(figure, header)
    return here
