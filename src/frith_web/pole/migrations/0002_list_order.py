"""Indexes that answer a list alone: its order, and the terms by which the gate lets rows through."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """The two that held the order alone give way."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("pole", "0001_initial")]

    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.RemoveIndex(model_name="event", name="pole_event_newest"),
        migrations.RemoveIndex(model_name="nominal", name="pole_nominal_names"),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["-occurred_from", "id", "protection"], name="pole_event_in_order"
            ),
        ),
        migrations.AddIndex(
            model_name="nominal",
            index=models.Index(
                fields=["family_name", "given_names", "id", "protection"],
                name="pole_nominal_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="recordedobject",
            index=models.Index(
                fields=["sort", "identifier", "id", "protection"], name="pole_object_in_order"
            ),
        ),
        migrations.AddIndex(
            model_name="location",
            index=models.Index(fields=["label", "id", "protection"], name="pole_location_in_order"),
        ),
    ]
