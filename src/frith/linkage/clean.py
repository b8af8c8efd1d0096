"""Cleaning: nominals as recorded become short, comparable columns; nothing is guessed."""

from __future__ import annotations

import polars as pl

from frith.linkage.nicknames import readings, roots

COLUMNS = (
    "nominal_id",
    "source",
    "given_names",
    "family_name",
    "aliases",
    "date_of_birth",
    "sex",
    "phone",
    "email",
    "address",
    "address_id",
    "postcode",
    "police_id",
)
"""All that linkage ever looks at. Whatever else a frame holds, equality monitoring above all, is
dropped before the first line of arithmetic."""

SHARED_BY = 10
"""A telephone number, email address or police number that stands with more than this many
different names is a switchboard's or a dummy; it tells nobody apart and is left out."""
SHORTEST_PHONE = 6
TITLES = r"^(?:mr|mrs|miss|ms|mx|dr|sir|master)\s+"
POSTCODE = r"^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$"
STREETS = (
    ("street", "st"),
    ("road", "rd"),
    ("avenue", "ave"),
    ("lane", "la"),
    ("lane", "ln"),
    ("close", "cl"),
    ("drive", "dr"),
    ("crescent", "cres"),
    ("court", "ct"),
    ("place", "pl"),
    ("terrace", "ter"),
    ("gardens", "gdns"),
    ("grove", "gr"),
    ("apartment", "apt"),
)
"""Full word and the abbreviation met in British addresses (Royal Mail address style)."""


def clean(nominals: pl.DataFrame) -> pl.DataFrame:
    """Nominals in order of their identifier with comparable columns; `uid` is the place in it.

    `nominals` has the columns of the table nominals; any other is dropped. Names become lower-case
    letters without accents; a date of birth becomes year, month and day, each blank where it was
    not recorded, and 1 January is read as "only the year is known". Placeholders (no fixed abode,
    0000000000) become blank. Returns one row a nominal.
    """
    kept = nominals.select(_texts(nominals)).sort("nominal_id")
    named = kept.with_columns(
        _plain("given_names").str.replace(TITLES, "").alias("given_words"),
        _plain("family_name").alias("family_words"),
        pl.col("aliases").fill_null("").str.to_lowercase().alias("alias_text"),
    )
    frame = named.with_columns(*_names(), *_birth(), *_contacts(), *_home()).with_columns(
        pl.when(pl.col("given").str.len_chars() > 1).then("given").alias("given"),
        pl.col("given").str.slice(0, 1).alias("initial"),
    )
    frame = frame.with_columns(*_readings(), *_dates())
    frame = frame.with_columns(_unshared(name) for name in ("phone", "email", "police_id"))
    return frame.with_row_index("uid").with_columns(pl.col("uid").cast(pl.Int64)).select(*KEPT)


KEPT = (
    "uid",
    "nominal_id",
    "source",
    "given",
    "initial",
    "middle",
    "root",
    "readings",
    "family",
    "part_a",
    "part_b",
    "aliases",
    "birth_year",
    "birth_month",
    "birth_day",
    "dob",
    "dob_swapped",
    "birth_md",
    "sex",
    "phone",
    "email",
    "email_user",
    "email_digits",
    "street",
    "door",
    "address_id",
    "postcode",
    "police_id",
)
"""The columns that cleaning hands on."""


def _texts(nominals: pl.DataFrame) -> list[pl.Expr]:
    """The known columns as text, blank where empty or absent."""
    found = []
    for name in COLUMNS:
        if name in nominals.columns:
            text = pl.col(name).cast(pl.String).str.strip_chars()
            found.append(pl.when(text != "").then(text).alias(name))
        else:
            found.append(pl.lit(None, pl.String).alias(name))
    return found


def _plain(name: str) -> pl.Expr:
    """Lower-case words of plain letters: no accents, apostrophes joined, hyphens as spaces."""
    bare = (
        pl.col(name)
        .str.normalize("NFKD")
        .str.to_lowercase()
        .str.replace_all("ł", "l")
        .str.replace_all("ß", "ss")
        .str.replace_all("ø", "o")
        .str.replace_all(r"[\p{M}'’`.]", "")
        .str.replace_all(r"[^\p{L}]+", " ")
        .str.strip_chars()
    )
    return bare


def _blank(expr: pl.Expr) -> pl.Expr:
    """The text, or null where it is empty."""
    return pl.when(expr != "").then(expr)


def _names() -> list[pl.Expr]:
    given, family = pl.col("given_words"), pl.col("family_words")
    parts = family.str.split(" ")
    double = parts.list.len() == 2
    alias = (
        pl.col("alias_text")
        .str.normalize("NFKD")
        .str.replace_all(r"[\p{M}'’`.]", "")
        .str.extract_all(r"\p{L}{3,}")
        .list.sort()
    )
    return [
        _blank(given.str.extract(r"^(\S+)")).alias("given"),
        given.str.extract(r"^\S+ (\S{2,})").alias("middle"),
        _blank(family.str.replace_all(" ", "")).alias("family"),
        pl.when(double).then(parts.list.get(0, null_on_oob=True)).alias("part_a"),
        pl.when(double).then(parts.list.get(1, null_on_oob=True)).alias("part_b"),
        pl.when(alias.list.len() > 0).then(alias).alias("aliases"),
    ]


def _readings() -> list[pl.Expr]:
    """What a given name may be short for, and the root of its family of forms."""
    said, root = readings(), roots()
    name = pl.col("given")
    return [
        name.replace_strict(
            list(said), list(said.values()), default=None, return_dtype=pl.List(pl.String)
        ).alias("readings"),
        name.replace(list(root), list(root.values())).alias("root"),
    ]


def _birth() -> list[pl.Expr]:
    """Year, month and day as integers; 1 January says the year only."""
    text = pl.col("date_of_birth")
    year = text.str.extract(r"^(\d{4})").cast(pl.Int32)
    month = text.str.extract(r"^\d{4}-(\d{2})").cast(pl.Int32)
    day = text.str.extract(r"^\d{4}-\d{2}-(\d{2})").cast(pl.Int32)
    known = month.is_between(1, 12) & ~((month == 1) & (day == 1)).fill_null(False)
    return [
        year.alias("birth_year"),
        pl.when(known).then(month).alias("birth_month"),
        pl.when(known & day.is_between(1, 31)).then(day).alias("birth_day"),
    ]


def _dates() -> list[pl.Expr]:
    """Full dates as text, with day and month swapped beside, and month and day alone."""
    year = pl.col("birth_year").cast(pl.String)
    month = pl.col("birth_month").cast(pl.String).str.zfill(2)
    day = pl.col("birth_day").cast(pl.String).str.zfill(2)
    return [
        pl.concat_str(year, month, day).alias("dob"),
        pl.when(pl.col("birth_day") <= 12)
        .then(pl.concat_str(year, day, month))
        .alias("dob_swapped"),
        pl.concat_str(month, day).alias("birth_md"),
    ]


def _contacts() -> list[pl.Expr]:
    digits = (
        pl.col("phone").str.replace_all(r"[^0-9+]", "").str.replace(r"^(?:\+44|0044)0?", "0")
    ).str.replace_all(r"\+", "")
    dummy = digits.str.contains(r"^(?:0+|1+|9+|0?123456789\d*)$")
    email = pl.col("email").str.to_lowercase()
    number = pl.col("police_id").str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    sex = pl.col("sex").str.to_lowercase()
    return [
        pl.when((digits.str.len_chars() >= SHORTEST_PHONE) & ~dummy).then(digits).alias("phone"),
        pl.when(email.str.contains("@")).then(email).alias("email"),
        pl.when(email.str.contains("@"))
        .then(_blank(email.str.extract(r"^([^@]+)@")))
        .alias("email_user"),
        pl.when(email.str.contains("@"))
        .then(email.str.replace_all(r"[^0-9]", ""))
        .alias("email_digits"),
        _blank(number).alias("police_id"),
        pl.when(sex.is_in(["f", "female", "woman", "girl"]))
        .then(pl.lit("f"))
        .when(sex.is_in(["m", "male", "man", "boy"]))
        .then(pl.lit("m"))
        .alias("sex"),
    ]


def _home() -> list[pl.Expr]:
    """First line of the address where it holds a number, its identifier, and the postcode."""
    line = (
        pl.col("address")
        .str.to_lowercase()
        .str.extract(r"^([^,;\n]*\d[^,;\n]*)")
        .str.replace_all(r"[^a-z0-9]+", " ")
        .str.strip_chars()
    )
    for full, short in STREETS:
        line = line.str.replace_all(rf"\b{short}\b$", full)
    code = pl.col("postcode").str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    return [
        _blank(line).alias("street"),
        line.str.extract(r"(\d+)").alias("door"),
        pl.col("address_id").str.to_uppercase().alias("address_id"),
        _blank(code).alias("postcode"),
    ]


def _unshared(name: str) -> pl.Expr:
    """The identifier, blank where too many different names share it."""
    who = pl.concat_str(pl.col("root").fill_null(""), pl.col("family").fill_null(""), separator=" ")
    return pl.when(who.n_unique().over(name) <= SHARED_BY).then(pl.col(name)).alias(name)
