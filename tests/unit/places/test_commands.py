"""The nine commands about places, on a small made-up (synthetic) data set."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import typer
from pyproj import Transformer
from shapely import get_coordinates, transform
from shapely.geometry import mapping
from typer.testing import CliRunner

from frith.errors import BadInput, UnknownName
from frith.places.from_dataset import (
    Chosen,
    counts_in,
    geography_in,
    larger_in,
    months_in,
    months_missing,
    names_in,
    one_kind,
    population_in,
)
from frith.tables.load import load_dataset

sys.path.insert(0, str(Path(__file__).parent))
from maps import codes, flower, hexagons, honeycomb

COMMANDS = (
    "hotspots",
    "scan",
    "near_repeat",
    "concentration",
    "deprivation",
    "trends",
    "accuracy",
    "silence",
    "density",
)
N = 100
TO_DEGREES = Transformer.from_crs(27700, 4326, always_xy=True)
TOML = """name = "Made-up borough"
area = "E09999999"
area_name = "Made-up"
area_vintage = "lsoa21"
period = ["2024-01-01", "2024-12-31"]
"""
FILES = ("events", "areas", "population", "deprivation", "reports", "lookups", "weights", "streets")


def _outlines() -> dict[str, Any]:
    features = []
    for code, shape in zip(codes(N), hexagons(N), strict=True):
        degrees = transform(
            shape, lambda xy: np.column_stack(TO_DEGREES.transform(*(xy + 440_000).T))
        )
        features.append(
            {
                "type": "Feature",
                "properties": {"code": code.upper(), "name": f"Place {code}"},
                "geometry": mapping(degrees),
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _streets() -> dict[str, Any]:
    """One street through the middle of each hexagon."""
    lines = []
    for code, shape in zip(codes(N), hexagons(N), strict=True):
        x, y = get_coordinates(shape).mean(axis=0) + 440_000
        ends = [list(TO_DEGREES.transform(x + step, y)) for step in (-300, 300)]
        lines.append(
            {
                "type": "Feature",
                "properties": {"name": f"Street {code}"},
                "geometry": {"type": "LineString", "coordinates": ends},
            }
        )
    return {"type": "FeatureCollection", "features": lines}


def _events(rng: np.random.Generator) -> pl.DataFrame:
    district = honeycomb(N)
    _, seven = flower(district, np.random.default_rng(1))
    rate = np.full(N, 6.0)
    rate[seven] = 24
    rows = []
    for i, n in enumerate(rng.poisson(rate)):
        middle = get_coordinates(hexagons(N)[i]).mean(axis=0) + 440_000
        for _ in range(n):
            lon, lat = TO_DEGREES.transform(*(middle + rng.uniform(-300, 300, 2)))
            month, day = rng.integers(1, 13), rng.integers(1, 29)
            rows.append((codes(N)[i].upper(), lon, lat, f"2024-{month:02d}-{day:02d}"))
    named = ["area", "longitude", "latitude", "occurred_from"]
    table = pl.DataFrame(rows, schema=named, orient="row").with_row_index("event_id")
    kind = pl.Series(rng.choice(["Burglary", "Drugs"], table.height, p=[0.8, 0.2]).tolist())
    return table.with_columns(
        source=pl.lit("made up"),
        kind=pl.lit("crime"),
        crime_type=kind,
        point_precision=pl.lit("exact"),
    )


DRAWN = {
    "scan": ["clusters.svg"],
    "near-repeat": ["near-repeat.svg"],
    "concentration": ["concentration.svg"],
    "deprivation": ["deprivation.svg"],
    "silence": ["silence.svg"],
    "density": ["density.svg", "excess-ratio.svg", "street-density.svg"],
}
"""Pictures each command writes beside its tables."""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synthetic borough of a hundred hexagons with a cluster of seven."""
    folder = tmp_path_factory.mktemp("made-up")
    rng = np.random.default_rng(3)
    regime = '\npublisher = "nobody"\nlicence = "none"\nregime = "synthetic"\n'
    toml = TOML + "".join(f"\n[files.{name}]{regime}" for name in FILES)
    (folder / "dataset.toml").write_text(toml, "utf-8")
    (folder / "areas.geojson").write_text(json.dumps(_outlines()), "utf-8")
    _events(rng).write_csv(folder / "events.csv")
    upper = [code.upper() for code in codes(N)]
    people = rng.integers(1200, 1800, N)
    pl.DataFrame({"code": upper, "n": people, "denominator": "residents"}).write_csv(
        folder / "population.csv"
    )
    decile = (np.arange(N) % 10 + 1).tolist()
    pl.DataFrame(
        {"code": upper, "edition": "2025", "domain": "income", "decile": decile}
    ).write_csv(folder / "deprivation.csv")
    sent = rng.poisson(40, N)
    sent[5] = 0
    pl.DataFrame(
        {"area": np.repeat(upper, sent).tolist(), "received_on": "2024-05-01", "agency": "Housing"}
    ).with_row_index("report_id").write_csv(folder / "reports.csv")
    block = [f"W{i // 25}" for i in range(N)]
    pl.DataFrame(
        {"from_code": upper, "from_vintage": "lsoa21", "to_code": block, "to_vintage": "ward24"}
    ).write_csv(folder / "lookups.csv")
    (folder / "streets.geojson").write_text(json.dumps(_streets()), "utf-8")
    pl.DataFrame(
        {
            "key": ["Burglary"],
            "days": [20],
            "statistic": ["median"],
            "edition": ["1"],
            "source": ["x"],
        }
    ).write_csv(folder / "weights.csv")
    return folder


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    """The nine commands, registered as the command line registers them."""
    made = typer.Typer()
    for name in COMMANDS:
        import_module(f"frith.cli.{name}").register(made)
    return made


def _run(app: typer.Typer, *words: object) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(app, [str(word) for word in words] + ["--json", "--quiet"])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, json.loads(done.stdout)


def test_hotspots(app: typer.Typer, dataset: Path, tmp_path: Path) -> None:
    code, answer = _run(app, "hotspots", dataset, "--out", tmp_path)
    assert code == 0
    wanted = {"code", "count", "expected", "rate", "smoothed", "z", "p", "q", "verdict"}
    assert wanted <= set(answer["areas"][0])
    assert len(answer["areas"]) == N
    assert (
        sum(area["count"] for area in answer["areas"])
        == load_dataset(dataset).tables["events"].height
    )
    assert {area["verdict"] for area in answer["areas"]} >= {"hot", "none"}
    assert answer["permutations"] >= 9999
    assert {row["series"] for row in answer["series"]} == {
        "All recorded",
        "Found by police activity",
        "Harm of reported crime",
    }
    assert answer["synthetic"] is True
    record = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert record["seed"] == 1
    assert set(record["inputs"]) >= {"events.csv", "areas.geojson"}
    assert (tmp_path / "areas.csv").read_text("utf-8").startswith("series,code,name,count")
    assert pl.read_parquet(tmp_path / "police_led.parquet")["police_led"].sum() > 0
    rates = pl.read_parquet(tmp_path / "rates.parquet")
    assert {"rate", "smoothed", "smoothed_local"} <= set(rates.columns)
    drawn = {path.stem for path in tmp_path.glob("*.svg")}
    assert drawn == {
        "hotspots-all-recorded",
        "hotspots-found-by-police-activity",
        "hotspots-harm-of-reported-crime",
        "police-led",
        "rates",
    }
    assert "number of residents" in (tmp_path / "hotspots-all-recorded.svg").read_text("utf-8")
    assert "per 1,000 residents" in (tmp_path / "rates.svg").read_text("utf-8")


def test_the_same_seed_gives_the_same_bytes(
    app: typer.Typer, dataset: Path, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        _run(app, "hotspots", dataset, "--out", tmp_path / name, "--crime-type", "Burglary")
    first, second = ((tmp_path / name / "areas.csv").read_bytes() for name in ("one", "two"))
    assert first == second


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (["scan", "--draws", "99"], "clusters"),
        (["scan", "--draws", "99", "--when", "prospective", "--model", "permutation"], "members"),
        (["near-repeat", "--permutations", "99"], "bands"),
        (["concentration", "--crime-type", "drugs"], "holds"),
        (["deprivation"], "deciles"),
        (["silence"], "areas"),
        (["silence", "--by-agency"], "areas"),
        (["density"], "peaks"),
    ],
)
def test_the_others_answer(
    app: typer.Typer, dataset: Path, tmp_path: Path, words: list[str], key: str
) -> None:
    code, answer = _run(app, words[0], dataset, "--out", tmp_path, *words[1:])
    assert code == 0
    assert answer["sentence"]
    assert answer[key]
    assert all({"code", "text"} <= set(note) for note in answer["flags"])
    assert (tmp_path / "run.json").is_file()
    drawn = sorted(path.name for path in tmp_path.glob("*.svg"))
    assert drawn == DRAWN[words[0]]
    for name in drawn:
        assert "SYNTHETIC" in (tmp_path / name).read_text("utf-8")
        assert str(tmp_path / name) in answer["files"]


def test_the_quiet_area_is_named_by_silence(
    app: typer.Typer, dataset: Path, tmp_path: Path
) -> None:
    _, answer = _run(app, "silence", dataset, "--out", tmp_path)
    quiet = [a["code"] for a in answer["areas"] if a["verdict"] == "fewer than expected"]
    assert quiet == ["A005"]


@pytest.mark.parametrize("command", ["trends", "accuracy"])
def test_twelve_months_are_not_enough(
    app: typer.Typer, dataset: Path, tmp_path: Path, command: str
) -> None:
    code, answer = _run(app, command, dataset, "--out", tmp_path)
    assert code == 1
    assert answer["status"] == "refused"
    assert answer["flags"][0]["code"] == "SHORT"


@pytest.mark.parametrize(
    ("words", "words_said"),
    [
        (["hotspots", "--crime-type", "Piracy"], "Held: Burglary, Drugs"),
        (["hotspots", "--from", "2024-13"], "no month"),
        (["hotspots", "--from", "2031-01"], "Widen"),
        (["scan", "--when", "never"], "prospective"),
        (["scan", "--model", "permutation"], "dates cannot be shuffled"),
        (["near-repeat", "--space", "far"], "no list of numbers"),
        (["hotspots", "--theme", "drugs"], "No event says its theme"),
    ],
)
def test_what_cannot_run_says_what_to_do(
    app: typer.Typer, dataset: Path, tmp_path: Path, words: list[str], words_said: str
) -> None:
    with pytest.raises((BadInput, UnknownName), match=words_said):
        _run(app, words[0], dataset, "--out", tmp_path, *words[1:])


def test_every_command_has_an_example(app: typer.Typer) -> None:
    for name in COMMANDS:
        shown = CliRunner().invoke(app, [name.replace("_", "-"), "--help"])
        assert shown.exit_code == 0
        assert "Example:" in shown.stdout


def test_what_a_data_set_gives(dataset: Path) -> None:
    data = load_dataset(dataset)
    assert len(geography_in(data)) == N
    assert len(geography_in(data).edge) == 36
    assert months_in(data)[0] == "2024-01"
    assert months_missing(["2024-01", "2024-04"]) == ["2024-02", "2024-03"]
    assert larger_in(data)["ward"]["A000"] == "W0"
    assert population_in(data, denominator="premises") is None
    drugs = counts_in(data, Chosen(crime_type="drugs"))
    assert set(drugs["crime_type"]) == {"Drugs"}


def test_the_worked_example_names_what_is_not_held(
    app: typer.Typer, dataset: Path, tmp_path: Path
) -> None:
    asked = ("deprivation", dataset, "--out", tmp_path, "--example", "child-exploitation")
    code, answer = _run(app, *asked)
    assert code == 1
    assert answer["status"] == "refused"
    assert any("MASH" in text for text in answer["missing"])
    with pytest.raises(UnknownName, match="child-exploitation"):
        _run(app, *asked[:-1], "else")


def test_stops_and_intelligence_are_not_counted_unless_asked_for(
    app: typer.Typer, dataset: Path, tmp_path: Path
) -> None:
    import shutil

    mixed = tmp_path / "mixed"
    shutil.copytree(dataset, mixed)
    events = pl.read_csv(mixed / "events.csv", infer_schema=False)
    half = pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("stop")).otherwise("kind")
    events.with_columns(kind=half).write_csv(mixed / "events.csv")
    data = load_dataset(mixed)
    crimes = counts_in(data)["n"].sum()
    assert crimes == events.height // 2
    assert counts_in(data, Chosen(kinds=("crime", "stop")))["n"].sum() == events.height
    _, answer = _run(app, "hotspots", mixed, "--out", tmp_path / "out", "--permutations", "99")
    assert "KINDS" in {note["code"] for note in answer["flags"]}
    with pytest.raises(UnknownName, match="kind"):
        _run(app, "scan", mixed, "--out", tmp_path / "out", "--kinds", "rumour")


def test_snapped_points_are_smoothed_widely_and_never_put_on_streets(
    app: typer.Typer, dataset: Path, tmp_path: Path
) -> None:
    import shutil

    moved = tmp_path / "moved"
    shutil.copytree(dataset, moved)
    events = pl.read_csv(moved / "events.csv", infer_schema=False)
    events.with_columns(point_precision=pl.lit("snapped")).write_csv(moved / "events.csv")
    code, answer = _run(app, "density", moved, "--out", tmp_path / "out")
    assert code == 0
    assert answer["parameters"]["bandwidth_m"] == 400
    assert "SNAPPED" in {note["code"] for note in answer["flags"]}
    assert not (tmp_path / "out" / "street-density.svg").exists()
    code, answer = _run(app, "density", moved, "--out", tmp_path / "fine", "--bandwidth", "100")
    assert code == 1
    assert answer["status"] == "refused"


def test_near_repeats_are_asked_of_one_kind_of_crime(
    app: typer.Typer, dataset: Path, tmp_path: Path
) -> None:
    few = ("--permutations", "99")
    _, answer = _run(app, "near-repeat", dataset, "--out", tmp_path, *few)
    assert "ONETYPE" in {note["code"] for note in answer["flags"]}
    assert answer["counted"] == "Events recorded as Burglary"
    data = load_dataset(dataset)
    burglaries = data.tables["events"].filter(pl.col("crime_type") == "Burglary").height
    assert answer["parameters"]["events"] == burglaries
    _, answer = _run(app, "near-repeat", dataset, "--out", tmp_path, *few, "--crime-type", "drugs")
    assert "ONETYPE" not in {note["code"] for note in answer["flags"]}


def test_the_type_most_recorded_stands_in_for_burglary(dataset: Path) -> None:
    data = load_dataset(dataset)
    events = data.tables["events"]
    kind = pl.col("crime_type").replace({"Burglary": "Robbery"})
    other = replace(data, tables={**data.tables, "events": events.with_columns(crime_type=kind)})
    chosen, note = one_kind(other, Chosen())
    assert chosen.crime_type == "Robbery"
    assert note is not None
    untyped = events.with_columns(crime_type=pl.lit(None, dtype=pl.String))
    plain = replace(data, tables={**data.tables, "events": untyped})
    assert one_kind(plain, Chosen()) == (Chosen(), None)


def test_outlines_without_a_table_of_areas_are_enough(dataset: Path) -> None:
    data = load_dataset(dataset)
    people = data.tables["population"]
    elsewhere = people.head(1).with_columns(code=pl.lit("B000"))
    tables = {**data.tables, "population": pl.concat([people, elsewhere])}
    tables.pop("areas", None)
    outlined = replace(data, tables=tables)
    found = population_in(outlined)
    assert found is not None
    assert found.height == N
    assert names_in(outlined)["A000"] == "Place a000"
    bare = replace(outlined, outlines={})
    assert names_in(bare) == {}
    everywhere = population_in(bare)
    assert everywhere is not None
    assert everywhere.height == N + 1


def test_an_lsoas_name_says_its_msoa(dataset: Path) -> None:
    data = load_dataset(dataset)
    features = [
        {
            **one,
            "properties": {**one["properties"], "name": f"Made-up {i // 5:03d}{'ABCDE'[i % 5]}"},
        }
        for i, one in enumerate(data.outlines["areas"]["features"])
    ]
    named = replace(data, outlines={"areas": {"type": "FeatureCollection", "features": features}})
    assert larger_in(named)["MSOA"]["A006"] == "Made-up 001"
    assert "MSOA" not in larger_in(data)
