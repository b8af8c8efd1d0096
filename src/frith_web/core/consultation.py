"""No answer without its row: the middleware that writes down what a reader was shown.

It stands round the view and the drawing of its page. What was noted meanwhile becomes one row
before the answer leaves; where that row cannot be written, the reader gets none of the answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse

from frith_web.core.models import User
from frith_web.core.reading import Reading, current_reading, reading, resumed
from frith_web.core.services.audit import record_reading
from frith_web.core.views.errors import not_shown

UNRESOLVED = "no page"
_log = logging.getLogger(__name__)


class Consultation:
    """Opens a reading for each request of a signed-in reader and writes it before the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return self.get_response(request)
        with reading(actor=request.user, act=UNRESOLVED) as ledger:
            response = self.get_response(request)
            detail = {"method": request.method or "", "status": response.status_code}
            first, pieces = _begun(response)
            try:
                record_reading(ledger, detail=detail)
            except Exception as error:  # whatever it was, the reader may not have the answer
                # Its words may quote the row, so its kind alone goes to the console.
                _log.error("answer withheld: its row could not be written (%s)", type(error))
                withheld = not_shown(request)
                # Closed with the answer that goes instead: close() would also end the request.
                withheld._resource_closers = response._resource_closers  # type: ignore[attr-defined]
                return withheld
            if isinstance(response, StreamingHttpResponse) and pieces is not None:
                response.streaming_content = _guarded(first, pieces, ledger, detail)
            return response

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Name the act after the page, before its view runs."""
        if isinstance(request.user, User) and request.resolver_match is not None:
            current_reading().act = request.resolver_match.view_name


def _begun(response: HttpResponseBase) -> tuple[bytes, Iterator[bytes] | None]:
    """The first piece of a streamed answer, made now so that what it reads stands in the row.

    A file is no such answer: whoever opened it has noted what is in it.
    """
    if not isinstance(response, StreamingHttpResponse) or isinstance(response, FileResponse):
        return b"", None
    pieces = iter(response)
    return next(pieces, b""), pieces


def _guarded(
    first: bytes, pieces: Iterator[bytes], ledger: Reading, detail: dict[str, Any]
) -> Iterable[bytes]:
    """The pieces of an answer, each after the row of what it shows."""
    yield first
    while True:
        with resumed(ledger):
            piece = next(pieces, None)
            record_reading(ledger, detail=detail)
        if piece is None:
            return
        yield piece
