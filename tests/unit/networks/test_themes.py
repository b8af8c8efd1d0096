"""What each theme asks of the tables, on a small hand-made world."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest

from frith.errors import UnknownName
from frith.networks import find_groups, protected_people, themes
from unit.networks.world import build, with_events

START = datetime(2024, 1, 10, 15)
CREW = [(person, "suspect") for person in ("K1", "K2", "K3")]
COLUMNS = {
    "crime_type": pl.String,
    "retailer": pl.String,
    "theme": pl.String,
    "loss_gbp": pl.Float64,
    "longitude": pl.Float64,
    "latitude": pl.Float64,
    "point_precision": pl.String,
    "premises_type": pl.String,
    "date_precision": pl.String,
}


def event(number: int, people, *, day: int | None = None, **columns):
    return {
        "event_id": f"X{number}",
        "when": START + timedelta(days=25 * number if day is None else day),
        "people": people,
        "columns": columns,
    }


EVENTS = [
    *(
        event(n, CREW, crime_type="Shoplifting", retailer=f"Shop {n % 2}", loss_gbp=100.0,
              theme="acquisitive", date_precision="minute")
        for n in range(8)
    ),
    event(8, CREW[:1], day=0, crime_type="Shoplifting", retailer="Shop 9", loss_gbp=10.0),
    event(9, [("lone", "suspect")], crime_type="Shoplifting", retailer="Shop 1"),
    event(10, [], crime_type="Shoplifting", retailer="Shop 1"),
    event(11, [*CREW, ("c1", "victim"), ("c2", "possible_victim")], theme="cse"),
    event(12, [("c1", "victim"), ("lone", "suspect")], theme="cce"),
    event(13, [("c3", "victim")], theme="cse"),
    event(14, [("K1", "suspect"), ("w1", "possible_victim")], theme="sex_market"),
    event(15, [("w1", "possible_victim"), ("w2", "possible_victim")], theme="sex_market"),
    event(16, [("K2", "suspect")], theme="sex_market"),
    event(17, CREW[:2], theme="fraud", loss_gbp=9000.0),
    event(18, CREW[:2], day=500, theme="fraud", loss_gbp=1000.0),
    event(19, [("lone", "suspect")], theme="fraud", loss_gbp=50.0),
    event(20, [], theme="fraud", loss_gbp=70.0),
    event(21, [*CREW, ("c2", "suspect")], theme="drugs", longitude=-1.3, latitude=53.4,
          point_precision="exact", premises_type="dwelling"),
    event(22, [("c2", "suspect")], theme="drugs", longitude=-1.3000001, latitude=53.4,
          point_precision="exact", premises_type="dwelling"),
    event(23, [("K1", "suspect")], theme="drugs", longitude=-1.3, latitude=53.4,
          point_precision="snapped", premises_type="dwelling"),
    event(24, [(f"b{n}", "suspect") for n in range(3)] + [("c2", "subject")],
          theme="benefit_fraud"),
]  # fmt: skip
LINKS = pl.DataFrame(
    [
        ("ad", None, "X14"),
        ("ad", None, "X15"),
        ("car", None, "X16"),
        ("flat", "b0", None),
        ("flat", "b1", None),
        ("flat", "c2", None),
        ("flat", "K1", None),
        ("phone", "b0", None),
    ],
    schema=["object_id", "nominal_id", "event_id"],
    orient="row",
)
OBJECTS = pl.DataFrame(
    {"object_id": ["ad", "car", "flat", "phone"], "kind": ["advert", "vehicle", "address", "phone"]}
)


@pytest.fixture(scope="module")
def world():
    null = build(60_000, seed=22, groups=False)
    area = null.events["area"].unique().sort()[2]
    made = with_events(null, [(e["event_id"], e["when"], area, e["people"]) for e in EVENTS])
    extra = pl.DataFrame(
        [{"event_id": e["event_id"]} | {c: e["columns"].get(c) for c in COLUMNS} for e in EVENTS],
        schema={"event_id": pl.String} | COLUMNS,
    )
    return made.events.join(extra, on="event_id", how="left"), made.roles


@pytest.fixture(scope="module")
def found(world):
    made = find_groups(*world)
    assert set(made.as_answer()["groups"][0]["core"]) == {"K1", "K2", "K3"}
    return made


@pytest.fixture(scope="module")
def protected(world):
    people = protected_people(*world)
    assert people.to_list() == ["c1", "c2", "c3", "w1", "w2"]
    return people


def test_crews_by_retailer_route_and_hour_and_every_rules_share(world, found):
    made = themes.shop_theft(found, *world)
    row = made.tables["crews"].row(0, named=True)
    assert (row["thefts"], row["retailers"]) == (9, ["Shop 0", "Shop 1", "Shop 9"])
    assert (row["route_days"], row["hour"], row["loss_gbp"]) == (1, 15.0, 810.0)
    shares = {(r, of): (n, total) for r, of, n, total, _ in made.tables["shares"].iter_rows()}
    assert shares["two or more of a group", "with a suspect"] == (8, 10)
    assert shares["anybody of a group", "all recorded"] == (9, 11)
    assert made.value == pytest.approx(0.8)


def test_people_at_risk_are_counted_and_none_is_named(world, found):
    made = themes.at_risk(found, *world)
    rows = {row["theme"]: row for row in made.tables["themes"].iter_rows(named=True)}
    assert (rows["cse"]["at_risk"], rows["cse"]["beside_a_group"]) == (3, 2)
    assert (rows["cce"]["at_risk"], rows["cce"]["beside_a_group"]) == (1, 0)
    assert rows["cse"]["lo"] < 2 / 3 < rows["cse"]["hi"]
    assert made.tables["overlap"]["people"].item() == 1
    assert not any(f'"{person}"' in str(made.as_json()) for person in ("c1", "c2", "c3"))


def test_records_that_share_an_advert_are_one_venue(world, protected):
    made = themes.venues(*world, object_links=LINKS, objects=OBJECTS, protected=protected)
    row = made.tables["venues"].row(0, named=True)
    assert made.value == 1
    assert (row["events"], row["adverts"], row["phones"]) == (2, 1, 0)
    assert (row["suspects"], row["possible_victims"]) == (1, 2)
    assert made.flags[0].text.startswith("1 of 3 ")


def test_losses_have_a_median_beside_the_mean(world, found):
    rows = {
        row["by"]: row
        for row in themes.fraud_losses(found, *world).tables["losses"].iter_rows(named=True)
    }
    assert (rows["candidate groups"]["events"], rows["candidate groups"]["mean"]) == (2, 5000.0)
    assert rows["other suspects"]["median"] == 50.0
    assert rows["no suspect known"]["total"] == 70.0
    assert "Between 50% and 75%" in themes.fraud_losses(found, *world).sentence


def test_growers_who_may_be_exploited_are_counted_apart(world, found, protected):
    made = themes.sites(found, *world, theme="drugs", premises=["dwelling"], protected=protected)
    row = made.tables["sites"].row(0, named=True)
    assert made.value == 1
    assert (row["events"], row["suspects"], row["possible_victims"]) == (2, 3, 1)
    assert row["groups"] == ["G0001"]
    assert made.flags[0].text.startswith("1 of 3 ")


def test_a_theme_that_does_not_exist_has_no_sites(world, found, protected):
    with pytest.raises(UnknownName):
        themes.sites(found, *world, theme="gangs", protected=protected)


def test_many_claims_behind_one_address(world, found, protected):
    made = themes.shared_claims(
        found, *world, object_links=LINKS, objects=OBJECTS, protected=protected
    )
    row = made.tables["shared"].row(0, named=True)
    assert (row["object_id"], row["people"], row["possible_victims"]) == ("flat", 3, 1)
    assert row["groups"] == ["G0001"]
    assert made.value == 1
