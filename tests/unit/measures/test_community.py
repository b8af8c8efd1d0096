"""What people feel: bases, weights, changes beyond chance, gaps to the record, and tension."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from frith.measures.community import levels_listed, meanings_listed
from frith.measures.perception import Drift, Gap, drift, gaps
from frith.measures.survey import WHOLE, Moved, estimates
from frith.measures.tension import State, tension

MEANINGS = pl.DataFrame(
    {
        "question": ["q", "q", "q"],
        "wording": "Do you worry?",
        "worry": "worry",
        "answer": ["yes", "no", "do not know"],
        "worried": [True, False, None],
        "record": None,
    }
)


def answers(yes: int, no: int, wave: str = "2024", code: str = "A", **more: int) -> pl.DataFrame:
    said = ["yes"] * yes + ["no"] * no + ["do not know"] * more.get("neither", 0)
    return pl.DataFrame({"wave": wave, "code": code, "question": "q", "answer": said}).with_columns(
        weight=pl.lit(None, pl.Float64)
    )


def whole(found: object) -> dict[str, object]:
    rows = found.tables["shares"].filter(pl.col("code") == WHOLE)  # type: ignore[attr-defined]
    return dict(rows.row(0, named=True))


def test_too_small_a_base_gets_no_share() -> None:
    assert whole(estimates(answers(20, 29), MEANINGS))["share"] is None
    assert whole(estimates(answers(20, 30), MEANINGS))["share"] == pytest.approx(0.4)
    assert whole(estimates(answers(20, 30), MEANINGS))["status"] == "careful"


def test_uneven_weights_cost_answers_and_may_leave_too_few() -> None:
    rows = answers(40, 40).with_columns(weight=pl.Series([1.0] * 76 + [100.0] * 4))
    found = whole(estimates(rows, MEANINGS))
    assert found["base"] == 80
    assert found["effective_base"] == pytest.approx(476**2 / (76 + 4 * 100**2))
    assert found["share"] is None


def test_an_answer_that_is_neither_leaves_the_base_and_is_said() -> None:
    found = estimates(answers(30, 30, neither=40), MEANINGS)
    assert whole(found)["base"] == 60
    assert found.flagged("NEITHER")


def test_answers_without_any_meaning_are_refused() -> None:
    found = estimates(answers(30, 30).with_columns(question=pl.lit("other")), MEANINGS)
    assert found.refused


def verdict(first: pl.DataFrame, second: pl.DataFrame) -> str:
    found = estimates(pl.concat([first, second]), MEANINGS)
    return str(found.tables["changes"].filter(pl.col("code") == WHOLE)["verdict"][0])


def test_a_change_is_named_only_beyond_chance() -> None:
    before = answers(200, 300)
    assert verdict(before, answers(210, 290, "2025")) == Moved.CANNOT_TELL
    assert verdict(before, answers(300, 200, "2025")) == Moved.MORE
    assert verdict(before, answers(120, 380, "2025")) == Moved.LESS
    assert verdict(before, answers(8, 12, "2025")) == Moved.TOO_FEW
    many = answers(4000, 6000), answers(4010, 5990, "2025")
    assert verdict(*many) == Moved.NO_CHANGE


def areas(share: np.ndarray, counts: np.ndarray) -> tuple[pl.DataFrame, pl.DataFrame]:
    codes = [f"W{i}" for i in range(len(share))]
    key = {"question": "q", "wave": "2024", "code": codes}
    shares = pl.DataFrame(key | {"share": share, "effective_base": 200.0})
    return shares, pl.DataFrame(key | {"n": counts, "exposure": 1000.0})


def test_a_planted_gap_is_found_and_the_others_are_not_named() -> None:
    rng = np.random.default_rng(4)
    counts = rng.integers(50, 200, 20)
    share = 0.2 + 0.15 * (np.log(counts) - np.log(100))
    share[3] += 0.25
    table = gaps(*areas(share, counts)).tables["gaps"]
    named = table.filter(pl.col("verdict") == str(Gap.MORE))["code"].to_list()
    assert named == ["W3"]
    row = table.filter(pl.col("code") == "W3").row(0, named=True)
    assert row["lo"] <= 0.25 <= row["hi"]


def test_seven_areas_are_too_few_for_a_gap() -> None:
    found = gaps(*areas(np.full(7, 0.3), np.full(7, 100)))
    assert found.refused
    assert found.flagged("FEWAREAS")


@pytest.mark.parametrize(
    ("worry", "later", "said"),
    [
        (Moved.MORE, 50, Drift.PARTED),
        (Moved.NO_CHANGE, 50, Drift.STAYED),
        (Moved.LESS, 50, Drift.TOGETHER),
        (Moved.CANNOT_TELL, 50, Drift.CANNOT_TELL),
        (Moved.NO_CHANGE, 100, Drift.CANNOT_TELL),
    ],
)
def test_worry_and_record_together(worry: Moved, later: int, said: Drift) -> None:
    changes = pl.DataFrame(
        {"question": ["q"], "from_wave": ["1"], "wave": ["2"], "verdict": [str(worry)]}
    )
    monthly = pl.DataFrame(
        {"question": "q", "from_wave": "1", "wave": "2", "earlier": [100] * 12, "later": later}
    )
    assert drift(changes, monthly)["drift"][0] == str(said)


def judged(*levels: int | None, code: str = "W0", day: date = date(2025, 2, 1)) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "assessed_on": [day],
            "code": [code],
            "experienced": [levels[0]],
            "evident": [levels[1]],
            "potential": [levels[2]],
            "sources": [2],
        },
        schema_overrides=dict.fromkeys(("experienced", "evident", "potential"), pl.Int64),
    )


def reports(code: str, day: date = date(2025, 2, 3)) -> pl.DataFrame:
    return pl.DataFrame({"received_on": [day], "code": [code]})


def states(found: object) -> dict[str, str]:
    table = found.tables["tension"]  # type: ignore[attr-defined]
    return dict(table.select("code", "state").iter_rows())


def test_no_reports_is_never_calm() -> None:
    found = tension(
        pl.concat([judged(1, 1, 1), judged(1, 4, 1, code="W1")]),
        reports("W2"),
        codes=["W0", "W1", "W2", "W3"],
        quarters=["2025-Q1"],
        levels=levels_listed(),
    )
    assert states(found) == {
        "W0": str(State.CALM_UNHEARD),
        "W1": str(State.JUDGED),
        "W2": str(State.NOT_JUDGED),
        "W3": str(State.NO_INFORMATION),
    }
    assert "not calm" in found.sentence
    assert found.flagged("UNHEARD")


def test_levels_are_named_ranked_and_configurable() -> None:
    own = {1: ("red", 3), 2: ("amber", 2), 3: ("green", 1)}
    found = tension(
        pl.concat([judged(3, 3, 2), judged(1, 2, 2, day=date(2025, 5, 1))]),
        pl.concat([reports("W0"), reports("W0", date(2025, 5, 2))]),
        codes=["W0"],
        quarters=["2025-Q1", "2025-Q2"],
        levels=own,
    )
    table = found.tables["tension"]
    assert table["experienced"].to_list() == ["green", "red"]
    assert table["highest"].to_list() == [2, 3]
    assert table["trend"].to_list() == [None, "higher"]


def test_a_level_without_a_name_is_refused() -> None:
    found = tension(judged(9, 1, 1), None, codes=["W0"], quarters=["2025-Q1"], levels={1: ("a", 1)})
    assert found.refused


def test_the_lists_name_every_question_once_with_its_answers() -> None:
    listed = meanings_listed()
    assert not listed.select("question", "answer").is_duplicated().any()
    assert listed.group_by("question").agg(pl.col("worry").n_unique())["worry"].max() == 1
    assert {rank for _, rank in levels_listed().values()} == {1, 2, 3, 4, 5, 6}
