"""The audit log, its head, its roots and its policy, with the guards that refuse changes."""

import datetime

import django.utils.timezone
from django.db import migrations, models

import frith_web.core.canonical
from frith_web.core import guards


def _begin(apps, schema_editor):
    """The head of an empty log, then the guards; on PostgreSQL an index of references too."""
    apps.get_model("core", "AuditHead").objects.create(id=1, n=0, hash="0" * 64)
    vendor = schema_editor.connection.vendor
    guards.install(lambda sql: schema_editor.execute(sql, None), vendor=vendor)
    if vendor == "postgresql":
        schema_editor.execute(
            f"CREATE INDEX auditentry_records ON {guards.ENTRY} USING gin (records jsonb_path_ops)",
            None,
        )


def _end(apps, schema_editor):
    """Backwards: the guards go, so that the tables can; nobody does this to a log by accident."""
    del apps
    vendor = schema_editor.connection.vendor
    guards.lift(lambda sql: schema_editor.execute(sql, None), vendor=vendor)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("n", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("collection", "Collection"),
                            ("alteration", "Alteration"),
                            ("consultation", "Consultation"),
                            ("disclosure", "Disclosure"),
                            ("combination", "Combination"),
                            ("erasure", "Erasure"),
                            ("access", "Signing in and out"),
                            ("administration", "Administration"),
                        ],
                        max_length=16,
                    ),
                ),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=200)),
                ("actor_partner", models.CharField(blank=True, max_length=200)),
                ("act", models.CharField(max_length=120)),
                (
                    "records",
                    models.JSONField(
                        default=dict, encoder=frith_web.core.canonical.CanonicalEncoder
                    ),
                ),
                ("purpose", models.CharField(blank=True, max_length=200)),
                ("recipient", models.CharField(blank=True, max_length=200)),
                (
                    "detail",
                    models.JSONField(
                        default=dict, encoder=frith_web.core.canonical.CanonicalEncoder
                    ),
                ),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["-n"],
                "indexes": [
                    models.Index(fields=["actor_id", "n"], name="auditentry_actor"),
                    models.Index(fields=["kind", "n"], name="auditentry_kind"),
                    models.Index(fields=["at"], name="auditentry_at"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "collection",
                                    "alteration",
                                    "consultation",
                                    "disclosure",
                                    "combination",
                                    "erasure",
                                    "access",
                                    "administration",
                                ],
                            )
                        ),
                        name="auditentry_kind_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                ),
                ("n", models.BigIntegerField()),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="audithead_is_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("set_by_id", models.BigIntegerField(null=True)),
                ("purpose_for_searches", models.BooleanField(default=True)),
                ("purpose_for_exports", models.BooleanField(default=True)),
                ("office_opens", models.TimeField(default=datetime.time(7, 0))),
                ("office_closes", models.TimeField(default=datetime.time(20, 0))),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("office_opens__lt", models.F("office_closes"))),
                        name="auditpolicy_opens_before_it_closes",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LogRoot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("n_from", models.BigIntegerField()),
                ("n_to", models.BigIntegerField()),
                ("tree_size", models.BigIntegerField(unique=True)),
                ("root", models.CharField(max_length=64)),
                (
                    "frontier",
                    models.JSONField(encoder=frith_web.core.canonical.CanonicalEncoder),
                ),
                ("signed_at", models.DateTimeField()),
                ("public_key", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=128)),
                ("handed_to", models.CharField(blank=True, max_length=200)),
                ("handed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["tree_size"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("n_from__lte", models.F("n_to")), ("n_to", models.F("tree_size"))
                        ),
                        name="logroot_covers_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handed_at__isnull", True), ("handed_to", "")),
                            models.Q(
                                models.Q(("handed_to", ""), _negated=True),
                                ("handed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="logroot_handed_to_and_at_together",
                    ),
                ],
            },
        ),
        migrations.RunPython(_begin, _end),
    ]
