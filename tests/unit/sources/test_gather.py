"""Two ways, one result: the publishers' addresses and a folder of files give the same dataset."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from frith.errors import BadInput, SourceUnavailable, UnknownName
from frith.sources.build import Built, build
from frith.sources.download import Downloader
from frith.sources.folder import look_through
from frith.sources.gather import gather
from frith.sources.months import months_between
from frith.sources.police_uk.archive import archives_for, published_months
from frith.sources.police_uk.forces import find_force
from frith.sources.store import Store
from unit.sources.little import LITTLE, publish, write_folder
from unit.sources.serving import Answer, LocalPublisher, local_publisher

MONTHS = months_between("2024-01", "2024-03")
FORCE = find_force("south-yorkshire")


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalPublisher]:
    with local_publisher() as server:
        for name, value in publish(server).items():
            monkeypatch.setenv(name, value)
        yield server


def a_downloader(folder: Path) -> Downloader:
    return Downloader(store=Store(folder), sleep=lambda _seconds: None)


def from_publishers(folder: Path) -> Built:
    gathered = gather(a_downloader(folder), force=FORCE, months=MONTHS, areas=[LITTLE])
    return build(gathered, force=FORCE, areas=[LITTLE], months=MONTHS)


def test_both_ways_give_the_same_tables(publisher: LocalPublisher, tmp_path: Path) -> None:
    online = from_publishers(tmp_path / "cache")
    files = look_through(write_folder(tmp_path / "files"))
    offline = build(files, force=FORCE, areas=[LITTLE], months=MONTHS)
    assert set(online.tables) == set(offline.tables)
    for name, frame in offline.tables.items():
        other = online.tables[name]
        compared = [column for column in frame.columns if column not in ("source_file",)]
        assert frame.select(compared).equals(other.select(compared)), name
    assert online.outlines == offline.outlines
    assert len(offline.outlines["places"]["features"]) == 1
    assert online.months == offline.months
    assert online.about.area == offline.about.area


def test_a_second_run_asks_nobody(publisher: LocalPublisher, tmp_path: Path) -> None:
    from_publishers(tmp_path)
    asked = len(publisher.asked)
    from_publishers(tmp_path)
    assert len(publisher.asked) == asked


def test_pages_are_joined_and_counted(publisher: LocalPublisher, tmp_path: Path) -> None:
    gathered = gather(a_downloader(tmp_path), force=FORCE, months=MONTHS, areas=[LITTLE])
    lookup = gathered.need("lsoa21_districts")
    assert pl.read_csv(lookup.path).height == 6  # the portal gives two rows a page


def test_a_page_that_does_not_come_is_told(publisher: LocalPublisher, tmp_path: Path) -> None:
    path = next(path for path in publisher.answers if "LSOA21_WD24_LAD24" in path)
    whole = publisher.answers[path]
    publisher.say(path, Answer(b'{"count": 5}'), Answer(b'{"features": []}'))
    with pytest.raises(SourceUnavailable, match="0 of 5 rows"):
        gather(a_downloader(tmp_path), force=FORCE, months=MONTHS, areas=[LITTLE])
    publisher.say(path, *whole)  # what was wrong was not kept
    gather(a_downloader(tmp_path), force=FORCE, months=MONTHS, areas=[LITTLE])


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("/api/forces", b'{"forces": 3}', "lists no 'id'"),
        ("/api/crimes-street-dates", b'[{"month": "2024-01"}]', "lists no 'date'"),
        ("LSOA21_WD24_LAD24", b'{"rows": 3}', "holds no 'count'"),
        ("NM_2021_1", b"GEOGRAPHY_CODE,OBS_VALUE\nE01900001,5\n", "0 of 1 rows"),
        ("NM_2021_1", b"A,RECORD_COUNT\n1,5\n", "2 of 5 rows"),
    ],
)
def test_an_answer_of_another_shape_is_told_and_not_kept(
    publisher: LocalPublisher, tmp_path: Path, path: str, body: bytes, told: str
) -> None:
    whole = next(one for one in publisher.answers if path in one)
    publisher.say(whole, Answer(body), Answer(body), Answer(b"A,RECORD_COUNT\n"))
    downloader = a_downloader(tmp_path)
    with pytest.raises(SourceUnavailable, match=told):
        gather(downloader, force=FORCE, months=MONTHS, areas=[LITTLE])
    kept = json.loads((tmp_path / "manifest.json").read_text())["files"]
    assert not [one for one in kept if path in one["url"]]


def test_a_wrong_code_is_told_before_the_archive_is_fetched(
    publisher: LocalPublisher, tmp_path: Path
) -> None:
    with pytest.raises(UnknownName, match="E08000097"):
        gather(a_downloader(tmp_path), force=FORCE, months=MONTHS, areas=["E08000097"])
    assert not [one for one in publisher.asked if "archive" in one.path]


def test_an_archive_that_has_moved_is_told(publisher: LocalPublisher, tmp_path: Path) -> None:
    publisher.say("/data/archive/2024-03.zip", Answer(b"gone", 404))
    with pytest.raises(SourceUnavailable, match="404") as error:
        gather(a_downloader(tmp_path), force=FORCE, months=MONTHS, areas=[LITTLE])
    assert "data.police.uk/data/archive" in error.value.mend


def test_the_fewest_archives_hold_the_months() -> None:
    published = months_between("2018-01", "2026-09")
    assert archives_for(months_between("2024-01", "2025-10"), published) == ("2025-10",)
    assert archives_for(months_between("2022-01", "2025-10"), published) == ("2025-10", "2022-10")
    assert archives_for(("2025-10", "2022-11"), published) == ("2025-10",)
    assert archives_for(months_between("2026-08", "2027-01"), published) == ("2026-09",)


def test_a_new_month_is_asked_for_again(publisher: LocalPublisher, tmp_path: Path) -> None:
    downloader = a_downloader(tmp_path)
    assert published_months(downloader, ["2024-03"])[-1] == "2024-03"
    publisher.say("/api/crimes-street-dates", Answer(b'[{"date": "2024-04"}]'))
    assert published_months(downloader, ["2024-03"])[-1] == "2024-03"  # kept, and it reaches
    assert published_months(downloader, ["2024-04"]) == ("2024-04",)


def test_a_force_that_is_not_published_is_told(publisher: LocalPublisher, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Essex"):
        gather(a_downloader(tmp_path), force=find_force("essex"), months=MONTHS, areas=[LITTLE])


def test_months_that_are_not_published_are_told() -> None:
    with pytest.raises(BadInput, match="none of the months"):
        archives_for(["2027-01"], ["2026-09"])


def test_two_runs_do_not_share_a_store(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.alone(), pytest.raises(BadInput, match="another run"), Store(tmp_path).alone():
        pass
    with Store(tmp_path).alone():  # and it is free again afterwards
        pass
