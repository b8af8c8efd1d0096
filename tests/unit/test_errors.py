"""An error the user can mend is one line: where, what, what to do."""

from __future__ import annotations

import inspect

import pytest

from frith import errors


def test_line_says_where_what_and_what_to_do() -> None:
    error = errors.BadInput(
        "31 February is not a date", where="events.csv row 7", mend="Give it as YYYY-MM-DD."
    )
    assert error.line() == ("events.csv row 7: 31 February is not a date. Give it as YYYY-MM-DD.")
    assert str(error) == error.line()


def test_line_is_one_line_whatever_was_quoted() -> None:
    assert "\n" not in errors.BadInput("a value\nover two lines", where="x").line()


def test_families_map_to_exit_codes() -> None:
    assert errors.Mendable("x").exit_code == errors.EXIT_COULD_NOT_RUN == 2
    assert errors.Fault("x").exit_code == errors.EXIT_FAULT == 3


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.FrithError) and kind is not errors.FrithError
    ],
)
def test_every_error_belongs_to_one_family(kind: type[errors.FrithError]) -> None:
    assert issubclass(kind, errors.Mendable) != issubclass(kind, errors.Fault)
    assert kind.__name__ in (errors.__doc__ or ""), "draw it in the hierarchy at the top"
