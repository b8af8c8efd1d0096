"""The terms a record is held on, as its page and every copy of it say them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from frith.reference.regimes import Marking, Regime
from frith_web.core.handling import handling_conditions
from frith_web.core.models import Protection, ProtectionShare

SHARED = "Shared with"
REGIMES = {
    Regime.OPEN.value: "Published for anyone",
    Regime.UK_GDPR.value: "UK GDPR",
    Regime.LAW_ENFORCEMENT.value: "Law enforcement (Part 3 of the Data Protection Act 2018)",
    Regime.SYNTHETIC.value: "Synthetic: about nobody",
}


def marking_over(records: Iterable[Any], *, least: str = "") -> str:
    """The marking of a page that shows these records: the highest of theirs, and of `least`.

    `least` is the site's own marking where it is not given.
    """
    least = least or str(settings.MARKING)
    terms = {one.protection_id for one in records}
    high = Marking.OFFICIAL_SENSITIVE.value
    if least == high or not terms:
        return least
    held = Protection.objects.filter(pk__in=terms, marking=high).exists()
    return high if held else least


def terms_lines(of: Protection) -> list[dict[str, Any]]:
    """Rows of a summary list: owner, regime, marking, shares, and what may not be done."""
    shares = list(of.shares.select_related("partner", "agreement").order_by("partner__name"))
    labels = of.labels.select_related("compartment").order_by("compartment__name")
    said = {
        "Owner": str(of.owner),
        "Held under": REGIMES[of.regime],
        "Marking": " ".join([of.marking, *(one.upper() for one in of.descriptors)]),
        "Need to know": ", ".join(one.compartment.name for one in labels),
        SHARED: ", ".join(
            f"{one.partner} ({one.get_purpose_display().lower()}, {one.agreement})"
            for one in shares
        ),
        "Restricted": "Vetted readers only" if of.restricted else "",
        "Sealed": "Named readers only" if of.sealed else "",
        "Handling": " ".join(handling_conditions()[key] for key in of.conditions),
    }
    lines: list[dict[str, Any]] = [
        {"key": {"text": key}, "value": {"text": value}} for key, value in said.items() if value
    ]
    for line in lines:
        if line["key"]["text"] == SHARED:
            line["value"]["html"] = _shares_listed(shares)
    return lines


def _shares_listed(shares: Iterable[ProtectionShare]) -> SafeString:
    """Each partner once, with what they may use it for and under which agreements."""
    of: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for one in shares:
        purposes, agreements = of.setdefault(str(one.partner), ({}, {}))
        purposes[one.get_purpose_display().lower()] = None
        agreements[str(one.agreement)] = None
    rows = (
        (partner, "; ".join(purposes), "; ".join(agreements))
        for partner, (purposes, agreements) in of.items()
    )
    items = format_html_join("", "<li>{}, for {}. Under {}.</li>", rows)
    return format_html('<ul class="govuk-list govuk-!-margin-bottom-0">{}</ul>', items)


def terms_words(of: Protection) -> str:
    """The same terms as one line, to choose from."""
    return "; ".join(
        f"{line['key']['text']}: {line['value']['text'].rstrip('.')}"
        for line in terms_lines(of)
        if line["key"]["text"] not in {"Owner", "Held under"}
    )
