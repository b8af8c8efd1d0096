import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import frith_web.core.models.dated


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0007_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="LocalNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(default=frith_web.core.models.dated.today)),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "sort",
                    models.CharField(
                        choices=[
                            ("emergency", "Emergency"),
                            ("non_emergency", "Police, when it is not an emergency"),
                            ("crimestoppers", "Crimestoppers, without giving a name"),
                            (
                                "child",
                                "Worried about a child: the multi-agency safeguarding hub (MASH)",
                            ),
                            (
                                "adult",
                                "Worried about an adult: the adult social care duty team",
                            ),
                            (
                                "first_responder",
                                "First responder, for modern slavery referrals",
                            ),
                            ("data_protection", "Data protection officer"),
                        ],
                        max_length=16,
                    ),
                ),
                ("number", models.CharField(max_length=60)),
                ("hours", models.CharField(blank=True, max_length=200)),
                ("checked_on", models.DateField(default=frith_web.core.models.dated.today)),
                (
                    "written_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.partner",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["sort", "-starts_on", "-pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="core_localnumber_ends_after_it_starts",
                    )
                ],
            },
        ),
    ]
