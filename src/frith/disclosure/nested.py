"""One data set in several editions, each safe from those who hold the more open ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from frith.disclosure.editions import Edition, check_edition, edition, editions
from frith.disclosure.release import Protected, protect
from frith.disclosure.table import CountTable
from frith.results import Flag


@dataclass(frozen=True, kw_only=True)
class InEdition:
    """A table in one edition: why it may not go in (`refusals`), or how it came out."""

    edition: Edition
    refusals: tuple[Flag, ...] = ()
    released: Protected | None = None  # None where refused, or where the edition masks nothing


def in_editions(
    table: CountTable,
    names: Sequence[str] = ("public", "councillor-open", "councillor-exempt", "board"),
    *,
    as_of: date,
    against: Iterable[CountTable] = (),
    lookup: Mapping[str, frozenset[str]] | None = None,
) -> dict[str, InEdition]:
    """One table in several editions, the most open first, each against those before it.

    Parameters: `table` of true counts; `names` of editions, in any order; `as_of`, the day of
    publication; `against`, what was published before; `lookup`, larger area → finest areas.
    Returns each edition's outcome. Whoever reads one edition may read every more open one, so
    each is attacked with those; a more closed edition may show what a more open one masks.
    Raises UnknownName for an edition that does not exist.
    """
    for name in names:
        edition(name)
    order = [name for name in reversed(editions()) if name in set(names)]
    held = list(against)
    done: dict[str, InEdition] = {}
    for name in order:
        chosen = editions()[name]
        refusals = check_edition(table, chosen, as_of=as_of)
        released = None
        if not refusals and chosen.threshold:
            released = protect(
                table,
                threshold=chosen.threshold,
                rounding=chosen.rounding,
                against=held,
                lookup=lookup,
            )
            if released.table is not None:
                held.append(released.table)
        done[name] = InEdition(edition=chosen, refusals=refusals, released=released)
    return done
