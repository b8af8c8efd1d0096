"""Text to typed values, column by column, and why a value that would not read was refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from frith.tables.declare import Column, Kind

DTYPES: Mapping[Kind, pl.DataType] = MappingProxyType(
    {
        Kind.TEXT: pl.String(),
        Kind.CODE: pl.String(),
        Kind.INTEGER: pl.Int64(),
        Kind.NUMBER: pl.Float64(),
        Kind.BOOLEAN: pl.Boolean(),
        Kind.DATE: pl.Date(),
        Kind.MONTH: pl.String(),
        Kind.PARTIAL_DATE: pl.String(),
        Kind.MOMENT: pl.Datetime("us"),
    }
)
"""The Polars type each kind of column becomes."""

LOCAL_TIME_ZONE = "Europe/London"
"""Moments are United Kingdom local time; one written with an offset is converted to it."""

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""A date outside these years is a slip of the keyboard."""

_TRUE = ("true", "yes", "y", "t", "1")
_FALSE = ("false", "no", "n", "f", "0")
_WHOLE = r"^[+-]?\d{1,18}(\.0*)?$"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_DAY = r"^\d{4}-\d{2}-\d{2}$"
_MIDNIGHT = r"[T ]00:00(:00(\.0+)?)?$"
_MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
_YEAR = r"^\d{4}$"
_MINUTE = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_OFFSET = r"(Z|[+-]\d{2}:?\d{2})$"
_EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})


def dtype_of(column: Column) -> pl.DataType:
    """The Polars type of a declared column."""
    return DTYPES[column.kind]


def tidy(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column's values as trimmed text, blank as null; own types become their plain text."""
    value = pl.col(name)
    if dtype == pl.String:
        text = value.str.strip_chars()
    elif dtype == pl.Date:
        text = value.dt.strftime("%Y-%m-%d")
    elif isinstance(dtype, pl.Datetime):
        local = value.dt.convert_time_zone(LOCAL_TIME_ZONE) if dtype.time_zone else value
        text = local.dt.replace_time_zone(None).dt.strftime("%Y-%m-%dT%H:%M:%S%.f")
    elif dtype == pl.Boolean:
        text = pl.when(value).then(pl.lit("true")).when(~value).then(pl.lit("false"))
        return text.otherwise(None).alias(name)
    else:
        text = value.cast(pl.String, strict=False)
    return pl.when(text != "").then(text).alias(name)


def parsed(column: Column) -> pl.Expr:
    """Typed values of a column of tidy text; null where the text does not read as its kind."""
    text = pl.col(column.name)
    value = _BY_KIND[column.kind](text)
    if column.values:
        value = _closed(text, column.values)
    if column.lo is not None:
        value = pl.when(value >= column.lo).then(value)
    if column.hi is not None:
        value = pl.when(value <= column.hi).then(value)
    if column.pattern:
        value = pl.when(value.str.contains(f"^(?:{column.pattern})$")).then(value)
    return value.alias(column.name)


def native(column: Column) -> pl.Expr:
    """Values that already have the column's type, bounded; null where out of bounds."""
    value = pl.col(column.name)
    if column.kind is Kind.NUMBER:
        value = pl.when(value.is_finite()).then(value)
    if column.lo is not None:
        value = pl.when(value >= column.lo).then(value)
    if column.hi is not None:
        value = pl.when(value <= column.hi).then(value)
    return value.alias(column.name)


def precision(name: str) -> pl.Expr:
    """How precise a moment's tidy text is: month, day or minute; null where it is none of them."""
    text = pl.col(name)
    return (
        pl.when(text.str.contains(_MONTH))
        .then(pl.lit("month"))
        .when(text.str.contains(_DAY))
        .then(pl.lit("day"))
        .when(text.str.contains(_MINUTE))
        .then(pl.lit("minute"))
    )


def last_moment(name: str, *, text: str) -> pl.Expr:
    """The end of the month, day or minute that a moment's text names."""
    start = pl.col(name)
    return (
        pl.when(pl.col(text).str.contains(_MONTH))
        .then(start.dt.offset_by("1mo"))
        .when(pl.col(text).str.contains(_DAY))
        .then(start.dt.offset_by("1d"))
        .otherwise(start.dt.offset_by("1m"))
    )


def _text(text: pl.Expr) -> pl.Expr:
    return text


def _code(text: pl.Expr) -> pl.Expr:
    return text.str.to_uppercase()


def _integer(text: pl.Expr) -> pl.Expr:
    whole = text.str.replace(r"\.0*$", "").str.strip_prefix("+")
    return pl.when(text.str.contains(_WHOLE)).then(whole.cast(pl.Int64, strict=False))


def _number(text: pl.Expr) -> pl.Expr:
    value = text.str.strip_prefix("+").cast(pl.Float64, strict=False)
    return pl.when(text.str.contains(_NUMBER) & value.is_finite()).then(value)


def _boolean(text: pl.Expr) -> pl.Expr:
    said = text.str.to_lowercase()
    return pl.when(said.is_in(_TRUE)).then(True).when(said.is_in(_FALSE)).then(False)


def _date(text: pl.Expr) -> pl.Expr:
    day = text.str.replace(_MIDNIGHT, "")
    value = day.str.to_date("%Y-%m-%d", strict=False)
    return pl.when(day.str.contains(_DAY) & _sane(value)).then(value)


def _sane(value: pl.Expr) -> pl.Expr:
    return value.dt.year().is_between(FIRST_YEAR, LAST_YEAR)


def _month(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(_MONTH) & _sane(_month_start(text))).then(text)


def _month_start(text: pl.Expr) -> pl.Expr:
    return (text + "-01").str.to_date("%Y-%m-%d", strict=False)


def _partial_date(text: pl.Expr) -> pl.Expr:
    bare = text.str.replace(_MIDNIGHT, "")
    a_year = bare.str.contains(_YEAR) & bare.cast(pl.Int64, strict=False).is_between(
        FIRST_YEAR, LAST_YEAR
    )
    good = a_year | _month(bare).is_not_null() | _date(bare).is_not_null()
    return pl.when(good).then(bare)


def _moment(text: pl.Expr) -> pl.Expr:
    clock = text.str.replace(" ", "T", literal=True)
    clock = (
        pl.when(clock.str.contains(r"T\d{2}:\d{2}(Z|[+-]|$)"))
        .then(clock.str.replace(r"(T\d{2}:\d{2})", "${1}:00"))
        .otherwise(clock)
    )
    with_offset = (
        clock.str.replace(r"Z$", "+00:00")
        .str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us", time_zone="UTC", strict=False)
        .dt.convert_time_zone(LOCAL_TIME_ZONE)
        .dt.replace_time_zone(None)
    )
    bare = clock.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    offset_given = text.str.contains(_MINUTE) & text.str.contains(_OFFSET)
    value = (
        pl.when(text.str.contains(_MONTH))
        .then(_month_start(text).cast(pl.Datetime("us")))
        .when(text.str.contains(_DAY))
        .then(text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us")))
        .when(offset_given)
        .then(with_offset)
        .when(text.str.contains(f"{_MINUTE}$"))
        .then(bare)
    )
    return pl.when(_sane(value)).then(value)


def _closed(text: pl.Expr, values: tuple[str, ...]) -> pl.Expr:
    """The declared spelling of a value, whatever its case, with spaces or hyphens for `_`."""
    said = text.str.to_lowercase().str.replace_all(r"[\s\-]+", "_")
    return said.replace_strict(
        [folded(value) for value in values], list(values), default=None, return_dtype=pl.String
    )


def folded(value: str) -> str:
    """How a value of a closed list is compared: lower case, `_` for spaces and hyphens."""
    return re.sub(r"[\s\-]+", "_", value.lower())


_BY_KIND = MappingProxyType(
    {
        Kind.TEXT: _text,
        Kind.CODE: _code,
        Kind.INTEGER: _integer,
        Kind.NUMBER: _number,
        Kind.BOOLEAN: _boolean,
        Kind.DATE: _date,
        Kind.MONTH: _month,
        Kind.PARTIAL_DATE: _partial_date,
        Kind.MOMENT: _moment,
    }
)


def why(column: Column, value: str | None) -> str:
    """Why a value was refused, in words that say what to write instead."""
    if value is None:
        return "is blank, and every row needs it"
    if value in _EXCEL_ERRORS:
        return "is an error value of a spreadsheet"
    if column.values:
        return f"is not one of: {', '.join(column.values)}"
    if column.kind in _EXPECTED and not _reads(column, value):
        return _why_not_read(column, value)
    if column.pattern:
        return f"does not have the form of a {column.name.replace('_', ' ')}"
    return _why_out_of_bounds(column)


_EXPECTED = MappingProxyType(
    {
        Kind.INTEGER: "a whole number",
        Kind.NUMBER: "a number",
        Kind.BOOLEAN: "true or false",
        Kind.DATE: "a date; write YYYY-MM-DD",
        Kind.MONTH: "a month; write YYYY-MM",
        Kind.PARTIAL_DATE: "a date; write YYYY-MM-DD, YYYY-MM or YYYY",
        Kind.MOMENT: "a moment; write YYYY-MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM",
    }
)
_SHAPES = MappingProxyType({Kind.INTEGER: _WHOLE, Kind.NUMBER: _NUMBER})


def _reads(column: Column, value: str) -> bool:
    """True where the text has the kind's shape and so only its bounds can be at fault."""
    shape = _SHAPES.get(column.kind)
    return bool(shape and re.match(shape, value))


def _why_not_read(column: Column, value: str) -> str:
    if column.kind in (Kind.DATE, Kind.PARTIAL_DATE, Kind.MOMENT, Kind.MONTH):
        written = re.match(r"^(\d{4})-(\d{2})(?:-(\d{2}))?", value)
        if written and not FIRST_YEAR <= int(written[1]) <= LAST_YEAR:
            return f"is outside the years {FIRST_YEAR} to {LAST_YEAR}"
        if re.match(_DAY, value[:10]) and column.kind is not Kind.MONTH:
            clock = "" if len(value) == 10 else ", or its time is not on the clock"
            return f"is not a day in the calendar{clock}"
    return f"is not {_EXPECTED[column.kind]}"


def _why_out_of_bounds(column: Column) -> str:
    if column.lo is not None and column.hi is not None:
        return f"is not between {column.lo:g} and {column.hi:g}"
    if column.lo is not None:
        return f"is less than {column.lo:g}"
    if column.hi is not None:
        return f"is more than {column.hi:g}"
    return "could not be read"
