"""A record's owner beside its source: two partners' systems may use the same identifiers."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

import frith_web.pole.models.recorded
from frith_web.core.database import steward

KINDS = ("nominal", "event", "location", "recordedobject")


def _fill(apps: Any, schema_editor: Any) -> None:
    """The owner that each record's terms name."""
    connection = schema_editor.connection
    terms = apps.get_model("core", "Protection")._meta.db_table
    with steward(), connection.cursor() as cursor:
        for kind in KINDS:
            table = apps.get_model("pole", kind)._meta.db_table
            cursor.execute(
                f'UPDATE "{table}" SET owner_id = '  # noqa: S608 - names of our own tables
                f'(SELECT owner_id FROM "{terms}" WHERE "{terms}".id = "{table}".protection_id)'
            )
        if connection.vendor == "postgresql":
            # The tables are altered next, which waits for no deferred check.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _owner(*, known: bool) -> Any:
    return frith_web.pole.models.recorded.OwnerOfTerms(
        editable=False,
        null=not known,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="core.partner",
    )


class Migration(migrations.Migration):
    """Added empty, filled from the terms, then required and part of what is unique."""

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("core", "0011_first_passwords"),
        ("pole", "0002_list_order"),
    ]

    operations: ClassVar[list[Any]] = [
        *(migrations.AddField(kind, "owner", _owner(known=False)) for kind in KINDS),
        migrations.RunPython(_fill, migrations.RunPython.noop),
        *(migrations.AlterField(kind, "owner", _owner(known=True)) for kind in KINDS),
        *(migrations.RemoveConstraint(kind, f"pole_{kind}_once_a_source") for kind in KINDS),
        *(
            migrations.AddConstraint(
                kind,
                models.UniqueConstraint(
                    fields=["owner", "source", "source_id"], name=f"pole_{kind}_once_a_source"
                ),
            )
            for kind in KINDS
        ),
    ]
