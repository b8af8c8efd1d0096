"""Two nominals side by side: what agrees, what differs, and what each fact is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from frith_web.core.hidden import hidden_or_404
from frith_web.core.models import User
from frith_web.core.permissions import check_may, requires
from frith_web.core.terms_shown import marking_over
from frith_web.pole import forms, selectors
from frith_web.pole.models import Nominal
from frith_web.pole.services.comparing import facts_about
from frith_web.pole.views.frames import (
    frame,
    is_possible_victim,
    parts_of_nominal,
    roles_said,
)
from frith_web.ui.dates import as_said

if TYPE_CHECKING:
    from frith_web.pole.services.comparing import Fact

HERE = "pole:nominal-compare"
OTHER = "with"
SHOWN = {
    "given": lambda one: one.given_names,
    "family": lambda one: one.family_name,
    "birth": lambda one: as_said(one.date_of_birth),
    "home": lambda one: ", ".join(filter(None, (one.address, one.postcode))),
    "phone": lambda one: one.phone,
    "email": lambda one: one.email,
    "police_id": lambda one: one.police_id,
    "sex": lambda one: one.sex,
}
"""What of a record each comparison is about."""
NOT_RECORDED = "Not recorded"
LITTLE = 1.5
"""Below so many times, either way, a fact says next to nothing."""


@requires("pole.nominal:read")
@require_safe
def compare(request: HttpRequest, reference: UUID) -> HttpResponse:
    """A nominal beside another; where none is named, whom it may be put beside."""
    user = check_may(request.user, "pole.nominal:read")
    one = selectors.one(Nominal, user=user, reference=reference)
    if one is None:
        return hidden_or_404(request, Nominal, reference=reference)
    if OTHER not in request.GET:
        return _choose(request, one, user=user)
    wanted = _reference(request.GET[OTHER])
    if wanted == reference:
        raise Http404
    other = selectors.one(Nominal, user=user, reference=wanted)
    if other is None:
        return hidden_or_404(request, Nominal, reference=wanted)
    return render(request, "pole/compare.html", _side_by_side(one, other, user=user))


def _choose(request: HttpRequest, one: Nominal, *, user: User) -> HttpResponse:
    form = forms.NarrowNominals(request.GET)
    here = reverse(HERE, args=[one.reference])
    found = selectors.nominals_beside(one, user=user, filters=form.filters())
    framed = _framed(one, user=user)
    context = {
        **framed,
        "marking": marking_over(found, least=framed["marking"]),
        "form": form,
        "searched": any(form.data.get(name) for name in form.fields),
        "rows": [
            {
                "name": each.name,
                "born": as_said(each.date_of_birth) or NOT_RECORDED,
                "source": each.source,
                "href": f"{here}?{OTHER}={each.reference}",
            }
            for each in found
        ],
        "most": selectors.MOST_BESIDE,
    }
    return render(request, "pole/compare_choose.html", context)


def _framed(one: Nominal, *, user: User) -> dict[str, Any]:
    parts = selectors.parts_of(one, user=user)
    return {
        **frame(one, title=one.name, here="Compare", victim=is_possible_victim(parts)),
        "subpages": parts_of_nominal(one, current=HERE),
        "recorded_as": roles_said(part.role.role for part in parts).capitalize(),
    }


def _side_by_side(one: Nominal, other: Nominal, *, user: User) -> dict[str, Any]:
    there = selectors.parts_of(other, user=user)
    framed = _framed(one, user=user)
    roles = {
        "words": "Recorded as",
        "left": framed["recorded_as"] or NOT_RECORDED,
        "right": roles_said(part.role.role for part in there).capitalize() or NOT_RECORDED,
        "worth": "Not weighed: it says nothing of who somebody is",
    }
    return {
        **framed,
        "possible_victim": framed["possible_victim"] or is_possible_victim(there),
        "marking": marking_over([other], least=framed["marking"]),
        "other": other,
        "left": _record(one),
        "right": _record(other),
        "rows": [*(_row(fact, one, other) for fact in facts_about(one, other)), roles],
    }


def _record(one: Nominal) -> dict[str, str]:
    return {
        "title": one.name,
        "from": f"{one.source}, number {one.source_id}",
        "href": reverse("pole:nominal", args=[one.reference]),
    }


def _row(fact: Fact, one: Nominal, other: Nominal) -> dict[str, str]:
    left, right = SHOWN[fact.name](one), SHOWN[fact.name](other)
    stands, tag = _stands(fact, both=bool(left and right))
    return {
        "words": fact.words.capitalize(),
        "left": left or NOT_RECORDED,
        "right": right or NOT_RECORDED,
        "stands": stands,
        "tag": tag,
        "said": _said(fact, left, right),
        "worth": _worth(fact.times),
    }


NAMES = frozenset({"given", "family"})
"""Compared without accents, marks and digits, so that two may agree and not look alike."""


def _said(fact: Fact, left: str, right: str) -> str:
    """What the comparison found; a name that agrees and is not spelt the same says so."""
    same = fact.name not in NAMES or left.casefold() == right.casefold()
    return (
        fact.said
        if same or not fact.said.startswith("same")
        else f"{fact.said}, written differently"
    )


def _stands(fact: Fact, *, both: bool) -> tuple[str, str]:
    """How two values stand, and the colour of the tag that says so: never that of an alarm."""
    match fact.stands.value:
        case "agrees":
            return ("Agrees" if fact.said.startswith("same") else "Alike"), "govuk-tag--blue"
        case "differs":
            return "Differs", "govuk-tag--yellow"
        case _:
            return ("Not weighed" if both else "Not known"), "govuk-tag--grey"


def _worth(times: float | None) -> str:
    """A weight in words: among which pairs of records it is the more usual, and how much."""
    if times is None:
        return "Says nothing"
    if 1 / LITTLE < times < LITTLE:
        return "Says next to nothing"
    if times > 1:
        return f"{_about(times)} times as usual in records of one person"
    return f"{_about(1 / times)} times as usual in records of two people"


def _about(times: float) -> str:
    """To two figures: the weights are known no better."""
    rounded = float(f"{times:.2g}")
    return f"About {rounded:,.0f}" if rounded >= 10 else f"About {rounded:g}"


def _reference(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
