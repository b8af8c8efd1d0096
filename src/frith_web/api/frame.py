"""What stands before every address under /api/: a token or nothing, and no answer without its row.

Cookies do not count here, so a page elsewhere cannot make a reader's browser ask. Whoever sends no
token that works is told so, also where there is no such address. Under a token its account reads
with what is left of its standing, in Python and in PostgreSQL's row security alike.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase

from frith_web.api.problems import in_shape, problem
from frith_web.core.consultation import UNRESOLVED
from frith_web.core.database import reader
from frith_web.core.models import ApiToken
from frith_web.core.reading import Reading, current_reading, reading
from frith_web.core.services.audit import record_reading
from frith_web.core.services.tokens import TokenRefused, TooMany, count_request, token_of

ROOT = "/api/"
SCHEME = "bearer "
ASK_FOR_TOKEN = {"WWW-Authenticate": 'Bearer realm="frith"'}
WAIT = {"Retry-After": "60"}
Handler = Callable[[HttpRequest], HttpResponseBase]
_log = logging.getLogger(__name__)


def is_api(request: HttpRequest) -> bool:
    """True for every address under /api/, whether or not there is one."""
    return request.path_info.startswith(ROOT)


class WithoutCookies:
    """Takes the cookies off before a session is looked for, and gives every error its shape."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api(request):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.__dict__.pop("COOKIES", None)
        answer = in_shape(self.get_response(request))
        # What an answer depends on; the same where there is nothing to answer.
        answer.headers["Vary"] = "Authorization"
        return answer


class TokensOnly:
    """Lets a token in, counts its request, and writes down what it was shown before it is sent."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_api(request):
            return self.get_response(request)
        try:
            token = token_of(_bearer(request), request=request)
            count_request(token)
        except TokenRefused:
            return problem(401, headers=ASK_FOR_TOKEN)
        except TooMany:
            return problem(429, headers=WAIT)
        return self._answer(request, token)

    def _answer(self, request: HttpRequest, token: ApiToken) -> HttpResponseBase:
        only = token.narrowing
        request.user = token.user
        request.api_token = token  # type: ignore[attr-defined]
        try:
            with (
                reader(token.user_id, permissions=only.permissions, purposes=only.purposes),
                reading(actor=token.user, act=UNRESOLVED, purpose=token.purpose) as ledger,
            ):
                response = self.get_response(request)
                return self._written(request, response, token=token, ledger=ledger)
        finally:
            request.user = AnonymousUser()

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Name the act after the address, before its view runs."""
        if is_api(request) and request.resolver_match is not None:
            current_reading().act = request.resolver_match.view_name

    def _written(
        self, request: HttpRequest, response: HttpResponseBase, *, token: ApiToken, ledger: Reading
    ) -> HttpResponseBase:
        """The answer, once its row stands; without the row, word of that and none of the answer."""
        if ledger.has_something_to_write():
            # What a machine fetched is a copy that left, as an export is: its row says to whom.
            ledger.export_to(str(token.partner))
        detail = {
            "method": request.method or "",
            "status": response.status_code,
            "token": str(token.reference),
        }
        try:
            record_reading(ledger, detail=detail)
        except Exception as error:  # whatever it was, the reader may not have the answer
            # Its words may quote the row, so its kind alone goes to the console.
            _log.error("answer withheld: its row could not be written (%s)", type(error))
            withheld = problem(503)
            withheld._resource_closers = response._resource_closers  # type: ignore[attr-defined]
            return withheld
        return response


def _bearer(request: HttpRequest) -> str:
    header = request.headers.get("Authorization", "")
    return header[len(SCHEME) :].strip() if header[: len(SCHEME)].lower() == SCHEME else ""
