"""What partners do and send: sessions, reports, referrals, lists, a survey, intelligence."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from frith.borough.draws import Streams
from frith.borough.groups.planting import Group
from frith.borough.intelligence import Intelligence, make_intelligence
from frith.borough.lists import Lists, make_lists
from frith.borough.objects import Shelf
from frith.borough.planted import Planted
from frith.borough.referrals import make_referrals, referral_rates, referral_rates_truth
from frith.borough.reports import make_reports, report_rates, report_rates_truth
from frith.borough.sessions import hold_sessions
from frith.borough.setting import Setting
from frith.borough.survey import make_survey
from frith.borough.tension import tension_table


@dataclass(frozen=True, kw_only=True)
class Partners:
    """Declared tables, tables of the truth, and the reports in words."""

    tables: dict[str, pl.DataFrame]
    truth: dict[str, pl.DataFrame]
    intelligence: Intelligence


def partners_year(
    streams: Streams,
    setting: Setting,
    planted: Planted,
    *,
    groups: list[Group],
    exploited: pl.DataFrame,
    shelf: Shelf,
) -> Partners:
    """Each table from its own stream; reports rise after sessions and are few in silent places."""
    period, people = setting.period, setting.people.residents
    sessions = hold_sessions(streams.of("sessions"), period, people=people)
    expected = report_rates(setting, planted, sessions.lift)
    reports = make_reports(streams.of("reports"), setting, expected)
    referred = referral_rates(setting)
    survey, perception = make_survey(streams.of("survey"), setting, planted)
    lists: Lists = make_lists(
        streams.of("lists"), setting, exploited=exploited["person"].unique().sort().to_numpy()
    )
    return Partners(
        tables={
            "sessions": sessions.table,
            "reports": reports,
            "referrals": make_referrals(streams.of("referrals"), setting, referred),
            "survey": survey,
            "tension": tension_table(
                streams.of("tension judgements"),
                setting.place,
                period,
                episode=planted.areas_of("tension"),
            ),
            "lists": lists.table,
        },
        truth={
            "report_rates": report_rates_truth(setting, expected, sessions.lift),
            "referral_rates": referral_rates_truth(setting, referred),
            "survey": perception,
            "list_persons": lists.persons,
            "list_histories": lists.histories,
        },
        intelligence=make_intelligence(
            streams.of("intelligence"), setting, reports, groups=groups, shelf=shelf
        ),
    )
