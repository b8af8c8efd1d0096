"""Pages of what was disposed of: the certificates, and the freed pages they wait for."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from frith_web.core import register_selectors as selectors
from frith_web.core.database import on_postgresql
from frith_web.core.permissions import requires
from frith_web.core.services import deletion
from frith_web.core.views.register_pages import (
    PAGES,
    Asked,
    Link,
    Part,
    Row,
    form_page,
    kind_words,
    links,
    listing,
    one_page,
    reader_of,
)

READ = "core.retention:read"
DECIDE = "core.retention:decide"


@requires(READ)
@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """What was disposed of."""
    rows = [
        Row(
            cells=(
                one.reference,
                kind_words(one.kind),
                one.owner,
                f"{timezone.localtime(one.disposed_at):%-d %B %Y}",
                one.disposed_by.full_name,
            ),
            href=reverse("core:retention-certificate", args=[one.reference]),
        )
        for one in selectors.certificates(reader_of(request))
    ]
    return listing(
        request,
        title="Certificates of disposal",
        said=["Each says that a record went, and nothing of what it said."],
        head=("Certificate", "Kind", "Owner", "When", "By whom"),
        rows=rows,
        actions=[]
        if on_postgresql()
        else links(request, (DECIDE, "core:retention-sweep", "Write the database's file anew")),
        empty="Nothing was disposed of yet.",
    )


@requires(READ)
@require_safe
def certificate(request: HttpRequest, reference: UUID) -> HttpResponse:
    """One certificate."""
    one = get_object_or_404(selectors.certificates(reader_of(request)), reference=reference)
    swept = (
        f"{timezone.localtime(one.swept_at):%-d %B %Y, %H:%M}"
        if one.swept_at
        else "By PostgreSQL's own vacuum, and as long as its log is kept"
        if on_postgresql()
        else "Not yet: freed pages of the database are overwritten with the next disposal"
    )
    lines = {
        "Kind of record": kind_words(one.kind),
        "Its reference": one.record,
        "Owner": one.owner,
        "Authority": one.authority,
        "Last relevant contact": f"{one.contact_on:%-d %B %Y}",
        "Due": f"{one.due_on:%-d %B %Y}",
        "Decided by": one.decided_by.full_name,
        "Decided": f"{timezone.localtime(one.decided_at):%-d %B %Y, %H:%M}",
        "Disposed of by": one.disposed_by.full_name,
        "Disposed of": f"{timezone.localtime(one.disposed_at):%-d %B %Y, %H:%M}",
        "Swept": swept,
        "Digest": one.digest,
        "The certificate still says what its digest says": "Yes"
        if one.digest == deletion.digest_of(one)
        else "No: it was changed after it was given",
    }
    points = [f"{words}: {many}" for words, many in sorted(one.removed.items())]
    return one_page(
        request,
        title="Certificate of disposal",
        lines=lines,
        parts=[Part(heading="What went", points=points)],
        back=Link(text="Certificates", href=reverse("core:retention-certificates")),
    )


@requires(DECIDE)
@require_http_methods(PAGES)
def sweep(request: HttpRequest) -> HttpResponse:
    """Write the database's file anew where an earlier disposal could not."""
    by = reader_of(request)
    asked = Asked(
        title="Write the database's file anew",
        said=[
            "So that no freed page keeps what was disposed of. It takes as long as copying the "
            "database, and does nothing while somebody else writes: look at the certificate."
        ],
        button="Write it anew",
        back=Link(text="Certificates", href=reverse("core:retention-certificates")),
        done="Done where nobody was in the way; each certificate says when.",
        to="core:retention-certificates",
    )
    form = forms.Form(request.POST if request.method == "POST" else None)
    return form_page(request, form, asked=asked, act=lambda _: deletion.sweep(by=by))
