"""Cleaning: nominals as recorded become short, comparable columns; nothing is guessed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from frith.linkage.arrival import data_hash, order_of
from frith.linkage.coded import (
    BLANK,
    THREADS,
    Coded,
    Codes,
    Records,
    as_codes,
    coded,
    followed,
)
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
MONTHS = 12
TITLES = r"^(?:mr|mrs|miss|ms|mx|dr|sir|master)\s+"
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
"""Full word and the abbreviation met in British addresses (Royal Mail address style); only as the
last word of the line."""


def clean(nominals: pl.DataFrame) -> pl.DataFrame:
    """Nominals in order of their identifier with comparable columns; `uid` is the place in it.

    `nominals` has the columns of the table nominals; any other is dropped. Names become lower-case
    letters without accents; a date of birth becomes year, month and day, each blank where it was
    not recorded, and 1 January is read as "only the year is known". Placeholders (no fixed abode,
    0000000000) become blank. Returns one row a nominal.
    """
    found = clean_coded(nominals)
    year, month, day = (_null(found.code(name)) for name in BIRTH_PARTS)
    dates = pl.select(birth_year=year, birth_month=month, birth_day=day).select(_dates())
    columns: dict[str, pl.Series] = {
        "uid": pl.Series(np.arange(found.height)),
        "nominal_id": found.nominal_id,
        "source": found.source,
        "readings": found.readings.series("readings"),
        "aliases": found.aliases.series("aliases"),
        "birth_year": year,
        "birth_month": month,
        "birth_day": day,
        **{name: dates[name] for name in dates.columns},
        **{name: found.text(name) for name in found.columns},
    }
    return pl.DataFrame({name: columns[name] for name in KEPT})


def clean_coded(nominals: pl.DataFrame) -> Records:
    """The same with each distinct text cleaned once and standing once: what linkage works on."""
    ids = _text(nominals, "nominal_id").alias("nominal_id")
    order = order_of(ids)

    def one(name: str) -> tuple[Coded, dict[str, Coded]]:
        """A column in order of the identifier, and what is made of it."""
        raw = coded(_text(nominals, name)).in_order(order)
        return raw, _by_value(raw, name)

    names = [name for name in COLUMNS if name != "nominal_id"]
    with ThreadPoolExecutor(THREADS) as threads:
        found = dict(zip(names, threads.map(one, names), strict=True))
        ids = ids.gather(order)
        hashed = threads.submit(data_hash, ids, {name: raw for name, (raw, _) in found.items()})
        columns = {name: column for _, made in found.values() for name, column in made.items()}
        given = columns["given"]
        said, root = readings(), roots()
        columns["root"] = given.through(given.values.replace(list(root), list(root.values())))
        for name in ("phone", "email", "police_id"):
            columns[name] = _unshared(columns[name], columns["root"], columns["family"])
        born, aliases = found["date_of_birth"][0], found["aliases"][0]
        parts = _table(born).select(_birth())
        return Records(
            nominal_id=ids,
            source=found["source"][0].series("source"),
            columns=columns,
            numbers=_days(
                {name: followed(born.codes, as_codes(parts[name])) for name in BIRTH_PARTS}
            ),
            aliases=aliases.among(_table(aliases).select(_aliases()).to_series()),
            readings=given.among(
                given.values.replace_strict(
                    list(said), list(said.values()), default=None, return_dtype=pl.List(pl.String)
                )
            ),
            data_hash=hashed.result(),
        )


def _made_of(name: str) -> list[pl.Expr]:
    """The comparable columns that one column of nominals gives."""
    match name:
        case "given_names":
            return _given()
        case "family_name":
            return _family()
        case "phone":
            return [_phone()]
        case "email":
            return _email()
        case "police_id":
            return [_police_id()]
        case "sex":
            return [_sex()]
        case "address_id":
            return [pl.col("text").str.to_uppercase().alias("address_id")]
        case "postcode":
            return [_postcode()]
    return []


BIRTH_PARTS = ("birth_year", "birth_month", "birth_day")

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


def _text(nominals: pl.DataFrame, name: str) -> pl.Series:
    """One column as text, blank where absent."""
    if name in nominals.columns:
        return nominals[name].cast(pl.String)
    return pl.Series(name, [None], pl.String).new_from_index(0, nominals.height)


def _table(column: Coded) -> pl.DataFrame:
    """The distinct texts of a column, without blanks at their ends, null where empty."""
    text = column.values.alias("text").to_frame().select(pl.col("text").str.strip_chars())
    return text.select(_blank(pl.col("text")))


def _by_value(column: Coded, name: str) -> dict[str, Coded]:
    """Columns made of one, each distinct text worked on once."""
    table = _table(column)
    made = _line(table) if name == "address" else table.select(_made_of(name))
    return {name: column.through(made[name]) for name in made.columns}


def _null(numbers: Codes) -> pl.Series:
    """Whole numbers, null where blank."""
    found = pl.Series(numbers)
    return found.set(found == BLANK, None)


def _days(parts: dict[str, Codes]) -> dict[str, Codes]:
    """Year, month and day with whole days beside, as YYYYMMDD in one number."""
    year, month, day = (parts[name] for name in BIRTH_PARTS)
    swaps = (day != BLANK) & (day <= MONTHS)
    return parts | {
        "dob": _number(10_000 * year + 100 * month + day, (year, month, day)),
        "dob_swapped": np.where(
            swaps, _number(10_000 * year + 100 * day + month, (year, month, day)), np.int32(BLANK)
        ),
        "birth_md": _number(100 * month + day, (month, day)),
        "decade": np.where(year == BLANK, np.int32(BLANK), year // 10),
    }


def _number(value: Codes, of: tuple[Codes, ...]) -> Codes:
    """The number, blank where a part of it is."""
    known = np.logical_and.reduce([part != BLANK for part in of])
    found: Codes = np.where(known, value, BLANK).astype(np.int32)
    return found


def _plain() -> pl.Expr:
    """Lower-case words of plain letters: no accents, apostrophes joined, hyphens as spaces."""
    bare = (
        pl.col("text")
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


def _given() -> list[pl.Expr]:
    words = _plain().str.replace(TITLES, "")
    first = _blank(words.str.extract(r"^(\S+)"))
    return [
        pl.when(first.str.len_chars() > 1).then(first).alias("given"),
        first.str.slice(0, 1).alias("initial"),
        words.str.extract(r"^\S+ (\S{2,})").alias("middle"),
    ]


def _family() -> list[pl.Expr]:
    words = _plain()
    parts = words.str.split(" ")
    double = parts.list.len() == 2
    joined = _blank(words.str.replace_all(" ", ""))
    return [
        joined.alias("family"),
        joined.str.slice(0, 1).alias("family_initial"),
        pl.when(double).then(parts.list.get(0, null_on_oob=True)).alias("part_a"),
        pl.when(double).then(parts.list.get(1, null_on_oob=True)).alias("part_b"),
    ]


def _aliases() -> pl.Expr:
    words = (
        pl.col("text")
        .str.to_lowercase()
        .str.normalize("NFKD")
        .str.replace_all(r"[\p{M}'’`.]", "")
        .str.extract_all(r"\p{L}{3,}")
        .list.sort()
    )
    return pl.when(words.list.len() > 0).then(words).alias("aliases")


def _birth() -> list[pl.Expr]:
    """Year, month and day as integers; 1 January says the year only."""
    text = pl.col("text")
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


def _phone() -> pl.Expr:
    digits = (
        pl.col("text").str.replace_all(r"[^0-9+]", "").str.replace(r"^(?:\+44|0044)0?", "0")
    ).str.replace_all("+", "", literal=True)
    dummy = digits.str.contains(r"^(?:0+|1+|9+|0?123456789\d*)$")
    return pl.when((digits.str.len_chars() >= SHORTEST_PHONE) & ~dummy).then(digits).alias("phone")


def _email() -> list[pl.Expr]:
    text = pl.col("text").str.to_lowercase()
    email = pl.when(text.str.contains("@", literal=True)).then(text)
    return [
        email.alias("email"),
        _blank(email.str.extract(r"^([^@]+)@")).alias("email_user"),
        email.str.replace_all(r"[^0-9]", "").alias("email_digits"),
    ]


def _police_id() -> pl.Expr:
    number = pl.col("text").str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    return _blank(number).alias("police_id")


def _sex() -> pl.Expr:
    sex = pl.col("text").str.to_lowercase()
    return (
        pl.when(sex.is_in(["f", "female", "woman", "girl"]))
        .then(pl.lit("f"))
        .when(sex.is_in(["m", "male", "man", "boy"]))
        .then(pl.lit("m"))
        .alias("sex")
    )


def _line(table: pl.DataFrame) -> pl.DataFrame:
    """First line of the address where it holds a number, and that number.

    Step by step, because one step is read by several that follow.
    """
    line = (
        pl.col("text")
        .str.to_lowercase()
        .str.extract(r"^([^,;\n]*\d[^,;\n]*)")
        .str.replace_all(r"[^a-z0-9]+", " ")
        .str.strip_chars()
    )
    short = {f" {short}": f" {full}" for full, short in STREETS}
    whole = pl.concat_str(
        pl.col("line").str.strip_suffix(pl.col("last")),
        pl.col("last").replace_strict(list(short), list(short.values()), default=pl.col("last")),
    )
    lines = table.select(line=line)
    last = lines.with_columns(last=pl.col("line").str.extract(r"( [a-z]+)$"))
    return last.select(
        _blank(pl.coalesce(whole, "line")).alias("street"),
        pl.col("line").str.extract(r"(\d+)").alias("door"),
    )


def _postcode() -> pl.Expr:
    code = pl.col("text").str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    return _blank(code).alias("postcode")


def _unshared(column: Coded, root: Coded, family: Coded) -> Coded:
    """The identifier, blank where too many different names share it."""
    often = np.bincount(column.codes[column.codes != BLANK], minlength=column.values.len())
    rows = np.flatnonzero(np.append(often > SHARED_BY, False)[column.codes])
    if not rows.size:
        return column
    names = pl.DataFrame(
        {
            "code": column.codes[rows],
            "root": root.codes[rows],
            "family": family.codes[rows],
        }
    )
    borne = names.unique().group_by("code").len().filter(pl.col("len") > SHARED_BY)["code"]
    keep = np.arange(column.values.len(), dtype=np.int32)
    keep[borne.to_numpy()] = BLANK
    return Coded(codes=followed(column.codes, keep), values=column.values)
