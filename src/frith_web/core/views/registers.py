"""Pages of the registers: what there is, flows, agreements and their signatures."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from frith import reference
from frith.reference.regimes import Regime
from frith_web.core import law
from frith_web.core import register_selectors as selectors
from frith_web.core.permissions import may, requires
from frith_web.core.purposes import Purpose
from frith_web.core.register_forms import AgreementForm, EndForm, FlowForm, SignForm
from frith_web.core.services import flows as services
from frith_web.core.submissions import sent_once
from frith_web.core.terms_shown import REGIMES
from frith_web.core.views.register_pages import (
    PAGES,
    Asked,
    Link,
    Part,
    Row,
    form_page,
    links,
    listing,
    one_page,
    reader_of,
)

FLOW, FLOW_MANAGE = "core.flow:read", "core.flow:manage"
AGREEMENT, AGREEMENT_MANAGE = "core.agreement:read", "core.agreement:manage"
REGISTERS = (
    (FLOW, "core:flows", "Flows of data and their legal basis"),
    (AGREEMENT, "core:agreements", "Sharing agreements and signatures"),
    ("core.rights:manage", "core:rights", "Requests and complaints of people"),
    ("core.foi:manage", "core:foi", "Freedom of information"),
    ("core.decision:read", "core:decisions", "Decisions"),
    ("core.retention:read", "core:retention", "Retention, holds and disposal"),
)


@requires("core.register:read")
@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    """The registers that the reader may open."""
    rows = [Row(cells=(one.text,), href=one.href) for one in links(request, *REGISTERS)]
    return listing(
        request,
        title="Registers",
        said=["By what right data are held and shared, and what was asked and decided about them."],
        head=("Register",),
        rows=rows,
        empty="There is none for you.",
    )


def _gateway(key: str) -> str:
    row = reference.lookup("legal_gateways", key)
    return f"{row['name']}, {row['law']}" + ("" if row["verified_by"] else f" ({law.UNVERIFIED})")


def _day(value: Any) -> str:
    return f"{value:%-d %B %Y}" if value else ""


@requires(FLOW)
@require_safe
def flows(request: HttpRequest) -> HttpResponse:
    """The register of flows."""
    rows = [
        Row(
            cells=(
                one.key,
                one.title,
                one.controller,
                _gateway(one.gateway),
                REGIMES[one.regime],
                _day(one.ends_on) or "Open",
            ),
            href=reverse("core:flow", args=[one.key]),
        )
        for one in selectors.flows(reader_of(request))
    ]
    return listing(
        request,
        title="Flows of data",
        said=["Personal data that come by no flow in this register are refused."],
        head=("Key", "Title", "Controller", "Gateway", "Held under", "Until"),
        rows=rows,
        actions=links(request, (FLOW_MANAGE, "core:flow-new", "Write a flow")),
        empty="No flow is registered: no personal data can come in.",
    )


@requires(FLOW)
@require_safe
def flow(request: HttpRequest, key: str) -> HttpResponse:
    """One flow."""
    reader = reader_of(request)
    one = get_object_or_404(selectors.flows(reader), key=key)
    lines = {
        "Key": one.key,
        "Controller": one.controller,
        "Gateway": _gateway(one.gateway),
        "Held under": REGIMES[one.regime],
        "Purpose": one.get_purpose_display(),
        "Agreement": one.agreement,
        "What": one.what,
        "From": _day(one.starts_on),
        "Until": _day(one.ends_on) or "Open",
        "To be looked at again": _day(one.review_on),
    }
    actions = []
    if may(reader, FLOW_MANAGE) and one.controller_id == reader.partner_id:
        actions = [Link(text="End it", href=reverse("core:flow-end", args=[key]))]
    back = Link(text="Flows", href=reverse("core:flows"))
    return one_page(request, title=one.title, lines=lines, actions=actions, back=back)


@requires(FLOW_MANAGE)
@sent_once
@require_http_methods(PAGES)
def new_flow(request: HttpRequest) -> HttpResponse:
    """Write a flow into the register."""
    by = reader_of(request)

    def act(given: dict[str, Any]) -> None:
        given |= {"regime": Regime(given["regime"]), "purpose": Purpose(given["purpose"])}
        services.write_flow(by=by, **given)

    asked = Asked(
        title="Write a flow",
        said=[f"{by.partner} is its controller. It holds from today."],
        button="Write it",
        back=Link(text="Flows", href=reverse("core:flows")),
        done="The flow is in the register.",
        to="core:flows",
    )
    form = FlowForm(request.POST or None, agreements=selectors.agreements(by))
    return form_page(request, form, asked=asked, act=act)


@requires(FLOW_MANAGE)
@sent_once
@require_http_methods(PAGES)
def end_flow(request: HttpRequest, key: str) -> HttpResponse:
    """End a flow."""
    by = reader_of(request)
    held = get_object_or_404(selectors.flows(by).filter(controller=by.partner_id), key=key)
    asked = Asked(
        title=f"End {held}?",
        said=["After its last day, what names it is refused. What came by it stays."],
        button="End it",
        back=Link(text="Flow", href=reverse("core:flow", args=[key])),
        done="The flow ends on that day.",
        to="core:flows",
        warning=True,
    )
    form = EndForm(request.POST or None)
    return form_page(
        request, form, asked=asked, act=lambda given: services.end_flow(flow=held, by=by, **given)
    )


@requires(AGREEMENT)
@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """The register of agreements."""
    rows = [
        Row(
            cells=(
                one.title,
                "; ".join(one.purpose_words),
                ", ".join(
                    str(each.partner)
                    for each in selectors.signatures(one).in_force()  # type: ignore[attr-defined]
                )
                or "Nobody",
                _day(one.ends_on) or "Open",
            ),
            href=reverse("core:agreement", args=[one.key]),
        )
        for one in selectors.agreements(reader_of(request))
    ]
    return listing(
        request,
        title="Sharing agreements",
        said=["A record is shared only between partners that have both signed."],
        head=("Agreement", "Purposes", "Signed by", "Until"),
        rows=rows,
        actions=links(request, (AGREEMENT_MANAGE, "core:agreement-new", "Write an agreement")),
        empty="There is no agreement: nothing can be shared.",
    )


@requires(AGREEMENT)
@require_safe
def agreement(request: HttpRequest, key: str) -> HttpResponse:
    """One agreement and who signed it."""
    reader = reader_of(request)
    one = get_object_or_404(selectors.agreements(reader), key=key)
    rows = [
        Row(cells=(each.partner, each.signed_by, _day(each.starts_on), _day(each.ends_on)))
        for each in selectors.signatures(one)
    ]
    actions = []
    if may(reader, AGREEMENT_MANAGE):
        ours = selectors.signatures(one).filter(partner=reader.partner_id)
        name, text = ("core:agreement-sign", "Sign for your partner")
        if ours.in_force().exists():  # type: ignore[attr-defined]
            name, text = ("core:agreement-withdraw", "Withdraw your partner's signature")
        actions = [Link(text=text, href=reverse(name, args=[key]))]
    lines = {
        "Key": one.key,
        "Purposes": "; ".join(one.purpose_words),
        "From": _day(one.starts_on),
        "Until": _day(one.ends_on) or "Open",
        "To be looked at again": _day(one.review_on),
    }
    part = Part(heading="Signatures", head=("Partner", "Signed by", "From", "To"), rows=rows)
    return one_page(
        request,
        title=one.title,
        lines=lines,
        parts=[part],
        actions=actions,
        back=Link(text="Agreements", href=reverse("core:agreements")),
    )


@requires(AGREEMENT_MANAGE)
@sent_once
@require_http_methods(PAGES)
def new_agreement(request: HttpRequest) -> HttpResponse:
    """Write an agreement into the register."""
    by = reader_of(request)

    def act(given: dict[str, Any]) -> None:
        given["purposes"] = [Purpose(one) for one in given["purposes"]]
        services.write_agreement(by=by, **given)

    asked = Asked(
        title="Write an agreement",
        said=["It shares nothing until partners have signed."],
        button="Write it",
        back=Link(text="Agreements", href=reverse("core:agreements")),
        done="The agreement is in the register.",
        to="core:agreements",
    )
    return form_page(request, AgreementForm(request.POST or None), asked=asked, act=act)


@requires(AGREEMENT_MANAGE)
@sent_once
@require_http_methods(PAGES)
def sign(request: HttpRequest, key: str) -> HttpResponse:
    """Write down the own partner's signature."""
    by = reader_of(request)
    held = get_object_or_404(selectors.agreements(by), key=key)
    asked = Asked(
        title=f"Sign {held} for {by.partner}",
        said=[f"It permits sharing for: {'; '.join(held.purpose_words)}."],
        button="Sign",
        back=Link(text="Agreement", href=reverse("core:agreement", args=[key])),
        done="The signature holds from today.",
        to="core:agreements",
    )
    form = SignForm(request.POST or None)
    return form_page(
        request, form, asked=asked, act=lambda given: services.sign(agreement=held, by=by, **given)
    )


@requires(AGREEMENT_MANAGE)
@sent_once
@require_http_methods(PAGES)
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Withdraw the own partner's signature."""
    by = reader_of(request)
    held = get_object_or_404(selectors.agreements(by), key=key)
    ours = selectors.signatures(held).filter(partner=by.partner_id).in_force()  # type: ignore[attr-defined]
    signature = get_object_or_404(ours)
    asked = Asked(
        title=f"Withdraw {by.partner}'s signature under {held}?",
        said=["After its last day, nothing is shared with or by your partner under it."],
        button="Withdraw it",
        back=Link(text="Agreement", href=reverse("core:agreement", args=[key])),
        done="The signature ends on that day.",
        to="core:agreements",
        warning=True,
    )
    form = EndForm(request.POST or None)
    return form_page(
        request,
        form,
        asked=asked,
        act=lambda given: services.withdraw(signature=signature, by=by, **given),
    )
