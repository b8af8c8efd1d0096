"""The dataset folder: every declared table, the shapes, the truth, and a note on what it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from frith.borough import tables
from frith.borough.deprivation import deprivation
from frith.borough.draws import Streams
from frith.borough.mark import AREA_NAME, MARK, NOTE
from frith.borough.measures import Sources, measure_values
from frith.borough.objects import objects_tables
from frith.borough.place import LAD_CODE
from frith.borough.premises import population, premises_features
from frith.borough.responses import responses_table
from frith.borough.setting import Setting
from frith.borough.shapes import old_areas, shapes
from frith.borough.truth import MEANINGS, truth_tables
from frith.borough.vintages import lookups
from frith.borough.write import (
    clear,
    record_files,
    write_dataset_toml,
    write_outlines,
    write_tables,
)

if TYPE_CHECKING:
    from frith.borough.story import Story


def write_borough(folder: Path, story: Story, streams: Streams, *, seed: int) -> dict[str, int]:
    """Everything the story left, as files; rows by table."""
    setting = story.setting
    clear(folder)
    declared, truth = every_table(story, streams)
    write_tables(declared, folder)
    write_tables(truth, folder / "truth")
    found = shapes(setting)
    for name, features in found.items():
        write_outlines(features, folder / f"{name}.geojson")
    beside = folder / "outlines"
    write_outlines(premises_features(setting.premises), beside / "premises.geojson")
    write_outlines(old_areas(setting), beside / "areas_lsoa11.geojson")
    _write_intelligence(story.partners.intelligence.reports, folder / "intelligence")
    rows = {name: frame.height for name, frame in declared.items()}
    rows |= {name: len(features) for name, features in found.items()}
    write_dataset_toml(
        folder,
        code=LAD_CODE,
        names=list(rows),
        period=setting.period,
        seed=seed,
        people=setting.people.residents,
    )
    (folder / "README.md").write_text(_readme(setting, seed=seed), "utf-8")
    record_files(folder, {"seed": seed, "files": MEANINGS, "rows": rows})
    return rows


def every_table(
    story: Story, streams: Streams
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """Tables of the dataset, and tables of the truth."""
    setting, records, place = story.setting, story.records, story.setting.place
    ids = tables.number_events(story.happenings)
    events = tables.events_table(story.happenings, setting, ids)
    objects, links, owners = objects_tables(
        story.shelf, nominal_of=tables.first_police_nominal(records), event_ids=ids
    )
    partners = story.partners.tables
    sources = Sources(
        events=events,
        **{name: partners[name] for name in ("sessions", "reports", "referrals", "survey")},
    )
    declared = {
        "nominals": records.nominals.sort("nominal_id"),
        "events": events,
        "roles": tables.roles_table(
            streams.of("roles"), story.judged.roles, story.happenings, records, ids
        ),
        "outcomes": tables.outcomes_table(story.judged.outcomes, setting, ids),
        "objects": objects,
        "object_links": links,
        "counts": tables.counts_table(events),
        "population": population(
            place, setting.people, setting.households, setting.premises, setting.period
        ),
        "deprivation": deprivation(streams.of("deprivation"), place, setting.need),
        "lookups": lookups(place, setting.residents, lad=LAD_CODE),
        "responses": responses_table(story.planted.responses, place, setting.period),
        **partners,
        "measure_values": measure_values(streams.of("measures"), setting, sources),
    }
    return declared, truth_tables(story, ids, objects=owners)


def _write_intelligence(reports: pl.DataFrame, folder: Path) -> None:
    """The reports in words, as Parquet and as CSV."""
    write_tables({"intelligence_reports": reports}, folder)
    reports.write_csv(folder / "intelligence_reports.csv")


def _readme(setting: Setting, *, seed: int) -> str:
    """A note for whoever finds the folder."""
    period = setting.period
    return f"""# {MARK}: {AREA_NAME.removeprefix(MARK).strip()}, a borough that does not exist

{NOTE}

Made by `frith borough --people {setting.people.residents} --seed {seed}`, for the months
{period.start:%Y-%m} to {period.last:%Y-%m}. The same command makes the same files, byte for byte.

- The files beside this note are a data set: `frith check` reads them.
- `truth/` holds what was planted: who is who, which groups there are, who is exploited, which
  rates were changed where. Keep it from whoever is to be tested.
- `intelligence/` holds made-up intelligence reports in words; they are no table of a data set.
- `outlines/` holds premises by kind, and the small areas of 2011.

Learn from it how methods behave, never how common anything is: every rate in it was chosen.
"""
