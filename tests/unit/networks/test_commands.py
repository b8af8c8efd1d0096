"""`frith groups` and `frith disrupt` from end to end, on folders and files."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from frith.cli import build_app
from frith.errors import BadInput, Mendable, UnknownName
from unit.networks.world import build, judge

KEYS = [
    "group_id",
    "core",
    "associates",
    "possible_victims",
    "occasions",
    "expected",
    "p",
    "q",
    "stability",
    "first",
    "last",
    "areas",
    "identity_sensitive",
]


def call(*arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output, standard error; what the user can mend is raised."""
    result = CliRunner().invoke(build_app(), [str(a) for a in arguments])
    if isinstance(result.exception, Mendable):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def world():
    return build(60_000, seed=5)


@pytest.fixture(scope="module")
def dataset(world, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    world.events.with_columns(
        pl.col("occurred_from").dt.strftime("%Y-%m-%d"), theme=pl.lit("violence")
    ).write_csv(folder / "events.csv")
    world.roles.write_csv(folder / "roles.csv")
    note = 'publisher = "made up"\nlicence = "none"\nregime = "synthetic"\n'
    (folder / "dataset.toml").write_text(
        'name = "Made up"\narea = "X"\narea_name = "X"\narea_vintage = "other"\n'
        f"[files.events]\n{note}[files.roles]\n{note}"
    )
    return folder


@pytest.fixture(scope="module")
def first(dataset, tmp_path_factory) -> tuple[Path, dict]:
    out = tmp_path_factory.mktemp("out")
    code, said, _ = call("groups", dataset, "--out", out, "--json", "--quiet")
    assert code == 0
    return out, json.loads(said)


def test_groups_answers_as_the_contract_says(first, world):
    _, answer = first
    for key in ("status", "occasions", "pairs_tested", "groups", "dropped", "warnings"):
        assert key in answer
    assert all(set(KEYS) <= set(group) for group in answer["groups"])
    assert all(set(row) == {"what", "why", "id"} for row in answer["dropped"])
    assert all(set(row) == {"code", "text"} for row in answer["warnings"])
    found = [frozenset(group["core"] + group["associates"]) for group in answer["groups"]]
    assert judge(found, world.truth).recall > 0.6


def test_groups_writes_every_table_and_its_record(first):
    out, answer = first
    for name in (
        "occasions",
        "pairs",
        "groups",
        "members",
        "dropped",
        "possible_victims",
        "grid",
        "edges",
        "chance",
        "splits",
        "changes",
        "strata",
        "scores",
        "score_items",
    ):
        assert (out / f"{name}.parquet").is_file()
    record = json.loads((out / "run.json").read_text())
    assert record["seed"] == 1
    assert {"events.csv", "roles.csv", "dataset.toml"} <= set(record["inputs"])
    assert pl.read_parquet_metadata(out / "groups.parquet")["regime"].startswith("synthetic")
    assert pl.read_parquet(out / "groups.parquet").height == len(answer["groups"]) + len(
        answer["below_gates"]
    )


def test_a_second_run_continues_the_first(dataset, first, tmp_path):
    out, answer = first
    _, said, _ = call("groups", dataset, "--out", tmp_path, "--previous", out, "--json", "--quiet")
    changes = [row["change"] for row in json.loads(said)["over_time"]]
    assert set(changes) == {"continuing"}
    assert len(changes) == len(answer["groups"]) + len(answer["below_gates"])


def test_protected_people_leave_and_a_bad_lifting_is_refused(dataset, first, tmp_path):
    person = first[1]["groups"][0]["core"][0]
    (tmp_path / "protected.csv").write_text(f"person_id\n{person}\n")
    (tmp_path / "lifted.csv").write_text(
        f"person_id,lifted_by,reason,lifted_on\n{person},Somebody,,2024-01-01\n"
    )
    code, said, _ = call(
        "groups",
        dataset,
        "--out",
        tmp_path / "out",
        "--json",
        "--quiet",
        "--protected",
        tmp_path / "protected.csv",
        "--lifted",
        tmp_path / "lifted.csv",
    )
    answer = json.loads(said)
    assert code == 1
    assert "lifting-refused" in [row["code"] for row in answer["warnings"]]
    assert all(person not in group["core"] + group["associates"] for group in answer["groups"])
    tables = [pl.read_parquet(path) for path in (tmp_path / "out").glob("*.parquet")]
    named = [t for t in tables if f'"{person}"' in t.write_json()]
    assert all({"why"} & set(table.columns) for table in named)  # dropped, possible_victims


def test_no_places_is_not_enough_information(dataset, tmp_path):
    folder = tmp_path / "flat"
    folder.mkdir()
    for path in dataset.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    pl.read_csv(folder / "events.csv").with_columns(area=pl.lit("X")).write_csv(
        folder / "events.csv"
    )
    code, said, _ = call("groups", folder, "--out", tmp_path / "out", "--json", "--quiet")
    answer = json.loads(said)
    assert (code, answer["status"], answer["groups"]) == (1, "refused", [])
    assert answer["warnings"][0]["code"] == "no-places"
    assert answer["warnings"][0]["text"].startswith("Not enough information.")


def test_groups_in_words_say_what_a_candidate_is(dataset, tmp_path):
    _, said, _ = call("groups", dataset, "--out", tmp_path, "--quiet")
    assert "candidate groups were found beyond chance" in said
    assert "3 or more people" in said


def test_exports_are_written_where_asked_for(dataset, tmp_path):
    formats = [
        word for name in ("graphml", "geojson", "csv", "ftm", "stix") for word in ("--export", name)
    ]
    call("groups", dataset, "--out", tmp_path, "--quiet", *formats)
    for name in (
        "groups.graphml",
        "groups.geojson",
        "groups.csv",
        "members.csv",
        "edges.csv",
        "groups.ftm.json",
        "groups.stix.json",
    ):
        assert (tmp_path / name).stat().st_size > 0
    with pytest.raises(UnknownName):
        call("groups", dataset, "--out", tmp_path, "--export", "i2")


def test_a_theme_that_does_not_exist_is_refused(dataset, tmp_path):
    with pytest.raises(UnknownName):
        call("groups", dataset, "--out", tmp_path, "--theme", "gangs")


def test_an_engine_that_is_not_there_is_named(dataset, tmp_path):
    with pytest.raises(UnknownName, match="engine"):
        call("groups", dataset, "--out", tmp_path, "--engine", "abacus")


def test_disrupt_takes_the_edges_of_groups(first, tmp_path):
    out, answer = first
    group = answer["groups"][0]["group_id"]
    code, said, _ = call(
        "disrupt",
        out / "edges.parquet",
        "--group",
        group,
        "--protected",
        "none",
        "--k",
        2,
        "--out",
        tmp_path,
        "--json",
        "--quiet",
    )
    found = json.loads(said)
    assert code == 0
    for key in ("sequence", "largest_component", "connected_pairs", "random_baseline", "scenarios"):
        assert key in found
    assert set(found["sequence"]) <= set(
        answer["groups"][0]["core"] + answer["groups"][0]["associates"]
    )
    assert set(found["random_baseline"]) >= {"mean", "lo", "hi"}
    assert {path.name for path in tmp_path.iterdir()} == {"disruption.json", "run.json"}


def test_disrupt_needs_to_be_told_who_is_protected(first):
    code, _, said = call("disrupt", first[0] / "edges.parquet")
    assert code == 2
    assert "--protected" in said


@pytest.mark.parametrize("column", ["person_id", "nominal_id"])
def test_disrupt_never_chooses_the_protected(tmp_path, column):
    (tmp_path / "edges.csv").write_text("person_l,person_r\nh,a\nh,b\nh,c\na,d\n")
    (tmp_path / "protected.csv").write_text(f"{column}\nh\n")
    _, said, _ = call(
        "disrupt",
        tmp_path / "edges.csv",
        "--protected",
        tmp_path / "protected.csv",
        "--json",
        "--quiet",
    )
    assert "h" not in json.loads(said)["sequence"]
    assert '"h"' not in said


def test_disrupt_where_all_are_protected_declines(tmp_path):
    (tmp_path / "edges.csv").write_text("person_l,person_r\nh,a\n")
    (tmp_path / "protected.csv").write_text("person_id\nh\n")
    code, said, _ = call(
        "disrupt",
        tmp_path / "edges.csv",
        "--protected",
        tmp_path / "protected.csv",
        "--json",
        "--quiet",
    )
    answer = json.loads(said)
    assert (code, answer["status"], answer["sequence"]) == (1, "refused", [])


@pytest.mark.parametrize(
    ("edges", "protected"),
    [
        ("person_l\nh\n", "person_id\nh\n"),
        ("person_l,person_r\nh,a\n", "name\nh\n"),
        ("", "person_id\nh\n"),
        ("group_id,person_l,person_r\nG1,a,b\nG2,c,d\n", "person_id\n"),
    ],
)
def test_disrupt_refuses_files_that_are_not_as_declared(tmp_path, edges, protected):
    (tmp_path / "edges.csv").write_text(edges)
    (tmp_path / "protected.csv").write_text(protected)
    with pytest.raises(BadInput):
        call("disrupt", tmp_path / "edges.csv", "--protected", tmp_path / "protected.csv")


def test_disrupt_refuses_a_file_that_is_not_there(tmp_path):
    (tmp_path / "edges.csv").write_text("person_l,person_r\nh,a\n")
    with pytest.raises(BadInput):
        call("disrupt", tmp_path / "edges.csv", "--protected", tmp_path / "nowhere.csv")


def test_disrupt_takes_costs_and_says_every_caution(tmp_path):
    (tmp_path / "edges.csv").write_text("person_l,person_r\n" + "a,h\nb,h\nc,h\nh,k\nd,k\ne,k\n")
    (tmp_path / "costs.csv").write_text("person_id,cost\nh,3\n")
    _, said, _ = call(
        "disrupt",
        tmp_path / "edges.csv",
        "--protected",
        "none",
        "--k",
        1,
        "--costs",
        tmp_path / "costs.csv",
        "--quiet",
    )
    assert "\n  k " in said
    assert "they would cost 1 of a budget of 1" in said
    for words in ("more violent", "deconfliction", "support, diversion", "not a list for arrest"):
        assert words in said
    (tmp_path / "costs.csv").write_text("person_id,cost\nh,3\nh,4\n")
    with pytest.raises(BadInput):
        call(
            "disrupt",
            tmp_path / "edges.csv",
            "--protected",
            "none",
            "--costs",
            tmp_path / "costs.csv",
        )
