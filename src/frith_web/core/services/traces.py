"""Where the site itself keeps copies of what records say, and how disposal clears each.

Declared in `apps.py` like those of any room; see `core/erasing.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import models

from frith_web.core.erasing import Copies, Going
from frith_web.core.models import Draft, Finding, Grouping, HoldLine, Review, Submission
from frith_web.core.sealing import Unsealable, unseal
from frith_web.core.services.drafts import PURPOSE


def _drafts(going: Going) -> list[int]:
    """Forms kept for later that name a record or hold a value of it; sealed, so each is opened."""
    found = []
    for one in Draft.objects.iterator():
        try:
            text = unseal(one.sealed, purpose=PURPOSE)
        except Unsealable:
            continue  # nobody can read it any more, and in fourteen days it is gone
        if going.mentioned_in("\n".join(_texts(json.loads(text)))):
            found.append(one.pk)
    return found


def _texts(value: Any) -> Iterable[str]:
    """Every text in nested lists and mappings, as it was typed and not as JSON escapes it."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield str(name)
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    else:
        yield str(value)


def count_drafts(going: Going) -> int:
    """How many kept forms mention what goes."""
    return len(_drafts(going))


def erase_drafts(going: Going) -> int:
    """Delete the kept forms that mention what goes."""
    return Draft.objects.filter(pk__in=_drafts(going)).delete()[0]


def _submissions(going: Going) -> list[int]:
    held = Submission.objects.exclude(led_to="").values_list("pk", "led_to")
    return [pk for pk, led_to in held if going.mentioned_in(led_to)]


def count_submissions(going: Going) -> int:
    """How many notes of sent forms lead to what goes."""
    return len(_submissions(going))


def erase_submissions(going: Going) -> int:
    """Delete the notes of sent forms that lead to what goes."""
    return Submission.objects.filter(pk__in=_submissions(going)).delete()[0]


def _sessions(going: Going) -> dict[str, list[str]]:
    """Session keys to the names in them that mention what goes: messages not yet shown."""
    found = {}
    for one in Session.objects.iterator():
        named = [
            name
            for name, value in one.get_decoded().items()
            if going.mentioned_in("\n".join(_texts(value)))
        ]
        if named:
            found[one.session_key] = named
    return found


def count_sessions(going: Going) -> int:
    """How many sessions hold words that mention what goes."""
    return len(_sessions(going))


def erase_sessions(going: Going) -> int:
    """Take those words out of the sessions; nobody is signed out."""
    found = _sessions(going)
    for key, names in found.items():
        store = SessionStore(session_key=key)
        for name in names:
            store.pop(name, None)
        store.save()
    return len(found)


OWN_ROWS: tuple[type[models.Model], ...] = (Review, Grouping, Finding, HoldLine)
"""Tables of core that name records by kind and reference."""


def _own_rows(going: Going) -> list[models.QuerySet[Any]]:
    named = models.Q(pk__in=[])
    for kind, references in going.records.items():
        named |= models.Q(kind=kind, record__in=references)
    return [model._default_manager.filter(named) for model in OWN_ROWS]


def count_own_rows(going: Going) -> int:
    """How many reviews, findings and lines of lifted holds name what goes."""
    return sum(rows.count() for rows in _own_rows(going))


def erase_own_rows(going: Going) -> int:
    """Delete them, with the words that reviewers wrote."""
    return sum(rows.delete()[0] for rows in _own_rows(going))


KEPT = (
    Copies(
        name="core.drafts",
        words="Forms kept for later",
        count=count_drafts,
        erase=erase_drafts,
    ),
    Copies(
        name="core.reviews",
        words="Reviews, decisions and findings about it",
        count=count_own_rows,
        erase=erase_own_rows,
    ),
    Copies(
        name="core.sessions",
        words="Messages waiting in sessions",
        count=count_sessions,
        erase=erase_sessions,
    ),
    Copies(
        name="core.submissions",
        words="Notes of forms that were sent",
        count=count_submissions,
        erase=erase_submissions,
    ),
)
