"""Counts over several boroughs come out as their truth says, within what chance allows."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy import stats

from frith.borough.activity import CO_SUSPECTS, TRAVEL_SHARE
from frith.borough.crime import crime_types, index_of
from frith.borough.draws import Streams
from frith.borough.groups.planting import TOGETHER
from frith.borough.lists import LISTS, history_chances
from frith.borough.near_repeats import SHARE as NEAR_REPEAT_SHARE
from frith.borough.outcomes import CHARGED_SHARE, GROUP_CHARGED, WITH_SUSPECT
from frith.borough.period import Period
from frith.borough.sessions import AGENCIES
from frith.borough.story import Story, tell
from frith.borough.survey import QUESTIONS

SEEDS = (11, 12, 13, 14)
LEVEL = 1e-4
"""Each check fails by chance once in ten thousand runs; seeds are fixed, so it never flickers."""


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    period = Period(start=date(2023, 10, 1), months=36)
    return [tell(Streams(seed), people=60_000, period=period, say=lambda _: None) for seed in SEEDS]


def everyday(story: Story) -> pl.DataFrame:
    return story.happenings.events.with_row_index("event").filter(pl.col("origin") == "everyday")


def counts(story: Story) -> np.ndarray:
    """Everyday records by crime type, area and month, in the shape of the rates."""
    events = everyday(story)
    names = [one.name for one in crime_types()]
    kinds = {"stop": "Stop and search", "intelligence": "Intelligence", "referral": "Referral"}
    which = events["crime_type"].fill_null(events["kind"].replace(kinds))
    at = which.replace_strict(names, list(range(len(names))), return_dtype=pl.Int64).to_numpy()
    month = story.setting.period.month_of_day[events["day"].to_numpy()]
    found = np.zeros(story.planted.rates.shape)
    np.add.at(found, (at, events["area"].to_numpy(), month), 1)
    return found


def within(found: float, expected: float, *, spread: float | None = None) -> bool:
    """True where a count or mean is as near its expectation as chance would have it."""
    sd = expected**0.5 if spread is None else spread
    return abs(found - expected) <= stats.norm.isf(LEVEL / 2) * sd + 1e-9


def test_counts_follow_the_rates(stories):
    """Pearson's chi-square over crime types and months, all areas together."""
    found = sum(counts(story).sum(axis=1) for story in stories)
    expected = sum(story.planted.rates.sum(axis=1) for story in stories)
    kept = expected > 0
    assert (found[~kept] == 0).all()
    chi = ((found - expected)[kept] ** 2 / expected[kept]).sum()
    assert LEVEL < stats.chi2.sf(chi, kept.sum()) < 1 - LEVEL


@pytest.mark.parametrize("cause", ["hot_spot", "silence", "tension", "recording", "response"])
def test_effects_have_the_size_that_was_planted(stories, cause):
    """Records in an effect's areas and months, over those expected without it."""
    for name in sorted(
        {e.crime_type for s in stories for e in s.planted.effects if e.cause == cause}
    ):
        at = index_of(name)
        found, without, with_it = 0.0, 0.0, 0.0
        for story in stories:
            number = counts(story)
            for effect in story.planted.effects:
                if effect.cause == cause and effect.crime_type == name:
                    cells = (at, effect.areas, slice(effect.first, effect.last + 1))
                    found += number[cells].sum()
                    without += story.planted.base[cells].sum()
                    with_it += story.planted.rates[cells].sum()
        assert within(found, with_it), (name, found, with_it, without)


def test_hot_spots_can_be_told_from_nothing(stories):
    """At the planted size a hot spot is found against its own expectation without it."""
    for story in stories:
        number = counts(story)
        for effect in story.planted.effects:
            if effect.cause != "hot_spot":
                continue
            at = index_of(effect.crime_type)
            found = number[at][effect.areas].sum()
            without = story.planted.base[at][effect.areas].sum()
            if without > 20:
                assert stats.poisson.sf(found - 1, without) < 0.001, effect.crime_type


def test_deprivation_raises_rates_as_planted(stories):
    """A log-linear slope of records on need, weighted by residents, near the planted one."""
    one = crime_types()[index_of("Drugs")]
    slopes = []
    for story in stories:
        residents, need = story.setting.residents, story.setting.need
        base = story.planted.base[index_of("Drugs")].sum(axis=1)
        homes = base - one.centre * base.sum() * _trade(story)
        slopes.append(np.polyfit(need, np.log(homes / residents), 1)[0])
    assert np.mean(slopes) == pytest.approx(one.need, abs=0.01)


def _trade(story: Story) -> np.ndarray:
    from frith.borough.premises import premises_by_area

    trade = premises_by_area(story.setting.premises, story.setting.place.areas)
    return trade / trade.sum()


def test_shares_of_each_type_are_those_of_its_laws(stories):
    """Police-led, and with a named suspect."""
    for one in crime_types():
        led = n = named = 0
        for story in stories:
            kinds = {
                "Stop and search": "stop",
                "Intelligence": "intelligence",
                "Referral": "referral",
            }
            events = everyday(story)
            rows = events.filter(
                pl.col("kind") == kinds[one.name]
                if one.name in kinds
                else pl.col("crime_type") == one.name
            )
            n += rows.height
            led += int(rows["police_led"].sum())
            suspects = story.happenings.roles.filter(pl.col("role") == "suspect")["event"].unique()
            named += rows.filter(pl.col("event").cast(pl.Int64).is_in(suspects.to_list())).height
        for found, share in ((led, one.led), (named, one.suspects)):
            sd = (n * share * (1 - share)) ** 0.5
            assert within(found, n * share, spread=sd), (one.name, found, n * share)


def test_suspects_an_event_follow_their_chances(stories):
    """The few drawn twice for an event are dropped, so large events are a little rarer."""
    sizes = np.zeros(7)
    for story in stories:
        rows = everyday(story)["event"].cast(pl.Int64)
        suspects = story.happenings.roles.filter(pl.col("role") == "suspect")
        per = suspects.filter(pl.col("event").is_in(rows.to_list())).group_by("event").len()["len"]
        sizes += np.bincount(per.to_numpy(), minlength=7)[:7]
    shares = sizes[1:] / sizes.sum()
    assert shares[:3] == pytest.approx(CO_SUSPECTS[:3], abs=0.012)


def test_activity_has_a_heavy_tail(stories):
    """The most active hundredth of suspects stand in over six of every hundred suspect roles."""
    for story in stories:
        per = story.happenings.roles.filter(pl.col("role") == "suspect").group_by("person").len()
        number = np.sort(per["len"].to_numpy())[::-1]
        top = number[: max(1, number.size // 100)].sum() / number.sum()
        assert top > 0.06


def test_suspects_mix_locally(stories):
    """A tenth travel; the rest are of the event's own area."""
    own = n = 0
    for story in stories:
        rows = everyday(story).select(pl.col("event").cast(pl.Int64), "area")
        roles = story.happenings.roles.filter(pl.col("role") == "suspect").join(rows, on="event")
        home = story.setting.people.area[roles["person"].to_numpy()]
        own += int((home == roles["area"].to_numpy()).sum())
        n += roles.height
    areas = stories[0].setting.place.areas
    expected = 1 - TRAVEL_SHARE * (1 - 1 / areas)
    assert own / n == pytest.approx(expected, abs=0.01)


def test_near_repeats_are_as_many_as_planted(stories):
    burglaries = repeats = 0
    for story in stories:
        events = story.happenings.events
        burglaries += everyday(story).filter(pl.col("crime_type") == "Burglary").height
        repeats += events.filter(pl.col("origin") == "near_repeat").height
    assert repeats / burglaries == pytest.approx(NEAR_REPEAT_SHARE * 0.93, abs=0.025)


def test_charges_are_as_common_as_planted(stories):
    """Of crimes with a suspect and a decision, everyday and of groups."""
    for origin, share in (
        ("everyday", WITH_SUSPECT["Suspect charged"]),
        ("group", 1 - (1 - WITH_SUSPECT["Suspect charged"]) * (1 - GROUP_CHARGED)),
    ):
        n = charged = 0
        for story in stories:
            events = story.happenings.events
            roles = story.happenings.roles
            suspects = roles.filter(pl.col("role") == "suspect")["event"].unique()
            rows = story.judged.outcomes.filter(
                pl.col("event").is_in(suspects.to_list()),
                pl.col("outcome") != "Under investigation",
            ).unique("event", keep="first", maintain_order=True)
            rows = rows.filter(events["origin"].gather(rows["event"]) == origin)
            n += rows.height
            charged += int((rows["outcome"] == "Suspect charged").sum())
        sd = (n * share * (1 - share)) ** 0.5
        assert within(charged, n * share, spread=sd), (origin, charged, n * share)


def test_suspects_of_charged_crimes_are_charged(stories):
    charged = n = 0
    for story in stories:
        events = story.judged.outcomes.filter(pl.col("outcome") == "Suspect charged")["event"]
        roles = story.judged.roles.filter(
            pl.col("event").is_in(events.to_list()),
            pl.col("role").is_in(["suspect", "charged", "convicted"]),
        )
        n += roles.height
        charged += roles.filter(pl.col("role") != "suspect").height
    sd = (n * CHARGED_SHARE * (1 - CHARGED_SHARE)) ** 0.5
    assert within(charged, n * CHARGED_SHARE, spread=sd)


def test_two_three_or_four_members_come(stories):
    together = np.concatenate(
        [g.present.sum(axis=1) for s in stories for g in s.groups if g.members.size >= 4]
    )
    shares = np.bincount(together, minlength=5)[2:5]
    chi = stats.chisquare(shares, np.array(TOGETHER) * together.size)
    assert chi.pvalue > LEVEL


def test_groups_know_nothing_of_names(stories):
    """Members bear names of each list as often as residents of their age do."""
    from frith.borough.words import table

    british = set(table("names.toml")["lists"]["british"]["family"])
    own, n, share = 0, 0, []
    for story in stories:
        people = story.setting.people
        is_british = np.array([name in british for name in people.family.tolist()])
        age = people.age_on(story.setting.period.days // 2)
        adults = (age > 17) & (age < 50) & (np.arange(age.size) < people.residents)
        share.append(is_british[adults].mean())
        members = np.concatenate([group.members for group in story.groups])
        own += int(is_british[members].sum())
        n += members.size
    expected = float(np.mean(share))
    assert within(own, n * expected, spread=(n * expected * (1 - expected)) ** 0.5)


def test_drug_lines_use_the_homes_of_people_they_exploit(stories):
    """Nearly every line's tenant's address serves two or more of its occasions."""
    used = lines = 0
    for story in stories:
        people, streets = story.setting.people, story.setting.streets
        for group in story.groups:
            if group.theme.key != "drug_line":
                continue
            home = streets.address_text[people.address[group.exploited[0]]]
            shared = {
                identifier
                for (_, kind, identifier), owner in zip(
                    story.shelf.objects, story.shelf.owner, strict=True
                )
                if kind == "address" and owner == group.group_id
            }
            lines += 1
            used += any(identifier.startswith(f"{home}, ") for identifier in shared)
    assert lines >= 4
    assert used / lines > 0.7


def test_reports_follow_their_rates_and_rise_after_sessions(stories):
    names = list(AGENCIES)
    for lifted in (False, True):
        found = expected = 0.0
        for story in stories:
            truth = story.partners.truth["report_rates"]
            rows = truth.filter((pl.col("session_times") > 1) == lifted)
            expected += rows["expected"].sum()
            reports = story.partners.tables["reports"].select(
                "agency", month=pl.col("received_on").dt.strftime("%Y-%m")
            )
            found += reports.join(rows, on=["agency", "month"]).height
        assert within(found, expected), (lifted, found, expected)
    assert names[-1] == "fire and rescue"


def test_silent_places_report_less(stories):
    silent = elsewhere = residents_silent = residents = 0.0
    for story in stories:
        areas = story.planted.areas_of("silence")
        codes = story.setting.place.codes[areas].tolist()
        reports = story.partners.tables["reports"]
        silent += reports.filter(pl.col("area").is_in(codes)).height
        elsewhere += reports.height
        residents_silent += story.setting.residents[areas].sum()
        residents += story.setting.residents.sum()
    assert silent / residents_silent < 0.5 * elsewhere / residents


def test_referrals_follow_their_rates(stories):
    found = sum(story.partners.tables["referrals"].height for story in stories)
    expected = sum(story.partners.truth["referral_rates"]["expected"].sum() for story in stories)
    assert within(found, expected)


def test_list_histories_follow_their_chances(stories):
    """Everybody's capture history, pooled, against the planted model."""
    people = sum(story.partners.truth["list_histories"]["people"].to_numpy() for story in stories)
    expected = history_chances() * people.sum()
    rare = expected < 5
    found = np.append(people[~rare], people[rare].sum())
    wanted = np.append(expected[~rare], expected[rare].sum())
    assert stats.chisquare(found, wanted).pvalue > LEVEL
    assert len(LISTS) == 5


def test_survey_weights_recover_what_everybody_would_say(stories):
    """Weighted shares of the best answer, wave by wave, near the truth of all adults."""
    for question in QUESTIONS:
        gaps = []
        for story in stories:
            truth = story.partners.truth["survey"].filter(pl.col("question") == question.key)
            survey = story.partners.tables["survey"].filter(pl.col("question") == question.key)
            for (wave,), rows in survey.group_by("wave", maintain_order=True):
                best = (rows["answer"] == question.answers[0]).to_numpy()
                weight = rows["weight"].to_numpy()
                share = (weight * best).sum() / weight.sum()
                true = truth.filter(pl.col("wave") == wave, pl.col("answer") == question.answers[0])
                effective = weight.sum() ** 2 / (weight**2).sum()
                p = true["share"][0]
                gaps.append((share - p) / (p * (1 - p) / effective) ** 0.5)
        assert abs(np.mean(gaps)) < 4 / len(gaps) ** 0.5, question.key
        assert np.std(gaps) < 2
