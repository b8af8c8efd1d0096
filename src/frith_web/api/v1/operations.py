"""The API itself: each collection's two operations, imports, the token, and the description."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Query
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer
from pydantic import create_model

from frith_web.api.problems import problem
from frith_web.api.v1 import imports, shapes
from frith_web.api.v1.asked import PROBLEMS, refuse_strange
from frith_web.api.v1.collections import COLLECTIONS, Collection, as_json, page_of
from frith_web.core.hidden import contact_for
from frith_web.core.models import ApiToken, User
from frith_web.core.models.standing import standing
from frith_web.core.permissions import check_may
from frith_web.core.uploads.arriving import TOO_LARGE

QUERY = Query(...)
DESCRIPTION = """
What the partnership holds, for other systems of its partners, and the way in for their files. Every
request bears a token: it acts for one account, for one purpose, and never does more than the
account may on the day. What may not be read answers as if it were not there. Each answer stands in
the log as a disclosure to the token's partner before it is sent; without its row there is no
answer. Records whose handling conditions forbid copies are not served.
"""


class Hidden(Exception):
    """A record that may not be shown, and whom its owner lets one ask."""

    def __init__(self, contact: str) -> None:
        super().__init__("hidden")
        self.contact = contact


class Token(HttpBearer):
    """Denies whatever the frame before the API did not let in."""

    openapi_description = "A token as it was collected: frith_…"

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The token that the frame found; None, which is a refusal, where it found none."""
        del token
        return getattr(request, "api_token", None)


api = NinjaAPI(
    title="frith",
    version="1",
    description=DESCRIPTION,
    auth=Token(),
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """The same whether it never was or is not for this reader."""
    del request, error
    return problem(404)


@api.exception_handler(Hidden)
def hidden(request: HttpRequest, error: Hidden) -> HttpResponse:
    """Not found, with whom to ask."""
    del request
    return problem(404, contact=error.contact)


@api.exception_handler(AuthenticationError)
def no_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No token; the frame has said so before, and this is the second lock."""
    del request, error
    return problem(401)


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Which parts were not understood. What was sent is not sent back."""
    if getattr(request, TOO_LARGE, False):
        return problem(413)
    parts = [
        {"name": str(one["loc"][-1]) if one.get("loc") else "", "message": str(one["type"])}
        for one in error.errors
    ]
    return problem(422, fields=parts)


def _reader(request: HttpRequest, collection: Collection) -> User:
    for one in collection.permissions:
        user = check_may(request.user, one)
    return user


def _serve(collection: Collection) -> None:
    """Add the two operations of a collection: its pages, and one record by reference."""
    named = collection.one.title().replace(" ", "")
    answer: Any = create_model(
        f"{named}Page",
        __base__=shapes.Page,
        __doc__=f"A stretch of {collection.name}.",
        records=(list[collection.shape], ...),  # type: ignore[name-defined]
    )

    def many(request: HttpRequest, asked: Any = QUERY) -> Any:
        refuse_strange(request, collection.filters)
        return page_of(collection, user=_reader(request, collection), asked=asked)

    def one(request: HttpRequest, reference: UUID) -> Any:
        refuse_strange(request)
        user = _reader(request, collection)
        found = collection.find(user, collection.filters(**collection.every))
        record = found.select_related("protection__owner").filter(reference=reference).first()
        if record is None:
            raise Hidden(contact_for(collection.model, reference=reference))
        return as_json(collection, [record], user=user)[0]

    many.__annotations__["asked"] = collection.filters
    several = collection.name.replace("-", " ")
    shared: dict[str, Any] = {"tags": [several]}
    api.get(
        f"/{collection.name}",
        response={200: answer, **dict.fromkeys(PROBLEMS, shapes.Problem)},
        summary=f"A page of {several}",
        description=f"{collection.words} Needs {', '.join(collection.permissions)}.",
        operation_id=f"list_{collection.name.replace('-', '_')}",
        url_name=collection.name,
        **shared,
    )(many)
    api.get(
        f"/{collection.name}/{{uuid:reference}}",
        response={200: collection.shape, **dict.fromkeys(PROBLEMS, shapes.Problem)},
        summary=f"One {collection.one} by its reference",
        description="Not found also where it may not be shown; then it may say whom to ask.",
        operation_id=f"read_{collection.one.replace(' ', '_')}",
        url_name=collection.one.replace(" ", "-"),
        **shared,
    )(one)


for _collection in COLLECTIONS:
    _serve(_collection)
api.add_router("/imports", imports.router)


@api.get(
    "/myself",
    response={200: shapes.Myself, **dict.fromkeys(PROBLEMS, shapes.Problem)},
    summary="What this token is",
    operation_id="read_myself",
    url_name="myself",
    tags=["token"],
)
def myself(request: HttpRequest) -> Any:
    """For whom the token acts, for what, and what it may do today."""
    refuse_strange(request)
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    return {
        "account": token.user.username,
        "partner": token.partner.key,
        "purpose": token.purpose,
        "permissions": sorted(standing(token.user).permissions()),
        "ends_on": token.ends_on,
    }


@api.get(
    "/openapi.json",
    response={200: dict[str, Any], **dict.fromkeys(PROBLEMS, shapes.Problem)},
    summary="This description",
    operation_id="read_description",
    url_name="description",
    tags=["token"],
)
def description(request: HttpRequest) -> Any:
    """The OpenAPI description of this version."""
    refuse_strange(request)
    return api.get_openapi_schema()
