"""Unusual access: a list for a named auditor to look at, with what it cannot tell. No score.

Volume of a reader's days against their own earlier days: Mann and Whitney (1947), Annals of
Mathematical Statistics 18, one-sided, with the false discovery rate over all readers held by
Benjamini and Hochberg (1995). Volume against peers who hold a role in common: the modified z of
Iglewicz and Hoaglin (1993), *How to Detect and Handle Outliers*, on the logarithm of records seen.
Out of hours: Fisher's (1922) exact test of the share of acts, against the reader's own earlier
share. Being on the list says that a pattern differs, and nothing about why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import numpy as np
from django.utils import timezone
from scipy.stats import fisher_exact, mannwhitneyu

from frith.stats.fdr import benjamini_hochberg
from frith_web.core import subjects

Q = 0.01
"""False discovery rate of the list: of a hundred lines on volume, about one is chance."""
FAR = 3.5
"""Modified z beyond which a value is labelled (Iglewicz and Hoaglin, 1993)."""
TO_SD = 0.6745
"""The median deviation of a normal distribution, in standard deviations."""
MEAN_TO_SD = 1.253314
"""Standard deviations of a normal distribution in its mean deviation: the root of half of pi."""
MATERIAL = 2
"""Where few peers are much alike, chance alone is far from them: less than twice is not listed."""
FEWEST_DAYS, FEWEST_PEERS = 28, 5
"""With fewer earlier days, or fewer peers, nothing is compared."""
MANY_DAYS, MANY_OF_A_NAME = 5, 8
"""One record opened on so many days; so many records of one family name."""
SATURDAY = 5
CANNOT_TELL = (
    "why somebody looked: a busy week, a new case and curiosity look the same here",
    "what was seen on a screen that somebody else was watching, or photographed, or remembered",
    "whether an account was used by its holder",
    "reads outside this site: in partners' own systems, on paper, in exports once they left",
)
Row = tuple[int, str, datetime, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One line for an auditor: who, what differs, and the figures behind it."""

    account: int
    name: str
    what: str
    figures: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusualAccess:
    """The list, what was compared, and what it cannot tell."""

    since: date
    until: date
    readers: int
    notices: tuple[Notice, ...]
    cannot_tell: tuple[str, ...]


@dataclass(slots=True)
class _Reader:
    account: int
    name: str
    days: Counter[date] = field(default_factory=Counter)
    """Records seen on each day."""
    acts: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    """Acts by (in the window, out of hours)."""
    opened: dict[tuple[str, str], set[date]] = field(default_factory=dict)
    """In the window: each record, and the days on which it was shown."""
    first: date = date.max


def unusual_access(
    rows: Iterable[Row],
    *,
    until: date,
    days: int,
    history_days: int,
    opens: time,
    closes: time,
    roles: Mapping[int, frozenset[str]],
) -> UnusualAccess:
    """What differs in the last `days` from the `history_days` before, for each reader.

    `rows`: (account, name, moment, records), of consultations and disclosures. `opens`, `closes`:
    office hours. `roles`: which roles each account holds; peers hold one in common.
    """
    since = until - timedelta(days=days - 1)
    readers = _readers(rows, since=since, until=until, opens=opens, closes=closes)
    begin = since - timedelta(days=history_days)
    volume, young = _against_themselves(readers, since=since, until=until, begin=begin)
    peers, lonely = _against_peers(readers, since=since, roles=roles)
    own, unknown = _of_people(readers)
    notices = [*volume, *peers, *_out_of_hours(readers), *_one_record(readers), *own]
    told = [*CANNOT_TELL, *unknown]
    if young:
        told.append(f"{young} readers have fewer than {FEWEST_DAYS} earlier days to compare with")
    if lonely:
        told.append(f"{lonely} readers have fewer than {FEWEST_PEERS} peers of a role in common")
    return UnusualAccess(
        since=since,
        until=until,
        readers=sum(1 for one in readers if max(one.days) >= since),
        notices=tuple(sorted(notices, key=lambda one: (one.name, one.what))),
        cannot_tell=tuple(told),
    )


def _readers(
    rows: Iterable[Row], *, since: date, until: date, opens: time, closes: time
) -> list[_Reader]:
    found: dict[int, _Reader] = {}
    for account, name, at, records in rows:
        here = timezone.localtime(at)
        day = here.date()
        if day > until:
            continue
        one = found.setdefault(account, _Reader(account, name))
        one.first = min(one.first, day)
        one.days[day] += sum(map(len, records.values()))
        away = day.weekday() >= SATURDAY or not opens <= here.time() < closes
        one.acts[day >= since, away] += 1
        if day >= since:
            for kind, references in records.items():
                for reference in references:
                    one.opened.setdefault((kind, reference), set()).add(day)
    return list(found.values())


def _against_themselves(
    readers: Sequence[_Reader], *, since: date, until: date, begin: date
) -> tuple[list[Notice], int]:
    """Readers whose days of the window hold more records than their own days before."""
    compared, p, figures = [], [], []
    young = 0
    for one in readers:
        start = max(begin, one.first)
        before = _daily(one, start, since - timedelta(days=1))
        now = _daily(one, since, until)
        if len(before) < FEWEST_DAYS:
            young += any(now)
            continue
        compared.append(one)
        p.append(float(mannwhitneyu(now, before, alternative="greater").pvalue))
        figures.append((sum(now) / len(now), sum(before) / len(before)))
    q = list(benjamini_hochberg(p))
    notices = [
        Notice(
            account=one.account,
            name=one.name,
            what="Saw more records a day than on their own earlier days",
            figures=f"{now:.1f} records a day, {before:.1f} before; q = {value:.2g}",
        )
        for one, (now, before), value in zip(compared, figures, q, strict=True)
        if value <= Q
    ]
    return notices, young


def _daily(one: _Reader, start: date, end: date) -> list[int]:
    """Records seen on each working day, nought included; weekends count where they were used."""
    span = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [one.days[day] for day in span if day.weekday() < SATURDAY or one.days[day]]


def _against_peers(
    readers: Sequence[_Reader], *, since: date, roles: Mapping[int, frozenset[str]]
) -> tuple[list[Notice], int]:
    totals = {one.account: sum(n for day, n in one.days.items() if day >= since) for one in readers}
    notices, lonely = [], 0
    for one in readers:
        mine = roles.get(one.account, frozenset())
        peers = [totals[a] for a in totals if a != one.account and mine & roles.get(a, frozenset())]
        if not totals[one.account]:
            continue
        if len(peers) < FEWEST_PEERS:
            lonely += 1
            continue
        z = _modified_z(totals[one.account], peers)
        if z > FAR and totals[one.account] > MATERIAL * float(np.median(peers)):
            words = f"{totals[one.account]:,} records; {len(peers)} peers have a median of "
            notices.append(
                Notice(
                    account=one.account,
                    name=one.name,
                    what="Saw more records than peers of the same role",
                    figures=f"{words}{np.median(peers):,.0f}; modified z = {z:.1f}",
                )
            )
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


def _out_of_hours(readers: Sequence[_Reader]) -> list[Notice]:
    notices = []
    for one in readers:
        now_out, now_in = one.acts[True, True], one.acts[True, False]
        out, inside = one.acts[False, True], one.acts[False, False]
        if not now_out:
            continue
        acts = np.array([[now_out, now_in], [out, inside]])
        p = fisher_exact(acts, alternative="greater").pvalue
        if p <= Q:
            notices.append(
                Notice(
                    account=one.account,
                    name=one.name,
                    what="Read out of office hours more than before",
                    figures=f"{now_out} of {now_out + now_in} acts, {out} of {out + inside} before",
                )
            )
    return notices


def _one_record(readers: Sequence[_Reader]) -> list[Notice]:
    return [
        Notice(
            account=one.account,
            name=one.name,
            what="Came back to one record on many days",
            figures=f"{kind} {reference} on {len(days)} days",
        )
        for one in readers
        for (kind, reference), days in one.opened.items()
        if len(days) >= MANY_DAYS
    ]


def _notice(one: _Reader, what: str, figures: str) -> Notice:
    return Notice(account=one.account, name=one.name, what=what, figures=figures)


def _of_people(readers: Sequence[_Reader]) -> tuple[list[Notice], list[str]]:
    """Records of one family name, and of the partnership's own people, where rooms know them."""
    notices, unknown = [], []
    for kind, look_up in subjects.family_names().items():
        for one in readers:
            seen = {reference for known, reference in one.opened if known == kind}
            # A name itself is personal data: the number is told, the entries lead to the rest.
            for many in Counter(look_up(seen).values()).values():
                if many >= MANY_OF_A_NAME:
                    what = "Saw many records of one family name"
                    figures = f"{many} records of kind {kind}"
                    notices.append(_notice(one, what, figures))
    for kind, own in subjects.own_people().items():
        held = own()
        for one in readers:
            for known, reference in one.opened:
                if known == kind and reference in held:
                    theirs = held[reference] == one.account
                    what = f"Saw {'their own record' if theirs else 'the record of a colleague'}"
                    figures = f"{kind} {reference}"
                    notices.append(_notice(one, what, figures))
    if not subjects.family_names():
        unknown.append("whether many records were of one family: no room tells family names")
    if not subjects.own_people():
        unknown.append("whether somebody read of themselves or a colleague: no room tells which")
    return notices, unknown
