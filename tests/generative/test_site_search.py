"""A search finds what a slow scan of the visible records finds; both databases read words alike."""

from __future__ import annotations

from itertools import count

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

import site_world as world
from frith.reference.regimes import Regime
from frith_web.core import registry
from frith_web.core.models import User, opened
from frith_web.core.searching import words
from frith_web.core.searching.index import indexed_of
from frith_web.core.services import search_index
from frith_web.core.services.protections import Terms, terms
from frith_web.pole.models import Nominal
from frith_web.products import search_selectors as selectors
from frith_web.products.services.search_asked import question

SLOW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = ("Alder", "O'Brien", "O Brien", "Smith-Jones", "Smyth", "Zoë", "Robert", "Bob", "Al", "Ж")
PHONES = ("", "07700 900123", "+44 7700 900124", "0114 496 0000", "900")
POSTCODES = ("", "S60 1AA", "s601ab", "S6 0AA")
BORN = ("", "1950-03-04", "1950-04", "1950")
ASKED = (
    *("alder", "obrien", "o'brien", "o brien", "smith", "jones smith", "zoe", "bob", "al", "ж"),
    *("07700900123", "7700 9001", "900", "s60 1aa", "S60", "04/03/1950", "april 1950", "1950"),
    *("robert smyth", "alder s601aa", "%", "'", "o", "made up", "rob smith 4/3/50"),
)
PERSON = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.sampled_from(PHONES),
    st.sampled_from(POSTCODES),
    st.sampled_from(BORN),
    st.integers(0, 3),
)
"""Given name, family name, phone, postcode, birth, and on which terms."""
CHANGE = st.tuples(
    st.sampled_from(("rename", "move", "delete")), st.integers(0, 7), st.sampled_from(NAMES)
)
NUMBERS = count()


@pytest.mark.django_db
@SLOW
@given(st.lists(PERSON, min_size=1, max_size=8), st.lists(CHANGE, max_size=4))
def test_the_same_records_as_a_slow_scan(
    people: list[tuple[str, str, str, str, str, int]], changes: list[tuple[str, int, str]]
) -> None:
    with transaction.atomic():
        _compare(people, changes)
        transaction.set_rollback(True)


def _compare(
    people: list[tuple[str, str, str, str, str, int]], changes: list[tuple[str, int, str]]
) -> None:
    council, police = world.partner("council"), world.partner("police")
    ann = world.person(f"ann{next(NUMBERS)}", of=council, roles=("analyst",))
    held = [
        world.held(council),
        world.held(police),
        terms(of=Terms(owner=council, regime=Regime.SYNTHETIC, sealed_to=[ann])),
        terms(of=Terms(owner=council, regime=Regime.SYNTHETIC, restricted=True)),
    ]
    made = [
        world.nominal(
            held[on],
            by=ann,
            given_names=given_names,
            family_name=family,
            phone=phone,
            postcode=postcode,
            date_of_birth=born,
        )
        for given_names, family, phone, postcode, born, on in people
    ]
    with transaction.atomic(), opened("test"):
        for what, which, name in changes:
            row = Nominal.objects.filter(pk=made[which % len(made)].pk)
            if what == "rename":
                row.update(family_name=name)
            elif what == "move":
                row.update(protection=held[which % len(held)])
            else:
                row.delete()
    for asked in ASKED:
        assert _searched(ann, asked) == _scanned(ann, asked), asked
    assert search_index.check_search_index() == []


def _searched(user: User, asked: str) -> set[int]:
    with world.reading_as(User.objects.get(pk=user.pk)):
        found = selectors.search(user=user, words=asked, only=registry.kind_of("pole.nominal"))
        assert all(one.total == len(one.records) for one in found)
        return {row.pk for one in found for row in one.records}


def _scanned(user: User, asked: str) -> set[int]:
    """Every visible nominal, its terms made anew, looked at one by one."""
    of = indexed_of(registry.kind_of("pole.nominal"))
    tiers = question(asked).tiers
    with world.reading_as(User.objects.get(pk=user.pk)):
        seen = Nominal.objects.visible_to(user)
        return {pk for pk, said in of.read(seen) if any(one.fits(said) for one in tiers)}


@pytest.mark.django_db
@SLOW
@given(
    st.lists(
        st.tuples(
            st.sampled_from("wncd"),
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
            | st.sampled_from((*NAMES, *PHONES, *POSTCODES, *BORN, "O’Brien; Łukasz-Øre")),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_both_databases_make_the_terms_that_python_makes(fields: list[tuple[str, str]]) -> None:
    rules = "".join(how for how, _ in fields) + ":x"
    texts = [text for _, text in fields]
    marks = ", ".join(["%s"] * len(texts))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT tsvector_to_array(frith_terms(%s, {marks}))", [rules, *texts])
            found = set(cursor.fetchone()[0])
        else:
            cursor.execute(f"SELECT frith_terms(%s, {marks})", [rules, *texts])
            found = set(cursor.fetchone()[0].split(" ")) - {""}
    assert found == set(words.terms(rules, *texts).split(" ")) - {""}


@SLOW
@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_without_fail_and_each_tier_fits_what_the_last_fits(
    text: str,
) -> None:
    tiers = question(text).tiers
    held = words.terms("ncd", text, text, text).split(" ")
    fits = [one.fits(held) for one in tiers]
    assert fits == sorted(fits)
    for one in tiers:
        assert one.fts5()
        assert one.tsquery()


@pytest.fixture
def reading_ann(site: Settings) -> User:
    return world.person("ann", of=world.partner("council"), roles=("analyst",))


@SLOW
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60))
def test_whatever_is_typed_breaks_no_database(reading_ann: User, text: str) -> None:
    ann = reading_ann
    with world.reading_as(ann):
        selectors.search(user=ann, words=text)
