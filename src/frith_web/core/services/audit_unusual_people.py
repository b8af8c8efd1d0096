"""Unusual access to records of people: one's own, one's family's, one's address, a colleague's.

Compared are what a record bears and whose the account is; a name is never shown. That two people
bear one name is ordinary: each line is a question for the reviewer, and nothing about why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from scipy.stats import binomtest

from frith_web.core import subjects
from frith_web.core.log_selectors import Holder
from frith_web.core.subjects import Bears
from frith_web.core.unusual_rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One line for a reviewer: who, what differs, and the figures behind it."""

    account: int
    name: str
    what: str
    figures: str


@dataclass(slots=True)
class Reader:
    """What one account looked at."""

    account: int
    name: str
    days: Counter[date] = field(default_factory=Counter)
    """Records seen on each day."""
    acts: Counter[tuple[bool, str]] = field(default_factory=Counter)
    """Acts by whether in the window, and by the rule of hours they fall under; all under ""."""
    opened: dict[tuple[str, str], set[date]] = field(default_factory=dict)
    """In the window: each record, and the days on which it was shown."""
    first: date = date.max

    def seen(self, kind: str) -> set[str]:
        """The records of a kind that were shown in the window."""
        return {reference for known, reference in self.opened if known == kind}


def notice(one: Reader, rule: Rule, figures: str) -> Notice:
    """A rule's statement of one reader."""
    return Notice(account=one.account, name=one.name, what=rule.says, figures=figures)


def of_people(
    readers: Sequence[Reader], rules: Mapping[str, Rule], *, holders: Mapping[int, Holder]
) -> tuple[list[Notice], list[str]]:
    """What the rules of people say of each reader, and what cannot be told."""
    notices: list[Notice] = []
    for kind, known in subjects.people().items():
        seen = {one.account: one.seen(kind) for one in readers}
        bears = known.of(frozenset().union(*seen.values()))
        names = {one.full_name for one in holders.values()} - {""}
        emails = {one.email for one in holders.values()} - {""}
        theirs = known.named(names, emails)
        family_names = {one.family_name for one in holders.values()} - {""}
        share = known.share(family_names)
        for one in readers:
            shown = _Shown(
                kind=kind,
                of={reference: bears[reference] for reference in seen[one.account] & set(bears)},
                holders=holders,
                theirs=theirs,
                share=share,
            )
            notices += _of_one(one, shown, rules)
    unknown = [] if subjects.people() else ["whose the records are: no room tells what they bear"]
    return notices, unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """Records of one kind that one reader was shown, and what they are compared with."""

    kind: str
    of: Mapping[str, Bears]
    holders: Mapping[int, Holder]
    theirs: Mapping[str, Bears]
    """Records that bear an account holder's full name or email address."""
    share: Mapping[str, float]

    def whose(self, bears: Bears) -> set[int]:
        """The accounts whose holder bears the same full name or email address."""
        return {
            account
            for account, one in self.holders.items()
            if (one.full_name and one.full_name == bears.full_name)
            or (one.email and one.email == bears.email)
        }


def _of_one(one: Reader, shown: _Shown, rules: Mapping[str, Rule]) -> list[Notice]:
    whose = {reference: shown.whose(bears) for reference, bears in shown.of.items()}
    own = sorted(reference for reference, accounts in whose.items() if one.account in accounts)
    others = sorted(reference for reference, accounts in whose.items() if accounts - {one.account})
    found: list[Notice] = []
    if rule := rules.get("own_record"):
        found += [notice(one, rule, f"{shown.kind} {reference}") for reference in own]
    if rule := rules.get("colleague"):
        colleagues = [reference for reference in others if reference not in own]
        found += [notice(one, rule, f"{shown.kind} {reference}") for reference in colleagues]
    if rule := rules.get("own_address"):
        found += _at_own_address(one, shown, rule, own=set(own))
    if rule := rules.get("own_family_name"):
        found += _of_own_family(one, shown, rule, own=set(own))
    if rule := rules.get("one_family"):
        # A name itself is personal data: the number is told, the entries lead to the rest.
        names = Counter(bears.family_name for bears in shown.of.values() if bears.family_name)
        found += [
            notice(one, rule, f"{many} records of kind {shown.kind}")
            for many in names.values()
            if many >= rule["records"]
        ]
    return found


def _at_own_address(one: Reader, shown: _Shown, rule: Rule, *, own: set[str]) -> list[Notice]:
    """Records at an address that a record in the reader's own name gives, whoever opened that."""
    home = {
        bears.address
        for bears in shown.theirs.values()
        if bears.address and one.account in shown.whose(bears)
    }
    there = [
        reference
        for reference, bears in shown.of.items()
        if bears.address in home and reference not in own
    ]
    return [notice(one, rule, f"{len(there)} records of kind {shown.kind}")] if there else []


def _of_own_family(one: Reader, shown: _Shown, rule: Rule, *, own: set[str]) -> list[Notice]:
    """Records of the reader's family name, unless the name is common and chance explains it."""
    holder = shown.holders.get(one.account)
    if holder is None or not holder.family_name:
        return []
    same = [
        reference
        for reference, bears in shown.of.items()
        if bears.family_name == holder.family_name and reference not in own
    ]
    share = shown.share.get(holder.family_name, 0.0)
    if not same:
        return []
    if share > rule["common_share"]:
        p = binomtest(len(same), len(shown.of), min(share, 1.0), alternative="greater").pvalue
        if p > rule["q"]:
            return []
    figures = f"{len(same)} of {len(shown.of)} records of kind {shown.kind}; "
    return [notice(one, rule, f"{figures}{100 * share:.2g}% of all of them bear it")]
