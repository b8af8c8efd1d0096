"""What is measured: adopting a shipped definition, changing one from a day on, setting a target."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from frith import reference
from frith.errors import BadInput
from frith_web.core.models import Protection, User
from frith_web.core.models.dated import today
from frith_web.objective.models import MeasureDefinition, Priority, Target
from frith_web.objective.services.plans import check_owner, note

COPIED = ("name", "definition", "numerator", "denominator", "unit", "direction", "caveat", "source")
CHANGEABLE = (
    *("name", "definition", "numerator", "denominator", "unit", "direction", "caveat"),
    "source",
)


@transaction.atomic
def adopt(
    *,
    by: User,
    key: str,
    protection: Protection,
    priority: Priority | None = None,
    starts_on: date | None = None,
) -> MeasureDefinition:
    """Take a definition of the reference list `measures` as the partnership's own, dated.

    Raises `BadInput` where the list has no such measure, or it was adopted already.
    """
    check_owner(by=by, protection=protection)
    rows = {str(row["key"]): row for row in reference.load("measures").rows}
    if key not in rows:
        raise BadInput(f"there is no measure {key}", mend="Choose one of the list.")
    if MeasureDefinition.objects.visible_to(by).filter(key=key, ends_on=None).exists():
        raise BadInput(f"{rows[key]['name']} is adopted already", mend="Change its definition.")
    made = MeasureDefinition.objects.create(
        protection=protection,
        created_by=by,
        key=key,
        sort=str(rows[key]["kind"]),
        priority=priority,
        starts_on=starts_on or today(),
        **{name: str(rows[key][name] or "") for name in COPIED},
    )
    note(made, by=by, act="objective.measure.adopt")
    return made


@transaction.atomic
def redefine(
    *, by: User, measure: MeasureDefinition, starts_on: date, words: Mapping[str, str]
) -> MeasureDefinition:
    """A changed definition from a day on; the one before ends the day before, and stays.

    Raises `BadInput` where the measure has ended, the day is not after its first, or nothing
    changes.
    """
    check_owner(by=by, protection=measure.protection)
    if measure.ends_on is not None:
        raise BadInput("this definition has ended", mend="Change the one that holds now.")
    if starts_on <= measure.starts_on:
        raise BadInput(
            "a changed definition begins after the one it replaces",
            mend=f"Choose a day after {measure.starts_on:%-d %B %Y}.",
        )
    said = {name: words.get(name, getattr(measure, name)) for name in CHANGEABLE}
    if all(said[name] == getattr(measure, name) for name in CHANGEABLE):
        raise BadInput("nothing changes", mend="Change the words of the definition, or go back.")
    measure.ends_on = starts_on - timedelta(days=1)
    measure.version += 1
    measure.save(update_fields=["ends_on", "version"])
    made = MeasureDefinition.objects.create(
        protection=measure.protection,
        created_by=by,
        key=measure.key,
        sort=measure.sort,
        priority_id=measure.priority_id,
        starts_on=starts_on,
        **said,
    )
    note(made, by=by, act="objective.measure.redefine")
    return made


@transaction.atomic
def set_target(
    *, by: User, measure: MeasureDefinition, value: Decimal, by_date: date, rationale: str
) -> Target:
    """What a measure should reach by a day, and why. Raises `BadInput` where no reason is given."""
    check_owner(by=by, protection=measure.protection)
    if not rationale.strip():
        raise BadInput("say how the target was chosen")
    made = Target.objects.create(
        protection=measure.protection,
        created_by=by,
        measure=measure,
        value=value,
        by_date=by_date,
        rationale=rationale,
    )
    note(made, by=by, act="objective.target.set")
    return made
