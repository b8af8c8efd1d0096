"""A data set folder: `dataset.toml`, one file a table, notes on what is missing or extra."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from frith.errors import BadInput, ForbiddenData, UnknownName
from frith.reference import Regime
from frith.tables import TABLES, About, FileNote, empty_frame, load_dataset, write_dataset
from frith.tables.about import about_toml, read_about

Folder = Callable[..., Path]
EVENTS = "event_id,source,kind,occurred_from,area\nE1,p,crime,2024-01-05,E01007776\n"
NOMINALS = "nominal_id,source\nN1,p\n"
HEAD = 'name = "B"\narea = "E08000018"\narea_name = "R"\narea_vintage = "lsoa21"\n'


def test_a_folder_becomes_tables_with_every_declared_column(folder: Folder) -> None:
    dataset = load_dataset(folder({"events.csv": EVENTS, "nominals.csv": NOMINALS}))
    assert dataset.about.period == (date(2024, 1, 1), date(2024, 12, 31))
    assert dataset.tables["events"].columns == list(TABLES["events"].names)
    assert dataset.tables["events"]["area_vintage"].to_list() == ["lsoa21"]
    assert dataset.has("events")
    assert not dataset.has("roles")
    assert dataset.reports["nominals"].accepted == 1


def test_only_the_tables_asked_for_are_read(folder: Folder) -> None:
    home = folder({"events.csv": EVENTS, "nominals.csv": "religion\nx\n"})
    assert set(load_dataset(home, only=["events"]).tables) == {"events"}
    with pytest.raises(UnknownName, match="no table 'event'"):
        load_dataset(home, only=["event"])


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("name = ", "not valid TOML"),
        (HEAD.replace("area_vintage", "vintage"), "does not know 'vintage'"),
        (HEAD.replace('area = "E08000018"\n', ""), "lacks 'area'"),
        (HEAD.replace('"B"', "7"), "name is not a text"),
        (HEAD.replace('"B"', '" "'), "name is not a text"),
        (HEAD.replace("lsoa21", "LSOA 2021"), "area_vintage is 'LSOA 2021'"),
        (HEAD + 'period = "2024"', "period is not two dates"),
        (HEAD + 'period = ["2024-02-31", "2024-12-31"]', "period holds '2024-02-31', no date"),
        (HEAD + 'period = ["2025-01-01", "2024-12-31"]', "period ends"),
        (HEAD + "files = 3", "files is not a set of tables"),
        (HEAD + '[files.evnts]\nregime = "open"', "Did you mean 'events'?"),
        (HEAD + '[files.events]\nregime = "public"', "files.events.regime is 'public'"),
        (HEAD + '[files.events]\nlicense = "OGL"', "Did you mean 'licence'?"),
        (HEAD + '[files.events]\nretrieved_on = "soon"', "retrieved_on holds 'soon', no date"),
        (HEAD + "[files.events]\npublisher = 3", "files.events.publisher is not a text"),
    ],
)
def test_errors_in_dataset_toml_name_the_key(folder: Folder, toml: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_dataset(folder({"events.csv": EVENTS}, toml=toml))
    assert says in caught.value.line()
    assert "\n" not in caught.value.line()


def test_a_period_of_months_runs_from_first_to_last_day(folder: Folder) -> None:
    home = folder({"events.csv": EVENTS}, toml=HEAD + 'period = ["2024-01", "2024-02"]')
    assert load_dataset(home).about.period == (date(2024, 1, 1), date(2024, 2, 29))


def test_what_is_no_data_set_is_refused(tmp_path: Path, folder: Folder) -> None:
    with pytest.raises(BadInput, match="no such folder"):
        load_dataset(tmp_path / "nowhere")
    with pytest.raises(BadInput, match=r"holds no dataset\.toml"):
        load_dataset(tmp_path)
    with pytest.raises(BadInput, match="no file named after a table"):
        load_dataset(folder({"incidents.csv": EVENTS}))
    with pytest.raises(BadInput, match="two files for the table events"):
        load_dataset(folder({"events.csv": EVENTS, "events.parquet": b""}))


def test_a_forbidden_column_stops_the_data_set(folder: Folder) -> None:
    home = folder({"events.csv": EVENTS, "nominals.csv": "nominal_id,source,religion\nN1,p,x\n"})
    with pytest.raises(ForbiddenData, match="religion"):
        load_dataset(home)


def test_notes_say_what_is_unknown_undescribed_missing_or_without_a_flow(folder: Folder) -> None:
    toml = HEAD + '[files.events]\nregime = "open"\n[files.roles]\nregime = "open"\n'
    files = {"events.csv": EVENTS, "nominals.csv": NOMINALS, "notes.docx": b"x", "README.md": ""}
    dataset = load_dataset(folder(files, toml=toml))
    said = {note.code: note.text for note in dataset.notes}
    assert set(said) == {"unknown_file", "file_not_described", "file_missing", "no_flow"}
    assert "notes.docx" in said["unknown_file"]
    assert "nominals" in said["no_flow"]
    assert not dataset.open  # nominals is not described, so it counts as personal data


def test_regimes_make_a_data_set_open_or_synthetic(folder: Folder) -> None:
    for regime in Regime:
        toml = HEAD + f'[files.nominals]\nregime = "{regime}"\nflow = "F1"\n'
        dataset = load_dataset(folder({"nominals.csv": NOMINALS}, toml=toml))
        assert dataset.open == (regime is Regime.OPEN)
        assert dataset.synthetic == (regime is Regime.SYNTHETIC)
        assert dataset.notes == ()


def test_values_that_point_to_nothing_are_reported(folder: Folder) -> None:
    dataset = load_dataset(
        folder(
            {
                "events.csv": EVENTS,
                "nominals.csv": NOMINALS,
                "roles.csv": "event_id,nominal_id,role\nE1,N9,suspect\nE9,N1,victim\n",
                "objects.csv": "object_id,kind,identifier\nO1,phone,07700 900001\n",
                "object_links.csv": "object_id,nominal_id,event_id\nO1,,\nO2,N1,E1\n",
            }
        )
    )
    roles = [note.code for note in dataset.reports["roles"].notes]
    assert roles == ["roles_event_id_not_found", "roles_nominal_id_not_found"]
    links = [note.code for note in dataset.reports["object_links"].notes]
    assert links == ["object_links_object_id_not_found", "object_link_to_nothing"]
    assert dataset.reports["roles"].accepted == 2  # reported, not refused


def test_codes_of_another_vintage_are_refused_where_a_lookup_tells(folder: Folder) -> None:
    lookups = (
        "from_code,from_vintage,to_code,to_vintage\n"
        "E01007776,lsoa11,E01007776,lsoa21\nE01007700,lsoa11,E01033999,lsoa21\n"
    )
    events = EVENTS + "E2,p,crime,2024-01,E01007700\nE3,p,crime,2024-01,E01033999\n"
    counts = "code,month,crime_type,n\nE01007700,2024-01,Drugs,3\n"
    home = folder({"events.csv": events, "lookups.csv": lookups, "counts.csv": counts})
    dataset = load_dataset(home)
    assert dataset.tables["events"]["event_id"].to_list() == ["E1", "E3"]
    assert dataset.reports["counts"].refused == 1
    assert "a code of lsoa11, not of lsoa21" in dataset.reports["events"].refusals["reason"][0]


def test_ethnicity_of_every_table_comes_together(folder: Folder) -> None:
    dataset = load_dataset(
        folder(
            {
                "nominals.csv": "nominal_id,source,ethnicity\nN1,p,A\n",
                "events.csv": EVENTS.replace("area", "nationality"),
            }
        )
    )
    split = dataset.tables["equality_monitoring"]
    assert sorted(split["table"].to_list()) == ["events", "nominals"]


ABOUT = About(
    name='A "quoted" name \\ with é\nand a line',
    area="E08000018",
    area_name="Rotherham",
    area_vintage="lsoa21",
    period=(date(2024, 1, 1), date(2024, 12, 31)),
    files={
        "events": FileNote(publisher="Nobody", regime=Regime.SYNTHETIC),
        "nominals": FileNote(
            licence="none", regime=Regime.UK_GDPR, flow="F-1", retrieved_on=date(2025, 1, 2)
        ),
    },
)


def test_a_description_reads_back_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text(about_toml(ABOUT), "utf-8")
    assert read_about(tmp_path) == ABOUT


@pytest.mark.parametrize("form", ["parquet", "csv", "csv.gz"])
def test_a_written_data_set_reads_back_the_same(tmp_path: Path, form: str) -> None:
    events = empty_frame(TABLES["events"])
    filled = pl.DataFrame(
        {
            "event_id": ["E1", "E2", "E3", "007"],
            "source": ["p, q", 'say "hi"', "line\nend", " x".strip()],
            "kind": ["crime", "incident", "stop", "referral"],
            "occurred_from": [
                datetime(2024, 1, 1),
                datetime(2024, 1, 1),
                datetime(2024, 1, 1, 0, 0),
                datetime(2024, 3, 5, 13, 7, 9),
            ],
            "occurred_to": [None, datetime(2024, 1, 2), None, datetime(2024, 3, 5, 14, 0)],
            "date_precision": ["month", "day", "minute", "minute"],
            "area": ["E01007776", None, None, None],
            "area_vintage": ["lsoa21", None, None, None],
            "longitude": [-1.3512345678901234, None, None, None],
            "latitude": [53.4, None, None, None],
            "police_led": [True, None, False, None],
            "loss_gbp": [0.1, None, 1e-7, 123456789.0],
            "source_row": [2, 9, 3, 4],
            "source_file": ["a.csv", "a.csv", "b.csv", "b.csv"],
        }
    )
    missing = [
        pl.lit(None, t).alias(n) for n, t in events.schema.items() if n not in filled.columns
    ]
    events = filled.with_columns(missing).select(events.columns)
    responses = pl.DataFrame(
        {
            "response_id": ["R1"],
            "kind": ["patrol"],
            "start": [date(2024, 1, 5)],
            "end": [None],
            "code": ["E01007776"],
            "part": ["treated"],
            "crime_type": ["Burglary"],
        },
        schema=empty_frame(TABLES["responses"]).schema,
    )
    tables = {"events": events, "responses": responses, "roles": empty_frame(TABLES["roles"])}
    square = [[-1.4, 53.4], [-1.3, 53.4], [-1.3, 53.5], [-1.4, 53.4]]
    geometry = {"type": "Polygon", "coordinates": [square]}
    said = {"code": "E01007776", "name": "A", "vintage": "lsoa21"}
    feature = {"type": "Feature", "properties": said, "geometry": geometry}
    outlines = {"areas": {"type": "FeatureCollection", "features": [feature]}}
    about = dataclasses.replace(ABOUT, files={})
    written = write_dataset(tmp_path, about=about, tables=tables, outlines=outlines, format=form)
    assert sorted(path.name for path in written) == sorted(
        ["dataset.toml", f"events.{form}", f"responses.{form}", f"roles.{form}", "areas.geojson"]
    )
    dataset = load_dataset(tmp_path)
    for name, frame in tables.items():
        assert_frame_equal(dataset.tables[name], frame)
    assert dataset.outlines["areas"]["features"][0]["geometry"] == geometry
    assert all(report.refused == 0 for report in dataset.reports.values())


def test_writing_refuses_what_could_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="no table 'gangs'"):
        write_dataset(tmp_path, about=ABOUT, tables={"gangs": pl.DataFrame()})
    with pytest.raises(UnknownName, match="no format 'xls'"):
        write_dataset(tmp_path, about=ABOUT, tables={}, format="xls")
    frame = pl.DataFrame({"event_id": ["E1"], "nominal_id": ["N1"]})
    with pytest.raises(BadInput, match="lacks role"):
        write_dataset(tmp_path, about=ABOUT, tables={"roles": frame})


def test_the_same_tables_are_written_as_the_same_bytes(tmp_path: Path) -> None:
    frame = pl.DataFrame({"event_id": ["E1"], "outcome": ["x"]})
    for form in ("parquet", "csv.gz"):
        one, two = (
            write_dataset(tmp_path / n, about=ABOUT, tables={"outcomes": frame}, format=form)[1]
            for n in ("one", "two")
        )
        assert one.read_bytes() == two.read_bytes()


def test_a_capture_table_stands_in_for_lists(folder: Folder) -> None:
    capture = "police,council,charity,count\n1,0,0,40\n1,1,0,7\n0,0,1,12\n1,1,0,3\n0,2,0,1\n"
    dataset = load_dataset(folder({"lists.csv": capture}))
    assert dataset.tables["lists"].columns == ["police", "council", "charity", "count"]
    report = dataset.reports["lists"]
    assert report.refusals.select("row", "column").rows() == [
        (5, "police, council, charity"), (6, "council"),
    ]  # fmt: skip
    assert [note.code for note in report.notes] == ["capture_table"]


def test_a_capture_table_may_be_parquet(folder: Folder) -> None:
    home = folder({})
    frame = pl.DataFrame({"police": [1, 1], "council": [0, 1], "count": [40, 7]})
    frame.write_parquet(home / "lists.parquet")
    assert load_dataset(home).tables["lists"].rows() == [(1, 0, 40), (1, 1, 7)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("police,council,count\n0,0,9\n1,0,2\n", "what is to be estimated"),
        ("police,count\n1,9\n", "with 1 lists"),
    ],
)
def test_a_capture_table_that_cannot_be_one_is_refused(
    folder: Folder, text: str, says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        load_dataset(folder({"lists.csv": text}))
