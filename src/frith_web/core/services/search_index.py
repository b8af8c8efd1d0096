"""Keeping the index of the search: put in place, made anew, checked, and cleared of what is erased.

The database's own triggers keep it in step, in the transaction of the change: whatever writes a
record, by whichever road, finds them there. `frith-web migrate` lifts them, changes the tables, and
puts them back; where that leaves the index another than the records are, it is made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import connection, transaction

from frith_web.core import registry
from frith_web.core.database import on_postgresql
from frith_web.core.erasing import Copies, Going
from frith_web.core.models import opened
from frith_web.core.searching.index import Indexed, index, indexed, indexed_of
from frith_web.core.services.row_security import FUNCTIONS

Say = Callable[[str], None]
WHY = "the index of the search is made from every record, and shown through the gate alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Differs:
    """A record whose entry in the index is not what it should be. Says no word of it."""

    kind: registry.Kind
    number: int
    reference: str
    """Empty where there is no such record any more."""


def lift_search_index() -> None:
    """Stop following the records, before migrations change their tables."""
    index().lift()


@transaction.atomic
def install_search_index(*, anew: bool = False) -> int:
    """Follow every kind whose table is as its model says; fill what is not whole, or everything.

    Returns how many indexes had to be made. Again and again without harm.
    """
    made = 0
    with opened(WHY):
        _put_gate()
        for of in filter(_stands, indexed()):
            whole = index().is_whole(of)
            if not whole:
                index().follow(of)
            wanted, there = index().sizes(of)
            if anew or not whole or wanted != there:
                index().fill(of)
                made += 1
    return made


@transaction.atomic
def rebuild_search_index(say: Say = lambda _: None) -> None:
    """Make every index anew."""
    with opened(WHY):
        for of in indexed():
            index().follow(of)
            say(f"{of.kind.name.capitalize()}: {index().fill(of):,} records")


@transaction.atomic
def check_search_index() -> list[Differs]:
    """Every record whose entry is missing, wrong, or should not be there."""
    found = []
    with opened("the index is held against every record; their references alone are named"):
        for of in indexed():
            numbers = index().differing(of)
            held = of.kind.model.objects.filter(pk__in=numbers)
            named = dict(held.values_list("pk", "reference"))
            found += [
                Differs(kind=of.kind, number=pk, reference=str(named.get(pk, ""))) for pk in numbers
            ]
    return found


def kinds_without_index() -> list[str]:
    """Kinds that no index of this release follows; a search of them would fail or mislead."""
    return [of.kind.name for of in indexed() if not index().is_whole(of)]


def _put_gate() -> None:
    """What the index asks of PostgreSQL's row-level security, which may not be installed yet."""
    if on_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL check_function_bodies = off")  # amid old migrations
            cursor.execute(FUNCTIONS.read_text("utf-8"))
            cursor.execute("SET LOCAL check_function_bodies = on")


def _stands(of: Indexed) -> bool:
    """True where the table has every column that the index reads: false amid old migrations."""
    with connection.cursor() as cursor:
        if of.table not in connection.introspection.table_names(cursor):
            return False
        held = {
            one.name for one in connection.introspection.get_table_description(cursor, of.table)
        }
    return held >= {"id", "protection_id", "created_by_id", *of.columns}


def _entries(going: Going) -> dict[str, list[int]]:
    """Kind to the numbers of what goes, of kinds that are indexed."""
    with opened("disposal counts what goes, whoever may read it"):
        return {
            of.kind.kind: list(
                of.kind.model.objects.filter(reference__in=going.records[of.kind.kind]).values_list(
                    "pk", flat=True
                )
            )
            for of in indexed()
            if of.kind.kind in going.records
        }


def count_entries(going: Going) -> int:
    """How many records of indexed kinds go; one on sealed or restricted terms is counted too."""
    return sum(map(len, _entries(going).values()))


def erase_entries(going: Going) -> int:
    """Take the entries out, and after the transaction what the database keeps of their words."""
    found = _entries(going)
    for name, numbers in found.items():
        of = indexed_of(registry.kind_of(name))
        index().forget(of, numbers)
        transaction.on_commit(partial(index().sweep, of))
    return sum(map(len, found.values()))


COPIES = Copies(
    name="core.search", words="Entries of the search", count=count_entries, erase=erase_entries
)
