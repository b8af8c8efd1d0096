"""What is compared, and the levels on which two nominals agree: conditions, defaults and words.

Each comparison is a list of levels, best first; the first whose condition holds is the level of a
pair. `m` is how often two records of one person stand on that level, `u` how often records of two
different people do; log2(m/u) is the level's weight (Fellegi and Sunter 1969).

Fellegi and Sunter add the weights of facts as if these were independent. Within a household they
are not: parents, brothers and sisters share surname, address and landline at once. So three
comparisons have branches (`Level.branch`): the same address is weighed against how often
*namesakes* share one, the same telephone or date of birth against how often people *of one
address* do. m and u are shares within a branch. This is how relations at one address stay apart.

The defaults are judgements of the order found in published British linkage (Harron, Goldstein and
Dibben 2015, Methodological Developments in Data Linkage); they serve where data are too thin to
learn from, and then the answer says so.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

GIVEN, FAMILY, BIRTH, HOME = "given", "family", "birth", "home"
PHONE, EMAIL, POLICE_ID, SEX = "phone", "email", "police_id", "sex"

NULL = "not known"
SAME, SWAPPED, SIMILAR, OTHER = "same", "swapped", "similar", "other"
STREET, POSTCODE, CROSSED = "street", "postcode", "crossed"
NEAR, YEAR, ALIKE, SECOND = "near", "year", "alike", "second name"

SIMILAR_NAME = 0.92
"""Jaro-Winkler similarity from which two names are spellings of one (Winkler 1990)."""
ALIKE_NAME = 0.82
"""Two slips in a short name, or one and a letter lost, leave about this much."""
SIMILAR_LINE = 0.90
RAREST_GIVEN, RAREST_FAMILY = 1 / 500, 1 / 1000
"""Rarity counts only so far. Given names and surnames of one community go together, so that a name
rare in the county may be shared by many in one street; weighing both as independent rarities would
join the wrong people, and most often those of minorities."""
SHORTEST_TYPO = 4
"""Names shorter than this are too near one another for one letter to be called a slip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level: `condition` is SQL over `…_l` and `…_r`."""

    label: str
    condition: str
    m: float = 0.5
    u: float = 0.5
    branch: str = ""
    frequency_of: str = ""
    """The column whose rarity sharpens the weight of this level."""
    rarest: float = 0.0
    """No value is counted as rarer than this."""

    @property
    def key(self) -> str:
        """The level's name, with its branch where it has one."""
        return f"{self.label}, {self.branch}" if self.branch else self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One comparison: when it says nothing (`unknown`), its levels, what it is called."""

    name: str
    words: str
    unknown: str
    levels: tuple[Level, ...]
    m_tied: bool = False
    """m is the same in every branch; only u differs."""

    def case_sql(self) -> str:
        """The SQL of the level's number: -1 where nothing is known, 0 the last, counted up."""
        top = len(self.levels) - 1
        whens = [f"WHEN {self.unknown} THEN -1"]
        whens += [
            f"WHEN {level.condition} THEN {top - at}" for at, level in enumerate(self.levels[:-1])
        ]
        return f"CASE {' '.join(whens)} ELSE 0 END"

    @property
    def numbers(self) -> tuple[int, ...]:
        """The number of each level, in their order: the best has the highest, the last 0."""
        return tuple(range(len(self.levels) - 1, -1, -1))

    def gamma(self, label: str, *, branch: str | None = None) -> tuple[int, ...]:
        """The numbers of the levels of that label, in one branch or in all."""
        top = len(self.levels) - 1
        return tuple(
            top - at
            for at, level in enumerate(self.levels)
            if level.label == label and (branch is None or level.branch == branch)
        )


def _either(left: str, right: str) -> str:
    """A condition between two different columns, read both ways."""
    return f"({left}_l = {right}_r OR {right}_l = {left}_r)"


def _unknown(*columns: str) -> str:
    return " OR ".join(f"{c}_l IS NULL OR {c}_r IS NULL" for c in columns)


def _alike(column: str) -> str:
    """Spelt somewhat alike: more than one slip."""
    left, right = f"{column}_l", f"{column}_r"
    return (
        f"(abs(length({left}) - length({right})) <= 2 AND "
        f"length({left}) >= {SHORTEST_TYPO} AND length({right}) >= {SHORTEST_TYPO} AND "
        f"jaro_winkler_similarity({left}, {right}) >= {ALIKE_NAME})"
    )


def _slip(column: str) -> str:
    """One slip of the finger, or spelt nearly alike."""
    left, right = f"{column}_l", f"{column}_r"
    return (
        f"((left({left}, 1) = left({right}, 1) OR right({left}, 2) = right({right}, 2)) AND "
        f"abs(length({left}) - length({right})) <= 2 AND "
        f"length({left}) >= {SHORTEST_TYPO} AND length({right}) >= {SHORTEST_TYPO} AND "
        f"(jaro_winkler_similarity({left}, {right}) >= {SIMILAR_NAME} OR "
        f"damerau_levenshtein({left}, {right}) <= 1))"
    )


NAMESAKES = "family_l = family_r"
SAME_INITIALS = "coalesce(initial_l = initial_r AND left(family_l, 1) = left(family_r, 1), FALSE)"
"""Addresses of email are made of names: two John Smiths' are alike, and it means nothing."""
ONE_ADDRESS = (
    "(address_id_l = address_id_r OR "
    "(street_l = street_r AND coalesce(postcode_l = postcode_r, TRUE)))"
)
NEAR_ADDRESS = (
    "(door_l = door_r AND "
    "(postcode_l = postcode_r OR damerau_levenshtein(postcode_l, postcode_r) <= 1) AND "
    f"jaro_winkler_similarity(street_l, street_r) >= {SIMILAR_LINE})"
)
"""The same house number, its street and postcode with a slip: not the neighbour's."""
SAME_HOME = f"coalesce({ONE_ADDRESS}, FALSE)"
SWAP = "given_l = family_r AND family_l = given_r"
FULL_BIRTH = "dob_l IS NOT NULL AND dob_r IS NOT NULL"
YEAR_AT_LEAST = (
    f"NOT ({FULL_BIRTH}) AND birth_year_l = birth_year_r "
    "AND coalesce(birth_month_l = birth_month_r, TRUE)"
)
TWO_PARTS = (
    "(CASE WHEN birth_year_l = birth_year_r THEN 1 ELSE 0 END "
    "+ CASE WHEN birth_month_l = birth_month_r THEN 1 ELSE 0 END "
    "+ CASE WHEN birth_day_l = birth_day_r THEN 1 ELSE 0 END) = 2"
)

WITHIN_A_YEAR = "abs(birth_year_l - birth_year_r) <= 1"


def _branched(
    levels: tuple[Level, ...],
    *,
    where: str,
    names: tuple[str, str],
    u_inside: Mapping[str, float],
) -> tuple[Level, ...]:
    """Each level twice: in the branch `where` holds, with its own u, and outside it."""
    inside, outside = names
    found: list[Level] = []
    for level in levels:
        both = where if level.condition == "TRUE" else f"{level.condition} AND {where}"
        u = u_inside[level.label]
        found.append(
            dataclasses.replace(level, branch=inside, condition=both, u=u, frequency_of="")
        )
        found.append(dataclasses.replace(level, branch=outside))
    return tuple(found)


AT_HOME, AWAY = "one address", "elsewhere"
NAMESAKE, STRANGER = "namesakes", "other names"

COMPARISONS: tuple[Comparison, ...] = (
    Comparison(
        name=GIVEN,
        words="given name",
        unknown=f"initial_l IS NULL OR initial_r IS NULL OR ({SWAP} AND given_l <> given_r)",
        levels=(
            Level(
                label=SAME,
                condition="given_l = given_r",
                m=0.80,
                u=0.008,
                frequency_of="given",
                rarest=RAREST_GIVEN,
            ),
            Level(
                label="nickname",
                condition="(root_l = root_r AND (list_contains(readings_l, given_r) OR "
                "list_contains(readings_r, given_l) OR list_has_any(readings_l, readings_r)))",
                m=0.06,
                u=0.002,
            ),
            Level(label=SIMILAR, condition=_slip("given"), m=0.05, u=0.004),
            Level(
                label="initial",
                condition="(given_l IS NULL OR given_r IS NULL) AND initial_l = initial_r",
                m=0.03,
                u=0.005,
            ),
            Level(
                label=SECOND,
                condition=_either("given", "middle"),
                m=0.02,
                u=0.003,
            ),
            Level(
                label="alias",
                condition="(list_contains(aliases_l, given_r) OR "
                "list_contains(aliases_r, given_l))",
                m=0.01,
                u=0.001,
            ),
            Level(label=ALIKE, condition=_alike("given"), m=0.005, u=0.008),
            Level(label=OTHER, condition="TRUE", m=0.025, u=0.969),
        ),
    ),
    Comparison(
        name=FAMILY,
        words="surname",
        unknown=_unknown("family"),
        levels=(
            Level(
                label=SAME,
                condition=NAMESAKES,
                m=0.88,
                u=0.004,
                frequency_of="family",
                rarest=RAREST_FAMILY,
            ),
            Level(label=SWAPPED, condition=SWAP, m=0.008, u=0.00002),
            Level(label=SIMILAR, condition=_slip("family"), m=0.05, u=0.003),
            Level(label=CROSSED, condition=_either("given", "family"), m=0.004, u=0.0005),
            Level(
                label="part",
                condition=f"({_either('family', 'part_a')} OR {_either('family', 'part_b')})",
                m=0.01,
                u=0.0003,
            ),
            Level(
                label="alias",
                condition="(list_contains(aliases_l, family_r) OR "
                "list_contains(aliases_r, family_l))",
                m=0.005,
                u=0.0003,
            ),
            Level(label=ALIKE, condition=_alike("family"), m=0.005, u=0.006),
            Level(label=OTHER, condition="TRUE", m=0.045, u=0.984),
        ),
    ),
    Comparison(
        name=BIRTH,
        words="date of birth",
        m_tied=True,
        unknown=_unknown("birth_year"),
        levels=_branched(
            (
                Level(label=SAME, condition="dob_l = dob_r", m=0.93, u=0.00004, frequency_of="dob"),
                Level(label=SWAPPED, condition="dob_l = dob_swapped_r", m=0.008, u=0.00002),
                Level(label=SIMILAR, condition=f"{FULL_BIRTH} AND {TWO_PARTS}", m=0.02, u=0.003),
                Level(label=YEAR, condition=YEAR_AT_LEAST, m=0.03, u=0.001),
                Level(label=NEAR, condition=f"{FULL_BIRTH} AND {WITHIN_A_YEAR}", m=0.005, u=0.025),
                Level(label=OTHER, condition="TRUE", m=0.007, u=0.971),
            ),
            where=SAME_HOME,
            names=(AT_HOME, AWAY),
            u_inside={
                SAME: 0.004,
                SWAPPED: 0.0002,
                SIMILAR: 0.01,
                YEAR: 0.01,
                NEAR: 0.02,
                OTHER: 0.9558,
            },
        ),
    ),
    Comparison(
        name=HOME,
        words="address",
        unknown="NOT ((street_l IS NOT NULL AND street_r IS NOT NULL) OR "
        "(address_id_l IS NOT NULL AND address_id_r IS NOT NULL) OR "
        "(postcode_l IS NOT NULL AND postcode_r IS NOT NULL))",
        levels=_branched(
            (
                Level(label=SAME, condition=ONE_ADDRESS, m=0.55, u=0.0005),
                Level(label=SIMILAR, condition=NEAR_ADDRESS, m=0.06, u=0.0005),
                Level(label=STREET, condition="street_l = street_r", m=0.02, u=0.0002),
                Level(label=POSTCODE, condition="postcode_l = postcode_r", m=0.04, u=0.001),
                Level(label=OTHER, condition="TRUE", m=0.33, u=0.9978),
            ),
            where=f"coalesce({NAMESAKES}, FALSE)",
            names=(NAMESAKE, STRANGER),
            u_inside={SAME: 0.005, SIMILAR: 0.001, STREET: 0.0005, POSTCODE: 0.002, OTHER: 0.9915},
        ),
    ),
    Comparison(
        name=PHONE,
        words="phone",
        unknown=_unknown("phone"),
        levels=_branched(
            (
                Level(label=SAME, condition="phone_l = phone_r", m=0.50, u=0.00001),
                Level(label=OTHER, condition="TRUE", m=0.50, u=0.99999),
            ),
            where=SAME_HOME,
            names=(AT_HOME, AWAY),
            u_inside={SAME: 0.30, OTHER: 0.70},
        ),
    ),
    Comparison(
        name=EMAIL,
        words="email",
        unknown=_unknown("email"),
        m_tied=True,
        levels=_branched(
            (
                Level(label=SAME, condition="email_l = email_r", m=0.60, u=0.00001),
                Level(
                    label=SIMILAR,
                    condition="(email_digits_l = email_digits_r AND "
                    "(email_user_l = email_user_r OR "
                    "(abs(length(email_l) - length(email_r)) <= 2 "
                    "AND damerau_levenshtein(email_l, email_r) <= 2)))",
                    m=0.10,
                    u=0.0001,
                ),
                Level(label=OTHER, condition="TRUE", m=0.30, u=0.9998),
            ),
            where=SAME_INITIALS,
            names=(NAMESAKE, STRANGER),
            u_inside={SAME: 0.00005, SIMILAR: 0.001, OTHER: 0.99895},
        ),
    ),
    Comparison(
        name=POLICE_ID,
        words="police number",
        unknown=_unknown("police_id"),
        levels=(
            Level(label=SAME, condition="police_id_l = police_id_r", m=0.95, u=0.000001),
            Level(
                label=SIMILAR,
                condition="damerau_levenshtein(police_id_l, police_id_r) <= 1",
                m=0.03,
                u=0.0001,
            ),
            Level(label=OTHER, condition="TRUE", m=0.02, u=0.9999),
        ),
    ),
    Comparison(
        name=SEX,
        words="sex",
        unknown=_unknown("sex") + " OR root_l = root_r",
        levels=(
            Level(label=SAME, condition="sex_l = sex_r", m=0.995, u=0.5),
            Level(label=OTHER, condition="TRUE", m=0.005, u=0.5),
        ),
    ),
)
"""Everything that is compared, in the order in which a pair is explained."""

BY_NAME: Mapping[str, Comparison] = {one.name: one for one in COMPARISONS}
