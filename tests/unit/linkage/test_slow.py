"""A slow, obvious Fellegi-Sunter, pair by pair in plain Python, agrees with the fast one."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations
from typing import Any

import polars as pl
import pytest

from frith.linkage.clean import clean, clean_coded
from frith.linkage.levels import prepare
from frith.linkage.score import NAMES_GO_TOGETHER, score
from frith.linkage.train import Weights, train

Row = dict[str, Any]


def jaro_winkler(a: str, b: str) -> float:
    """Jaro's similarity with Winkler's prefix, as published."""
    if a == b:
        return 1.0
    reach = max(len(a), len(b)) // 2 - 1
    taken = [False] * len(b)
    found = []
    for at, letter in enumerate(a):
        for other in range(max(0, at - reach), min(len(b), at + reach + 1)):
            if not taken[other] and b[other] == letter:
                taken[other] = True
                found.append(letter)
                break
    if not found:
        return 0.0
    there = [letter for letter, hit in zip(b, taken, strict=True) if hit]
    swaps = sum(x != y for x, y in zip(found, there, strict=True)) / 2
    n = len(found)
    jaro = (n / len(a) + n / len(b) + (n - swaps) / n) / 3
    prefix = 0
    for x, y in zip(a[:4], b[:4], strict=False):
        if x != y:
            break
        prefix += 1
    return jaro + prefix * 0.1 * (1 - jaro) if jaro > 0.7 else jaro


def edits(a: str, b: str) -> int:
    """Damerau-Levenshtein distance, unrestricted enough for names: insert, delete, change, swap."""
    grid = [[max(i, j) if 0 in (i, j) else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            cost = a[i - 1] != b[j - 1]
            grid[i][j] = min(grid[i - 1][j] + 1, grid[i][j - 1] + 1, grid[i - 1][j - 1] + cost)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                grid[i][j] = min(grid[i][j], grid[i - 2][j - 2] + 1)
    return grid[-1][-1]


def slip(a: str, b: str) -> bool:
    near = a[0] == b[0] or a[-2:] == b[-2:]
    close = abs(len(a) - len(b)) <= 2 and min(len(a), len(b)) >= 4
    return near and close and (jaro_winkler(a, b) >= 0.92 or edits(a, b) <= 1)


def alike(a: str, b: str) -> bool:
    close = abs(len(a) - len(b)) <= 2 and min(len(a), len(b)) >= 4
    return close and jaro_winkler(a, b) >= 0.82


def known(a: Row, b: Row, name: str) -> bool:
    return a[name] is not None and b[name] is not None


def equal(a: Row, b: Row, name: str, other: str = "") -> bool:
    return a[name] is not None and a[name] == b[other or name]


def swapped(a: Row, b: Row) -> bool:
    return equal(a, b, "given", "family") and equal(a, b, "family", "given")


def either(a: Row, b: Row, one: str, two: str) -> bool:
    return equal(a, b, one, two) or equal(b, a, one, two)


def given(a: Row, b: Row) -> str | None:
    if not known(a, b, "initial") or (swapped(a, b) and a["given"] != b["given"]):
        return None
    x, y = a["given"], b["given"]
    if equal(a, b, "given"):
        return "same"
    said, told = a["readings"] or [], b["readings"] or []
    if equal(a, b, "root") and (y in said or x in told or set(said) & set(told)):
        return "nickname"
    if x and y and slip(x, y):
        return "similar"
    if (x is None or y is None) and a["initial"] == b["initial"]:
        return "initial"
    if either(a, b, "given", "middle"):
        return "second name"
    if (y and y in (a["aliases"] or [])) or (x and x in (b["aliases"] or [])):
        return "alias"
    return "alike" if x and y and alike(x, y) else "other"


def family(a: Row, b: Row) -> str | None:
    if not known(a, b, "family"):
        return None
    x, y = a["family"], b["family"]
    if x == y:
        return "same"
    if swapped(a, b):
        return "swapped"
    if slip(x, y):
        return "similar"
    if either(a, b, "given", "family"):
        return "crossed"
    if either(a, b, "family", "part_a") or either(a, b, "family", "part_b"):
        return "part"
    if y in (a["aliases"] or []) or x in (b["aliases"] or []):
        return "alias"
    return "alike" if alike(x, y) else "other"


def one_address(a: Row, b: Row) -> bool:
    code = not known(a, b, "postcode") or a["postcode"] == b["postcode"]
    return equal(a, b, "address_id") or (equal(a, b, "street") and code)


def birth(a: Row, b: Row) -> str | None:
    if not known(a, b, "birth_year"):
        return None
    branch = "one address" if one_address(a, b) else "elsewhere"
    full = known(a, b, "dob")
    parts = ("birth_year", "birth_month", "birth_day")
    month = not known(a, b, "birth_month") or a["birth_month"] == b["birth_month"]
    if equal(a, b, "dob"):
        level = "same"
    elif equal(a, b, "dob", "dob_swapped"):
        level = "swapped"
    elif full and sum(equal(a, b, part) for part in parts) == 2:
        level = "similar"
    elif not full and a["birth_year"] == b["birth_year"] and month:
        level = "year"
    elif full and abs(a["birth_year"] - b["birth_year"]) <= 1:
        level = "near"
    else:
        level = "other"
    return f"{level}, {branch}"


def home(a: Row, b: Row) -> str | None:
    if not any(known(a, b, name) for name in ("street", "address_id", "postcode")):
        return None
    branch = "namesakes" if equal(a, b, "family") else "other names"
    streets = known(a, b, "street")
    codes = known(a, b, "postcode") and edits(a["postcode"], b["postcode"]) <= 1
    if one_address(a, b):
        level = "same"
    elif (
        equal(a, b, "door") and codes and streets and jaro_winkler(a["street"], b["street"]) >= 0.90
    ):
        level = "similar"
    elif equal(a, b, "street"):
        level = "street"
    elif equal(a, b, "postcode"):
        level = "postcode"
    else:
        level = "other"
    return f"{level}, {branch}"


def phone(a: Row, b: Row) -> str | None:
    if not known(a, b, "phone"):
        return None
    branch = "one address" if one_address(a, b) else "elsewhere"
    return f"{'same' if equal(a, b, 'phone') else 'other'}, {branch}"


def email(a: Row, b: Row) -> str | None:
    if not known(a, b, "email"):
        return None
    first = [(row["family"] or " ")[0] for row in (a, b)]
    initials = equal(a, b, "initial") and known(a, b, "family") and first[0] == first[1]
    x, y = a["email"], b["email"]
    close = abs(len(x) - len(y)) <= 2 and edits(x, y) <= 2
    if x == y:
        level = "same"
    elif a["email_digits"] == b["email_digits"] and (equal(a, b, "email_user") or close):
        level = "similar"
    else:
        level = "other"
    return f"{level}, {'namesakes' if initials else 'other names'}"


def police_id(a: Row, b: Row) -> str | None:
    if not known(a, b, "police_id"):
        return None
    if equal(a, b, "police_id"):
        return "same"
    return "similar" if edits(a["police_id"], b["police_id"]) <= 1 else "other"


def sex(a: Row, b: Row) -> str | None:
    if not known(a, b, "sex") or equal(a, b, "root"):
        return None
    return "same" if a["sex"] == b["sex"] else "other"


LEVELS = {
    "given": given,
    "family": family,
    "birth": birth,
    "home": home,
    "phone": phone,
    "email": email,
    "police_id": police_id,
    "sex": sex,
}
RAREST = {"given": 1 / 500, "family": 1 / 1000}


def slow_weights(rows: list[Row], weights: Weights) -> dict[tuple[int, int], float]:
    """log2 odds of every pair of records, one by one."""
    from frith.linkage.agreement import BY_NAME

    table = {
        (name, level.key): (weights.m[name][::-1][at], weights.u[name][::-1][at])
        for name, comparison in BY_NAME.items()
        for at, level in enumerate(comparison.levels)
    }
    share: dict[tuple[str, str], float] = {}
    for name in RAREST:
        told = Counter(row[name] for row in rows if row[name])
        share |= {(name, said): n / told.total() for said, n in told.items()}
    together = weights.names_together >= NAMES_GO_TOGETHER
    prior = math.log2(weights.share / (1 - weights.share))
    found = {}
    for a, b in combinations(rows, 2):
        weight = prior
        for name, level_of in LEVELS.items():
            level = level_of(a, b)
            if level is None:
                continue
            m, u = table[name, level]
            weight += math.log2(m / u)
            if name in RAREST and level == "same":
                rare = max(share[name, a[name]], RAREST[name] if together else 0.0)
                weight += math.log2(u / rare)
        found[a["uid"], b["uid"]] = weight
    return found


@pytest.mark.parametrize("records", [120, 420])
def test_slow_and_fast_agree(borough, records: int) -> None:
    """Below 200 records the defaults are used, above them what was learnt."""
    frame, truth = borough
    often = truth.filter(pl.col("truth").is_duplicated()).sort("truth", "nominal_id")
    chosen = frame.join(often.head(records), on="nominal_id", how="semi")
    prepared = prepare(clean_coded(chosen))
    weights = train(prepared, seed=1)
    fast = score(prepared, weights)
    slow = slow_weights(clean(chosen).to_dicts(), weights)
    got = {(a, b): w for a, b, w in fast.select("uid_l", "uid_r", "weight").iter_rows()}
    assert len(got) > records / 4
    for pair, weight in got.items():
        assert weight == pytest.approx(slow[pair], abs=1e-6), pair
    likely = {pair for pair, weight in slow.items() if weight >= math.log2(0.95 / 0.05)}
    assert likely <= got.keys()
