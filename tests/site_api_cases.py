"""Cases made from the API's own description, sent to it in this process, and checked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.serializers.json import DjangoJSONEncoder
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi_checks

from frith_web.api.v1 import imports
from frith_web.api.v1.collections import COLLECTIONS
from frith_web.api.v1.operations import api

EVERYTHING = tuple(
    sorted({*(one for of in COLLECTIONS for one in of.permissions), *imports.PERMISSIONS})
)
"""Every permission that some address needs."""
ACCEPTED = openapi_checks.positive_data_acceptance
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    ACCEPTED,
    openapi_checks.negative_data_rejection,
]


def operations(*, tokens_too: bool = False) -> list[Any]:
    """Every operation of the description; where asked for, made-up tokens are sent as well."""
    said = json.loads(json.dumps(api.get_openapi_schema(), cls=DjangoJSONEncoder))
    if not tokens_too:
        for operation in (one for path in said["paths"].values() for one in path.values()):
            operation.pop("security")
    schema = schemathesis.openapi.from_dict(said)
    schema.app = WSGIHandler()  # so that cases are sent within this process
    return [found.ok() for found in schema.get_all_operations()]


@contextmanager
def one_connection() -> Iterator[None]:
    """The test's own connection to the database lasts, as it does for Django's test client."""
    ends = (request_started, request_finished)
    for one in ends:
        one.disconnect(close_old_connections)
    try:
        yield
    finally:
        for one in ends:
            one.connect(close_old_connections)


def send_many(operation: Any, *, cases: int, token: str, number: int = 0) -> Counter[int]:
    """Send cases of an operation, good and bad; how often each status came.

    The same `number` makes the same cases, another makes others. Raises where an answer is a fault
    of the server, has a status, type or shape that the description does not name.
    """
    statuses: Counter[int] = Counter()
    application = WSGIHandler()  # anew, by the settings of this test
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    # No description says what a good file is: most that are made up are refused, and rightly.
    of_files = operation.method == "post"
    looked_at = [one for one in CHECKS if not (of_files and one is ACCEPTED)]

    def send(case: Any) -> None:
        answer = case.call(headers=headers, app=application)
        case.validate_response(answer, checks=looked_at)
        statuses[answer.status_code] += 1

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        try:
            strategy = operation.as_strategy(generation_mode=mode)
            run = settings(
                max_examples=cases // 2,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            with one_connection():
                seed(number)(run(given(strategy)(send)))()
        except Unsatisfiable:
            # Where nothing can be sent, nothing wrong can be sent either.
            assert mode is GenerationMode.NEGATIVE
    return statuses
