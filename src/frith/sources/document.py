"""The reference page of every source, made from the addresses so that it cannot fall behind."""

from __future__ import annotations

from itertools import groupby

from frith.sources.catalogue import BASE_URL_VARIABLE, Source, catalogue

_HEAD = f"""# Sources of open data

What `frith open-data` reads, who publishes it, where, and under which licence. This page is made
from `addresses.toml` beside each publisher in `frith.sources`; it is not edited by hand.

**An address is dated data.** Publishers move things. Each entry says when it was last looked at and
how it was verified. *Unverified* means that whoever wrote the entry could not reach the publisher
and took the address from its documentation or from public code; try it before relying on it. When
an address no longer holds, the command says so and names the publisher's own page.

A request goes out only when `frith open-data` runs without `--from-files`, and only to the
addresses below. Each is asked no more often than stated, over https alone. Partners whose network
lets nothing out may point a publisher at a mirror: set `{BASE_URL_VARIABLE}` and the folder's name
in capitals, such as `{BASE_URL_VARIABLE}ONS=https://mirror.example`.

With `--from-files DIR` nothing is asked of anybody. Files are told by their headers, not by their
names: any of the *headers* listed for a field will do, in any case. Files may be gzipped. Street
and outcome files are told by name (`2025-10-south-yorkshire-street.csv`), loose, in month folders,
or in the publisher's archive (`2025-10.zip`). Where a month is there twice, a loose file goes
before an archive and a later archive before an earlier. Where a `SOURCES.md` in the folder has a
table with the columns file, what, publisher, licence, what it says of a file is carried into
`dataset.toml`.
"""

_BECOMES = (
    (
        "events",
        "street files of the force",
        "those in the districts, and those with no location at all: these have no area, may lie "
        "anywhere in the force, and belong in no rate of an area",
    ),
    (
        "outcomes",
        "outcome files; else the last outcome that a street file names",
        "a street file's outcome has no date",
    ),
    (
        "counts",
        "street files of the force; counts, or street files, of other forces",
        "districts by month and type, each by its home force alone; a month that is not there is "
        "missing, a nought is a month without",
    ),
    (
        "population",
        "Census 2021",
        "LSOAs of the districts; every district with counts, as the sum of its LSOAs",
    ),
    (
        "deprivation",
        "file 7 of 2025 and of 2019",
        "2019 keeps its LSOAs of 2011; editions do not compare",
    ),
    ("lookups", "both lookups", "the share of a split area is not published, so it is blank"),
    (
        "areas",
        "outlines and centroids",
        "LSOAs, wards and districts in one file, told apart by `vintage`",
    ),
    ("places", "place names", "within 5 km of the area"),
    (
        "measure_values",
        "referrals",
        "counts by quarter: `nrm_referrals`, of children, of adults, and of each type (a referral "
        "may name several)",
    ),
)
_TAIL = """
Months with LSOAs of 2011 (such as those of 2018) are moved to LSOAs of 2021: unchanged and merged
areas by the lookup, split areas by the part the point lies in. What could not be moved keeps its
code of 2011 and is counted.
"""


def document() -> str:
    """Markdown of every source, by publisher."""
    sections = [
        _section(folder, list(sources))
        for folder, sources in groupby(catalogue().values(), key=lambda one: one.folder)
    ]
    becomes = ["## What becomes of them", "", "| table | from | what to mind |", "|---|---|---|"]
    becomes += [f"| {' | '.join(row)} |" for row in _BECOMES]
    return "\n".join([_HEAD, *sections, *becomes, _TAIL]).rstrip() + "\n"


def _section(folder: str, sources: list[Source]) -> str:
    first = sources[0]
    lines = [
        f"## {first.publisher}",
        "",
        f"Folder `{folder}`. Licence: {first.licence}. Asked at most "
        f"{first.requests_per_second:g} times a second. Carry with anything made from it:",
        "",
        f"> {first.attribution}",
        "",
    ]
    if first.redirects_to:
        hosts = ", ".join(f"`{host}`" for host in first.redirects_to)
        lines += [f"May send a request on to: {hosts}.", ""]
    return "\n".join([*lines, *(_entry(one) for one in sources)])


def _entry(one: Source) -> str:
    lines = [f"### {one.key}", "", f"{one.title}.", ""]
    lines.append(f"- address: `{one.url}`" if one.url else "- address: none")
    lines.append(f"- publisher's page: <{one.page}>")
    lines.append(f"- looked at: {one.checked_on}; {one.verified_by}")
    if one.headers:
        told = "; ".join(
            f"{field}: {' or '.join(f'`{header}`' for header in headers)}"
            for field, headers in one.headers.items()
        )
        lines.append(f"- headers: {told}")
    return "\n".join([*lines, ""])
