"""No answer without its row: what a page showed is written before the page leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from audit_log import kill_the_sink
from frith_web import urls as site_urls
from frith_web.core import asking
from frith_web.core.models import AuditEntry, User
from frith_web.core.reading import Reading, UnloggedRead, current_reading, reading
from frith_web.core.services import audit

handler403, handler404, handler500 = (
    site_urls.handler403,
    site_urls.handler404,
    site_urls.handler500,
)
SECRET = "N-17 was seen"


def _page(request: HttpRequest) -> HttpResponse:
    current_reading().note("pole.nominal", ["N-17", "N-18"])
    current_reading().note("pole.event", ["E-1"])
    current_reading().note_count("pole.event")
    return HttpResponse(SECRET)


def _empty(request: HttpRequest) -> HttpResponse:
    current_reading().note("pole.nominal", [])
    return HttpResponse("nothing of anybody")


class _Late:
    def __str__(self) -> str:
        current_reading().note("pole.nominal", ["N-drawn"])
        return SECRET


def _drawn(request: HttpRequest) -> HttpResponse:
    return SimpleTemplateResponse(engines.all()[0].from_string("{{ late }}"), {"late": _Late()})


def _export(request: HttpRequest) -> HttpResponse:
    ledger = current_reading()
    ledger.note("pole.nominal", ["N-17"])
    audit.state_purpose(ledger, purpose=request.GET.get("purpose", ""))
    ledger.export_to("Regional unit")
    return HttpResponse(SECRET)


def _stream(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[str]:
        for n in range(3):
            current_reading().note("pole.nominal", [f"N-{n}"])
            yield f"{SECRET} {n};"

    return StreamingHttpResponse(pieces())


def _file(request: HttpRequest) -> FileResponse:
    current_reading().note("products.profile", ["P-1"])
    return FileResponse(Path(__file__).open("rb"))


def _breaks(request: HttpRequest) -> HttpResponse:
    current_reading().note("pole.nominal", ["N-17"])
    raise RuntimeError(SECRET)


urlpatterns = [
    path("t/page", _page, name="page"),
    path("t/empty", _empty, name="empty"),
    path("t/drawn", _drawn, name="drawn"),
    path("t/export", _export, name="export"),
    path("t/stream", _stream, name="stream"),
    path("t/file", _file, name="file"),
    path("t/breaks", _breaks, name="breaks"),
    *site_urls.urlpatterns,
]


@pytest.fixture
def client(site: Settings, reader: Client) -> Client:
    site.ROOT_URLCONF = __name__
    reader.raise_request_exception = False
    return reader


def test_one_row_lists_what_one_page_showed(client: Client, analyst: User) -> None:
    assert client.get("/t/page").content.decode() == SECRET
    (row,) = AuditEntry.objects.all()
    assert (row.kind, row.act, row.actor_id) == ("consultation", "page", analyst.pk)
    assert row.records == {"pole.nominal": ["N-17", "N-18"], "pole.event": ["E-1"]}
    assert row.detail == {"method": "GET", "status": 200, "counts": {"pole.event": 1}}


def test_a_page_without_records_leaves_no_row(client: Client) -> None:
    assert client.get("/t/empty").status_code == 200
    assert client.get("/password").status_code == 200
    assert not AuditEntry.objects.exists()


def test_what_is_read_while_the_page_is_drawn_is_written_too(client: Client) -> None:
    assert client.get("/t/drawn").content.decode() == SECRET
    assert AuditEntry.objects.get().records == {"pole.nominal": ["N-drawn"]}


def test_what_was_read_before_a_fault_is_written(client: Client) -> None:
    assert client.get("/t/breaks").status_code == 500
    row = AuditEntry.objects.get()
    assert (row.detail["status"], row.records) == (500, {"pole.nominal": ["N-17"]})


def test_an_export_is_a_disclosure_with_purpose_and_recipient(client: Client) -> None:
    assert client.get("/t/export", {"purpose": "disruption"}).status_code == 200
    row = AuditEntry.objects.get()
    assert (row.kind, row.recipient, row.purpose) == ("disclosure", "Regional unit", "disruption")


def test_a_stream_is_written_before_each_piece_leaves(client: Client) -> None:
    answer = client.get("/t/stream")
    assert AuditEntry.objects.get().records == {"pole.nominal": ["N-0"]}
    pieces = iter(answer.streaming_content)
    assert next(pieces) == b"N-17 was seen 0;"
    assert AuditEntry.objects.count() == 1
    assert next(pieces) == b"N-17 was seen 1;"
    assert AuditEntry.objects.count() == 2
    assert b"".join(pieces) == b"N-17 was seen 2;"
    seen = [one for row in AuditEntry.objects.order_by("n") for one in row.records["pole.nominal"]]
    assert seen == [f"N-{n}" for n in range(3)]


def test_a_file_is_sent_as_a_file_once_it_is_written(client: Client) -> None:
    answer = client.get("/t/file")
    assert b"".join(answer.streaming_content) == Path(__file__).read_bytes()
    assert AuditEntry.objects.get().records == {"products.profile": ["P-1"]}


@pytest.mark.parametrize("where", ["page", "drawn", "export", "stream", "file", "breaks"])
def test_without_its_row_nothing_is_shown(
    client: Client, site: Settings, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    kill_the_sink()
    answer = client.get(f"/t/{where}", {"purpose": "disruption"})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "not shown, because the record of reading could not be written" in page
    assert SECRET not in page
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert not AuditEntry.objects.exists()
    assert SECRET not in caplog.text.replace("RuntimeError: " + SECRET, "")


def test_a_stream_stops_where_its_row_fails(client: Client) -> None:
    pieces = iter(client.get("/t/stream").streaming_content)
    next(pieces)
    kill_the_sink()
    with pytest.raises(Exception, match="disk full"):
        next(pieces)


def test_a_page_without_records_needs_no_log(client: Client) -> None:
    kill_the_sink()
    assert client.get("/t/empty").status_code == 200


def test_a_stranger_has_no_reading_and_so_no_record(site: Settings) -> None:
    site.ROOT_URLCONF = __name__
    site.MIDDLEWARE = [name for name in site.MIDDLEWARE if "LoginRequired" not in name]
    client = Client(raise_request_exception=False)
    assert client.get("/t/page").status_code == 500
    with pytest.raises(UnloggedRead):
        current_reading()


def test_readings_stand_one_in_another_and_close(analyst: User) -> None:
    with reading(actor=analyst, act="outer") as outer:
        with reading(actor=analyst, act="inner") as inner:
            current_reading().note("pole.nominal", ["N-1"])
        assert current_reading() is outer
    assert (outer.references(), inner.references()) == ({}, {"pole.nominal": ["N-1"]})
    with pytest.raises(UnloggedRead):
        current_reading()


def test_each_record_is_listed_once_in_the_order_shown() -> None:
    ledger = Reading(actor=None, act="x")
    for one in (["b", "a"], ["a", "c"]):
        ledger.note("pole.nominal", one)
    assert ledger.references() == {"pole.nominal": ["b", "a", "c"]}


@pytest.mark.parametrize(
    ("asks", "searches", "exports", "wanted"),
    [
        (None, True, True, False),
        (asking.Asks.SEARCH, True, False, True),
        (asking.Asks.SEARCH, False, True, False),
        (asking.Asks.EXPORT, False, True, True),
        (asking.Asks.EXPORT, True, False, False),
    ],
)
def test_the_policy_says_where_a_purpose_is_asked(
    analyst: User,
    monkeypatch: pytest.MonkeyPatch,
    asks: asking.Asks | None,
    searches: bool,
    exports: bool,
    wanted: bool,
) -> None:
    monkeypatch.setattr(asking, "_DECLARED", {"x": asks} if asks else {})
    assert audit.purpose_required("x") is (asks is not None)
    old = audit.policy_in_force()
    audit.set_policy(
        actor=analyst,
        purpose_for_searches=searches,
        purpose_for_exports=exports,
        office_opens=old.office_opens,
        office_closes=old.office_closes,
    )
    assert audit.purpose_required("x") is wanted
    ledger = Reading(actor=analyst, act="x")
    if wanted:
        with pytest.raises(audit.PurposeMissing):
            audit.state_purpose(ledger, purpose="  ")
    else:
        audit.state_purpose(ledger, purpose="")
    audit.state_purpose(ledger, purpose=" meeting 7 ")
    assert ledger.purpose == "meeting 7"
    row = AuditEntry.objects.get()
    assert (row.act, row.detail["purpose_for_exports"]) == ("core.audit_policy.set", exports)
