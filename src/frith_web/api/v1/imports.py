"""A partner's system sends a file: taken in as on the page, checked and brought in by a job."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from ninja import File, Form, Header, Router, UploadedFile
from ninja.errors import ValidationError

from frith.errors import BadInput
from frith_web.api.problems import problem
from frith_web.api.v1 import shapes
from frith_web.api.v1.asked import PROBLEMS, refuse_strange
from frith_web.core.job_selectors import Seen, job_of
from frith_web.core.models import ApiToken, JobState, Upload, User
from frith_web.core.permissions import check_may
from frith_web.core.purposes import Purpose
from frith_web.core.services import uploads
from frith_web.core.upload_selectors import upload_of
from frith_web.pole.services import bringing_in

PERMISSIONS = ("pole.batch:import", "core.upload:read-own")
"""All of them are needed: to bring in, and to be told what came of it."""
NEEDS = f"Needs {', '.join(PERMISSIONS)}."
KEY = Header(
    ...,
    alias="Idempotency-Key",
    min_length=8,
    max_length=100,
    pattern=r"^[A-Za-z0-9_.:-]+$",
    description="Your own name of this sending. Sent again under it, a file is brought in once.",
)
FILE = File(..., description="A zip of a data set's folder, or one CSV or Excel file.")
SENT = Form(...)
FIELDS = frozenset(shapes.Sent.model_fields)
BINARY = {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
router = Router(tags=["imports"])


@router.post(
    "",
    response={202: shapes.ImportAsked, **dict.fromkeys((*PROBLEMS, 400, 409, 413), shapes.Problem)},
    summary="Send a file to be brought in",
    description=(
        "For the token's partner, under a flow registered for the token's purpose. Every row that "
        f"its table accepts comes in; those it refuses can be fetched back. {NEEDS}"
    ),
    operation_id="send_import",
    url_name="imports",
)
def send(
    request: HttpRequest,
    file: UploadedFile = FILE,
    sent: shapes.Sent = SENT,
    idempotency_key: str = KEY,
) -> Any:
    """Take a file in; a job checks it and brings it in."""
    by = _sender(request)
    refuse_strange(request)
    _refuse_strange_parts(request)
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    said = bringing_in.Sent(
        table=sent.table.value if sent.table else "",
        flow=sent.flow,
        share=sent.share,
        purpose=Purpose(token.purpose),
        key=idempotency_key,
        token=str(token.reference),
    )
    try:
        upload = bringing_in.receive(file=file, by=by, sent=said)
    except bringing_in.KeyUsed:
        return problem(409)
    except BadInput as error:
        # Without `where`, which is the file's name as it was sent.
        message = BadInput(error.what, mend=error.mend).line()
        return problem(422, fields=[{"name": "file", "message": message}])
    address = reverse("api:import", args=[upload.reference])
    answer = {"reference": upload.reference, "address": address}
    return JsonResponse(answer, status=202, headers={"Location": address})


@router.get(
    "/{uuid:reference}",
    response={200: shapes.Import, **dict.fromkeys(PROBLEMS, shapes.Problem)},
    summary="How far an import is",
    description=f"For the account that sent it alone. {NEEDS}",
    operation_id="read_import",
    url_name="import",
)
def read(request: HttpRequest, reference: UUID) -> Any:
    """State, progress, what the check found, and what came of it."""
    upload, job = _sent_before(request, reference)
    found = upload.findings
    has_refused = bool(upload.answer_sha256) and upload.cleared_at is None
    return {
        "reference": upload.reference,
        "state": job.job.state if job.job.state != JobState.PARTLY else JobState.FAILED,
        "reason": job.job.reason,
        "percent": job.percent,
        "stages": [{"name": one.name, "done": one.done, "total": one.total} for one in job.stages],
        "tables": found.get("tables", []),
        "added": job.job.result.get("added"),
        "refused": found.get("refused", 0),
        "refused_rows": reverse("api:import-refused", args=[upload.reference])
        if has_refused
        else None,
        "batch": job.job.result.get("batch"),
    }


@router.get(
    "/{uuid:reference}/refused-rows",
    response={200: None, **dict.fromkeys(PROBLEMS, shapes.Problem)},
    summary="The refused rows of an import, each with its reason",
    description=f"A zip with a CSV for each table. Kept for fourteen days. {NEEDS}",
    operation_id="read_import_refused_rows",
    url_name="import-refused",
    openapi_extra={"responses": {200: BINARY}},
)
def refused_rows(request: HttpRequest, reference: UUID) -> HttpResponseBase:
    """Back to whoever sent them."""
    upload, _ = _sent_before(request, reference)
    try:
        path = uploads.stored(upload.answer_sha256)
    except BadInput:
        raise Http404 from None
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=bringing_in.ANSWER)
    answer["Content-Type"] = "application/zip"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _sender(request: HttpRequest) -> User:
    for one in PERMISSIONS:
        user = check_may(request.user, one)
    return user


def _sent_before(request: HttpRequest, reference: UUID) -> tuple[Upload, Seen]:
    """An upload that this account sent by a token, and its job; else not found."""
    refuse_strange(request)
    by = _sender(request)
    upload = upload_of(by, reference, place=bringing_in.PLACE)
    if upload is None or not upload.given.get("by"):
        raise Http404
    job = bringing_in.under_way(upload=upload, by=by)
    seen = job_of(by, job.reference) if job else None
    if seen is None:
        raise Http404
    return upload, seen


def _refuse_strange_parts(request: HttpRequest) -> None:
    """A part that is misspelt would say nothing, and the file come in otherwise than meant."""
    parts = {*request.POST, *request.FILES} - FIELDS - {"file"}
    twice = [one for one in request.FILES if len(request.FILES.getlist(one)) > 1]
    strange = [{"loc": ("form", one), "type": "unknown"} for one in sorted(parts | set(twice))]
    if strange:
        raise ValidationError(strange)
