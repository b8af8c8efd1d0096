"""The list of nicknames: whom a short form may stand for."""

from __future__ import annotations

from frith.linkage.nicknames import FULL_NAMES, readings, roots


def test_a_short_form_reads_as_itself_and_its_full_names() -> None:
    assert readings()["liz"] == ("elizabeth", "liz")
    assert readings()["elizabeth"] == ("elizabeth",)
    assert set(readings()["alex"]) >= {"alexander", "alexandra"}


def test_names_that_share_a_short_form_share_a_root_but_not_a_reading() -> None:
    assert roots()["alexander"] == roots()["alexandra"] == roots()["alex"]
    assert not set(readings()["alexander"]) & set(readings()["alexandra"])


def test_the_list_is_plain_lower_case_and_nobody_is_short_for_themselves() -> None:
    for short, fulls in FULL_NAMES.items():
        assert short.isalpha()
        assert short == short.lower()
        assert short not in fulls
        assert all(full.isalpha() and full == full.lower() for full in fulls)
