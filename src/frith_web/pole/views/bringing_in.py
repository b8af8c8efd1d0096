"""Bringing a data set in: the file, what it would add, and the word to go on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frith.errors import BadInput
from frith_web.core.kept_forms import give_back
from frith_web.core.models import Upload, User
from frith_web.core.permissions import check_may, requires
from frith_web.core.reading import current_reading
from frith_web.core.services import uploads
from frith_web.core.submissions import sent_once
from frith_web.core.upload_selectors import upload_of, uploads_of
from frith_web.core.uploads.arriving import TOO_LARGE
from frith_web.pole.bringing_forms import BringInForm
from frith_web.pole.services import bringing_in as service

IMPORT = "pole.batch:import"


@requires(IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """Choose a file; and what was brought before."""
    reader = _reader(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = BringInForm(*sent, reader=reader, tables=service.TABLES)
    if request.method == "POST":
        if getattr(request, TOO_LARGE, False):
            form.errors.pop("file", None)
            form.add_error("file", "The file is larger than 100 MB. Bring in a part of it")
        elif form.is_valid():
            try:
                made = service.bring(by=reader, **form.cleaned_data)
            except BadInput as error:
                form.add_error("file", error.line())
            else:
                return redirect("pole:upload", reference=made.reference)
    given_back = give_back(form, request=request)
    context: dict[str, Any] = {"form": form, "given_back": given_back}
    context["brought"] = uploads_of(reader, place=service.PLACE)
    return render(request, "pole/bring_in.html", context)


@requires(IMPORT)
@require_safe
def upload(request: HttpRequest, reference: UUID) -> HttpResponse:
    """What a file would add and what was refused; and the word to go on."""
    found = _upload(request, reference)
    job = service.under_way(upload=found, by=_reader(request))
    context = {
        "head": [{"text": one} for one in ("Table", "Rows", "Accepted", "New", "Refused")],
        "reasons_head": [{"text": one} for one in ("Table", "Column", "Reason", "Rows")],
        "upload": found,
        "found": found.findings,
        "tables": [_row(one) for one in found.findings.get("tables", ())],
        "reasons": _reasons(found),
        "job": job,
        "ready": bool(found.findings.get("accepted"))
        and not found.findings.get("problem")
        and found.settled_at is None
        and job is None,
    }
    return render(request, "pole/upload.html", context)


@requires(IMPORT)
@sent_once
@require_POST
def confirm(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Bring in what was checked."""
    found = _upload(request, reference)
    try:
        job = service.confirm(upload=found, by=_reader(request))
    except BadInput as error:
        messages.error(request, error.line())
        return redirect("pole:upload", reference=reference)
    return redirect("core:job", reference=job.reference)


@requires(IMPORT)
@require_POST
def put_away(request: HttpRequest, reference: UUID) -> HttpResponse:
    """Do not bring it in."""
    found = _upload(request, reference)
    if found.settled_at is not None:
        return redirect("pole:bring-in")
    try:
        service.put_away(upload=found, by=_reader(request))
    except BadInput as error:
        messages.error(request, error.line())
        return redirect("pole:upload", reference=reference)
    messages.success(request, "It is put away. Nothing of it was brought in.")
    return redirect("pole:bring-in")


@requires(IMPORT)
@require_safe
def refused(request: HttpRequest, reference: UUID) -> FileResponse:
    """The refused rows with their reasons, for whoever brought them."""
    found = _upload(request, reference)
    try:
        path = uploads.stored(found.answer_sha256)
    except BadInput:
        raise Http404 from None
    current_reading().export_to(str(_reader(request).partner))
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=service.ANSWER)
    answer["Content-Type"] = "application/octet-stream"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _reader(request: HttpRequest) -> User:
    return check_may(request.user, IMPORT)


def _upload(request: HttpRequest, reference: UUID) -> Upload:
    found = upload_of(_reader(request), reference, place=service.PLACE)
    if found is None:
        raise Http404
    return found


def _row(table: dict[str, Any]) -> list[dict[str, Any]]:
    """A table's counts as cells."""
    there = table["there"]
    new = "" if there is None else f"{table['accepted'] - there:,}"
    counts = (f"{table['rows']:,}", f"{table['accepted']:,}", new, f"{table['refused']:,}")
    name = {"text": str(table["table"]).replace("_", " ").capitalize()}
    return [name, *({"text": one, "format": "numeric"} for one in counts)]


def _reasons(found: Upload) -> list[list[dict[str, Any]]]:
    return [
        [
            {"text": table["table"]},
            {"text": one["column"]},
            {"text": one["reason"]},
            {"text": f"{one['rows']:,}", "format": "numeric"},
        ]
        for table in found.findings.get("tables", ())
        for one in table["reasons"]
    ]
