"""Every column that could hold what a record says is cleared by disposal, or says why it is not."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from frith.reference.regimes import Marking
from frith_web.core import erasing
from frith_web.core.models import ProtectedRecord
from frith_web.core.sensitivity import Personal, declarations

TEXTS = models.CharField | models.TextField | models.JSONField


def could_hold() -> set[str]:
    """Columns of words outside records that are declared sensitive or special."""
    found = set()
    for model in apps.get_models():
        if issubclass(model, ProtectedRecord):
            continue  # its row goes, whole
        said = declarations(model)
        for one in model._meta.concrete_fields:
            if not isinstance(one, TEXTS) or one.choices:
                continue
            is_closed = said[one.name].marking != Marking.OFFICIAL
            if is_closed or said[one.name].personal is Personal.SPECIAL:
                found.add(f"{model._meta.db_table}.{one.column}")
    return found


REACHED = {column for one in erasing.copies() for column in one.reaches}
KEPT = {one.table for one in erasing.kept()}
BY_NATURE = {
    "core_draft.place": "a hash of an address",
    "core_finding.kind": "the kind of a record; its row goes",
    "core_finding.exemption": "a key of the law; its row goes",
    "core_grouping.kind": "the kind of a record; its row goes",
    "core_grouping.group": "a key of a schedule; its row goes",
    "core_holdline.kind": "the kind of a record; its row goes",
    "core_review.kind": "the kind of a record; its row goes",
    "django_session.session_key": "drawn by chance",
}
"""Columns of tables that disposal reaches, which hold keys and no words."""


@pytest.mark.parametrize("column", sorted(could_hold()))
def test_every_such_column_is_reached_kept_for_a_reason_or_holds_no_words(column: str) -> None:
    assert column in REACHED | set(BY_NATURE) or column.partition(".")[0] in KEPT, (
        f"{column}: declare in core/erasing.py what clears it, or why it keeps its words"
    )


def test_what_is_declared_is_there() -> None:
    tables = {model._meta.db_table: model for model in apps.get_models()}
    for column in REACHED | set(BY_NATURE):
        table, _, name = column.partition(".")
        assert name in {one.column for one in tables[table]._meta.concrete_fields}, column
    assert set(tables) >= KEPT


def test_no_column_is_both_cleared_and_kept() -> None:
    assert not {column for column in REACHED if column.partition(".")[0] in KEPT}


def test_whatever_is_kept_says_why() -> None:
    assert all(one.why.strip() and one.words.strip() for one in erasing.kept())
