"""What ends in this room: accounts, vetting, agreements, tokens, and the checks of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from frith_web.core.models import Agreement, ApiToken, LocalNumber, Signature, User, Vetting
from frith_web.core.models.dated import in_force
from frith_web.core.models.local_numbers import CHECKED_FOR
from frith_web.core.officers import officers
from frith_web.core.reminding import Ending, Source, Told

LEADS, REGISTER, TOKENS = "core.account:certify", "core.agreement:manage", "core.token:manage"
NUMBERS = "core.settings:manage"


def accounts(first: date, last: date) -> Iterator[Ending]:
    """Accounts that stop working unless somebody confirms that they are still needed."""
    ending = User.objects.filter(
        is_active=True, is_demonstration=False, certified_until__range=(first, last)
    )
    for one in ending:
        yours = "Your account stops working, unless your partner's lead confirms it"
        yield Ending(
            subject=str(one.pk),
            ends_on=one.certified_until,
            told=_and_leads(
                one,
                yours=yours,
                theirs=f"Confirm that {one.full_name} still needs an account",
                link=reverse("core:people"),
            ),
        )


def vettings(first: date, last: date) -> Iterator[Ending]:
    """Vetting that runs out and that no later vetting of the same person follows."""
    later = Vetting.objects.filter(user=OuterRef("user")).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on"))
    )
    ending = Vetting.objects.filter(
        ~Exists(later), user__is_active=True, ends_on__range=(first, last)
    )
    seen = set()
    for one in ending.select_related("user"):
        if one.user_id not in seen and one.ends_on is not None:
            seen.add(one.user_id)
            yield Ending(
                subject=str(one.user_id),
                ends_on=one.ends_on,
                told=_and_leads(
                    one.user,
                    yours="Your vetting runs out, and restricted records close with it",
                    theirs=f"{one.user.full_name}'s vetting runs out",
                    link=reverse("core:people"),
                ),
            )


def agreements(first: date, last: date) -> Iterator[Ending]:
    """Agreements that end, are to be looked at again, or lose a signature."""
    register = reverse("core:agreements")
    for one in Agreement.objects.filter(in_force(first)):
        partners = list(one.signatures.filter(in_force(first)).values_list("partner", flat=True))
        days = {
            "end": (one.ends_on, f"The agreement “{one.title}” ends, and what it shares closes"),
            "review": (one.review_on, f"The agreement “{one.title}” is to be looked at again"),
        }
        for what, (day, text) in days.items():
            if day is not None and first <= day <= last:
                told = _registrars(partners, text=text, link=register)
                yield Ending(subject=f"{one.pk}-{what}", ends_on=day, told=told)
    later = Signature.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on")),
        agreement=OuterRef("agreement"),
        partner=OuterRef("partner"),
    )
    signed = Signature.objects.filter(~Exists(later), in_force(first), ends_on__range=(first, last))
    for sign in signed.select_related("agreement", "partner"):
        text = f"{sign.partner}'s signature under “{sign.agreement.title}” ends"
        told = _registrars([sign.partner_id], text=text, link=register)
        if sign.ends_on is not None:
            yield Ending(subject=f"s{sign.pk}", ends_on=sign.ends_on, told=told)


def tokens(first: date, last: date) -> Iterator[Ending]:
    """API tokens that run out: told to their account, its leads and whoever issues anew."""
    ending = ApiToken.objects.filter(
        revoked_at=None, user__is_active=True, ends_on__range=(first, last)
    )
    for one in ending.select_related("user"):
        told = [
            *_and_leads(
                one.user,
                yours=f"Your API token “{one.title}” runs out",
                theirs=f"{one.user.full_name}'s API token “{one.title}” runs out",
                link=reverse("core:people"),
                own=reverse("core:account-tokens"),
            ),
            *(
                Told(
                    to=issuer,
                    text=f"{one.user.full_name}'s API token “{one.title}” runs out",
                    link=reverse("core:tokens"),
                )
                for issuer in officers(one.partner_id, TOKENS)
            ),
        ]
        yield Ending(subject=str(one.reference), ends_on=one.ends_on, told=_each_once(told))


def numbers(first: date, last: date) -> Iterator[Ending]:
    """Local numbers that somebody has to ring before they stop counting as checked."""
    page = reverse("core:local-numbers")
    held = LocalNumber.objects.filter(
        in_force(first), checked_on__range=(first - CHECKED_FOR, last - CHECKED_FOR)
    )
    for one in held.select_related("written_by"):
        text = f"Ring this number and say that it is right ({one.get_sort_display()})"
        whom = [one.written_by] if one.written_by.is_active else []
        whom += [*officers(one.owner_id, LEADS), *officers(one.owner_id, NUMBERS)]
        told = [Told(to=person, text=text, link=page) for person in whom]
        yield Ending(subject=str(one.pk), ends_on=one.checked_until, told=_each_once(told))


def _and_leads(user: User, *, yours: str, theirs: str, link: str, own: str = "") -> list[Told]:
    """The person, in words about them, and whoever answers for their partner's accounts."""
    leads = officers(user.partner_id, LEADS).exclude(pk=user.pk)
    return [
        Told(to=user, text=yours, link=own or reverse("core:account")),
        *(Told(to=lead, text=theirs, link=link) for lead in leads),
    ]


def _registrars(partners: Iterable[int], *, text: str, link: str) -> list[Told]:
    """Whoever keeps the register of agreements for each partner, and its leads."""
    told = [
        Told(to=person, text=text, link=link)
        for partner in dict.fromkeys(partners)
        for permission in (REGISTER, LEADS)
        for person in officers(partner, permission)
    ]
    return _each_once(told)


def _each_once(told: Iterable[Told]) -> list[Told]:
    """Nobody is told the same thing twice because they hold two roles."""
    found: dict[int, Told] = {}
    for one in told:
        found.setdefault(one.to.pk, one)
    return list(found.values())


SOURCES = (
    Source(
        name="account",
        words="An account is to be confirmed: yours, or one that you answer for",
        endings=accounts,
    ),
    Source(
        name="vetting",
        words="Vetting runs out: yours, or of somebody you answer for",
        endings=vettings,
    ),
    Source(
        name="agreement",
        words="An agreement of your partner ends or is to be looked at",
        endings=agreements,
    ),
    Source(name="token", words="An API token runs out", endings=tokens),
    Source(name="number", words="A local number is to be rung and checked", endings=numbers),
)
