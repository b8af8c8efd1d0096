"""`build`: a synthetic borough as a dataset folder, and beside its tables what was planted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from frith.borough.draws import Streams
from frith.borough.files import write_borough
from frith.borough.period import DEFAULT_MONTHS, DEFAULT_START, Period
from frith.borough.story import Say, tell
from frith.errors import BadInput

LEAST_PEOPLE, MOST_PEOPLE = 2_000, 2_000_000


@dataclass(frozen=True, kw_only=True)
class BoroughSummary:
    """What was made: numbers of people, records and planted things, and where they lie."""

    folder: Path
    truth: Path
    seed: int
    people: int
    areas: int
    months: int
    events: int
    nominals: int
    groups: int
    members: int
    exploited: int
    possible_victims: int
    tables: dict[str, int]


def build(
    folder: Path,
    *,
    people: int,
    seed: int,
    months: int = DEFAULT_MONTHS,
    start: date = DEFAULT_START,
    say: Say = lambda _: None,
) -> BoroughSummary:
    """Write a synthetic borough to `folder`, and what was planted to `folder/truth`.

    `people`: residents, 2,000 to 2,000,000. `months`: whole months from `start`, which is the
    first of one; 12 to 120. The same arguments and versions give the same bytes. `say` hears the
    name of each step. Returns numbers of what was made; `possible_victims` counts everybody behind
    the partner lists, on a list or on none. Raises BadInput for sizes that cannot be made.

    Everything written is marked SYNTHETIC. Do not use it to learn how common anything is: every
    rate in it was chosen. Do use it to see whether a method finds what is there, and nothing else.
    """
    if not LEAST_PEOPLE <= people <= MOST_PEOPLE:
        raise BadInput(
            f"a borough of {people:,} people cannot be made",
            where="people",
            mend=f"Ask for {LEAST_PEOPLE:,} to {MOST_PEOPLE:,}.",
        )
    streams, period = Streams(seed), Period(start=start, months=months)
    story = tell(streams, people=people, period=period, say=say)
    say("files")
    rows = write_borough(folder, story, streams, seed=seed)
    return BoroughSummary(
        folder=folder,
        truth=folder / "truth",
        seed=seed,
        people=people,
        areas=story.setting.place.areas,
        months=months,
        events=story.happenings.events.height,
        nominals=story.records.nominals.height,
        groups=len(story.groups),
        members=sum(group.members.size for group in story.groups),
        exploited=story.exploited["person"].n_unique(),
        possible_victims=story.partners.truth["list_persons"].height,
        tables=rows,
    )
