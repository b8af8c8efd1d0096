"""The downloader against a real local server: whole files, cut connections, refusals, limits."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from frith.errors import SourceUnavailable
from frith.sources.catalogue import Source, catalogue, moved
from frith.sources.download import ATTEMPTS, Downloader
from frith.sources.store import Store
from unit.sources.serving import Answer, LocalPublisher, local_publisher

TABLE = b"code,n\n" + b"".join(b"E%08d,%d\n" % (row, row) for row in range(20_000))
ETAG = {"ETag": '"first"'}


@pytest.fixture
def publisher() -> Iterator[LocalPublisher]:
    with local_publisher() as server:
        yield server


class Waiting:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


def a_source(**changes: object) -> Source:
    plain: dict[str, object] = {
        "key": "table",
        "folder": "here",
        "publisher": "A publisher",
        "licence": "OGL",
        "attribution": "",
        "title": "A table",
        "page": "https://example.org/page",
        "form": "csv",
        "requests_per_second": 1e9,
    }
    return Source(**(plain | changes))  # type: ignore[arg-type]


def a_downloader(folder: Path, waiting: Waiting | None = None) -> Downloader:
    waiting = waiting or Waiting()
    return Downloader(store=Store(folder), sleep=waiting.sleep, clock=waiting.clock)


def test_a_file_comes_once_and_is_written_down(publisher: LocalPublisher, tmp_path: Path) -> None:
    publisher.say("/t.csv", Answer(TABLE, headers=ETAG))
    url = f"{publisher.url}/t.csv"
    path = a_downloader(tmp_path).fetch(a_source(), url)
    assert path.read_bytes() == TABLE
    again = a_downloader(tmp_path)
    assert again.fetch(a_source(), url) == path
    assert (again.asked, len(publisher.asked)) == (0, 1)
    (kept,) = json.loads((tmp_path / "manifest.json").read_text())["files"]
    assert kept["sha256"] == hashlib.sha256(TABLE).hexdigest()
    assert (kept["size"], kept["etag"], kept["url"]) == (len(TABLE), '"first"', url)


def test_a_cut_connection_is_taken_up_where_it_broke(
    publisher: LocalPublisher, tmp_path: Path
) -> None:
    publisher.say(
        "/t.csv", Answer(TABLE, headers=ETAG, cut_after=100_000), Answer(TABLE, headers=ETAG)
    )
    path = a_downloader(tmp_path).fetch(a_source(), f"{publisher.url}/t.csv")
    assert path.read_bytes() == TABLE
    second = publisher.asked[1].headers
    start = int(second["range"].removeprefix("bytes=").rstrip("-"))
    assert 0 < start <= 100_000
    assert second["if-range"] == '"first"'


def test_a_later_run_takes_up_the_part_of_an_earlier(
    publisher: LocalPublisher, tmp_path: Path
) -> None:
    url = f"{publisher.url}/t.csv"
    publisher.say("/t.csv", Answer(TABLE, headers=ETAG, cut_after=150_000), Answer(b"", 500))
    with pytest.raises(SourceUnavailable, match="500"):
        a_downloader(tmp_path).fetch(a_source(), url)
    assert not list(tmp_path.glob("here/*.csv"))  # a part is never mistaken for a whole
    assert Store(tmp_path).get(url) is None
    publisher.say("/t.csv", Answer(TABLE, headers=ETAG))
    assert a_downloader(tmp_path).fetch(a_source(), url).read_bytes() == TABLE
    assert "range" in publisher.asked[-1].headers


def test_a_changed_etag_begins_again(publisher: LocalPublisher, tmp_path: Path) -> None:
    newer = TABLE.replace(b"E0000", b"E9999")
    publisher.say(
        "/t.csv",
        Answer(TABLE, headers=ETAG, cut_after=100_000),
        Answer(newer, headers={"ETag": '"second"'}),
    )
    path = a_downloader(tmp_path).fetch(a_source(), f"{publisher.url}/t.csv")
    assert path.read_bytes() == newer


def test_a_server_that_ignores_if_range_is_caught(
    publisher: LocalPublisher, tmp_path: Path
) -> None:
    newer = TABLE.replace(b"E0000", b"E9999")
    rest = Answer(
        newer[65_536:],
        206,
        {"ETag": '"second"', "Content-Range": f"bytes 65536-{len(newer) - 1}/{len(newer)}"},
    )
    publisher.say(
        "/t.csv",
        Answer(TABLE, headers=ETAG, cut_after=65_536),
        rest,
        Answer(newer, headers={"ETag": '"second"'}),
    )
    path = a_downloader(tmp_path).fetch(a_source(), f"{publisher.url}/t.csv")
    assert path.read_bytes() == newer


def test_a_server_that_ignores_range_begins_again(
    publisher: LocalPublisher, tmp_path: Path
) -> None:
    publisher.say(
        "/t.csv",
        Answer(TABLE, headers=ETAG, cut_after=100_000),
        Answer(TABLE, headers=ETAG, ranges=False),
    )
    path = a_downloader(tmp_path).fetch(a_source(), f"{publisher.url}/t.csv")
    assert path.read_bytes() == TABLE


def test_without_proof_of_sameness_nothing_is_taken_up(
    publisher: LocalPublisher, tmp_path: Path
) -> None:
    publisher.say("/t.csv", Answer(TABLE, cut_after=100_000), Answer(TABLE))
    path = a_downloader(tmp_path).fetch(a_source(), f"{publisher.url}/t.csv")
    assert path.read_bytes() == TABLE
    assert "range" not in publisher.asked[1].headers


def test_a_rest_that_comes_in_pieces_is_gathered(publisher: LocalPublisher, tmp_path: Path) -> None:
    size = len(TABLE)
    ends = (65_536, 150_000, size)
    pieces = [
        Answer(
            TABLE[start:end],
            206,
            ETAG | {"Content-Range": f"bytes {start}-{end - 1}/{size}"},
        )
        for start, end in itertools.pairwise(ends)
    ]
    publisher.say("/t.csv", Answer(TABLE, headers=ETAG, cut_after=ends[0]), *pieces)
    path = a_downloader(tmp_path).fetch(a_source(), f"{publisher.url}/t.csv")
    assert path.read_bytes() == TABLE


def test_a_weak_etag_proves_nothing(publisher: LocalPublisher, tmp_path: Path) -> None:
    weak = {"ETag": 'W/"first"'}
    publisher.say("/t.csv", Answer(TABLE, headers=weak, cut_after=100_000), Answer(TABLE))
    assert a_downloader(tmp_path).fetch(a_source(), f"{publisher.url}/t.csv").read_bytes() == TABLE
    assert "range" not in publisher.asked[1].headers


def test_a_table_whose_end_nothing_tells_is_refused(
    publisher: LocalPublisher, tmp_path: Path
) -> None:
    publisher.say("/t.csv", Answer(TABLE, cut_after=100_000, length=False))
    with pytest.raises(SourceUnavailable, match="may be cut short"):
        a_downloader(tmp_path).fetch(a_source(), f"{publisher.url}/t.csv")
    assert not list(tmp_path.glob("here/*"))


def test_json_shows_its_own_end(publisher: LocalPublisher, tmp_path: Path) -> None:
    publisher.say("/t", Answer(b'{"a": 1', length=False), Answer(b'{"a": 1}', length=False))
    path = a_downloader(tmp_path).fetch(a_source(form="json"), f"{publisher.url}/t")
    assert path.read_bytes() == b'{"a": 1}'


def test_429_waits_as_long_as_it_is_told(publisher: LocalPublisher, tmp_path: Path) -> None:
    publisher.say("/t.csv", Answer(b"", 429, {"Retry-After": "7"}), Answer(TABLE))
    waiting = Waiting()
    a_downloader(tmp_path, waiting).fetch(a_source(), f"{publisher.url}/t.csv")
    assert 7.0 in waiting.waits


def test_429_with_a_long_wait_is_said_not_waited(publisher: LocalPublisher, tmp_path: Path) -> None:
    publisher.say("/t.csv", Answer(b"", 429, {"Retry-After": "3600"}))
    waiting = Waiting()
    with pytest.raises(SourceUnavailable, match="3600 seconds"):
        a_downloader(tmp_path, waiting).fetch(a_source(), f"{publisher.url}/t.csv")
    assert waiting.now == 0.0


def test_500_is_tried_again_with_growing_waits(publisher: LocalPublisher, tmp_path: Path) -> None:
    publisher.say("/t.csv", Answer(b"", 500), Answer(b"", 502), Answer(b"", 503), Answer(TABLE))
    waiting = Waiting()
    a_downloader(tmp_path, waiting).fetch(a_source(), f"{publisher.url}/t.csv")
    assert [wait for wait in waiting.waits if wait >= 1] == [1.0, 2.0, 4.0]


def test_500_for_ever_is_given_up(publisher: LocalPublisher, tmp_path: Path) -> None:
    publisher.say("/t.csv", Answer(b"", 500))
    with pytest.raises(SourceUnavailable) as error:
        a_downloader(tmp_path).fetch(a_source(), f"{publisher.url}/t.csv")
    assert len(publisher.asked) == ATTEMPTS
    assert "--from-files" in error.value.mend
    assert error.value.where.endswith("/t.csv")


def test_404_is_said_at_once(publisher: LocalPublisher, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="404") as error:
        a_downloader(tmp_path).fetch(a_source(), f"{publisher.url}/gone.csv")
    assert len(publisher.asked) == 1
    assert "https://example.org/page" in error.value.mend


@pytest.mark.parametrize(
    ("form", "body", "said"),
    [
        ("csv", b"<!DOCTYPE html><html>Sorry</html>", "web page"),
        ("csv", b"one column\n", "fewer than two"),
        ("csv", b"", "empty"),
        ("zip", b"PK not a zip at all", "whole zip"),
        ("json", b"{", "not JSON"),
        ("json", b'{"error": {"code": 400, "message": "Invalid URL"}}', "Invalid URL"),
        ("geojson", b'{"type": "Topology"}', "feature collection"),
    ],
)
def test_the_wrong_content_is_refused(
    publisher: LocalPublisher, tmp_path: Path, form: str, body: bytes, said: str
) -> None:
    publisher.say("/t", Answer(body))
    with pytest.raises(SourceUnavailable, match=said):
        a_downloader(tmp_path).fetch(a_source(form=form), f"{publisher.url}/t")
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_a_zip_cut_short_is_not_a_zip(publisher: LocalPublisher, tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("2024-01/2024-01-south-yorkshire-street.csv", TABLE)
    publisher.say("/a.zip", Answer(held.getvalue()[:-40]))
    with pytest.raises(SourceUnavailable, match="whole zip"):
        a_downloader(tmp_path).fetch(a_source(form="zip"), f"{publisher.url}/a.zip")


def test_a_redirect_within_the_host_is_followed(publisher: LocalPublisher, tmp_path: Path) -> None:
    publisher.say("/old.csv", Answer(b"", 302, {"Location": "/new.csv"}))
    publisher.say("/new.csv", Answer(TABLE))
    assert (
        a_downloader(tmp_path).fetch(a_source(), f"{publisher.url}/old.csv").read_bytes() == TABLE
    )


@pytest.mark.parametrize(
    ("location", "listed"),
    [
        ("http://elsewhere.example/t.csv", ()),
        ("https://elsewhere.example/t.csv", ()),
        ("http://elsewhere.example/t.csv", ("elsewhere.example",)),  # listed, but not https
        ("file:///etc/passwd", ()),
    ],
)
def test_a_redirect_elsewhere_is_refused(
    publisher: LocalPublisher, tmp_path: Path, location: str, listed: tuple[str, ...]
) -> None:
    publisher.say("/t.csv", Answer(b"", 302, {"Location": location}))
    with pytest.raises(SourceUnavailable, match="not one of its known addresses"):
        a_downloader(tmp_path).fetch(a_source(redirects_to=listed), f"{publisher.url}/t.csv")


def test_redirects_without_end_are_refused(publisher: LocalPublisher, tmp_path: Path) -> None:
    publisher.say("/t.csv", Answer(b"", 302, {"Location": "/t.csv"}))
    with pytest.raises(SourceUnavailable, match="without end"):
        a_downloader(tmp_path).fetch(a_source(), f"{publisher.url}/t.csv")


def test_http_is_refused_except_on_this_machine(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="https"):
        a_downloader(tmp_path).fetch(a_source(), "http://data.police.uk/t.csv")


def test_requests_keep_to_the_publishers_limit(publisher: LocalPublisher, tmp_path: Path) -> None:
    waiting = Waiting()
    downloader = a_downloader(tmp_path, waiting)
    slow = a_source(requests_per_second=15)
    for number in range(16):
        publisher.say(f"/{number}.csv", Answer(TABLE))
        downloader.fetch(slow, f"{publisher.url}/{number}.csv")
    assert waiting.now >= 1.0 - 1e-9  # sixteen requests cannot fit in less than a second


def test_a_kept_file_that_was_altered_is_fetched_again(
    publisher: LocalPublisher, tmp_path: Path
) -> None:
    publisher.say("/t.csv", Answer(TABLE))
    url = f"{publisher.url}/t.csv"
    path = a_downloader(tmp_path).fetch(a_source(), url)
    path.write_bytes(TABLE.replace(b"E00", b"E99"))  # same length, other bytes
    assert a_downloader(tmp_path).fetch(a_source(), url).read_bytes() == TABLE
    assert len(publisher.asked) == 2


def test_a_mirror_keeps_path_and_query() -> None:
    assert moved("https://a.uk/x/y?z=1", "http://127.0.0.1:9/m/") == "http://127.0.0.1:9/m/x/y?z=1"


def test_every_address_is_https_dated_and_honest() -> None:
    for one in catalogue().values():
        assert one.licence
        assert one.page.startswith("https://")
        assert one.checked_on is not None
        assert one.verified_by
        assert not one.url or one.url.startswith("https://")


def test_a_source_without_an_address_says_what_to_do() -> None:
    with pytest.raises(SourceUnavailable, match="by hand"):
        catalogue()["nrm_by_force"].address()
