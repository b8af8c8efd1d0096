"""Bringing a data set in on the pages: kept aside, checked, previewed, confirmed, put on terms."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

import hostile_files
import site_world as world
from frith_web.core.models import AuditEntry, Flow, Job, Upload, User, opened
from frith_web.core.purposes import Purpose
from frith_web.core.services import uploads
from frith_web.core.uploads import arriving, gate
from frith_web.jobs.worker import Worker
from frith_web.pole.models import Batch, Event, Nominal

ABOUT = (
    'name = "Small set"\narea = "E08000099"\narea_name = "X"\narea_vintage = "lsoa21"\n'
    '[files.nominals]\nregime = "synthetic"\n[files.events]\nregime = "synthetic"\n'
)
NOMINALS = (
    "nominal_id,source,given_names,family_name,date_of_birth\n"
    "n1,made up,Ann,Alder,1990-01-01\nn2,made up,Bob,Birch,1991-02-03\n"
    "n3,made up,Cy,Cedar,not-a-date\n"
)


def zip_of(**files: str) -> SimpleUploadedFile:
    """A zip of a data set."""
    content = hostile_files.zipped(
        ("dataset.toml", ABOUT.encode()), *((f"{k}.csv", v.encode()) for k, v in files.items())
    )
    return SimpleUploadedFile("set.zip", content)


def everything(model: type) -> list[object]:
    from django.db import transaction

    with transaction.atomic(), opened("test"):
        return list(model.objects.order_by("pk"))  # type: ignore[attr-defined]


def the_upload() -> Upload:
    (found,) = everything(Upload)
    assert isinstance(found, Upload)
    return found


def brought(reader: Client) -> Upload:
    events = hostile_files.TABLE.decode()
    answer = reader.post("/bring-in/", {"file": zip_of(nominals=NOMINALS, events=events)})
    assert answer.status_code == 302, answer.content.decode()
    Worker().work(once=True)
    return the_upload()


def test_a_data_set_is_previewed_then_brought_in(
    analyst: User, reader: Client, settings: Settings
) -> None:
    upload = brought(reader)
    assert (upload.sort, upload.name, upload.protection.owner) == (
        "zip",
        "set.zip",
        analyst.partner,
    )
    page = reader.get(f"/bring-in/{upload.reference}").content.decode()
    assert "Bring in what was accepted" in page
    assert "not-a-date" not in page
    assert everything(Nominal) == []
    answer = reader.post(f"/bring-in/{upload.reference}/confirm")
    assert answer["Location"].startswith("/jobs/")
    Worker().work(once=True)
    job = Job.objects.get(name="pole.import_dataset")
    assert (job.state, job.reason) == ("done", "")
    names = [one.family_name for one in everything(Nominal)]  # type: ignore[attr-defined]
    assert names == ["Alder", "Birch"]
    assert len(everything(Event)) == 1
    (batch,) = everything(Batch)
    assert isinstance(batch, Batch)
    assert (batch.created_by, batch.protection.owner) == (analyst, analyst.partner)
    assert batch.protection.marking == "OFFICIAL"
    assert the_upload().settled_at is not None
    assert "What it came to" in reader.get(answer["Location"]).content.decode()
    reader.post(f"/bring-in/{upload.reference}/confirm")
    Worker().work(once=True)
    assert len(everything(Batch)) == 1


def test_refused_rows_go_back_with_their_reasons_as_a_file(analyst: User, reader: Client) -> None:
    upload = brought(reader)
    answer = reader.get(f"/bring-in/{upload.reference}/refused")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read("nominals.csv").decode()
    assert "n3,made up,Cy,Cedar,not-a-date" in text
    row = AuditEntry.objects.get(act="pole:upload-refused")
    assert (row.kind, row.recipient) == ("disclosure", str(analyst.partner))
    assert row.records == {"core.upload": [str(upload.reference)]}


def test_what_is_there_already_is_not_new(analyst: User, reader: Client) -> None:
    upload = brought(reader)
    reader.post(f"/bring-in/{upload.reference}/confirm")
    Worker().work(once=True)
    more = NOMINALS + "n4,made up,Di,Dogwood,1992-03-04\n"
    reader.post("/bring-in/", {"file": zip_of(nominals=more)})
    Worker().work(once=True)
    newest = everything(Upload)[-1]
    assert isinstance(newest, Upload)
    (table,) = newest.findings["tables"]
    assert (table["accepted"], table["there"], table["refused"]) == (3, 2, 1)


def test_nobody_else_sees_an_upload(analyst: User, reader: Client) -> None:
    upload = brought(reader)
    colleague = world.person("colleague", of=analyst.partner, roles=("analyst",))
    board = world.person("board", of=analyst.partner, roles=("board-member",))
    for person in (colleague, board):
        client = Client()
        client.force_login(person, backend="frith_web.core.authentication.Accounts")
        for ending in ("", "/refused"):
            assert client.get(f"/bring-in/{upload.reference}{ending}").status_code == 404
        for ending in ("/confirm", "/put-away"):
            assert client.post(f"/bring-in/{upload.reference}{ending}").status_code == 404
    assert client.get("/bring-in/").status_code == 404


def test_what_is_put_away_is_not_brought_in(analyst: User, reader: Client) -> None:
    upload = brought(reader)
    assert reader.post(f"/bring-in/{upload.reference}/put-away").status_code == 302
    reader.post(f"/bring-in/{upload.reference}/confirm")
    assert not Job.objects.filter(name="pole.import_dataset").exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("set.zip", hostile_files.dataset(("../x.csv", b"x")), "leads elsewhere"),
        ("table.csv", hostile_files.PNG, "a picture"),
        ("table.pdf", hostile_files.PDF, "not a kind of file"),
        ("table.csv", b"", "empty"),
    ],
)
def test_a_refused_file_says_why_and_keeps_what_was_typed(
    analyst: User, reader: Client, name: str, content: bytes, said: str
) -> None:
    flow = Flow.objects.create(
        key="a-flow",
        title="A flow",
        controller=analyst.partner,
        gateway="cda_1998_s115",
        regime="uk_gdpr",
        purpose=Purpose.DISRUPTION,
        what="Records",
    )
    typed = {"table": "nominals", "flow": flow.pk, "share": "on"}
    file = SimpleUploadedFile(name, content)
    page = reader.post("/bring-in/", {**typed, "file": file}).content.decode()
    assert "There is a problem" in page
    assert said in page
    assert 'value="nominals" selected' in page
    assert "checked" in page
    assert everything(Upload) == []
    assert not [one for one in uploads._root().rglob("*") if one.is_file()]


def test_a_single_file_comes_under_its_flow(analyst: User, reader: Client) -> None:
    Flow.objects.create(
        key="a-flow",
        title="A flow",
        controller=analyst.partner,
        gateway="cda_1998_s115",
        regime="uk_gdpr",
        purpose=Purpose.DISRUPTION,
        what="Records",
        starts_on=world.LONG_AGO,
    )
    bare = {"file": SimpleUploadedFile("people.csv", NOMINALS.encode())}
    assert "Choose its table and the flow" in reader.post("/bring-in/", bare).content.decode()
    bare = {"file": SimpleUploadedFile("people.csv", NOMINALS.encode())}
    typed = {"table": "nominals", "flow": Flow.objects.get().pk}
    assert reader.post("/bring-in/", {**bare, **typed}).status_code == 302
    Worker().work(once=True)
    upload = the_upload()
    assert upload.findings["problem"] == ""
    reader.post(f"/bring-in/{upload.reference}/confirm")
    Worker().work(once=True)
    first = everything(Nominal)[0]
    assert isinstance(first, Nominal)
    assert (first.protection.regime, first.protection.marking) == ("uk_gdpr", "OFFICIAL-SENSITIVE")
    assert first.protection.shares.count() == 0


def test_personal_data_without_a_flow_is_shown_and_not_brought_in(
    analyst: User, reader: Client
) -> None:
    content = hostile_files.zipped(
        ("dataset.toml", ABOUT.replace("synthetic", "uk_gdpr").encode()),
        ("nominals.csv", NOMINALS.encode()),
    )
    reader.post("/bring-in/", {"file": SimpleUploadedFile("set.zip", content)})
    Worker().work(once=True)
    upload = the_upload()
    page = reader.get(f"/bring-in/{upload.reference}").content.decode()
    assert "without a registered flow" in page
    assert "Bring in what was accepted" not in page
    reader.post(f"/bring-in/{upload.reference}/confirm")
    assert not Job.objects.filter(name="pole.import_dataset").exists()


def test_a_file_is_kept_by_its_hash_outside_the_web_root_for_this_user_alone(
    analyst: User, reader: Client, settings: Settings
) -> None:
    upload = brought(reader)
    path = uploads.stored(upload.sha256)
    assert path == Path(settings.DATA) / "uploads" / upload.sha256[:2] / upload.sha256
    assert not path.is_relative_to(settings.STATIC_ROOT)
    assert path.stat().st_mode & 0o077 == 0
    assert AuditEntry.objects.filter(act="core.upload.take", actor_id=analyst.pk).count() == 1


def test_files_are_deleted_after_a_fortnight(
    analyst: User,
    reader: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    upload = brought(reader)
    with django_capture_on_commit_callbacks(execute=True):
        assert uploads.clear_old() == 0
    assert uploads.stored(upload.sha256).is_file()
    with monkeypatch.context() as patch:
        later = timezone.now() + timedelta(days=15)
        patch.setattr(uploads.timezone, "now", lambda: later)
        patch.setattr(uploads, "time", later.timestamp)
        with django_capture_on_commit_callbacks(execute=True):
            assert uploads.clear_old() == 1
    assert not [one for one in uploads._root().rglob("*") if one.is_file()]
    assert reader.get(f"/bring-in/{upload.reference}/refused").status_code == 404


def test_too_large_a_file_is_dropped_and_said_so(
    analyst: User, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "LARGEST", dict.fromkeys(gate.LARGEST, 1000))
    file = SimpleUploadedFile("big.csv", b"a" * 5000)
    page = reader.post("/bring-in/", {"file": file}).content.decode()
    assert "larger than 100 MB" in page
    assert "Choose a file" not in page


def test_a_stranger_s_file_is_not_even_kept_while_it_arrives(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(
        arriving.Bounded, "receive_data_chunk", lambda *given: seen.append(1) or given[1]
    )
    answer = Client().post("/bring-in/", {"file": SimpleUploadedFile("a.csv", b"a" * 5000)})
    assert answer.status_code == 302
    assert seen == []
