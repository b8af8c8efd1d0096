"""Pages of the log: who sees which entries, what a search finds, and that reading it is logged."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

import site_world as world
from audit_log import add, alone
from frith_web.core.models import AuditEntry, EntryKind, User, opened
from frith_web.core.services import audit
from frith_web.core.services.audit_roots import letter, sign_root
from frith_web.pole.services import known as looked_up

ALONE = alone()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="frith_web.core.authentication.Accounts")
    return client


@pytest.fixture
def auditor(site: Settings) -> User:
    return world.person("auditor", of=world.partner("assurance"), roles=("auditor",))


@pytest.fixture
def governance(analyst: User) -> User:
    return world.person("governance", of=analyst.partner, roles=("information-governance",))


@pytest.fixture
def log(analyst: User) -> list[int]:
    """Three entries of the council's analyst, one of the police's, one of the site itself."""
    officer = world.person("officer", of=world.partner("police"), roles=("analyst",))
    seen = {"kind": EntryKind.CONSULTATION}
    return [
        add("pole:nominal", actor=analyst, records={"pole.nominal": ["N-1", "N-2"]}, **seen).n,
        add("pole:event", actor=analyst, records={"pole.event": ["N-1"]}, **seen).n,
        add("core.sign_in", actor=analyst, kind=EntryKind.ACCESS).n,
        add("pole:nominal", actor=officer, records={"pole.nominal": ["N-1"]}, **seen).n,
        add("core.log_root.hand_over").n,
    ]


@pytest.fixture
def known(analyst: User, log: list[int]) -> tuple[str, list[int]]:
    """A nominal that the council holds: its reference, and the entries that list it."""
    assert analyst.partner is not None
    made = str(world.nominal(world.held(analyst.partner), by=analyst).reference)
    officer = User.objects.get(username="officer")
    seen = {"kind": EntryKind.CONSULTATION, "records": {"pole.nominal": [made]}}
    return made, [add("pole:nominal", actor=one, **seen).n for one in (analyst, officer)]


def shown(client: Client, **asked: object) -> list[int]:
    """The numbers of the entries that a search shows, by the row that it leaves."""
    answer = client.get("/log/", asked)
    assert answer.status_code == 200, answer
    row = AuditEntry.objects.first()
    assert row is not None
    assert (row.act, row.kind) == ("core:audit", "consultation")
    return sorted(int(one) for one in row.records.get("core.audit_entry", []))


def test_an_auditor_sees_all_and_reading_leaves_a_row(auditor: User, log: list[int]) -> None:
    client = client_of(auditor)
    assert shown(client) == log
    row = AuditEntry.objects.first()
    assert row is not None
    assert row.actor_id == auditor.pk


def test_information_governance_sees_its_own_partner_s_people(
    governance: User, log: list[int]
) -> None:
    assert shown(client_of(governance)) == log[:3]
    assert client_of(governance).get(f"/log/{log[3]}").status_code == 404
    assert client_of(governance).get(f"/log/{log[0]}").status_code == 200


@pytest.mark.parametrize("where", ["", "1", "1/proof", "unusual", "extract", "policy"])
def test_others_find_no_such_page(reader: Client, log: list[int], where: str) -> None:
    assert reader.get(f"/log/{where}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"actor": "ann"}, [0, 1, 2]),
        ({"kind": "access"}, [2]),
        ({"act": "NOMINAL"}, [0, 3]),
        ({"record_kind": "pole.nominal", "reference": "N-1"}, [0, 3]),
        ({"record_kind": "pole.nominal", "reference": "N-"}, []),
        ({"record_kind": "pole.event", "reference": "N-1"}, [1]),
        ({"since": "01/01/2020", "until": "02/01/2020"}, []),
        ({"before": "3"}, [0, 1]),
    ],
)
def test_a_search_finds_what_fits(
    auditor: User, log: list[int], asked: dict[str, str], found: list[int]
) -> None:
    assert shown(client_of(auditor), **asked) == [log[n] for n in found]


def test_days_are_those_of_the_site_s_clock(auditor: User, log: list[int]) -> None:
    day = f"{timezone.localdate():%d/%m/%Y}"
    assert set(log) <= set(shown(client_of(auditor), since=day, until=day))
    after = f"{timezone.localdate() + timedelta(days=1):%d/%m/%Y}"
    assert shown(client_of(auditor), since=after) == []


@pytest.mark.parametrize(
    "asked", [{"reference": "N-1"}, {"record_kind": "'; DROP", "reference": "x"}, {"since": "soon"}]
)
def test_a_search_that_cannot_be_read_says_so(
    auditor: User, log: list[int], asked: dict[str, str]
) -> None:
    assert b"There is a problem" in client_of(auditor).get("/log/", asked).content


def test_pages_go_on_with_what_was_asked(auditor: User, analyst: User) -> None:
    for n in range(60):
        add("pole:nominal" if n % 10 else "other", actor=analyst)
    client = client_of(auditor)
    page = client.get("/log/", {"act": "pole"}).content.decode()
    assert page.count("/log/") > 50
    older = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(f"/log/{older}").content.decode()
    assert "Newest entries" in second
    assert 'rel="next"' not in second
    assert "other" not in second.split("<tbody")[1]


def test_an_entry_is_shown_whole_with_a_proof_that_others_can_check(
    auditor: User, log: list[int], tmp_path: Path
) -> None:
    client = client_of(auditor)
    assert "No signed root covers it yet" in client.get("/log/1").content.decode()
    assert client.get("/log/1/proof").status_code == 404
    (tmp_path / "root.txt").write_text(letter(sign_root()), "utf-8")
    page = client.get("/log/1").content.decode()
    assert "N-1, N-2" in page
    answer = client.get("/log/1/proof")
    row = AuditEntry.objects.first()
    assert row is not None
    assert (row.kind, row.recipient, row.act) == ("disclosure", "Auditor", "core:audit-proof")
    file = tmp_path / "entry.json"
    file.write_bytes(answer.content)
    copies = ALONE.read_letters(tmp_path / "root.txt")
    assert ALONE.check_proof(file, copies)[1]
    held = json.loads(answer.content)
    held["entry"]["act"] = "something else"
    file.write_text(json.dumps(held), "utf-8")
    assert not ALONE.check_proof(file, copies)[1]
    assert not ALONE.check_proof(file, [])[1]


def test_everything_about_one_record_leaves_as_a_disclosure(
    governance: User, known: tuple[str, list[int]]
) -> None:
    client = client_of(governance)
    reference, entries = known
    asked = {"record_kind": "pole.nominal", "reference": reference, "recipient": "The person"}
    assert "Choose what it is for" in client.post("/log/extract", asked).content.decode()
    answer = client.post("/log/extract", {**asked, "purpose": "governance", "under": "SAR 7"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    # Asking for its purpose found that the record is there, which left a row without naming it.
    assert [int(row["entry"]) for row in rows] == entries
    left = AuditEntry.objects.first()
    assert left is not None
    assert (left.kind, left.recipient, left.purpose) == (
        "disclosure",
        "The person",
        "governance: SAR 7",
    )
    assert left.records["pole.nominal"] == [reference]
    again = client.post("/log/extract", {**asked, "purpose": "governance"}).content.decode()
    assert int(list(csv.DictReader(io.StringIO(again)))[-1]["entry"]) == left.n


def test_a_record_that_the_reader_may_not_see_is_not_there(
    governance: User, log: list[int]
) -> None:
    """Another partner's, a sealed one, one that is not there, and no kind at all: one answer."""
    assert governance.partner is not None
    officer = User.objects.get(username="officer")
    assert officer.partner is not None
    hidden = [
        world.nominal(world.held(officer.partner), by=officer).reference,
        world.nominal(world.held(governance.partner, sealed_to=[officer]), by=officer).reference,
        "00000000-0000-4000-8000-000000000000",
        "N-1",
    ]
    asked = [("pole.nominal", one) for one in hidden] + [("pole.nothing", hidden[0])]
    pages = set()
    for kind, reference in asked:
        given = {"record_kind": kind, "reference": reference, "recipient": "x"}
        answer = client_of(governance).post("/log/extract", {**given, "purpose": "governance"})
        assert answer["Content-Type"].startswith("text/html")
        page = answer.content.decode()
        assert "There is no such record" in page
        pages.add(_same(page, str(reference), kind))
        left = AuditEntry.objects.first()
        assert left is not None
        assert (left.act, left.kind) == ("core:audit-extract", "consultation")
        assert left.records == {}
        assert left.detail["counts"]["core.audit_entry"] == 1
    assert len(pages) == 1


def _same(page: str, *given: str) -> str:
    """A page without what was typed and what differs each time it is drawn."""
    for one in given:
        page = page.replace(f'value="{one}"', "")
    return re.sub(r'(csrfmiddlewaretoken|_submission)" value="[^"]*"', "", page)


def test_where_the_policy_asks_nothing_the_form_does_not(
    governance: User, known: tuple[str, list[int]]
) -> None:
    held = audit.policy_in_force()
    audit.set_policy(
        actor=governance,
        purpose_for_searches=True,
        purpose_for_exports=False,
        office_opens=held.office_opens,
        office_closes=held.office_closes,
    )
    asked = {"record_kind": "pole.nominal", "reference": known[0], "recipient": "The person"}
    answer = client_of(governance).post("/log/extract", asked)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", " +1", "@x", "\t=1"])
def test_no_cell_of_an_extract_is_a_formula(governance: User, analyst: User, name: str) -> None:
    assert analyst.partner is not None
    made = str(world.nominal(world.held(analyst.partner), by=analyst).reference)
    add(name, actor=analyst, records={"pole.nominal": [made]})
    asked = {"record_kind": "pole.nominal", "reference": made, "recipient": "x"}
    answer = client_of(governance).post("/log/extract", {**asked, "purpose": "governance"})
    (row,) = csv.DictReader(io.StringIO(answer.content.decode(), newline=""))
    assert row["act"] == f"'{name}"


def test_the_policy_is_set_on_a_page_and_written_down(site: Settings) -> None:
    admin = world.person("admin", of=world.partner("council"), roles=("administrator",))
    client = client_of(admin)
    asked = {"purpose_for_exports": "on", "office_opens": "08:00", "office_closes": "18:30"}
    wrong = client.post("/log/policy", {**asked, "office_closes": "07:00"})
    assert "The day ends after it begins" in wrong.content.decode()
    assert client.post("/log/policy", asked).status_code == 302
    held = audit.policy_in_force()
    assert (held.purpose_for_searches, held.purpose_for_exports) == (False, True)
    assert str(held.office_closes) == "18:30:00"
    assert AuditEntry.objects.filter(act="core.audit_policy.set", actor_id=admin.pk).exists()


def test_unusual_access_is_a_page_that_says_what_it_cannot_tell(
    auditor: User, log: list[int]
) -> None:
    page = client_of(auditor).get("/log/unusual").content.decode()
    assert "What this cannot tell" in page
    assert "Nobody is named yet to look at it" in page
    row = AuditEntry.objects.first()
    assert row is not None
    assert row.detail["counts"] == {"core.audit_entry": 1}


def test_the_named_reviewer_says_that_it_was_looked_at(auditor: User, governance: User) -> None:
    admin = world.person("admin", of=auditor.partner, roles=("administrator",))
    assert client_of(auditor).post("/log/unusual/looked").status_code == 404
    asked = {"office_opens": "07:00", "office_closes": "20:00"}
    nobody = client_of(admin).post("/log/policy", {**asked, "reviewer": admin.pk})
    assert "There is a problem" in nobody.content.decode()  # who may not read the log
    assert (
        client_of(admin).post("/log/policy", {**asked, "reviewer": auditor.pk}).status_code == 302
    )
    client = client_of(auditor)
    assert (
        "Auditor looks at it. Nobody has looked at it yet."
        in client.get("/log/unusual").content.decode()
    )
    assert client_of(governance).post("/log/unusual/looked").status_code == 404
    assert "I have looked" not in client_of(governance).get("/log/unusual").content.decode()
    client.post("/log/unusual/looked")
    row = AuditEntry.objects.get(act="core.unusual_access.looked")
    assert (row.actor_id, row.detail) == (auditor.pk, {"lines": 0})
    assert "Last looked at by Auditor" in client.get("/log/unusual").content.decode()


def test_records_of_one_s_own_and_of_one_s_family_are_seen_in_the_log(
    auditor: User, analyst: User
) -> None:
    """From real records and real reads; no name stands on the page but the reader's."""
    assert analyst.partner is not None
    held = world.held(analyst.partner)
    given = {"address": "1 Elm Row", "postcode": "QX1 1AA"}
    made = [
        world.nominal(held, by=analyst, given_names="Ann", family_name="Analyst", **given),
        world.nominal(held, by=analyst, given_names="Sister", family_name="ANALYST"),
        world.nominal(held, by=analyst, given_names="Neigh", family_name="Bour", **given),
        world.nominal(held, by=analyst, given_names="Somebody", family_name="Else"),
    ]
    reader = client_of(analyst)
    for one in made:
        assert reader.get(f"/people-recorded/{one.reference}").status_code == 200
    page = client_of(auditor).get("/log/unusual").content.decode()
    # Half of so few records bear the family name, so chance explains one more.
    assert "their own family name" not in page
    for words in ("in their own name", "at the address of a record"):
        assert words in page
    assert str(made[0].reference) in page
    assert str(made[3].reference) not in page
    for name in ("Sister", "Neigh", "Elm Row"):
        assert name not in page
    with transaction.atomic(), opened("test"):
        assert looked_up.share({"analyst", "nobody"}) == {"analyst": 0.5}
        borne = looked_up.bears_of({str(made[1].reference), "no reference"})
    assert [one.family_name for one in borne.values()] == ["analyst"]
