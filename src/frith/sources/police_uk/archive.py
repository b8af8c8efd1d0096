"""The archive: which zip files hold the months asked for, and fetching them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from frith.errors import BadInput, UnknownName
from frith.sources.catalogue import source
from frith.sources.download import Downloader
from frith.sources.months import shifted
from frith.sources.police_uk.forces import Force

MONTHS_AN_ARCHIVE = 36
"""An archive named YYYY-MM.zip holds that month and the 35 before it, for every force."""


def published_months(downloader: Downloader, wanted: Sequence[str]) -> tuple[str, ...]:
    """Months that police.uk says it has published, earliest first.

    An answer kept from before is asked for again where it does not reach the months `wanted`.
    """
    dates = source("police_dates")
    url = dates.address()
    kept = downloader.store.get(url)
    if kept is not None and max(_listed(downloader, "police_dates", "date"), default="") < max(
        wanted
    ):
        downloader.store.forget(url)
    return tuple(sorted(_listed(downloader, "police_dates", "date")))


def check_published(downloader: Downloader, force: Force) -> None:
    """Raises `UnknownName` where police.uk does not list the force."""
    if force.slug not in _listed(downloader, "police_forces", "id"):
        raise UnknownName(
            f"police.uk does not list {force.name} ({force.slug})",
            where="--force",
            mend=f"Its own list is described at {source('police_forces').page}.",
        )


def archives_for(months: Sequence[str], published: Sequence[str]) -> tuple[str, ...]:
    """Names of the fewest archives that hold the months, latest first.

    Begins at the latest month that is both asked for and published, not at the latest of all: the
    answer for a period is then the same whenever it is asked, but carries no later corrections.
    Raises `BadInput` where none of the months has been published.
    """
    wanted = sorted(set(months) & set(published), reverse=True)
    if not wanted:
        latest = max(published, default="none")
        raise BadInput(
            "none of the months asked for has been published",
            where="--from and --to",
            mend=f"The latest published month is {latest}.",
        )
    names = [wanted[0]]
    for month in wanted:
        if month <= shifted(names[-1], -MONTHS_AN_ARCHIVE):
            names.append(month)
    return tuple(names)


def fetch_archives(downloader: Downloader, months: Sequence[str]) -> tuple[Path, ...]:
    """The archives that hold the months; about 1.6 GB each in 2026."""
    archive = source("police_archive")
    names = archives_for(months, published_months(downloader, months))
    return tuple(downloader.fetch(archive, archive.address(month=name)) for name in names)


def _listed(downloader: Downloader, key: str, wanted: str) -> list[str]:
    """One field of every entry of a list that the API gives."""
    listed = source(key)
    url = listed.address()
    try:
        return [str(one[wanted]) for one in json.loads(downloader.fetch(listed, url).read_bytes())]
    except (TypeError, KeyError) as error:
        raise downloader.refused(listed, url, f"the answer lists no {wanted!r}") from error
