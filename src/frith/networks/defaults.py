"""The numbers that decide what counts as a group, each with its reason and its source."""

from __future__ import annotations

Q = 0.05
"""Share of false groups a list may be expected to hold. Benjamini and Hochberg (1995)."""

PROPOSE_P = 0.05
"""A pair seen twice in the proposing half joins a proposal below this conditional p. It is a sieve,
not a test: what it lets through is tested on the other half. 0.05 and 0.2 gave the same share of
false groups on planted data; 0.05 found slightly more, for its proposals are purer."""

SPLIT = 0.5
"""Share of occasions used to propose; the rest confirms. Then the halves change places."""

SEEDS = 10
"""How many random splits; each is used in both directions."""

HELD_SHARE = 0.15
"""A group is kept where at least this share of the splits confirms it, each split being tested at
`q` times this share: by Markov's inequality the list's expected false groups then stay within `q`,
whatever the dependence between splits. Meinshausen, Meier and Bühlmann (2009), JASA 104. On planted
data 0.15 found 4 points more of the groups than 0.25, 11 more than 0.4; under 0.3% were false."""

ROUTE_SHARE = 0.5
"""Two ways lead onto the list (confirmed groups, validated pairs); each gets half of `q`."""

MAX_EVENT_SIZE = 20
"""More suspects than this is a sweep or a crowd, not a meeting: its pairs grow with the square."""

OCCASION_HOURS = 48
"""The same suspects within this many hours are one happening, recorded more than once."""

STRATUM_MIN = 100
STRATUM_MAX = 1000
"""Occasions of two or more suspects in a stratum: fewer, and its rate is noise; more, and people
who never meet are treated as if they could. On planted data strata five times the ideal gave no
false groups, twenty times 6%, a hundred times 23%, the whole country 54%."""

COARSE_TIMES = 2
"""A place that cannot be divided is used, with a warning, up to this many times STRATUM_MAX."""

USABLE_SHARE = 0.5
"""Below this share of occasions with a fine enough place there is not enough information."""

MIN_SHARED_OCCASIONS = 2
"""A pair, or an associate, is tested only from this count on: at one occasion the conditional
probability is 1 by construction."""

MIN_SIZE = 3
MIN_SIZE_EXPLOITATION = 2
"""Three or more: Serious Crime Act 2015, s.45(6) (to be verified locally). Two or more for sexual
and criminal exploitation and modern slavery: the Police Foundation's definition for CSE groups."""

SMALL_GROUP_THEMES = frozenset({"cse", "cce", "modern_slavery"})
MIN_OCCASIONS = 3
MIN_MONTHS = 2
"""Continuity: at least this many occasions, in at least this many calendar months."""

MATCH_JACCARD = 0.5
"""Two groups are one where they share at least half of all their people."""

IDENTITY_SURE = 0.99
"""A record joined to its person with less than this probability leaves the identity in doubt."""

LOUVAIN_FROM = 12
"""A connected lump of more people than this is divided into communities; a smaller one is kept."""
