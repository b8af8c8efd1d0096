"""Section: groups recorded together beyond chance, counted; no group and nobody is listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

import polars as pl

from frith.errors import Mendable
from frith.linkage import link, require_flow
from frith.networks import Groups, find_groups, protected_people
from frith.networks.gates import CANDIDATE
from frith.networks.themes import Scene, theme_results
from frith.profile.content import (
    Block,
    Bullets,
    Caution,
    Column,
    Content,
    Figure,
    Form,
    Guard,
    Heading,
    Paragraph,
    Table,
    count,
    percent,
    text,
)
from frith.profile.masking import withheld
from frith.profile.material import Material
from frith.profile.needs import Need
from frith.profile.section import Section
from frith.profile.sections.groups_themes import theme_table
from frith.profile.words import capital
from frith.reference import PROJECTABLE_ROLES, load

NEEDS = (
    Need(
        table="roles",
        where=("role", tuple(sorted(PROJECTABLE_ROLES))),
        why="see who was recorded together, and tell suspects from victims of the same event",
        holder="the police force",
    ),
    Need(
        table="nominals",
        why="know which records are of one person",
        holder="the police force, housing, licensing and trading standards",
    ),
    Need(
        table="events",
        columns=("area",),
        why="tell association from chance among people of the same places",
        holder="the police force",
    ),
)
WHY_NOT = {
    "too-few-occasions": "too few occasions with two or more suspects are held",
    "no-places": "the occasions have no places, or all the same one",
    "places-too-coarse": "the places are too coarse to say who could meet",
}
NO_THEME = "no theme recorded"


def build(material: Material) -> Content:
    """How many groups, what share of occasions they account for, themes, and who stands beside."""
    tables = material.dataset.tables
    persons, linked = _persons(material)
    found = find_groups(
        tables["events"],
        tables["roles"],
        persons=persons,
        nominals=tables["nominals"],
        seed=material.seed,
        lookups=tables["lookups"] if material.dataset.has("lookups") else None,
    )
    # Flags of the run hold exact counts, which are not for this reader; `linked` says what matters.
    shown = replace(found, flags=(), tables={}, sentence="") if not found.refused else found
    if found.refused:
        why = "; ".join(WHY_NOT.get(flag.code, "") for flag in found.flags if flag.code in WHY_NOT)
        said = f"Chance cannot be told from association here: {why}. No group was looked for."
        return Content(blocks=[Paragraph(said)], refused=True)
    protected = protected_people(tables["events"], tables["roles"], persons=persons)
    scene = Scene(found=found, tables=tables, protected=protected, persons=persons)
    headline = _headline(material, found)
    blocks: list[Block] = [
        Caution(
            "Whoever shows signs of exploitation is a possible victim, whatever else they are "
            "recorded for; recorded possible victims are in no group here. People whom nobody has "
            "asked yet can still be. Nobody is named or listed."
        ),
        Paragraph(linked),
        _groups(material, found),
        _beside(found),
        Heading("Theme by theme"),
        theme_table(theme_results(scene)),
        Paragraph(
            "Counts of what is recorded, under rules that frith themes states one by one. What is "
            "not recorded of a theme says nothing of how much of it there is."
        ),
        Heading("What was left out"),
        _dropped(found),
        Bullets(
            (
                "A group here is a candidate: a question for named people, not a finding about "
                "anybody. It is not an organised crime group, which is a judgement.",
                "Where more is recorded, groups are easier to see; their absence elsewhere says "
                "little.",
            )
        ),
    ]
    return Content(blocks=blocks, headlines=(headline,), results=(shown,))


def _persons(material: Material) -> tuple[pl.DataFrame | None, str]:
    """Which records are one person: as the data set says, else as found here; and a sentence.

    Only people who matter to groups are linked: suspects of shared events, and the protected, who
    must be found under every name.
    """
    tables = material.dataset.tables
    if material.dataset.has("persons"):
        return tables["persons"], "Records are joined into persons as the data set's own map says."
    try:
        require_flow(material.dataset)
        wanted = _wanted(tables["events"], tables["roles"])
        nominals = tables["nominals"].filter(pl.col("nominal_id").is_in(wanted.implode()))
        now = datetime.combine(material.on, time())
        joined = link(nominals, now=now, seed=material.seed).tables["persons"]
    except Mendable:
        said = (
            "Records could not be joined into persons, so each stands for itself: protection stops "
            "at the record, and groups are missed."
        )
        return None, said
    said = (
        "Records were joined into persons by computer for this section; no named person has judged "
        "the doubtful joins, so counts can differ a little from a run on judged records."
    )
    return joined, said


def _wanted(events: pl.DataFrame, roles: pl.DataFrame) -> pl.Series:
    """Nominals that are suspects of an event with another suspect, or protected."""
    suspects = roles.filter(pl.col("role").is_in(sorted(PROJECTABLE_ROLES)))
    together = suspects.filter(pl.col("nominal_id").n_unique().over("event_id") >= 2)
    protected = protected_people(events, roles).rename("nominal_id")
    return pl.concat([together["nominal_id"], protected]).unique()


def _candidates(found: Groups) -> pl.DataFrame:
    return found.tables["groups"].filter(pl.col("status") == CANDIDATE)


def _tied(found: Groups) -> pl.DataFrame:
    """Occasions with two or more of one candidate group: occasion_id, theme of the group."""
    shown = _candidates(found).select("group_id", "theme")
    return found.tables["timeline"].join(shown, on="group_id").select("occasion_id", "theme")


def _headline(material: Material, found: Groups) -> str:
    n = _candidates(found).height
    if not n:
        return (
            f"On {material.said(found.occasions)} occasions people were recorded as suspects "
            "together; no group stands out beyond chance."
        )
    share = float(found.parameters["q"])
    return (
        f"{capital(material.said(n))} candidate groups were recorded together as suspects beyond "
        f"chance; of such a list at most {share:.0%} is expected to be false."
    )


def _groups(material: Material, found: Groups) -> Figure:
    """Groups and their occasions by theme, with the share of all such occasions."""
    names = {str(row["key"]): str(row["name"]) for row in load("themes").rows}
    word = pl.col("theme").replace_strict(names, default=NO_THEME).fill_null(NO_THEME)
    groups = _candidates(found).group_by(word).agg(groups=pl.len().cast(pl.Int64))
    tied = _tied(found)
    held = tied.group_by(word).agg(occasions=pl.col("occasion_id").n_unique().cast(pl.Int64))
    tested = found.tables["occasions"].filter(pl.col("stratum").is_not_null()).height
    whole = pl.DataFrame(
        {
            "theme": ["All themes"],
            "groups": [_candidates(found).height],
            "occasions": [tied["occasion_id"].n_unique()],
        },
        schema={"theme": pl.String, "groups": pl.Int64, "occasions": pl.Int64},
    )
    parts = groups.join(held, on="theme", how="left").sort("theme")
    if material.guarded and any(withheld(parts.select(n=name)) for name in ("groups", "occasions")):
        parts = parts.clear()  # a masked count could be narrowed from the total: only that is shown
    frame = pl.concat([parts, whole]).with_columns(
        share=material.shown(pl.col("occasions")) / max(_shown(material, tested), 1.0)
    )
    every = frame["share"].tail(1).item()
    return Figure(
        name="groups-by-theme",
        title="Candidate groups by theme",
        sentence=(
            f"{_headline(material, found)} They account for {every:.0%} of "
            f"{material.said(tested)} occasions on which two or more people were recorded as "
            "suspects and chance could be judged; the rest is everyday co-offending, or too seldom "
            "to tell."
        ),
        table=Table(
            name="groups-by-theme",
            caption="Candidate groups, and occasions with two or more of one of them",
            columns=(
                text("theme", "Theme"),
                count("groups", "Candidate groups"),
                count("occasions", "Occasions"),
                percent("share", "Share of occasions with two or more suspects"),
            ),
            frame=frame,
        ),
        source=material.source("events", "roles", "nominals"),
        notes=(
            f"A candidate is {found.gates.described()}. Chance is that among people recorded as "
            "often in the same places and half-years. An occasion of two groups counts in both "
            "themes and once in the whole.",
        ),
    )


def _shown(material: Material, n: int) -> float:
    """One count as it may enter what is shown."""
    return float(pl.select(material.shown(pl.lit(n))).item())


def _beside(found: Groups) -> Table:
    """Possible victims beside the groups, and children among those recorded as suspects."""
    shown = _candidates(found).select("group_id")
    victims = found.tables["possible_victims"].join(shown, on="group_id", how="semi")
    young = _candidates(found)["under_18"].sum()
    rows = [
        ("Possible victims recorded beside candidate groups", victims["person_id"].n_unique()),
        ("Groups with possible victims beside them", victims["group_id"].n_unique()),
        ("People in candidate groups who were, or may have been, under 18", young),
        ("Groups that may be one household or family", _candidates(found)["household"].count()),
    ]
    return Table(
        name="groups-beside",
        caption="Whom to think of first",
        columns=(text("what", "What"), count("n", "Number")),
        frame=pl.DataFrame(rows, schema={"what": pl.String, "n": pl.Int64}, orient="row"),
    )


def _dropped(found: Groups) -> Table:
    """What the method set aside, counted by reason."""
    frame = (
        found.tables["dropped"]
        .with_columns(why=pl.col("why").str.replace(r"^\d+ suspects, ", ""))
        .group_by("what", "why")
        .agg(n=pl.len().cast(pl.Int64))
        .sort("what", "why")
    )
    return Table(
        name="groups-left-out",
        caption="What was left out, and why",
        columns=(
            text("what", "What"),
            text("why", "Why"),
            Column(name="n", label="Number", form=Form.COUNT, guard=Guard.COUNT),
        ),
        frame=frame,
        folded=True,
    )


SECTION = Section(
    name="groups", title="Groups recorded together beyond chance", needs=NEEDS, build=build
)
