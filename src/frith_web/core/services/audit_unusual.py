"""Unusual access: a list for a named reviewer to look at, with what it cannot tell. No score.

What is looked for, and from where on, are dated rules (`core/unusual_rules.toml`); a line is a
statement in words with its figures.

Volume of a reader's days against their own earlier days: Mann and Whitney (1947), Annals of
Mathematical Statistics 18, one-sided, with the false discovery rate over all readers held by
Benjamini and Hochberg (1995). Volume against peers who hold a role in common: the modified z of
Iglewicz and Hoaglin (1993), *How to Detect and Handle Outliers*, on the logarithm of records seen.
Out of hours: Fisher's (1922) exact test of the share of acts, against the reader's own earlier
share. Being on the list says that a pattern differs, and nothing about why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from django.db import transaction
from django.utils import timezone
from scipy.stats import fisher_exact, mannwhitneyu

from frith.stats.fdr import benjamini_hochberg
from frith_web.core import log_selectors
from frith_web.core.log_selectors import Holder
from frith_web.core.models import EntryKind, User, opened
from frith_web.core.reading import current_reading
from frith_web.core.services import audit
from frith_web.core.services.audit_unusual_people import Notice, Reader, notice, of_people
from frith_web.core.unusual_rules import Rule, rules_on

TO_SD = 0.6745
"""The median deviation of a normal distribution, in standard deviations."""
MEAN_TO_SD = 1.253314
"""Standard deviations of a normal distribution in its mean deviation: the root of half of pi."""
SATURDAY = 5
CANNOT_TELL = (
    "why somebody looked: a busy week, a new case and curiosity look the same here",
    "what was seen on a screen that somebody else was watching, or photographed, or remembered",
    "whether an account was used by its holder",
    "reads outside this site: in partners' own systems, on paper, in exports once they left",
)
Row = tuple[int, str, datetime, Mapping[str, Sequence[str]]]
WINDOW_DAYS, HISTORY_DAYS = 28, 182
LOOKED = "core.unusual_access.looked"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusualAccess:
    """The list, what was compared, and what it cannot tell."""

    since: date
    until: date
    readers: int
    notices: tuple[Notice, ...]
    cannot_tell: tuple[str, ...]


class NotTheReviewer(Exception):
    """Only the named reviewer says that the list was looked at."""


def look(*, user: User) -> UnusualAccess:
    """The list of today, over what this reader may see of the log."""
    until = timezone.localdate()
    since = timezone.now() - timedelta(days=WINDOW_DAYS + HISTORY_DAYS)
    window = timezone.now() - timedelta(days=WINDOW_DAYS)
    policy = audit.policy_in_force()
    with transaction.atomic(), opened("names are compared with readers' own, and none is shown"):
        found = unusual_access(
            log_selectors.consultations(user=user, since=since).iterator(),
            until=until,
            days=WINDOW_DAYS,
            history_days=HISTORY_DAYS,
            opens=policy.office_opens,
            closes=policy.office_closes,
            roles=log_selectors.roles_by_account(),
            holders=log_selectors.holders(),
            tasks=log_selectors.tasks(user=user, since=window),
        )
    current_reading().note_count(log_selectors.KIND)
    return found


@transaction.atomic
def note_looked(*, by: User, lines: int) -> None:
    """The named reviewer has looked at the list; the log says when, and how many lines it had."""
    if audit.policy_in_force().reviewer_id != by.pk:
        raise NotTheReviewer
    audit.append(kind=EntryKind.ADMINISTRATION, act=LOOKED, actor=by, detail={"lines": lines})


def unusual_access(
    rows: Iterable[Row],
    *,
    until: date,
    days: int,
    history_days: int,
    opens: time,
    closes: time,
    roles: Mapping[int, frozenset[str]],
    holders: Mapping[int, Holder] | None = None,
    tasks: Collection[tuple[int, str, str]] = (),
) -> UnusualAccess:
    """What differs in the last `days` from the `history_days` before, for each reader.

    `rows`: (account, name, moment, records), of consultations and disclosures. `opens`, `closes`:
    office hours. `roles`: which roles each account holds; peers hold one in common. `holders`:
    whose each account is. `tasks`: (account, kind, reference) of records on which somebody had
    work.
    """
    since = until - timedelta(days=days - 1)
    rules = rules_on(until)
    hours = Hours(opens=opens, closes=closes, night=rules.get("night"))
    readers = _readers(rows, since=since, until=until, hours=hours)
    begin = since - timedelta(days=history_days)
    notices: list[Notice] = []
    told = list(CANNOT_TELL)
    if rule := rules.get("own_volume"):
        found, young = _against_themselves(readers, rule, since=since, until=until, begin=begin)
        notices += found
        if young:
            days_words = f"fewer than {rule['fewest_days']:.0f} earlier days to compare with"
            told.append(f"{young} readers have {days_words}")
    if rule := rules.get("peers"):
        found, lonely = _against_peers(readers, rule, since=since, roles=roles)
        notices += found
        if lonely:
            peers_words = f"fewer than {rule['fewest_peers']:.0f} peers of a role in common"
            told.append(f"{lonely} readers have {peers_words}")
    for key in ("out_of_hours", "night"):
        if rule := rules.get(key):
            notices += _at_odd_hours(readers, rule)
    if rule := rules.get("one_record"):
        notices += _one_record(readers, rule, tasks=frozenset(tasks))
    people, unknown = of_people(readers, rules, holders=holders or {})
    notices += people
    told += unknown
    return UnusualAccess(
        since=since,
        until=until,
        readers=sum(1 for one in readers if max(one.days) >= since),
        notices=tuple(sorted(notices, key=lambda one: (one.name, one.what))),
        cannot_tell=tuple(told),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When a moment is out of office hours, and when it is night."""

    opens: time
    closes: time
    night: Rule | None

    def odd(self, at: datetime) -> tuple[str, ...]:
        """The keys of the rules that a moment of the site's clock falls under."""
        away = at.weekday() >= SATURDAY or not self.opens <= at.time() < self.closes
        keys = ["out_of_hours"] if away else []
        if self.night and not self.night["to_hour"] <= at.hour < self.night["from_hour"]:
            keys.append("night")
        return tuple(keys)


def _readers(rows: Iterable[Row], *, since: date, until: date, hours: Hours) -> list[Reader]:
    found: dict[int, Reader] = {}
    for account, name, at, records in rows:
        here = timezone.localtime(at)
        day = here.date()
        if day > until:
            continue
        one = found.setdefault(account, Reader(account, name))
        one.first = min(one.first, day)
        one.days[day] += sum(map(len, records.values()))
        one.acts[day >= since, ""] += 1
        for key in hours.odd(here):
            one.acts[day >= since, key] += 1
        if day >= since:
            for kind, references in records.items():
                for reference in references:
                    one.opened.setdefault((kind, reference), set()).add(day)
    return list(found.values())


def _against_themselves(
    readers: Sequence[Reader], rule: Rule, *, since: date, until: date, begin: date
) -> tuple[list[Notice], int]:
    """Readers whose days of the window hold more records than their own days before."""
    compared, p, figures = [], [], []
    young = 0
    for one in readers:
        start = max(begin, one.first)
        before = _daily(one, start, since - timedelta(days=1))
        now = _daily(one, since, until)
        if len(before) < rule["fewest_days"]:
            young += any(now)
            continue
        compared.append(one)
        p.append(float(mannwhitneyu(now, before, alternative="greater").pvalue))
        figures.append((sum(now) / len(now), sum(before) / len(before)))
    q = list(benjamini_hochberg(p))
    notices = [
        notice(one, rule, f"{now:.1f} records a day, {before:.1f} before; q = {value:.2g}")
        for one, (now, before), value in zip(compared, figures, q, strict=True)
        if value <= rule["q"]
    ]
    return notices, young


def _daily(one: Reader, start: date, end: date) -> list[int]:
    """Records seen on each working day, nought included; weekends count where they were used."""
    span = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [one.days[day] for day in span if day.weekday() < SATURDAY or one.days[day]]


def _against_peers(
    readers: Sequence[Reader],
    rule: Rule,
    *,
    since: date,
    roles: Mapping[int, frozenset[str]],
) -> tuple[list[Notice], int]:
    totals = {one.account: sum(n for day, n in one.days.items() if day >= since) for one in readers}
    notices, lonely = [], 0
    for one in readers:
        mine = roles.get(one.account, frozenset())
        peers = [totals[a] for a in totals if a != one.account and mine & roles.get(a, frozenset())]
        if not totals[one.account]:
            continue
        if len(peers) < rule["fewest_peers"]:
            lonely += 1
            continue
        z = _modified_z(totals[one.account], peers)
        material = rule["times"] * float(np.median(peers))
        if z > rule["far"] and totals[one.account] > material:
            words = f"{totals[one.account]:,} records; {len(peers)} peers have a median of "
            figures = f"{words}{np.median(peers):,.0f}; modified z = {z:.1f}"
            notices.append(notice(one, rule, figures))
    return notices, lonely


def _modified_z(value: int, others: Sequence[int]) -> float:
    """How far a total stands from others, robustly, on the logarithm; nought where all are alike.

    Where more than half are alike the median deviation is nought, and the mean deviation stands in
    for it, as Iglewicz and Hoaglin (1993) advise.
    """
    logs = np.log1p(others)
    middle = float(np.median(logs))
    far = np.abs(logs - middle)
    spread = float(np.median(far)) / TO_SD or float(np.mean(far)) * MEAN_TO_SD
    return (float(np.log1p(value)) - middle) / spread if spread else 0.0


def _at_odd_hours(readers: Sequence[Reader], rule: Rule) -> list[Notice]:
    """Readers whose acts of the window fall under a rule of hours more often than before."""
    notices = []
    for one in readers:
        now, now_all = one.acts[True, rule.key], one.acts[True, ""]
        before, before_all = one.acts[False, rule.key], one.acts[False, ""]
        if not now:
            continue
        acts = np.array([[now, now_all - now], [before, before_all - before]])
        if fisher_exact(acts, alternative="greater").pvalue <= rule["q"]:
            figures = f"{now} of {now_all} acts, {before} of {before_all} before"
            notices.append(notice(one, rule, figures))
    return notices


def _one_record(
    readers: Sequence[Reader], rule: Rule, *, tasks: frozenset[tuple[int, str, str]]
) -> list[Notice]:
    return [
        notice(one, rule, f"{kind} {reference} on {len(days)} days")
        for one in readers
        for (kind, reference), days in one.opened.items()
        if len(days) >= rule["days"] and (one.account, kind, reference) not in tasks
    ]
