"""The one shape in which the API says what went wrong; never in the server's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponseBase, JsonResponse

SAID = {
    400: ("bad-request", "The request could not be read."),
    401: ("no-token", "Send a token that works: Authorization: Bearer frith_…"),
    403: ("forbidden", "This is not allowed."),
    404: ("not-found", "There is nothing here, or it may not be shared with you."),
    405: ("method-not-allowed", "This address does not take that method."),
    409: ("key-used", "This Idempotency-Key was sent with another file or other words."),
    413: ("too-large", "The request is too large."),
    422: ("not-understood", "Something in the request is not as the description says."),
    429: ("too-many", "Too many requests in a minute. Wait, then go on."),
    503: ("not-shown", "Not shown, because the record of reading could not be written."),
}
"""Status to code and message."""
OF_BODY = {"content-type", "content-length", "content-disposition", "location", "last-modified"}
"""Headers that speak of an answer that is not sent; the others are the same for every refusal."""
FAULT = ("fault", "There is a fault with this site. It is not something you did.")


def problem(
    status: int,
    *,
    contact: str = "",
    fields: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """An answer that says what went wrong: `{"error": {"code", "message", …}}`."""
    code, message = SAID.get(status, FAULT)
    error: dict[str, Any] = {"code": code, "message": message}
    if contact:
        error["contact"] = contact
    if fields:
        error["fields"] = list(fields)
    return JsonResponse({"error": error}, status=status, headers=dict(headers or {}))


def in_shape(response: HttpResponseBase) -> HttpResponseBase:
    """The answer itself where it is a success or in the shape already, else its shape."""
    kind = response.headers.get("Content-Type", "")
    if response.status_code < 300 or kind.startswith("application/json"):
        return response
    status = response.status_code if response.status_code >= 400 else 404
    kept = {name: value for name, value in response.headers.items() if name.lower() not in OF_BODY}
    answer = problem(status, headers=kept)
    answer.headers["Content-Length"] = str(len(answer.content))
    # Closed with the answer that goes instead: close() also ends the request.
    answer._resource_closers = response._resource_closers  # type: ignore[attr-defined]
    return answer
