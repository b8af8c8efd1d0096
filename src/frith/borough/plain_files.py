"""The plain generator's files: a dataset of identifiers, and beside it what was planted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from frith.borough import plain
from frith.borough.draws import Streams
from frith.borough.mark import LICENCE, MARK, NOTE, PUBLISHER
from frith.borough.write import clear, record_files, write_tables
from frith.reference import Regime


@dataclass(frozen=True, kw_only=True)
class PlainSummary:
    """What was made."""

    folder: Path
    truth: Path
    seed: int
    people: int
    areas: int
    events: int
    roles: int
    groups: int
    members: int
    sweeps: int


def build_plain(folder: Path, *, events: int, seed: int, groups: bool = True) -> PlainSummary:
    """Write `events` plain events to `folder`, and what was planted to `folder/truth`.

    The same arguments and versions give the same bytes. See `frith.borough.plain.generate`.
    """
    made = plain.generate(Streams(seed).of("plain"), events=events, groups=groups)
    clear(folder)
    tables, truth = plain.tables(made), plain.truth(made)
    write_tables(tables, folder)
    write_tables(truth, folder / "truth")
    _write_toml(folder, events=events, seed=seed, names=list(tables))
    (folder / "README.md").write_text(_readme(events, seed=seed, groups=groups), "utf-8")
    summary = PlainSummary(
        folder=folder,
        truth=folder / "truth",
        seed=seed,
        people=made.persons,
        areas=made.areas,
        events=events,
        roles=tables["roles"].height,
        groups=made.groups,
        members=made.member.size,
        sweeps=truth["sweeps"].height,
    )
    record_files(folder, {"seed": seed, "groups": made.groups})
    return summary


def _write_toml(folder: Path, *, events: int, seed: int, names: list[str]) -> None:
    last = plain.START + timedelta(days=plain.DAYS - 1)
    lines = [
        f"# {NOTE}",
        f'name = "{MARK} plain events, {events:,}, seed {seed}"',
        'area = "E99080002"',
        f'area_name = "{MARK} plain"',
        'area_vintage = "lsoa21"',
        f'period = ["{plain.START}", "{last}"]',
    ]
    for name in names:
        lines += ["", f"[files.{name}]", f'publisher = "{PUBLISHER}"', f'licence = "{LICENCE}"']
        lines += [f'regime = "{Regime.SYNTHETIC}"']
    (folder / "dataset.toml").write_text("\n".join(lines) + "\n", "utf-8")


def _readme(events: int, *, seed: int, groups: bool) -> str:
    planted = "with planted groups" if groups else "without any planted group"
    option = "" if groups else " --no-groups"
    return f"""# {MARK}: {events:,} plain events, {planted}

Nobody's data. Made by `frith borough --plain --events {events} --seed {seed}{option}`: the same
command makes the same files, byte for byte. There are no names and no words in it, only who was
recorded with whom, where and when. `truth/` holds what was planted.
"""
