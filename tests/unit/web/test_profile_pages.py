"""The published local profile on the site: shown, downloaded, and nothing beside it reachable."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from frith_web.core.models import User
from frith_web.products.selectors import latest_profile, profiles_folder
from frith_web.products.services.profile import Parts, keep

PARTS = Parts(
    title="A document",
    area_name="Somewhere",
    on=date(2026, 11, 21),
    marking="OFFICIAL-SENSITIVE",
    synthetic=False,
    body='<div class="profile"><h1>A document</h1></div>',
    style=".profile { color: #0b0c0c; }",
)


def write(folder: Path) -> None:
    (folder / "tables").mkdir(parents=True)
    (folder / "profile.html").write_text("<!DOCTYPE html><title>x</title>", "utf-8")
    (folder / "profile.pdf").write_bytes(b"%PDF-1.7")
    (folder / "tables" / "rates.csv").write_text("a,b\n1,2\n", "utf-8")
    (folder / "run.json").write_text("{}", "utf-8")


@pytest.fixture
def kept(site: Settings) -> Path:
    return keep(PARTS, write=write)


def test_the_library_s_own_document_is_shown_and_every_link_in_it_answers(
    reader: Client, published: Path
) -> None:
    answer = reader.get("/profile/")
    page = answer.content.decode()
    assert "SYNTHETIC: " in page
    assert "Littleborough-on-Test" in page
    links = set(re.findall(r'href="(files/[^"]+)"', page))
    assert links
    for link in links:
        assert reader.get(f"/profile/{link}").status_code == 200, link
    anchors = set(re.findall(r'href="#([^"]+)"', page))
    assert anchors <= set(re.findall(r'\sid="([^"]+)"', page))


def test_a_document_fits_the_policy_of_the_page(reader: Client, published: Path) -> None:
    page = reader.get("/profile/").content.decode()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", page)
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_files_come_as_downloads_of_their_own_kind(reader: Client, kept: Path) -> None:
    kinds = {
        "profile.html": "text/html; charset=utf-8",
        "profile.pdf": "application/pdf",
        "rates.csv": "text/csv; charset=utf-8",
    }
    for name, kind in kinds.items():
        answer = reader.get(f"/profile/files/{name}")
        assert answer["Content-Type"] == kind
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]
        assert b"".join(answer.streaming_content) == next(kept.rglob(name)).read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "run.json",
        "published.json",
        "body.html",
        "style.css",
        "tables/rates.csv",
        "../published.json",
        "..%2Fpublished.json",
        "..%2F..%2F..%2Fsite.sqlite3",
        "%2e%2e/%2e%2e/secret_key",
        "..%5C..%5Csecret_key",
        "%2Fetc%2Fpasswd",
        "rates.csv%00.pdf",
        "RATES.CSV",
    ],
)
def test_nothing_but_the_listed_files_can_be_had(reader: Client, kept: Path, name: str) -> None:
    (kept.parent.parent / "secret_key").write_text("x", "utf-8")
    assert reader.get(f"/profile/files/{name}").status_code == 404


def test_an_anonymous_reader_gets_no_file(kept: Path) -> None:
    for path in ("/profile/", "/profile/style.css", "/profile/files/rates.csv"):
        answer = Client().get(path)
        assert (answer.status_code, answer["Location"][:9]) == (302, "/sign-in?")


def test_the_page_carries_the_document_s_marking(reader: Client, kept: Path) -> None:
    page = reader.get("/profile/").content.decode()
    assert page.count("</span>OFFICIAL-SENSITIVE</p>") == 2
    assert "frith-page--official-sensitive" in page


def test_without_a_profile_the_pages_say_so(reader: Client) -> None:
    assert "No local profile has been published yet" in reader.get("/").content.decode()
    assert "No local profile has been published yet" in reader.get("/profile/").content.decode()
    assert reader.get("/profile/style.css").status_code == 404
    assert reader.get("/profile/files/profile.pdf").status_code == 404


def test_the_newest_is_shown_and_the_older_kept(analyst: User, kept: Path) -> None:
    newer = keep(PARTS, write=write)
    found = latest_profile(user=analyst)
    assert found is not None
    assert found.folder == newer
    assert kept.is_dir()


def test_a_document_that_could_not_be_written_leaves_nothing(site: Settings) -> None:
    def fail(folder: Path) -> None:
        write(folder)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        keep(PARTS, write=fail)
    assert list(profiles_folder().iterdir()) == []


def test_the_listing_holds_the_hash_of_every_file(kept: Path) -> None:
    from frith.results import file_hash

    listing = json.loads((kept / "published.json").read_text("utf-8"))
    assert {one["name"] for one in listing["files"]} == {"profile.html", "profile.pdf", "rates.csv"}
    for one in listing["files"]:
        assert one["sha256"] == file_hash(kept / one["path"])
