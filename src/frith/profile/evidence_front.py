"""What stands round the cards: reading them, the index, signs to ask about, what was dropped."""

from __future__ import annotations

import polars as pl

import frith
from frith.networks.defaults import ROUTE_SHARE
from frith.networks.gates import CANDIDATE
from frith.networks.scores import COMPONENTS
from frith.profile.content import (
    Block,
    Bullets,
    Caution,
    Content,
    Facts,
    Heading,
    Paragraph,
    Table,
    text,
)
from frith.profile.document import SYNTHETIC, Built
from frith.profile.evidence_case import Case, moment
from frith.profile.evidence_tables import ELSE_THEY_ARE, MOST_AREAS, plain_count
from frith.profile.words import day, listed
from frith.reference import load

NO_NAMES = (
    "People are shown by identifier and never by name. Who an identifier is can be looked up in "
    "the records, where looking leaves a trace; a file of names would be a list of suspects in "
    "the hands of whoever it is passed on to."
)
READING = (
    "Each card begins with exploitation, because people who were never recorded as victims can be "
    "exploited and stand among the members: in trials on made-up boroughs about one in ten of the "
    "exploited did. It names, by letter, whoever's own records show a sign of it, and the sign: a "
    "reason to ask, which is never counted.",
    "Then the sentence: how many people, on how many occasions, against how many by chance among "
    "people recorded as often in the same places and half-years.",
    "Then what it rests on: each occasion with who was there, each pair, each place, what is "
    "shared; and what would change the answer.",
    "Cards stand in order of place, then of number. The order, the letters and the numbers rank "
    "nobody.",
)
TABLES = (
    "Occasions by people: a letter stands for a person recorded there as a suspect, a dot for one "
    "who was not. Suspects in all: everybody recorded there who may be shown, also those who are "
    "not of the group. A mark on the line is a day of an occasion, to within a mark's width.",
    "Each pair against chance: p is the chance of so many occasions together for two people who "
    "were together at least once; once is therefore no evidence (p is 1). q allows for every pair "
    "in the records that was ever together; beyond chance is q of {q:g} or less: half of the "
    "list's share, the other half being kept for groups. A group may stand where no pair does. "
    "Place on the ring means nothing.",
    f"People: in order of identifier. {ELSE_THEY_ARE}",
    "Chance, in each place and half-year (a stratum; its places stand at the end of this "
    "file): the rate there × (the people's occasions there, squared, "
    "less the sum of each one's squared) ÷ 2. The parts add up to the number expected.",
    "Tests: each split proposes groups on one half of the occasions and tests them on the other. "
    "Merged, the tests give p and q of the group; where one pair alone is surer, it has that "
    "pair's. People who are looked into have more objects recorded, so these make no group.",
    "Scores: mid-ranks from 0 to 10 among the groups of this run alone. What each part counts "
    "stands at the end of this file; each part's events are in score_items.",
)
"""What the tables of every card say, in one place: `q` is that of a pair."""
LIMITS = (
    "Whether anybody did anything: a suspect is somebody recorded as one.",
    "Groups that are never recorded together, and those of people recorded too seldom to be told "
    "from chance. Most of what is hidden is not in any record.",
    "Everybody who belongs to a group: members who were never recorded with it are missing.",
    "Who is exploited. Only those already recorded as possible victims are kept out.",
)


def front(case: Case) -> Content:
    """What this document is, how to read it, and the facts of the run."""
    found = case.found
    blocks: list[Block] = []
    if case.dataset.synthetic:
        blocks.append(
            Caution(
                f"These data are {SYNTHETIC}: a computer made them for practice. Nothing here "
                "describes a real place or a real person."
            )
        )
    blocks += [
        Paragraph(found.sentence),
        Paragraph(
            "A candidate is a question for named people, not an answer. Nothing in this file "
            "leaves the partnership before somebody has adopted or rejected the group by name, "
            "with a reason; taking it further is a tasking decision, with deconfliction."
        ),
        Heading("How to read it"),
        Bullets(READING),
        Heading("What the tables say"),
        Bullets(
            tuple(said.format(q=float(found.parameters["q"]) * ROUTE_SHARE) for said in TABLES)
        ),
        Paragraph(NO_NAMES),
    ]
    warnings = tuple(flag.text for flag in found.flags)
    if warnings:
        blocks += [Heading("What to know of the whole list"), Bullets(warnings)]
    blocks += [Heading("About this run"), Facts(_facts(case))]
    return Content(blocks=blocks, results=(found,))


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    found, start_end = case.found, case.period
    rows = case.groups.values()
    shown = sum(row["status"] == CANDIDATE for row in rows)
    return (
        ("Records", case.dataset.about.name),
        ("Their source", case.material.source("events", "roles")),
        ("Occasions", f"{found.occasions:,}, {moment(start_end[0])} to {moment(start_end[1])}"),
        ("Pairs ever together", f"{found.pairs_tested:,}, all allowed for in q"),
        ("Groups", f"{shown} candidates and {len(case.groups) - shown} below the gates"),
        ("A candidate is", found.gates.described()),
        ("Expected share of false groups", f"at most {float(found.parameters['q']):.0%}"),
        ("Records joined into persons", "yes" if case.persons is not None else "no"),
        ("Method", found.method),
        ("Splits and seed", f"{found.parameters['seeds']} each way, seed {found.seed}"),
        ("Hash of what went in", found.data_hash[:16]),
        ("Date", day(case.on)),
        ("Version", f"frith {frith.__version__}"),
    )


def index(case: Case) -> list[dict[str, str]]:
    """One row a card, in their order: where, what, how many, and what to notice first."""
    rows = []
    for name in case.order:
        row = case.groups[name]
        rows.append(
            {
                "group": name,
                "place": case.place_of(name),
                "theme": case.theme_of(name),
                "people": str(case.people_of(name)),
                "occasions": str(row["occasions"]),
                "expected": f"{float(str(row['expected'])):.2f}",
                "standing": "candidate" if row["status"] == CANDIDATE else "below the gates",
                "notice": "; ".join(_notice(row, signs=case.part("signs", name))) or "–",
            }
        )
    return rows


def _notice(row: dict[str, object], *, signs: pl.DataFrame) -> list[str]:
    said = []
    if signs.height:
        said.append(f"signs of exploitation: {signs['person_id'].n_unique()} of them")
    if row["under_18"]:
        said.append(f"under 18: {row['under_18']}")
    if row["possible_victims"]:
        said.append(f"possible victims beside: {row['possible_victims']}")
    if row["household"]:
        said.append("perhaps a household")
    if row["identity_sensitive"]:
        said.append("identity in doubt")
    return said


def limits(case: Case) -> Content:
    """What no card can say."""
    protected = [flag.text for flag in case.found.flags if flag.code == "protected"]
    return Content(blocks=[Bullets((*LIMITS, *protected))])


def appendix(case: Case) -> tuple[Built, ...]:
    """Signs to ask about, how dense recording is, and everything that was dropped."""
    return (
        Built(name="signs", title="Signs of exploitation to ask about", content=_signs()),
        Built(name="parts", title="What the parts of the scores count", content=_parts()),
        Built(name="recording", title="Where groups can be seen", content=_recording(case)),
        Built(name="dropped", title="Everything that was left out", content=_dropped(case)),
    )


def _signs() -> Content:
    listing = load("exploitation_indicators")
    frame = pl.DataFrame(
        [
            {"setting": str(row["setting"]).capitalize(), "sign": str(row["sign"])}
            for row in listing.rows
        ]
    )
    return Content(
        blocks=[
            Paragraph(
                "Signs add up, and none is proof. They prompt a question and a referral; they "
                "never score anybody, and their absence clears nobody. General knowledge of the "
                "field, to be verified locally."
            ),
            Table(
                name="signs",
                caption="Signs of exploitation, by setting",
                columns=(text("setting", "Setting"), text("sign", "Sign")),
                frame=frame,
                folded=True,
            ),
        ]
    )


def _parts() -> Content:
    rows = tuple((f"{one.axis}: {one.name}", one.meaning) for one in COMPONENTS)
    return Content(
        blocks=[
            Paragraph(
                "A partnership's own scheme, open to be changed; not the national ones, whose "
                "scales are not public. Every part weighs the same."
            ),
            Facts(rows),
        ]
    )


def _recording(case: Case) -> Content:
    strata = case.found.tables["strata"]
    frame = strata.select(
        stratum=pl.col("stratum").cast(pl.String),
        where=pl.Series(
            [
                listed([case.material.name_of(code) for code in codes], most=MOST_AREAS)
                for codes in strata["areas"]
            ],
            dtype=pl.String,
        ),
        when=pl.Series(
            [f"{moment(a)} to {moment(b)}" for a, b in strata.select("first", "last").iter_rows()],
            dtype=pl.String,
        ),
        occasions="occasions",
        people="people",
        needed="needed",
    )
    return Content(
        blocks=[
            Paragraph(
                "Where more is recorded, chance meetings are expected more often and the bar rises "
                "with them, so heavy policing makes no group by itself. But it makes groups easier "
                "to see. The last column is how often two people of average activity there must be "
                "recorded together before the pair alone passes: where it is high, or few are "
                "recorded, the lack of a group says little."
            ),
            Table(
                name="recording",
                caption="Recording by place and half-year, and what a pair needs to be seen",
                columns=(
                    text("stratum", "Stratum"),
                    text("where", "Places"),
                    text("when", "From and to"),
                    plain_count("occasions", "Occasions"),
                    plain_count("people", "People"),
                    plain_count("needed", "Occasions needed"),
                ),
                frame=frame,
                folded=True,
            ),
        ]
    )


def _dropped(case: Case) -> Content:
    frame = case.found.tables["dropped"]
    return Content(
        blocks=[
            Paragraph(
                "Crowds and sweeps, roles of people who were also harmed, occasions without a "
                "usable place, and liftings of protection that were refused."
            ),
            Table(
                name="dropped",
                caption="What was left out, and why",
                columns=(text("what", "What"), text("id", "Reference"), text("why", "Why")),
                frame=frame,
                folded=True,
            ),
        ]
    )
