"""The reference page of every table, made from the declarations so that it cannot fall behind."""

from __future__ import annotations

from collections.abc import Iterator

from frith.tables.declare import Column, Table
from frith.tables.declared import TABLES
from frith.tables.declared.files import FILES

_HEAD = """# Tables

Every table that passes between the parts of frith, column by column. This page is made from the
declarations in `frith.tables`; it is not edited by hand.

A data set is a folder with `dataset.toml` and one file a table: CSV (UTF-8; may be gzipped),
Parquet, Excel (`.xlsx`) or, for outlines, GeoJSON in EPSG:4326. A blank optional value is
accepted. A column that is not declared is set aside and reported. Ethnicity and nationality are
split off into `equality_monitoring`. A file with a column of religion, sexual orientation,
disability, trade union membership or health is not read at all.

| type | written as |
|---|---|
| text | text; spaces at either end do not count |
| code | text, read in capitals |
| integer | a whole number |
| number | a number with a point for decimals |
| boolean | true or false, yes or no, 1 or 0 |
| date | YYYY-MM-DD |
| month | YYYY-MM |
| partial date | YYYY-MM-DD, YYYY-MM or YYYY; kept as precise as given |
| moment | YYYY-MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM, United Kingdom local time |

*Key* columns together may not repeat. *Derived* columns are made on reading and need not be in
the file. Values of a closed list may be written in any case.
"""


_FILES_HEAD = """# Files that single commands take

Declared like the tables above, but no part of a data set.
"""


def document() -> str:
    """Markdown of all tables: column, type, whether required, meaning, values, caveat, personal."""
    parts = [
        _HEAD,
        *(_section(table) for table in TABLES.values()),
        _FILES_HEAD,
        *(_section(table) for table in FILES.values()),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _section(table: Table) -> str:
    lines = [f"## {table.name}", "", table.meaning]
    if table.caveat:
        lines += ["", f"**Mind:** {table.caveat}"]
    facts = []
    if table.key:
        facts.append(f"Key: {', '.join(f'`{name}`' for name in table.key)}.")
    if table.person_level:
        facts.append("About persons: needs a registered flow unless open or synthetic.")
    if facts:
        lines += ["", " ".join(facts)]
    lines += ["", "| column | type | required | meaning | values | mind | personal |"]
    lines += ["|---|---|---|---|---|---|---|", *(_row(column) for column in table), ""]
    return "\n".join(lines)


def _row(column: Column) -> str:
    required = "derived" if column.derived else "yes" if column.required else ""
    values = ", ".join(_values(column))
    personal = "" if column.personal == "no" else str(column.personal)
    cells = (
        f"`{column.name}`",
        str(column.kind),
        required,
        column.meaning,
        values,
        column.caveat,
        personal,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _values(column: Column) -> Iterator[str]:
    yield from column.values
    if column.lo is not None and column.hi is not None:
        yield f"{column.lo:g} to {column.hi:g}"
    elif column.lo is not None:
        yield f"{column.lo:g} or more"
    if column.pattern:
        yield f"`{column.pattern}`"
