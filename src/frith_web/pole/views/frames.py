"""What stands round every page of one record: whose it is, how it is marked, where it belongs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join

from frith_web.core.terms_shown import marking_over
from frith_web.pole.models import Event, Location, Nominal, RecordedObject
from frith_web.pole.models.events import RoleSort
from frith_web.pole.selectors import Part
from frith_web.ui import components

KINDS: dict[type[Any], tuple[str, str, str]] = {
    Nominal: ("Person", "People as recorded", "pole:nominals"),
    Event: ("Event", "Recorded events", "pole:events"),
    RecordedObject: ("Object", "Objects", "pole:objects"),
    Location: ("Location", "Locations", "pole:locations"),
}
"""What a record is called, and the list that it is in."""
PARTS = (
    ("Record", "pole:nominal"),
    ("Recorded with", "pole:nominal-links"),
    ("Compare", "pole:nominal-compare"),
)
"""The pages of a nominal."""
VICTIMS = frozenset({RoleSort.VICTIM.value, RoleSort.POSSIBLE_VICTIM.value})


def frame(
    record: Any, *, title: str, here: str = "", victim: bool = False, beside: Iterable[Any] = ()
) -> dict[str, Any]:
    """The context that `pole/framed.html` needs; `here` names a page below the record's own.

    `beside` are the other records that the page names: it bears the highest marking of all.
    """
    name, many, page = KINDS[type(record)]
    crumbs: list[dict[str, str]] = [{"text": many, "href": reverse(page)}]
    if here:
        crumbs.append({"text": title, "href": reverse(PARTS[0][1], args=[record.reference])})
    return {
        "title": title,
        "record": record,
        "marking": marking_over(beside, least=record.protection.marking),
        "crumbs": [*crumbs, {"text": here or title}],
        "identity": {"html": _identity(record, name=name, victim=victim)},
        "possible_victim": victim,
    }


def parts_of_nominal(nominal: Nominal, *, current: str) -> list[dict[str, Any]]:
    """The sub-navigation of a nominal's pages."""
    return [
        {
            "text": text,
            "href": reverse(page, args=[nominal.reference]),
            "active": page == current,
        }
        for text, page in PARTS
    ]


def is_possible_victim(parts: Iterable[Part]) -> bool:
    """True where a nominal was recorded as a victim or possible victim, whatever else as."""
    return any(part.role.role in VICTIMS for part in parts)


def roles_said(roles: Iterable[str]) -> str:
    """What somebody was recorded as, in words, victims first: no role hides that one."""
    held = dict.fromkeys(sorted(roles, key=lambda role: role not in VICTIMS))
    return " and ".join(RoleSort(role).label.lower() for role in held)


def _identity(record: Any, *, name: str, victim: bool) -> str:
    terms = record.protection
    badges = [
        {"text": terms.marking, "classes": "moj-badge--black"},
        {"text": "Ask about exploitation first"} if victim else None,
        {"text": "Restricted", "classes": "moj-badge--black"} if terms.restricted else None,
        {"text": "Sealed", "classes": "moj-badge--black"} if terms.sealed else None,
    ]
    return format_html(
        "<strong>{}</strong> as recorded by {}, number {} {}",
        name,
        record.source,
        record.source_id,
        format_html_join(" ", "{}", ((components.render("badge", one),) for one in badges if one)),
    )
