"""The evidence file: every number on a card is made again from the run's Parquet files."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.special import gammainc
from typer.testing import CliRunner

from frith.cli import build_app
from frith.networks.ages import CHILD_PROMPT
from frith.networks.gates import PROMPT
from frith.profile.evidence import marking_line
from frith.reference.regimes import Regime
from frith.tables.dataset import About, Dataset, FileNote
from unit.networks.world import build
from unit.profile.evidence_page import Card, read_cards

SEEDS = 6
HELD_SHARE, ROUTE_SHARE = 0.15, 0.5
NOTE = 'publisher = "made up"\nlicence = "none"\nregime = "{regime}"\nflow = "T-1"\n'
FILES = ("events", "roles", "nominals", "objects", "object_links", "areas")


def write_dataset(folder: Path, *, regime: str) -> Path:
    """The plain world with people, a phone a planted group shares, and square outlines."""
    world = build(40_000, seed=5)
    members = [sorted(group) for group in world.truth]
    children, beside = {group[0] for group in members}, "witness-of-harm"
    happened = world.events.filter(
        pl.col("event_id").is_in(
            world.roles.filter(pl.col("nominal_id").is_in(members[0]))["event_id"].implode()
        )
    )["event_id"].sort()
    roles = pl.concat(
        [
            world.roles,
            pl.DataFrame(
                [(event, beside, role) for event in happened for role in ("possible_victim",)],
                schema=["event_id", "nominal_id", "role"],
                orient="row",
            ),
        ],
        how="diagonal_relaxed",
    )
    folder.mkdir(parents=True, exist_ok=True)
    world.events.with_columns(
        pl.col("occurred_from").dt.strftime("%Y-%m-%d"),
        theme=pl.lit("drugs"),
        crime_type=pl.lit("Drugs"),
        kind=pl.lit("crime"),
    ).write_csv(folder / "events.csv")
    roles.write_csv(folder / "roles.csv")
    pl.DataFrame(
        [
            (who, "police", "2012-05-05" if who in children else "1980-05-05", "Alias")
            for who in sorted(set(roles["nominal_id"]))
        ],
        schema=["nominal_id", "source", "date_of_birth", "family_name"],
        orient="row",
    ).write_csv(folder / "nominals.csv")
    pl.DataFrame(
        [(f"phone{i}", "phone", f"0770{i}") for i in range(len(members))],
        schema=["object_id", "kind", "identifier"],
        orient="row",
    ).write_csv(folder / "objects.csv")
    pl.DataFrame(
        [(f"phone{i}", who) for i, group in enumerate(members) for who in group[:3]],
        schema=["object_id", "nominal_id"],
        orient="row",
    ).write_csv(folder / "object_links.csv")
    codes = sorted(set(world.events["area"].drop_nulls()))
    (folder / "areas.geojson").write_text(json.dumps(_squares(codes)))
    notes = "".join(f"[files.{name}]\n{NOTE.format(regime=regime)}" for name in FILES)
    (folder / "dataset.toml").write_text(
        'name = "Made up"\narea = "X"\narea_name = "Somewhere"\narea_vintage = "other"\n' + notes
    )
    return folder


def _squares(codes: list[str]) -> dict:
    def ring(i: int) -> list:
        x, y = 1.0 + 0.02 * (i % 6), 51.0 + 0.02 * (i // 6)
        return [[[x, y], [x + 0.02, y], [x + 0.02, y + 0.02], [x, y + 0.02], [x, y]]]

    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code, "name": f"Place {code}"},
                "geometry": {"type": "Polygon", "coordinates": ring(i)},
            }
            for i, code in enumerate(codes)
        ],
    }


def run(folder: Path, out: Path) -> dict:
    result = CliRunner().invoke(
        build_app(),
        [
            "groups",
            str(folder),
            "--out",
            str(out),
            "--json",
            "--quiet",
            "--seeds",
            str(SEEDS),
            "--date",
            "2026-11-21",
        ],
    )
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def out(tmp_path_factory) -> Path:
    base = tmp_path_factory.mktemp("evidence")
    run(write_dataset(base / "data", regime="synthetic"), base / "out")
    return base / "out"


@pytest.fixture(scope="module")
def html(out) -> str:
    return (out / "evidence.html").read_text("utf-8")


@pytest.fixture(scope="module")
def cards(html) -> dict[str, Card]:
    return {name: card for name, card in read_cards(html).items() if re.fullmatch(r"g\d+", name)}


def table(out: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(out / f"{name}.parquet")


@pytest.fixture(scope="module")
def tested(out) -> pl.DataFrame:
    return table(out, "occasions").filter(pl.col("stratum").is_not_null())


@pytest.fixture(scope="module")
def chance(tested) -> tuple[dict[int, float], dict[str, Counter[int]]]:
    """r_s of each stratum and d_is of each person, from the listed occasions alone."""
    held: dict[int, list[int]] = {}
    days: dict[str, Counter[int]] = {}
    for row in tested.iter_rows(named=True):
        held.setdefault(row["stratum"], []).append(len(row["persons"]))
        for person in row["persons"]:
            days.setdefault(person, Counter())[row["stratum"]] += 1
    rate = {s: sum(k * (k - 1) for k in sizes) / sum(sizes) ** 2 for s, sizes in held.items()}
    return rate, days


@pytest.fixture(scope="module")
def met(tested) -> Counter[tuple[str, str]]:
    """How often every pair was recorded together."""
    count: Counter[tuple[str, str]] = Counter()
    for people in tested["persons"]:
        count.update(combinations(sorted(people), 2))
    return count


def expected(chance, left: str, right: str) -> float:
    rate, days = chance
    return sum(rate[s] * n * days[right][s] for s, n in days[left].items())


def pair_chance(n: int, mean: float) -> float:
    return 1.0 if n == 1 else float(gammainc(n, mean) / -math.expm1(-mean))


@pytest.fixture(scope="module")
def pair_q(met, chance) -> dict[tuple[str, str], tuple[float, float]]:
    """p and q of every pair, over all pairs that were ever together."""
    p = {pair: pair_chance(n, expected(chance, *pair)) for pair, n in met.items()}
    ranked = sorted(p, key=lambda pair: p[pair])
    q, lowest = {}, 1.0
    for rank in range(len(ranked), 0, -1):
        lowest = min(lowest, p[ranked[rank - 1]] * len(ranked) / rank)
        q[ranked[rank - 1]] = lowest
    return {pair: (p[pair], q[pair]) for pair in p}


def number(text: str) -> float:
    """0.012, 1,204 or 4.4 × 10⁻¹¹."""
    plain = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", ","))
    found = re.fullmatch(r"([\d.]+) × 10(-?\d+)", plain)
    return float(found[1]) * 10.0 ** int(found[2]) if found else float(plain)


def same(shown: str, true: float) -> bool:
    """Equal to the digits that are shown."""
    return number(shown) == pytest.approx(true, rel=0.06 if "×" in shown else 0, abs=0.0051)


def people_of(out: Path, name: str) -> set[str]:
    rows = table(out, "members").filter(pl.col("group_id") == name.upper())
    return set(rows["person_id"])


def own_occasions(out: Path, tested: pl.DataFrame, name: str) -> list[dict]:
    people = people_of(out, name)
    return [row for row in tested.to_dicts() if len(people & set(row["persons"])) >= 2]


def test_there_is_a_card_for_every_group(out, cards):
    assert {name.upper() for name in cards} == set(table(out, "groups")["group_id"])
    assert len(cards) > 5


def test_the_sentence_and_facts_follow_from_the_occasions(out, cards, tested, chance):
    for name, card in cards.items():
        people, own = people_of(out, name), own_occasions(out, tested, name)
        mean = sum(expected(chance, a, b) for a, b in combinations(sorted(people), 2))
        months = {f"{row['first']:%Y-%m}" for row in own}
        days = sorted(row["first"].date() for row in own)
        said = next(words for words in card.words if "people recorded together" in words)
        start, end = (f"{day.day} {day:%B %Y}" for day in (days[0], days[-1]))
        assert said.startswith(
            f"{len(people)} people recorded together as suspects, two or more at a time, on "
            f"{len(own)} occasions, {start} to {end};"
        )
        assert f"would give {mean:.1f}" in said or (mean < 0.1 and "fewer than 0.1" in said)
        assert card.title.startswith(f"{name.upper()}: {len(people)} people on {len(own)} occas")
        assert card.facts["Of them with a recorded crime"] == f"all {len(own)}"
        assert card.facts["Occasions"] == f"{len(own)}, in {len(months)} calendar months"
        assert same(card.facts["Expected by chance"].removesuffix(" occasions"), mean)
        assert card.facts["From and to"] == f"{start} to {end}"


def test_the_grid_is_the_listed_occasions(out, cards, tested):
    for name, card in cards.items():
        letters = {row["Letter"]: row["Person"] for row in card.table("people recorded together")}
        assert set(letters.values()) == people_of(out, name)
        grid = card.table("occasions by people")
        own = {row["occasion_id"]: row for row in own_occasions(out, tested, name)}
        assert {row["Occasion (its first event)"] for row in grid} == set(own)
        for row in grid:
            true = own[row["Occasion (its first event)"]]
            shown = {letters[letter] for letter in row[" ".join(letters)].split() if letter != "·"}
            assert shown == set(true["persons"]) & set(letters.values())
            assert int(row["Suspects in all"]) == len(true["persons"])
            assert row["Place"] == f"Place {true['area']}"


def test_each_pair_is_counted_and_tested_as_the_method_says(out, cards, met, chance, pair_q):
    for card in cards.values():
        letters = {row["Letter"]: row["Person"] for row in card.table("people recorded together")}
        rows = card.table("each pair more than once together")
        together = [p for p in combinations(sorted(letters.values()), 2) if met[p]]
        assert len(rows) == sum(met[pair] > 1 for pair in together)
        said = [words.split(": ")[1] for words in card.words if words.startswith("Once together")]
        once = [one.rsplit(" ", 1) for one in "; ".join(said).rstrip(".").split("; ") if one]
        shown = {tuple(sorted(letters[a] for a in who.split(" and "))): mean for who, mean in once}
        assert set(shown) == {pair for pair in together if met[pair] == 1}
        assert all(same(mean, expected(chance, *pair)) for pair, mean in shown.items())
        for row in rows:
            pair = tuple(sorted(letters[letter] for letter in row["Pair"].split(" and ")))
            p, q = pair_q[pair]
            assert int(row["Occasions together"]) == met[pair]
            assert same(row["By chance"], expected(chance, *pair))
            assert same(row["p"], p)
            assert same(row["q"], q)
            beyond = q <= 0.05 * ROUTE_SHARE
            assert (row["Finding"] == "beyond chance") is beyond


def test_members_have_counts_that_follow(out, cards, tested):
    core = {
        str(key[0]): set(rows["person_id"])
        for key, rows in table(out, "members")
        .filter(pl.col("tier") == "core")
        .partition_by("group_id", as_dict=True)
        .items()
    }
    for name, card in cards.items():
        for row in card.table("people recorded together"):
            person, inner = row["Person"], core[name.upper()]
            others = [
                len((inner - {person}) & set(occasion["persons"]))
                for occasion in tested.iter_rows(named=True)
                if person in occasion["persons"]
            ]
            assert int(row["Occasions with others of the core"]) == sum(n >= 1 for n in others)


def test_chance_adds_up_stratum_by_stratum(out, cards, chance):
    rate, days = chance
    for name, card in cards.items():
        people = people_of(out, name)
        for row in card.table("expected by chance, by place"):
            s = int(row["Stratum"])
            own = [days[person][s] for person in people]
            assert int(row["Their occasions there, added up"]) == sum(own)
            assert int(row["Sum of squares"]) == sum(n * n for n in own)
            assert float(row["Rate"]) == pytest.approx(rate[s], abs=6e-6)
            true = rate[s] * (sum(own) ** 2 - sum(n * n for n in own)) / 2
            assert float(row["Expected"]) == pytest.approx(true, abs=6e-5)


def test_p_and_q_of_the_group_follow_from_its_splits_and_pairs(out, cards, pair_q, met):
    splits = table(out, "splits")
    assert np.allclose(
        splits["p"], gammainc(splits["occasions"].to_numpy(), splits["expected"].to_numpy())
    )
    at = math.ceil(HELD_SHARE * 2 * SEEDS) - 1
    for name, card in cards.items():
        own = splits.filter(pl.col("group_id") == name.upper())
        blank = [1.0] * (2 * SEEDS - own.height)
        by_splits = [
            min(1.0, sorted([*own[column], *blank])[at] / HELD_SHARE) for column in ("p", "q")
        ]
        rows = table(out, "members").filter(
            (pl.col("group_id") == name.upper()) & (pl.col("tier") == "core")
        )
        tried = [
            pair_q[pair]
            for pair in combinations(sorted(rows["person_id"]), 2)
            if met[pair] >= 2 and pair_q[pair][1] < 1
        ]
        best = min(tried, default=(1.0, 1.0))
        p, q = by_splits if by_splits[1] <= best[1] else best
        shown = card.facts["p and q of the group"].split(" and ")
        assert same(shown[0], p)
        assert same(shown[1], min(1.0, q / ROUTE_SHARE))


def test_areas_add_up(out, cards, tested):
    for name, card in cards.items():
        true = Counter(row["area"] for row in own_occasions(out, tested, name))
        shown = {row["Code"]: int(row["Occasions"]) for row in card.table("occasions by area")}
        assert shown == dict(true)


def test_exploitation_stands_first_and_possible_victims_are_only_a_count(out, cards, html):
    victims = table(out, "possible_victims")
    assert set(victims["person_id"]) == {"witness-of-harm"}
    assert "witness-of-harm" not in html
    for name, card in cards.items():
        assert PROMPT in card.words[0]
        beside = victims.filter(pl.col("group_id") == name.upper()).height
        assert card.facts["Possible victims beside it"] == str(beside)
        assert any(f"beside this group: {beside}." in said for said in card.words[:4]) is bool(
            beside
        )


def test_a_child_among_them_is_flagged_before_anything_is_found(out, cards):
    aged = table(out, "ages").filter(pl.col("age") == "under 18")
    assert aged.height >= 1
    for name, card in cards.items():
        n = aged.filter(pl.col("group_id") == name.upper()).height
        young = "under 18 on the first occasion listed"
        assert any(young in said and CHILD_PROMPT in said for said in card.words[:2]) is bool(n)
        flagged = [
            row
            for row in card.table("people recorded together")
            if "under 18" in row["To note"].split("; ")
        ]
        assert len(flagged) == n


def test_every_sign_names_who_shows_it_before_anything_is_found(out, cards):
    shown = table(out, "signs")
    assert shown.height
    for name, card in cards.items():
        own = shown.filter(pl.col("group_id") == name.upper())
        letters = {row["Person"]: row["Letter"] for row in card.table("people recorded together")}
        before = " ".join(card.words[:2])
        for sign, people in own.group_by("sign").agg("person_id").iter_rows():
            said = re.search(rf"(all of them|[A-Z, ]+) (?:was|were) {re.escape(sign)}", before)
            assert said is not None
            who = [*letters.values()] if said[1] == "all of them" else said[1].strip().split(", ")
            assert set(who) == {letters[person] for person in people}


def test_objects_and_what_is_unknown_are_said(out, cards):
    shared = table(out, "shared_objects")
    for name, card in cards.items():
        own = shared.filter(pl.col("group_id") == name.upper())
        shown = [row["Object"] for row in card.table("objects tied to two or more")]
        assert shown == own["object_id"].to_list()
        parts = " ".join(row["Parts"] for row in card.table("scores of the group"))
        assert "planning: not known" in parts
        assert "severity: not known" in parts


def test_the_index_ranks_nobody(html, cards):
    rows = read_cards(html)["index"].table("Cards, each with")
    keys = [(row["Where most often"], row["Group"]) for row in rows]
    assert keys == sorted(keys)
    assert [row["Group"].lower() for row in rows] == list(cards)


def test_a_map_has_the_groups_areas_and_refers_to_one_ground(html):
    assert html.count('id="ground-of-areas"') == 1
    assert html.count('href="#ground-of-areas"') >= 5


def test_it_is_marked_and_holds_no_name_red_script_or_address(html):
    assert html.count("OFFICIAL – SYNTHETIC DATA") >= 3
    assert "Alias" not in html
    assert "<script" not in html
    assert not re.search(r'(?:src|href)="(?!#)', html)
    reds = {m.lower() for m in re.findall(r"#[0-9a-fA-F]{6}\b", html)}
    assert not [c for c in reds if int(c[1:3], 16) > 150 and int(c[3:5], 16) < 100]


@pytest.mark.parametrize(
    ("regimes", "line"),
    [
        (["synthetic", "synthetic"], "OFFICIAL – SYNTHETIC DATA"),
        (["law_enforcement", "open"], "OFFICIAL-SENSITIVE"),
        (["open"], "OFFICIAL-SENSITIVE"),
        (["synthetic", "uk_gdpr"], "OFFICIAL-SENSITIVE – SYNTHETIC DATA"),
        ([], "OFFICIAL-SENSITIVE"),
    ],
)
def test_only_what_is_wholly_made_up_is_not_sensitive(regimes, line):
    files = {f"file{n}": FileNote(regime=Regime(regime)) for n, regime in enumerate(regimes)}
    about = About(name="x", area="", area_name="x", area_vintage="other", files=files)
    assert marking_line(Dataset(folder=Path(), about=about, tables={}, reports={})) == line


def test_the_same_run_writes_the_same_file(out, html, tmp_path):
    run(out.parent / "data", tmp_path)
    assert (tmp_path / "evidence.html").read_text("utf-8") == html
