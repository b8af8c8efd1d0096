"""One group's card: exploitation first, then what was found, and everything to check it with."""

from __future__ import annotations

import polars as pl

from frith.networks.ages import CHILD_PROMPT, POSSIBLY, UNDER_18, UNKNOWN
from frith.networks.gates import CANDIDATE, PROMPT
from frith.profile.content import (
    Block,
    Bullets,
    Caution,
    Content,
    Facts,
    Heading,
    Paragraph,
)
from frith.profile.evidence_case import Case, chance, listed_letters, moment
from frith.profile.evidence_figures import areas, pairs, timeline
from frith.profile.evidence_tables import (
    chance_table,
    change_table,
    member_table,
    object_table,
    score_table,
)

UNRECORDED = (
    "People who were never recorded as victims, and are exploited all the same, can stand in this "
    "list of members: nobody had asked yet. Being listed here is no evidence against it."
)
A_SIGN = "A sign is a reason to ask and proves nothing; whoever shows none may be exploited too."
NOT_GUILT = (
    "Recorded together as suspects: it does not say that anybody did it, that they acted together, "
    "or that they knew each other. A candidate stays one until a named person judges it."
)
OTHER_READINGS = (
    "A family, a hostel, a children's home, a team or a workplace; one person made to offend by "
    "the others or by somebody not recorded at all; records wrongly joined or wrongly kept apart. "
    "The method cannot tell; somebody who knows can."
)


def card(case: Case, group: str) -> Content:
    """Everything a reader needs to believe or reject one group, in the order of its weight."""
    row = case.groups[group]
    blocks: list[Block] = [
        *_exploitation(case, group),
        Heading("What was found"),
        Paragraph(str(row["sentence"])),
        Paragraph(NOT_GUILT),
        *_flags(case, group),
        Facts(_facts(case, group)),
        timeline(case, group),
        Heading("The people, by identifier"),
        Paragraph(_once(case, group)),
        member_table(case, group),
        pairs(case, group),
        Heading("How chance comes about"),
        chance_table(case, group),
        areas(case, group),
        *_objects(case, group),
        *_scores(case, group),
        Heading("What would change the answer"),
        Paragraph(_tests(case, group)),
        change_table(case, group),
        Heading("What else it might be"),
        Paragraph(OTHER_READINGS),
        Heading("What was left out"),
        Bullets(_dropped(case, group)),
    ]
    return Content(blocks=blocks)


def _exploitation(case: Case, group: str) -> list[Block]:
    """Before anything else: who may be exploited, among them and beside them."""
    row = case.groups[group]
    victims = int(str(row["possible_victims"]))
    beside = (
        f"Possible victims recorded beside this group: {victims}. They are counted here and never "
        "listed: no table or picture holds them. Ask safeguarding before anybody is approached."
        if victims
        else "No possible victim is recorded beside this group, which does not mean that there is "
        "none."
    )
    said: list[Block] = [Caution(f"Exploitation first. {PROMPT}")]
    shown = _signs(case, group)
    if shown:
        aged = case.part("ages", group)["age"]
        child = f" {CHILD_PROMPT}" if aged.is_in([UNDER_18, POSSIBLY]).any() else ""
        said.append(Caution(f"Check for exploitation first: {shown}. {A_SIGN}{child}"))
    said += [Paragraph(f"{beside} {UNRECORDED}")]
    return said


def _signs(case: Case, group: str) -> str:
    """Who shows which sign, by letter."""
    labels = case.labels(group)
    by_sign: dict[str, list[str]] = {}
    for person, sign in case.part("signs", group).select("person_id", "sign").iter_rows():
        by_sign.setdefault(sign, []).append(person)
    return "; ".join(
        f"{'all of them' if len(people) == len(labels) else listed_letters(people, labels)} "
        f"{'was' if len(people) == 1 else 'were'} {sign}"
        for sign, people in by_sign.items()
    )


def _once(case: Case, group: str) -> str:
    """That nobody is ranked, and of whom the list says least."""
    once = case.part("members", group).filter(pl.col("k") == 1)["person_id"].to_list()
    said = "In order of identifier. Nobody here has a score or a rank."
    if not once:
        return said
    who = listed_letters(once, case.labels(group))
    return (
        f"{said} There once only: {who}. The tests are of the group; of somebody who was there "
        "once they say least."
    )


def _flags(case: Case, group: str) -> list[Block]:
    row = case.groups[group]
    said: list[Block] = []
    if row["status"] != CANDIDATE:
        said.append(
            Caution(
                f"Below the gates of this list ({row['gate']}): beyond chance, but not shown as a "
                "candidate."
            )
        )
    if row["household"]:
        said.append(
            Caution(
                f"Perhaps one household or family: {row['household']}. People who live together "
                "are often recorded together."
            )
        )
    if row["identity_sensitive"]:
        said.append(
            Caution(
                "It rests on records that may not all be of the same people: with the doubtful "
                "joins undone the group is not found."
            )
        )
    return said


def _facts(case: Case, group: str) -> tuple[tuple[str, str], ...]:
    row = case.groups[group]
    aged = case.part("ages", group)["age"]
    unknown = f"{int((aged == UNKNOWN).sum())} of {case.people_of(group)}"
    return (
        ("People", f"{row['n_core']} core, {row['n_associates']} associates"),
        ("Commonest theme of its events", case.theme_of(group)),
        ("Occasions", f"{row['occasions']}, in {row['months']} calendar months"),
        ("Of them with a recorded crime", _crimes(case, group)),
        ("From and to", f"{moment(row['first'])} to {moment(row['last'])}"),
        ("Expected by chance", f"{float(str(row['expected'])):.2f} occasions"),
        ("p and q of the group", f"{chance(row['p'])} and {chance(row['q'])}"),
        ("Possible victims beside it", f"{row['possible_victims']}"),
        ("Age not known", unknown if aged.len() else "no records of people were given"),
    )


def _crimes(case: Case, group: str) -> str:
    """How many of its occasions are more than a stop, a report or a referral."""
    crimes, held = case.crime_occasions(group), case.part("timeline", group).height
    if crimes == held:
        return f"all {held}"
    return f"{crimes}; the other {held - crimes} rest on stops, reports or referrals alone"


def _objects(case: Case, group: str) -> list[Block]:
    if "object_links" not in case.dataset.tables:
        return [
            Heading("Telephones, vehicles and addresses"),
            Paragraph("None were given, so nothing is known of what they share."),
        ]
    tested = case.part("object_test", group)
    said = "Nobody here is tied to any recorded object."
    if tested.height:
        row = tested.row(0, named=True)
        said = (
            f"{row['shared']} objects are tied to two or more of them; chance among objects of "
            f"their kind, place and time would give {row['expected']:.2f} (p {chance(row['p'])}, "
            f"q {chance(row['q'])}). This supports a group and never makes one."
        )
    return [
        Heading("Telephones, vehicles and addresses"),
        Paragraph(said),
        object_table(case, group),
    ]


def _scores(case: Case, group: str) -> list[Block]:
    return [
        Heading("Scores of the group"),
        Paragraph(
            "Of the group, never of a person. What is not known is not nought: it widens the range."
        ),
        score_table(case, group),
    ]


def _tests(case: Case, group: str) -> str:
    row = case.groups[group]
    halves = 2 * int(str(case.found.parameters["seeds"]))
    passed = round(float(str(row["stability"])) * halves)
    return (
        f"Proposed on one half of the occasions and tested on the other, {halves} times: "
        f"{passed} of the {halves} tests confirm it."
    )


def _dropped(case: Case, group: str) -> tuple[str, ...]:
    """What the method set aside that touches these people."""
    labels = case.labels(group)
    own = {
        event
        for occasion in case.part("timeline", group)["occasion_id"]
        for event in case.events_of(occasion)
    }
    said = []
    for what, why, key in case.found.tables["dropped"].iter_rows():
        here = case.suspected_at.get(str(key), frozenset()) & set(labels)
        if what == "role" and key in own:
            said.append(f"At {key} {why}.")
        elif what == "occasion" and here:
            who = listed_letters(sorted(here), labels)
            said.append(f"{who} also at {key}, which is not counted: {why}.")
    if not said:
        return ("Nothing that these people were recorded on. The whole list is at the end.",)
    return tuple(said)
