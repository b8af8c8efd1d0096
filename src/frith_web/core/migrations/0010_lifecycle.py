"""Reminders, what becomes of an upload on its way in, and registers that only grow."""

import django.utils.timezone
from django.db import migrations, models

from frith_web.core import insert_only


def _begin(apps, schema_editor):
    """From now on the database itself keeps certificates and decisions as they were written."""
    del apps
    vendor = schema_editor.connection.vendor
    insert_only.install(lambda sql: schema_editor.execute(sql, None), vendor=vendor)


def _end(apps, schema_editor):
    """Backwards: the triggers go, so that the tables can."""
    del apps
    vendor = schema_editor.connection.vendor
    insert_only.lift(lambda sql: schema_editor.execute(sql, None), vendor=vendor)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0009_tokens"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=32)),
                ("subject", models.CharField(max_length=64)),
                ("ends_on", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "subject", "ends_on", "days"), name="each_reminder_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="upload",
            name="arrived_sha256",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddField(
            model_name="upload",
            name="held_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="upload",
            name="scanned_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(_begin, _end),
    ]
