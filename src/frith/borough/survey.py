"""A yearly survey of what people feel: too few young people answer, and weights put that right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.borough.draws import Floats, pick
from frith.borough.planted import Planted
from frith.borough.setting import Setting

ANSWERS_PER_1000 = 4.0
LEAST_ANSWERS, MOST_ANSWERS = 300, 2_500
AGE_BANDS = ((16, 35), (35, 65), (65, 120))
ANSWER_RATE = (0.45, 1.0, 1.7)
"""How readily each age band answers, against the middle one."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question: its answers from best to worst, and what moves people between them."""

    key: str
    text: str
    answers: tuple[str, ...]
    cuts: tuple[float, ...]  # on a standard normal scale, at average need
    need: float
    young: float
    trend: float  # shift from the first wave to the last
    silence: float  # further shift in places of silence
    tension: float  # further shift near the tension, in the wave of it


QUESTIONS = (
    Question(
        key="safe_after_dark",
        text="How safe do you feel outside in your area after dark?",
        answers=("very safe", "fairly safe", "a bit unsafe", "very unsafe"),
        cuts=(-0.7, 0.35, 1.2),
        need=0.35,
        young=0.15,
        trend=-0.05,
        silence=0.5,
        tension=0.6,
    ),
    Question(
        key="asb_problem",
        text="How big a problem is anti-social behaviour in your area?",
        answers=("not a problem", "not very big", "fairly big", "very big"),
        cuts=(-0.6, 0.3, 1.1),
        need=0.45,
        young=-0.1,
        trend=0.15,
        silence=0.2,
        tension=0.5,
    ),
    Question(
        key="would_report",
        text="Would you report a neighbour who you thought was being exploited?",
        answers=("certainly", "probably", "probably not", "certainly not"),
        cuts=(-0.3, 0.7, 1.5),
        need=0.15,
        young=0.2,
        trend=-0.10,
        silence=0.9,
        tension=0.2,
    ),
    Question(
        key="organised_crime",
        text="Does organised crime affect people in your area?",
        answers=("not at all", "a little", "quite a lot", "a great deal"),
        cuts=(-0.2, 0.7, 1.5),
        need=0.40,
        young=0.1,
        trend=0.05,
        silence=0.5,
        tension=0.3,
    ),
)
"""Perception of anti-social behaviour worsens while records of it do not: the gap is planted."""


def _waves(setting: Setting) -> list[tuple[str, int]]:
    """A wave a year: its name, and the month it was in the field."""
    months = range(9, setting.period.months, 12) if setting.period.months > 9 else range(1)
    names = setting.period.month_names()
    return [(names[month][:4], month) for month in months]


def make_survey(
    rng: np.random.Generator, setting: Setting, planted: Planted
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The `survey` table; and `truth/survey`, the answers of everybody had everybody answered."""
    waves = _waves(setting)
    rows, truth = [], []
    adults = _adults(setting)
    for at, (wave, month) in enumerate(waves):
        along = at / max(1, len(waves) - 1)
        band, area, weight = _sample(rng, setting, adults)
        for question in QUESTIONS:
            level = _levels(setting, planted, question, along=along, month=month)
            value = level[area, band] + rng.normal(0, 1, area.size)
            answer = np.searchsorted(question.cuts, value)
            rows.append(
                pl.DataFrame(
                    {
                        "wave": wave,
                        "code": setting.place.codes[area].tolist(),
                        "question": question.key,
                        "answer": [question.answers[k] for k in answer.tolist()],
                        "weight": np.round(weight, 4),
                    }
                )
            )
            truth.append(_truth(question, wave, level, adults))
    return pl.concat(rows), pl.concat(truth)


def _adults(setting: Setting) -> Floats:
    """Residents of 16 and over by area and age band."""
    people = setting.people
    age = people.age_on(setting.period.days // 2)[: people.residents]
    area = people.area[: people.residents]
    return np.stack(
        [
            np.bincount(area[(age >= lo) & (age < hi)], minlength=setting.place.areas)
            for lo, hi in AGE_BANDS
        ],
        axis=1,
    ).astype(float)


def _sample(
    rng: np.random.Generator, setting: Setting, adults: Floats
) -> tuple[np.ndarray, np.ndarray, Floats]:
    """Who answers: age band, area, and the weight that puts the age bands right, mean 1."""
    residents = setting.people.residents
    size = int(np.clip(ANSWERS_PER_1000 * residents / 1_000, LEAST_ANSWERS, MOST_ANSWERS))
    readiness = adults * np.array(ANSWER_RATE)
    at = pick(rng, readiness.reshape(-1), size=size)
    area, band = np.divmod(at, len(AGE_BANDS))
    in_people = adults.sum(axis=0) / adults.sum()
    in_sample = np.bincount(band, minlength=len(AGE_BANDS)) / size
    return band, area, (in_people / np.maximum(in_sample, 1e-9))[band]


def _levels(
    setting: Setting, planted: Planted, question: Question, *, along: float, month: int
) -> Floats:
    """Where people of each area and age band stand on the question's scale, on average."""
    level = question.need * setting.need + question.trend * along
    level[planted.areas_of("silence")] += question.silence
    episode = next(effect for effect in planted.effects if effect.cause == "tension")
    if episode.first <= month <= episode.last + 3:
        level[episode.areas] += question.tension
    ages = np.array([question.young, 0.0, -question.young])
    levels: Floats = level[:, None] + ages[None, :]
    return levels


def _truth(question: Question, wave: str, level: Floats, adults: Floats) -> pl.DataFrame:
    """Shares of answers among all adults."""
    from scipy.stats import norm

    edges = np.concatenate([[-np.inf], question.cuts, [np.inf]])
    share = np.diff(norm.cdf(edges[None, None, :] - level[:, :, None]), axis=-1)
    whole = (share * adults[:, :, None]).sum(axis=(0, 1)) / adults.sum()
    return pl.DataFrame(
        {
            "wave": wave,
            "question": question.key,
            "text": question.text,
            "answer": list(question.answers),
            "share": whole,
        }
    )
