"""A partner's system sends a file: once by its key, through the gate, under its own flow."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from pytest_django import Settings

import hostile_files
import site_world as world
from frith_web.core.models import ApiToken, AuditEntry, Flow, Job, Upload, User, opened
from frith_web.core.purposes import Purpose
from frith_web.core.services import jobs
from frith_web.core.uploads import arriving, gate
from frith_web.jobs.worker import Worker
from frith_web.pole.models import Batch, Nominal
from site_tokens import sent_with, token_for

SENDS = ("core.upload:read-own", "pole.batch:import")
READS = ("pole.batch:read", "pole.nominal:export", "pole.nominal:read")
HEAD = "nominal_id,source,given_names,family_name,date_of_birth\n"
NOMINALS = HEAD + "n1,made up,Ann,Alder,1990-01-01\nn2,made up,Bob,Birch,not-a-date\n"


@pytest.fixture
def ann(site: Settings) -> User:
    return world.person("ann", of=world.partner("council"), roles=("analyst",))


@pytest.fixture
def flow(ann: User) -> Flow:
    return flow_of(ann, "council-records")


@pytest.fixture
def token(ann: User, flow: Flow) -> str:
    return token_for(ann, permissions=(*SENDS, *READS))


def flow_of(account: User, key: str, *, purpose: Purpose = Purpose.DISRUPTION) -> Flow:
    return Flow.objects.create(
        key=key,
        title="Records",
        controller=account.partner,
        gateway="cda_1998_s115",
        regime="uk_gdpr",
        purpose=purpose,
        what="Records",
        starts_on=world.LONG_AGO,
    )


def send(token: str, content: str | bytes = NOMINALS, *, key: str = "", **more: Any) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    name = more.pop("name", "people.csv")
    said = {"table": "nominals", "flow": "council-records", **more}
    return Client().post(
        "/api/v1/imports",
        {"file": SimpleUploadedFile(name, raw), **{k: v for k, v in said.items() if v != ""}},
        headers={"Idempotency-Key": key or str(uuid4())},
        **sent_with(token),
    )


def get(address: str, token: str) -> Any:
    return Client().get(address, **sent_with(token))


def everything(model: Any) -> list[Any]:
    with transaction.atomic(), opened("test"):
        return list(model.objects.order_by("pk"))


def test_what_is_good_comes_in_and_what_is_refused_goes_back(ann: User, token: str) -> None:
    asked = send(token)
    assert asked.status_code == 202, asked.content
    address = asked["Location"]
    assert asked.json() == {"reference": address.rsplit("/", 1)[1], "address": address}
    before = get(address, token).json()
    assert (before["state"], before["added"], before["tables"]) == ("waiting", None, [])
    Worker().work(once=True)
    told = get(address, token).json()
    assert (told["state"], told["percent"], told["added"], told["refused"]) == ("done", 100, 1, 1)
    (table,) = told["tables"]
    assert (table["table"], table["rows"], table["accepted"], table["refused"]) == (
        *("nominals", 2),
        *(1, 1),
    )
    assert table["reasons"][0]["column"] == "date_of_birth"
    assert "not-a-date" not in str(told)
    back = get(told["refused_rows"], token)
    assert (back["Content-Type"], back["X-Content-Type-Options"]) == ("application/zip", "nosniff")
    with zipfile.ZipFile(io.BytesIO(b"".join(back.streaming_content))) as archive:
        assert "Bob,Birch,not-a-date" in archive.read("nominals.csv").decode()
    (made,) = everything(Nominal)
    assert (made.family_name, made.protection.owner, made.created_by) == ("Alder", ann.partner, ann)
    assert not made.protection.sealed
    batch = get(f"/api/v1/batches/{told['batch']}", token).json()
    assert (batch["state"], batch["accepted"], batch["refused"]) == ("complete", 1, 1)
    (read,) = get("/api/v1/nominals", token).json()["records"]
    assert read["family_name"] == "Alder"


def test_each_step_stands_in_the_log_with_its_token(ann: User, token: str) -> None:
    told = send(token).json()
    held = ApiToken.objects.get()
    row = AuditEntry.objects.get(act="pole.import.receive")
    assert (row.kind, row.actor_id, row.purpose) == ("collection", ann.pk, "disruption")
    assert row.records == {"core.upload": [told["reference"]]}
    assert row.detail == {"token": str(held.reference), "job": str(Job.objects.get().reference)}
    Worker().work(once=True)
    get(told["address"], token)
    row = AuditEntry.objects.get(act="api:import")
    assert (row.kind, row.recipient) == ("disclosure", str(ann.partner))
    assert row.detail["token"] == str(held.reference)
    acts = [
        one.act for one in AuditEntry.objects.filter(act__startswith="pole.import").order_by("n")
    ]
    assert acts == ["pole.import.receive", "pole.import.begin", "pole.import"]


def test_the_same_key_brings_the_same_file_in_once(token: str) -> None:
    first, again = (send(token, key="delivery-1") for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    Worker().work(once=True)
    assert send(token, key="delivery-1").json() == first.json()
    Worker().work(once=True)
    assert (len(everything(Upload)), len(everything(Batch)), _asked()) == (1, 1, 1)
    other = NOMINALS.replace("Alder", "Aspen")
    for answer in (send(token, other, key="delivery-1"), send(token, key="delivery-1", share="1")):
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "key-used")
    assert len(everything(Upload)) == 1
    assert send(token, key="delivery-2").json() != first.json()


def test_a_key_is_of_its_account(ann: User, token: str) -> None:
    told = send(token, key="delivery-1").json()
    colleague = world.person("colleague", of=ann.partner, roles=("analyst",))
    admin = User.objects.get(username="token-admin")
    theirs = token_for(colleague, by=admin, permissions=SENDS)
    assert send(theirs, key="delivery-1").json() != told
    nobodys = get(f"/api/v1/imports/{uuid4()}", theirs)
    for ending in ("", "/refused-rows"):
        answer = get(f"{told['address']}{ending}", theirs)
        assert (answer.status_code, answer.content) == (404, nobodys.content)


def _asked() -> int:
    """Jobs that somebody asked for; the site asks for its own as well."""
    return Job.objects.exclude(asked_by=None).count()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("set.zip", hostile_files.dataset(("../x.csv", b"x")), "leads elsewhere"),
        ("table.csv", hostile_files.PNG, "a picture"),
        ("table.pdf", hostile_files.PDF, "not a kind of file"),
        ("table.csv", b"", "empty"),
        ("table.csv", b"\x00\x01", ""),
    ],
)
def test_the_gate_refuses_here_as_on_the_page(
    token: str, name: str, content: bytes, said: str
) -> None:
    answer = send(token, content, name=name)
    assert answer.status_code == 422
    (part,) = answer.json()["error"]["fields"]
    assert part["name"] == "file"
    assert said in part["message"]
    assert name not in part["message"]
    assert (everything(Upload), Job.objects.count()) == ([], 0)


@pytest.mark.parametrize("flow", ["", "no-such-flow", "police-records", "for-planning"])
def test_without_a_flow_of_ones_own_for_the_tokens_purpose_nothing_comes_in(
    ann: User, token: str, flow: str
) -> None:
    police = world.person("officer", of=world.partner("police"), roles=("analyst",))
    flow_of(police, "police-records")
    flow_of(ann, "for-planning", purpose=Purpose.PLANNING)
    answer = send(token, flow=flow)
    assert answer.status_code == 422
    if flow:
        unknown = send(token, flow="nowhere")
        assert answer.content == unknown.content
    assert everything(Upload) == []


@pytest.mark.parametrize("flow", ["unregistered", "police-records", "for-planning"])
def test_a_zip_that_names_no_lawful_flow_is_refused_by_its_job(
    ann: User, token: str, flow: str
) -> None:
    police = world.person("officer", of=world.partner("police"), roles=("analyst",))
    flow_of(police, "police-records")
    flow_of(ann, "for-planning", purpose=Purpose.PLANNING)
    about = (
        'name = "X"\narea = "E08000099"\narea_name = "X"\narea_vintage = "lsoa21"\n'
        f'[files.nominals]\nregime = "uk_gdpr"\nflow = "{flow}"\n'
    )
    content = hostile_files.zipped(
        ("dataset.toml", about.encode()), ("nominals.csv", NOMINALS.encode())
    )
    told = send(token, content, name="set.zip", table="", flow="").json()
    Worker().work(once=True)
    seen = get(told["address"], token).json()
    assert seen["state"] == "failed"
    assert seen["reason"]
    assert (everything(Nominal), everything(Batch)) == ([], [])


def test_a_token_needs_both_permissions(ann: User, token: str) -> None:
    told = send(token).json()
    admin = User.objects.get(username="token-admin")
    nowhere = get("/api/v1/no-such-thing", token)
    for permissions in ((SENDS[0],), (SENDS[1],), READS):
        less = token_for(ann, by=admin, permissions=permissions)
        for answer in (
            send(less),
            get(told["address"], less),
            get(f"{told['address']}/refused-rows", less),
        ):
            assert (answer.status_code, answer.content) == (404, nowhere.content)
    assert len(everything(Upload)) == 1


def test_what_is_not_as_described_is_told_by_part(token: str) -> None:
    def parts(answer: Any) -> set[str]:
        assert answer.status_code == 422
        return {one["name"] for one in answer.json()["error"]["fields"]}

    assert parts(send(token, table="people")) == {"table"}
    assert parts(send(token, share="perhaps")) == {"share"}
    assert parts(send(token, tabel="nominals")) == {"tabel"}
    assert parts(send(token, key="short")) == {"Idempotency-Key"}
    assert parts(send(token, key="with space")) == {"Idempotency-Key"}
    bare = Client().post(
        "/api/v1/imports",
        {"table": "nominals"},
        headers={"Idempotency-Key": "delivery-1"},
        **sent_with(token),
    )
    assert parts(bare) == {"file"}
    assert everything(Upload) == []


def test_too_large_a_file_is_said_to_be(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "LARGEST", dict.fromkeys(gate.LARGEST, 1000))
    answer = send(token, "a" * 5000)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too-large")


def test_a_stranger_s_file_is_not_even_kept_while_it_arrives(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(
        arriving.Bounded, "receive_data_chunk", lambda *given: seen.append(1) or given[1]
    )
    assert send("frith_not-a-token").status_code == 401
    assert seen == []


def test_it_is_stopped_and_given_no_rights_that_its_account_has_lost(ann: User, token: str) -> None:
    told = send(token).json()
    jobs.cancel(job=Job.objects.get(), by=ann)
    Worker().work(once=True)
    assert get(told["address"], token).json()["state"] == "cancelled"
    told = send(token).json()
    User.objects.filter(pk=ann.pk).update(is_active=False)
    Worker().work(once=True)
    assert Job.objects.filter(asked_by=ann).latest("pk").state == "refused"
    assert get(told["address"], token).status_code == 401
    assert everything(Nominal) == []


def test_a_person_sees_on_the_page_what_their_system_sent(
    ann: User, token: str, client: Client
) -> None:
    told = send(token).json()
    client.force_login(ann, backend="frith_web.core.authentication.Accounts")
    page = client.get(f"/bring-in/{told['reference']}").content.decode()
    assert "How far its import is" in page
    assert "Bring in what was accepted" not in page
    client.post(f"/bring-in/{told['reference']}/confirm")
    client.post(f"/bring-in/{told['reference']}/put-away")
    assert everything(Upload)[0].settled_at is None
    Worker().work(once=True)
    assert len(everything(Nominal)) == 1
    assert _asked() == 1


def test_what_a_person_brought_is_no_import_of_the_api(
    ann: User, token: str, client: Client
) -> None:
    client.force_login(ann, backend="frith_web.core.authentication.Accounts")
    flow = Flow.objects.get()
    typed = {"table": "nominals", "flow": flow.pk}
    file = SimpleUploadedFile("people.csv", NOMINALS.encode())
    assert client.post("/bring-in/", {"file": file, **typed}).status_code == 302
    (upload,) = everything(Upload)
    assert get(f"/api/v1/imports/{upload.reference}", token).status_code == 404
