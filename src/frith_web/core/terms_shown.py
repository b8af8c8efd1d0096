"""The terms a record is held on, as its page and every copy of it say them."""

from __future__ import annotations

from typing import Any

from frith.reference.regimes import Regime
from frith_web.core.handling import handling_conditions
from frith_web.core.models import Protection

REGIMES = {
    Regime.OPEN.value: "Published for anyone",
    Regime.UK_GDPR.value: "UK GDPR",
    Regime.LAW_ENFORCEMENT.value: "Law enforcement (Part 3 of the Data Protection Act 2018)",
    Regime.SYNTHETIC.value: "Synthetic: about nobody",
}


def terms_lines(of: Protection) -> list[dict[str, Any]]:
    """Rows of a summary list: owner, regime, marking, shares, and what may not be done."""
    shares = of.shares.select_related("partner", "agreement").order_by("partner__name")
    labels = of.labels.select_related("compartment").order_by("compartment__name")
    said = {
        "Owner": str(of.owner),
        "Held under": REGIMES[of.regime],
        "Marking": " ".join([of.marking, *(one.upper() for one in of.descriptors)]),
        "Need to know": ", ".join(one.compartment.name for one in labels),
        "Shared with": ", ".join(
            f"{one.partner} ({one.get_purpose_display().lower()}, {one.agreement})"
            for one in shares
        ),
        "Restricted": "Vetted readers only" if of.restricted else "",
        "Sealed": "Named readers only" if of.sealed else "",
        "Handling": " ".join(handling_conditions()[key] for key in of.conditions),
    }
    return [
        {"key": {"text": key}, "value": {"text": value}} for key, value in said.items() if value
    ]


def terms_words(of: Protection) -> str:
    """The same terms as one line, to choose from."""
    return "; ".join(
        f"{line['key']['text']}: {line['value']['text'].rstrip('.')}"
        for line in terms_lines(of)
        if line["key"]["text"] not in {"Owner", "Held under"}
    )
